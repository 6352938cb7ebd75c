package topics

import "slices"

const (
	// A keyword that stands in more than this share of all questions is about too many things to
	// answer them alike. Fewer questions than leastQuestions do not tell.
	commonShare    = 0.01
	leastQuestions = 1000
)

// answers counts what each keyword answers of the group's own questions.
func (g *grouper) answers(out *Group, wordings []int32) {
	out.Answers = make([]Answers, len(out.Keywords))
	words := make([][]rune, len(out.Keywords))
	for i, word := range out.Keywords {
		words[i] = fold(nil, word, equalRunes)
		out.Answers[i].Keyword = word
	}
	for _, number := range wordings {
		w, covered := g.open[number], 0
		for i, word := range words {
			if contains(w.text, word) {
				out.Answers[i].InGroup += len(w.asks)
				covered = len(w.asks)
			}
		}
		out.Covered += covered
	}
}

// reach adds what the keywords of the groups would answer elsewhere, in one pass over all
// questions, and restricts those that would answer too much.
func (b *Board) reach(list []Group) {
	index := &trie{}
	numbers := make(map[string]int)
	for i := range list {
		for _, word := range list[i].Keywords {
			if _, known := numbers[word]; !known {
				numbers[word] = len(numbers)
				index.add(fold(nil, word, equalRunes), numbers[word])
			}
		}
	}
	open, total := holding(index, b.open, len(numbers))
	answered, more := holding(index, b.answered, len(numbers))
	total += more
	for i := range list {
		x := &list[i]
		for k := range x.Answers {
			a := &x.Answers[k]
			n := numbers[a.Keyword]
			a.Others, a.Answered = open[n]-a.InGroup, answered[n]
			if total >= leastQuestions && float64(open[n]+answered[n]) > commonShare*float64(total) && len(x.Together) > 0 {
				x.Groups = [][]string{x.Together}
			}
		}
	}
}

// holding counts the questions that hold each word of the index, and all questions.
func holding(index *trie, wordings []*wording, words int) (counts []int, total int) {
	counts = make([]int, words)
	var hits []hit
	for _, w := range wordings {
		total += len(w.asks)
		hits = index.all(hits[:0], w.text)
		slices.SortFunc(hits, func(a, b hit) int { return int(a.word - b.word) })
		for i, h := range hits {
			if i == 0 || h.word != hits[i-1].word {
				counts[h.word] += len(w.asks)
			}
		}
	}
	return counts, total
}
