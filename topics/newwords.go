package topics

import (
	"slices"
)

// vocabulary is the words by which the questions of a Board are cut: those of the dictionary and
// those found in the questions.
type vocabulary struct {
	dictionary *Dictionary
	fresh      map[string]bool // new words: names and what citizens call things
	compounds  map[string]bool // words that name one thing together, each its own: 捆绑销售
	trie       *trie           // of fresh
}

// Bounds for a run of tokens to be a word by itself.
const (
	longestWord   = 10   // characters
	rareIDF       = 12.2 // at most five of a million texts hold such a word
	leastEntropy  = 0.5  // on either side
	leastCohesion = 4
	numberBond    = 2.5 // leastCohesion when it begins with a number: 27路, 58车贷
	// Bonds; more is asked of what only two texts hold.
	leastBond    = 0.6
	leastBondTwo = 0.8
	// From here on in so many texts a common character at the edge belongs to the word: 公租房.
	tightBond = 0.9
	manyTexts = 5
	// A common character at either edge is a word of its own: 路灯坏, 身份证丢.
	commonFirst = 7.8
	commonLast  = 9
)

func newVocabulary(d *Dictionary) *vocabulary {
	return &vocabulary{dictionary: d, fresh: map[string]bool{}, compounds: map[string]bool{}, trie: &trie{}}
}

// learn finds the new words of texts. The second round knows those of the first, so that names of
// names are found: 伊景园滨河苑.
func (v *vocabulary) learn(texts [][]rune) {
	for range 2 {
		c := newCorpus(v.cutter(), texts)
		counts := make(map[string]int)
		clear(v.compounds)
		for _, x := range c.runs() {
			counts[x.text] = max(counts[x.text], x.count)
			switch v.judge(c, &x) {
			case newWord:
				v.fresh[x.text] = true
			case compound:
				v.compounds[x.text] = true
			case noWord:
			}
		}
		v.prune(counts)
		v.index()
	}
}

func (v *vocabulary) cutter() *cutter { return &cutter{dictionary: v.dictionary, fresh: v.trie} }

func (v *vocabulary) index() {
	v.trie = &trie{}
	n := 0
	for word := range v.fresh {
		if _, known := v.dictionary.lookup(word); !known {
			v.trie.add([]rune(word), n)
			n++
		}
	}
}

type verdict int

const (
	noWord verdict = iota
	newWord
	compound
)

// judge says whether a run of tokens is one word.
func (v *vocabulary) judge(c *corpus, x *run) verdict {
	if x.tokens < 2 {
		return noWord
	}
	words := make([][]rune, x.tokens)
	length := 0
	for k := range words {
		words[k] = []rune(c.words[c.tokens[x.at+k]])
		length += len(words[k])
	}
	if length < 2 || length > longestWord {
		return noWord
	}
	if x.tokens == 2 && length <= 4 && len(words[1]) == 1 && oneOf("省市县", words[1][0]) &&
		length >= 3 && x.texts >= 5 && x.cohesion >= leastCohesion {
		return newWord // a county that the dictionary does not know
	}
	if !firm(x, latin(words[0])) || !v.wordLike(words, x.bond >= tightBond && x.texts >= manyTexts) {
		return noWord
	}
	for k, word := range words {
		single := len(word) == 1 && !oneOf(numerals, word[0])
		if idf, known := v.dictionary.lookup(string(word)); single || k == 0 && latin(word) || len(word) > 1 && (!known || idf >= rareIDF) {
			return newWord
		}
	}
	return compound
}

// firm reports whether the tokens of a run belong together.
func firm(x *run, number bool) bool {
	few := x.bond >= tightBond && x.texts > fewestRuns // of few questions nothing can be more frequent than chance by much
	if x.cohesion < leastCohesion && !few && (!number || x.cohesion <= numberBond) {
		return false
	}
	least := leastBond
	if x.texts <= fewestRuns {
		least = leastBondTwo
	}
	return x.bond >= least
}

