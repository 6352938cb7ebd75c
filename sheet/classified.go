package sheet

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
)

// Classified is a text with the topic that was found for it.
type Classified struct {
	Topic    string
	Score    float64 // how certain, 0 to 1
	Keywords []string
	Text     string
}

// WriteClassified writes a row for each as CSV, numbered from 1, with the text where withText is
// set; corrected, ReadLabelled reads them.
func WriteClassified(w io.Writer, list []Classified, withText bool) error {
	rows := [][]string{{"row", "topic", "score", "keywords", "text"}}
	for i, c := range list {
		rows = append(rows, []string{strconv.Itoa(i + 1), c.Topic, strconv.FormatFloat(c.Score, 'f', 4, 64), strings.Join(c.Keywords, "|"), c.Text})
	}
	if !withText {
		for i := range rows {
			rows[i] = rows[i][:4]
		}
	}
	return csv.NewWriter(w).WriteAll(rows)
}
