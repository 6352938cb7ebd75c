package topics

import (
	"math"
	"slices"
)

// The cost of a token, comparable to the IDF of words: a text is cut where the sum is least.
const (
	wordCost    = 6 // of every word, beside its IDF
	newWordCost = 12
	unknownCost = 20 // a character that is no word
	latinCost   = 15 // a run of Latin letters and digits
	areaCost    = 1  // of 市 县 区 behind such a run: A7县 is one token
)

// cutter cuts texts into words. It is not safe for concurrent use.
type cutter struct {
	dictionary *Dictionary
	fresh      *trie // new words
	best       []float32
	from       []int32
	hits       []hit
	ends       []int32
}

// cut calls f with every token text[i:j]. A break is a token of its own.
func (c *cutter) cut(text []rune, f func(i, j int)) {
	for i := 0; i < len(text); {
		if text[i] == textBreak {
			f(i, i+1)
			i++
			continue
		}
		j := i + 1
		for j < len(text) && text[j] != textBreak {
			j++
		}
		c.clause(text[i:j], i, f)
		i = j
	}
}

// clause cuts text, which holds no break and stands at offset.
func (c *cutter) clause(text []rune, offset int, f func(i, j int)) {
	n := len(text)
	c.best = slices.Grow(c.best[:0], n+1)[:n+1]
	c.from = slices.Grow(c.from[:0], n+1)[:n+1]
	for i := range c.best {
		c.best[i] = math.MaxFloat32
	}
	c.best[0] = 0
	for i := range n {
		if c.best[i] < math.MaxFloat32 {
			c.tokensAt(text, i)
		}
	}
	c.ends = c.ends[:0]
	for j := int32(n); j > 0; j = c.from[j] { //nolint:gosec // texts are short
		c.ends = append(c.ends, j)
	}
	i := 0
	for _, end := range slices.Backward(c.ends) {
		f(offset+i, offset+int(end))
		i = int(end)
	}
}

// tokensAt tries every token that begins at text[i].
func (c *cutter) tokensAt(text []rune, i int) {
	try := func(j int, cost float32) {
		if sum := c.best[i] + cost; sum < c.best[j] {
			c.best[j], c.from[j] = sum, int32(i) //nolint:gosec // texts are short
		}
	}
	if alphanumeric(text[i]) {
		c.latinAt(text, i, try)
	} else {
		try(i+1, unknownCost)
	}
	c.hits = c.dictionary.words.at(c.hits[:0], text, i)
	for _, h := range c.hits {
		try(i+int(h.length), wordCost+c.dictionary.idf[h.word])
	}
	c.hits = c.fresh.at(c.hits[:0], text, i)
	for _, h := range c.hits {
		try(i+int(h.length), newWordCost)
	}
}

// latinAt tries the run of Latin letters and digits that begins at text[i]; it is never divided.
func (c *cutter) latinAt(text []rune, i int, try func(j int, cost float32)) {
	if i > 0 && alphanumeric(text[i-1]) {
		return
	}
	j := i + 1
	for j < len(text) && alphanumeric(text[j]) {
		j++
	}
	try(j, latinCost)
	if j < len(text) && text[i] > '9' && (text[j] == '市' || text[j] == '县' || text[j] == '区') {
		try(j+1, areaCost)
	}
}
