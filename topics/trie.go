package topics

// trie finds words in a text. It is one hash table of steps: from a node, by a character, to the
// next node. Adding to it while others search is not safe.
type trie struct {
	steps []step // a power of two, at most three quarters filled
	nodes int32  // the root is node 0
	used  int
}

// step leads from a node to the next. A key of 0 marks a free place.
type step struct {
	key  uint64 // node and character
	node int32
	word int32 // number of the word that ends here plus 1, or 0
}

// hit is a word found in a text: its number and how many characters it has.
type hit struct{ word, length int32 }

const firstSteps = 64

func (t *trie) find(key uint64) int {
	last := uint64(len(t.steps) - 1) //nolint:gosec // a length
	i := mix(key) & last
	for t.steps[i].key != key && t.steps[i].key != 0 {
		i = (i + 1) & last
	}
	return int(i) //nolint:gosec // an index
}

func stepKey(node int32, r rune) uint64 {
	return uint64(node)<<21 | uint64(r) + 1 //nolint:gosec // neither is negative
}

// mix spreads the bits of a key (the finaliser of SplitMix64).
func mix(v uint64) uint64 {
	v ^= v >> 30
	v *= 0xBF58476D1CE4E5B9
	v ^= v >> 27
	v *= 0x94D049BB133111EB
	return v ^ v>>31
}

// add enters a word that is not empty under a number.
func (t *trie) add(word []rune, number int) {
	node := int32(0)
	last := 0
	for _, r := range word {
		t.grow()
		last = t.find(stepKey(node, r))
		if s := &t.steps[last]; s.key == 0 {
			t.nodes++
			t.used++
			*s = step{key: stepKey(node, r), node: t.nodes}
		}
		node = t.steps[last].node
	}
	t.steps[last].word = int32(number) + 1 //nolint:gosec // fewer than 2^31 words
}

// grow makes room for one more step.
func (t *trie) grow() {
	if t.steps == nil {
		t.steps = make([]step, firstSteps)
	}
	if 4*t.used < 3*len(t.steps) {
		return
	}
	old := t.steps
	t.steps = make([]step, 2*len(old))
	for _, s := range old {
		if s.key != 0 {
			t.steps[t.find(s.key)] = s
		}
	}
}

// at appends the words that begin at text[i], the shortest first.
func (t *trie) at(dst []hit, text []rune, i int) []hit {
	if t.used == 0 {
		return dst
	}
	node := int32(0)
	for j := i; j < len(text); j++ {
		s := &t.steps[t.find(stepKey(node, text[j]))]
		if s.key == 0 {
			break
		}
		if s.word > 0 {
			dst = append(dst, hit{s.word - 1, int32(j + 1 - i)}) //nolint:gosec // words are short
		}
		node = s.node
	}
	return dst
}

// all appends the words that occur anywhere in the text, once for every occurrence.
func (t *trie) all(dst []hit, text []rune) []hit {
	for i := range text {
		dst = t.at(dst, text, i)
	}
	return dst
}

// number returns the number of a word, and false when it was not added.
func (t *trie) number(word []rune) (int, bool) {
	if t.used == 0 || len(word) == 0 {
		return 0, false
	}
	node, end := int32(0), int32(0)
	for _, r := range word {
		s := &t.steps[t.find(stepKey(node, r))]
		if s.key == 0 {
			return 0, false
		}
		node, end = s.node, s.word
	}
	return int(end) - 1, end > 0
}
