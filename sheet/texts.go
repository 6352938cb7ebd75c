package sheet

import (
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/wenzheng/wenzheng/models"
)

// Labelled is a text and the topic that people gave it.
type Labelled struct {
	Topic string
	Text  string
}

// ReadTexts returns one column of a CSV in the order of its rows, "" where a cell is
// empty. Other columns are passed over. With an empty column name it is "text", or else
// "detail".
func ReadTexts(name string, r io.Reader, column string) ([]string, error) {
	wanted := []string{column}
	if column == "" {
		wanted = textColumns()
	}
	var list []string
	err := readColumns(name, r, [][]string{wanted}, func(cells []string) { list = append(list, cells[0]) })
	return list, err
}

// ReadLabelled returns the rows of a CSV with the columns topic, and text or detail. Other
// columns are passed over; rows without topic or text are faults.
func ReadLabelled(name string, r io.Reader) ([]Labelled, error) {
	var list []Labelled
	f := &faults{file: name}
	row := 1
	err := readColumns(name, r, [][]string{{"topic"}, textColumns()}, func(cells []string) {
		row++
		if strings.TrimSpace(cells[0]) == "" || strings.TrimSpace(cells[1]) == "" {
			f.addf(row, 1, "第 %d 行数据缺少 topic 或正文", row-1)
			return
		}
		list = append(list, Labelled{Topic: strings.TrimSpace(cells[0]), Text: cells[1]})
	})
	if err == nil {
		err = f.err()
	}
	if err != nil {
		return nil, err
	}
	return list, nil
}

// ReadTopicTree returns the rows of a CSV of a topic tree, with the columns level1 to level3: the
// topic of the first level and the names of the finer ones.
func ReadTopicTree(name string, r io.Reader) ([]Labelled, error) {
	var list []Labelled
	err := readColumns(name, r, [][]string{{"level1"}, {"level2"}, {"level3"}}, func(cells []string) {
		if topic := strings.TrimSpace(cells[0]); topic != "" {
			list = append(list, Labelled{Topic: topic, Text: cells[1] + "\n" + cells[2]})
		}
	})
	return list, err
}

func textColumns() []string { return []string{"text", "detail"} }

// readColumns gives the wanted columns of every row to fn; each is named by alternatives of
// which the first present counts.
func readColumns(name string, r io.Reader, wanted [][]string, fn func(cells []string)) error {
	rows, f, err := openTable(name, r, false)
	if err != nil {
		return err
	}
	head, err := nextFilled(rows)
	if err != nil {
		f.add(1, 1, "文件是空的，第一行应为表头")
		return f.err()
	}
	at := make([]int, len(wanted))
	for i, names := range wanted {
		if at[i] = findHeading(head.cells, names); at[i] < 0 {
			f.addf(head.line, 1, "表头缺少 %s 这一列", strings.Join(names, " 或 "))
		}
	}
	for f.total == 0 {
		row, err := rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			f.unreadable(err)
			break
		}
		cells := make([]string, len(at))
		for i, k := range at {
			if k >= len(row.cells) {
				continue
			}
			if damaged(row.cells[k], rows) {
				line, column := row.pos(k)
				f.add(line, column, badEncoding)
			}
			cells[i] = models.CleanText(row.cells[k])
		}
		fn(cells)
	}
	return f.err()
}

// damaged reports whether a text is not wholly what was written.
func damaged(s string, from rows) bool {
	c, ok := from.(*csvRows)
	return ok && (!utf8.ValidString(s) || c.lossy && strings.ContainsRune(s, utf8.RuneError))
}

func findHeading(head, names []string) int {
	for _, n := range names {
		if i := slices.IndexFunc(head, func(h string) bool { return tidy(h) == n }); i >= 0 {
			return i
		}
	}
	return -1
}