// wordLike reports whether the tokens can be the parts of a word; tight ones hardly ever occur apart.
func (v *vocabulary) wordLike(words [][]rune, tight bool) bool {
	last := len(words) - 1
	for k, word := range words {
		single := len(word) == 1
		switch {
		case everyday(string(word)), area(word),
			single && oneOf(notInside, word[0]),
			single && k == 0 && oneOf(notFirst, word[0]),
			single && k == last && oneOf(notLast, word[0]),
			k == last && oneOf(numerals, word[0]),
			latin(word) && k > 0:
			return false
		}
	}
	return v.edgeHolds(words[0], words[1], false, tight) && v.edgeHolds(words[last], words[last-1], true, tight)
}

// edgeHolds reports whether the word at an edge is part of the whole; beside is its neighbour. A
// lone single character there must be rare, make a noun or hardly ever stand elsewhere.
func (v *vocabulary) edgeHolds(word, beside []rune, last, tight bool) bool {
	if len(word) > 1 {
		return true
	}
	r := word[0]
	if oneOf(verbs, r) && (last || len(beside) > 1) {
		return false
	}
	if len(beside) == 1 || tight {
		return true
	}
	idf, known := v.dictionary.lookup(string(word))
	if !known {
		idf = 0
	}
	if last {
		return oneOf(nounEndings, r) || idf >= commonLast
	}
	return idf >= commonFirst || alphanumeric(r)
}

// prune drops new words that only add something to a shorter one that is more frequent by
// pruneRatio: 清荷苑物业 beside 清荷苑. A name with the kind of place behind it stays: 泉星+公园.
func (v *vocabulary) prune(counts map[string]int) {
	var drop []string
	for word := range v.fresh {
		if runes := []rune(word); len(runes) >= shortestPruned && v.divisible(runes, counts) {
			drop = append(drop, word)
		}
	}
	for _, word := range drop {
		delete(v.fresh, word)
	}
}

const (
	pruneRatio     = 1.3
	shortestPruned = 4 // characters
	longestPart    = 8
	partIDF        = 12.5 // rarer words of the dictionary are no parts
)

// division is the best way to divide the beginning of a word into words.
type division struct {
	parts   int
	hasNew  bool // one part is a new word more frequent than the whole
	lastCut int
}

// better prefers divisions with a new word in them, then those into fewer parts.
func (d division) better(other division) bool {
	if other.parts == 0 || d.hasNew != other.hasNew {
		return other.parts == 0 || d.hasNew
	}
	return d.parts < other.parts
}

// part reports whether a word may be divided at the edges of this one.
func (v *vocabulary) part(word string) bool {
	idf, known := v.dictionary.lookup(word)
	return v.fresh[word] || known && idf <= partIDF
}

// divisible reports whether a word is others side by side, one of them a more frequent new one.
func (v *vocabulary) divisible(word []rune, counts map[string]int) bool {
	n := len(word)
	best := make([]division, n+1)
	for j := 2; j <= n; j++ {
		for i := max(0, j-longestPart); i+2 <= j; i++ {
			part := string(word[i:j])
			if i == 0 && j == n || i > 0 && best[i].parts == 0 || !v.part(part) {
				continue
			}
			frequent := v.fresh[part] && float64(counts[part]) >= pruneRatio*float64(counts[string(word)])
			if next := (division{best[i].parts + 1, best[i].hasNew || frequent, i}); next.better(best[j]) {
				best[j] = next
			}
		}
	}
	d := best[n]
	if d.parts < 2 || !d.hasNew {
		return false
	}
	_, place := v.dictionary.lookup(string(word[d.lastCut:]))
	named := d.parts == 2 && v.fresh[string(word[:d.lastCut])] && place && oneOf(placeEndings, word[n-1])
	return !named
}

// contains reports whether a text holds a word.
func contains(text, word []rune) bool { return indexOf(text, word) >= 0 }

// indexOf returns where a word begins in a text, or -1.
func indexOf(text, word []rune) int {
	for i := 0; i+len(word) <= len(text); i++ {
		if slices.Equal(text[i:i+len(word)], word) {
			return i
		}
	}
	return -1
}
