package simulator

import (
	_ "embed" // the questions of the made-up city
	"strings"
)

//go:embed questions.tsv
var questionsFile string

// Question is something the citizens of the made-up city 澜江 ask, and what its office
// answers by hand.
type Question struct {
	Topic  string
	Text   string
	Answer string
}

// Questions are all questions of the made-up city, in the order of their file.
func Questions() []Question {
	var all []Question
	for line := range strings.Lines(questionsFile) {
		parts := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(parts) == 3 {
			all = append(all, Question{Topic: parts[0], Text: parts[1], Answer: parts[2]})
		}
	}
	return all
}
