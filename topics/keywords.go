package topics

import (
	"slices"

	"github.com/wenzheng/wenzheng/models"
)

const (
	longestKeyword = 8 // characters up to which a keyword is widened
	// A neighbour that stands beside the term in at least this share of the questions that hold
	// it, and in leastWidened of them, belongs to the keyword.
	widenShare   = 0.95
	leastWidened = 3
	mostKeywords = 3
)

// keywords proposes what a rule for the group would be recognised by: its term and the aliases
// that do not contain it.
func (g *grouper) keywords(x *group) []string {
	var chosen [][]rune
	for _, t := range append([]*term{x.term}, x.aliases...) {
		word := g.widen(t)
		if len(chosen) < mostKeywords && !slices.ContainsFunc(chosen, func(c []rune) bool { return contains(word, c) }) {
			chosen = append(chosen, word)
		}
	}
	words := make([]string, len(chosen))
	for i, word := range chosen {
		words[i] = g.shownAs(x, word)
	}
	return words
}

// widen adds the character that nearly always stands beside a term: 凉塘 is 凉塘路.
func (g *grouper) widen(t *term) []rune {
	word := slices.Clone(t.runes)
	for len(word) < longestKeyword {
		behind, n := g.behind(t, word)
		if n < leastWidened {
			break
		}
		if r, count := mostOf(behind); float64(count) >= widenShare*float64(n) && widens(r) && oneOf(nounEndings, r) {
			word = append(word, r)
			continue
		}
		break
	}
	return word
}

// behind counts the characters behind a word in the questions of its term, which are n.
func (g *grouper) behind(t *term, word []rune) (counts map[rune]int, n int) {
	counts = make(map[rune]int)
	for _, number := range t.held {
		w := g.open[number]
		i := indexOf(w.text, word)
		if i < 0 {
			continue
		}
		n += len(w.asks)
		if j := i + len(word); j < len(w.text) {
			counts[w.text[j]] += len(w.asks)
		}
	}
	return counts, n
}

func mostOf(counts map[rune]int) (most rune, n int) {
	for r, count := range counts {
		if count > n || count == n && r < most {
			most, n = r, count
		}
	}
	return most, n
}

func widens(r rune) bool {
	return r != textBreak && !alphanumeric(r) && !models.FunctionWord(r) && !oneOf("县市区省镇", r)
}
