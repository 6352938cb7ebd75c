package topics

import (
	"slices"
	"strings"
)

// term is a word or compound with the wordings that hold it.
type term struct {
	text   string
	runes  []rune
	idf    float64
	name   bool // names a place, an estate, a firm, a line
	matter bool // names what it is about
	shared bool // tells what the questions of a group have in common
	fresh  bool // in no dictionary

	tokens []int32 // wordings in which it stands as a word
	inside []int32 // wordings that contain it, as a keyword would
	held   []int32 // those of the two that count
	count  int     // questions of held
	number int32   // among the terms that are listed
}

const (
	freshIDF      = 14 // what a word in no dictionary counts as
	compoundIDF   = 3  // taken off the sum of the parts of a compound
	longestJoined = 3  // tokens of a compound
	nameIDF       = 11 // rarer words of the dictionary may name a place
	matterIDF     = 6  // more common words name no matter
	insideIDF     = 7  // more common words are not looked for inside of others
	// A term that stands as a word in less than this share of the questions that contain it is
	// mostly a piece of other words, and counts only where it is one.
	wholeShare = 0.6
)

// countTerms notes in which wordings the words of the texts stand; the first has this number.
func (b *Board) countTerms(texts [][]rune, first int) {
	c := newCorpus(b.vocabulary.cutter(), texts)
	byToken := make([]*term, len(c.words))
	begin := 0 // of the clause
	for i := range c.tokens {
		if token := c.tokens[i]; token >= 0 {
			if byToken[token] == nil {
				byToken[token] = b.term(c.words[token])
			}
			byToken[token].add(first + int(c.texts[i]))
			continue
		}
		b.countCompounds(c, begin, i, first)
		begin = i + 1
	}
}

// countCompounds is countTerms for the compounds of one clause, which is the tokens [begin, end).
func (b *Board) countCompounds(c *corpus, begin, end, first int) {
	for i := begin; i < end; i++ {
		joined, idf := c.words[c.tokens[i]], b.terms[c.words[c.tokens[i]]].idf
		for j := i + 1; j < min(end, i+longestJoined); j++ {
			word := c.words[c.tokens[j]]
			joined += word
			idf += b.terms[word].idf
			if !b.vocabulary.compounds[joined] {
				continue
			}
			t := b.terms[joined]
			if t == nil {
				t = newCompound(joined, idf)
				b.terms[joined] = t
			}
			t.add(first + int(c.texts[i]))
		}
	}
}

func (t *term) add(wording int) {
	if n := len(t.tokens); n == 0 || t.tokens[n-1] != int32(wording) { //nolint:gosec // fewer than 2^31
		t.tokens = append(t.tokens, int32(wording)) //nolint:gosec // as above
	}
}

func (b *Board) term(word string) *term {
	t := b.terms[word]
	if t != nil {
		return t
	}
	t = &term{text: word, runes: []rune(word)}
	idf, known := b.vocabulary.dictionary.lookup(word)
	if t.idf, t.fresh = idf, !known; !known {
		t.idf = freshIDF
	}
	n := len(t.runes)
	if n >= 2 && !t.excluded() && (t.fresh || t.idf >= nameIDF && n >= 3 && oneOf(villageEndings, t.runes[n-1])) {
		t.name = true
	}
	t.classify()
	b.terms[word] = t
	return t
}

// newCompound is a term of several words of the dictionary, whose IDF is summed up.
func newCompound(text string, idf float64) *term {
	t := &term{text: text, runes: []rune(text), idf: min(freshIDF, idf-compoundIDF)}
	n := len(t.runes)
	t.name = n >= 3 && oneOf(nameEndings, t.runes[n-1])
	t.fresh = t.name
	t.classify()
	return t
}

// excluded reports what is neither a name nor a matter: petition words, numbers, districts, towns.
func (t *term) excluded() bool {
	return everyday(t.text) || latin(t.runes) || area(t.runes) || oneOf(numerals, t.runes[0]) ||
		oneOf("镇乡", t.runes[len(t.runes)-1]) || strings.HasSuffix(t.text, "街道")
}

func (t *term) classify() {
	t.matter = !t.name && len(t.runes) >= 2 && t.idf >= matterIDF && !t.excluded() && !plainWords[t.text]
	t.shared = t.matter || len(t.runes) >= 2 && vagueWords[t.text]
}

// spread decides for every term in which wordings it counts: where a keyword would find it,
// unless that is mostly inside of other words.
func (b *Board) spread() {
	var wanted []*term
	index := &trie{}
	for _, t := range b.terms {
		t.inside = t.inside[:0]
		if n := len(t.runes); n >= 2 && !alphanumeric(t.runes[n-1]) && (t.name || t.idf >= insideIDF && !everyday(t.text)) {
			index.add(t.runes, len(wanted))
			wanted = append(wanted, t)
		}
	}
	var hits []hit
	for number, w := range b.open {
		hits = index.all(hits[:0], w.text)
		for _, h := range hits {
			t := wanted[h.word]
			if n := len(t.inside); n == 0 || t.inside[n-1] != int32(number) {
				t.inside = append(t.inside, int32(number))
			}
		}
	}
	for _, t := range b.terms {
		t.held, t.count = t.tokens, b.questions(t.tokens)
		if n := b.questions(t.inside); n > 0 && float64(t.count) >= wholeShare*float64(n) {
			t.held, t.count = t.inside, n
		}
	}
}

// listed returns the terms that can be names, matters or shared and occur in two questions,
// sorted by text and numbered.
func (b *Board) listed() []*term {
	var list []*term
	for _, t := range b.terms {
		if t.count >= 2 && (t.name || t.shared) {
			list = append(list, t)
		}
	}
	slices.SortFunc(list, func(x, y *term) int { return strings.Compare(x.text, y.text) })
	for i, t := range list {
		t.number = int32(i)
	}
	return list
}
