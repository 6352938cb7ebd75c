package topics

import "slices"

const (
	// A keyword that stands in more than this share of all questions is about too many things to
	// answer them alike. Fewer questions than leastQuestions do not tell.
	commonShare    = 0.01
	leastQuestions = 1000
)

// answering lists, by wording, the numbers of the keywords that answer it, and counts the
// questions that each of them answers.
type answering struct {
	by     [][]int
	counts []int
	total  int // questions
}

func newAnswering(answers func(text string) []int, wordings []*wording, keywords int) answering {
	a := answering{by: make([][]int, len(wordings)), counts: make([]int, keywords)}
	for i, w := range wordings {
		a.total += len(w.asks)
		a.by[i] = answers(w.shown)
		for _, n := range a.by[i] {
			a.counts[n] += len(w.asks)
		}
	}
	return a
}

// reach fills in what the keywords of the groups would answer, in their own groups, whose open
// wordings are own, and elsewhere, and restricts those that would answer too much.
func (b *Board) reach(list []Group, own [][]int32) {
	var words []string
	numbers := make(map[string]int)
	for i := range list {
		for _, word := range list[i].Keywords {
			if _, known := numbers[word]; !known {
				numbers[word] = len(words)
				words = append(words, word)
			}
		}
	}
	answers := b.options.Answers(words)
	open := newAnswering(answers, b.open, len(words))
	answered := newAnswering(answers, b.answered, len(words))
	total := open.total + answered.total
	for i := range list {
		x := &list[i]
		inGroup := make(map[int]int)
		for _, number := range own[i] {
			asks, covered := len(b.open[number].asks), false
			for _, n := range open.by[number] {
				inGroup[n] += asks
				covered = covered || slices.Contains(x.Keywords, words[n])
			}
			if covered {
				x.Covered += asks
			}
		}
		for _, word := range x.Keywords {
			n := numbers[word]
			x.Answers = append(x.Answers, Answers{Keyword: word, InGroup: inGroup[n], Others: open.counts[n] - inGroup[n], Answered: answered.counts[n]})
			if total >= leastQuestions && float64(open.counts[n]+answered.counts[n]) > commonShare*float64(total) && len(x.Together) > 0 {
				x.Groups = [][]string{x.Together}
			}
		}
	}
}

// standing tells which of the words stand in a text.
func standing(words []string) func(text string) []int {
	index := &trie{}
	for i, word := range words {
		index.add(fold(nil, word, equalRunes), i)
	}
	var hits []hit
	return func(text string) []int {
		var numbers []int
		hits = index.all(hits[:0], fold(nil, text, equalRunes))
		for _, h := range hits {
			if !slices.Contains(numbers, int(h.word)) {
				numbers = append(numbers, int(h.word))
			}
		}
		return numbers
	}
}
