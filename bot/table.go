package bot

import (
	"cmp"
	"slices"

	"github.com/wenzheng/wenzheng/bot/reading"
)

// table holds the postings of every keyword of a trie, best first.
type table struct {
	trie  *reading.Trie
	start []int32
	list  []posting
	joint []bool // by keyword: a rule of it asks for other words too
	mixed bool   // any keyword is joint
}

// findJoint notes which keywords lead to rules that ask for other words too.
func (t *table) findJoint(rules []rule) {
	for v := range t.joint {
		for _, p := range t.of(int32(v)) {
			if c := rules[p.rule()].more; c != nil && (c.words != nil || c.groups != nil) {
				t.joint[v], t.mixed = true, true
				break
			}
		}
	}
}

// of returns the ways to rules that a keyword opens.
func (t *table) of(value int32) []posting {
	return t.list[t.start[value]:t.start[value+1]]
}

// entry is a keyword on its way into a table.
type entry struct {
	word []rune
	posting
}

// sortKey orders entries by their first three characters at once; only what is equal
// there is compared in full.
type sortKey struct {
	head  uint64
	entry int32
}

func headOf(word []rune) uint64 {
	h := uint64(0)
	for i := range 3 {
		h <<= 21
		if i < len(word) {
			h |= uint64(word[i]) //nolint:gosec // runes are positive and have 21 bits
		}
	}
	return h
}

// newTable groups the entries by keyword, the best posting of each first.
func newTable(entries []entry) table {
	keys := make([]sortKey, len(entries))
	for i := range entries {
		keys[i] = sortKey{headOf(entries[i].word), int32(i)}
	}
	slices.SortFunc(keys, func(a, b sortKey) int {
		if a.head != b.head {
			return cmp.Compare(a.head, b.head)
		}
		x, y := &entries[a.entry], &entries[b.entry]
		if n := slices.Compare(x.word, y.word); n != 0 {
			return n
		}
		return cmp.Compare(x.rank, y.rank)
	})
	t := table{list: make([]posting, len(entries)), start: make([]int32, 0, len(entries)+1)}
	words := make([][]rune, 0, len(entries))
	for i, k := range keys {
		e := &entries[k.entry]
		if n := len(words); n == 0 || !slices.Equal(e.word, words[n-1]) {
			words = append(words, e.word)
			t.start = append(t.start, int32(i))
		}
		t.list[i] = e.posting
	}
	t.start = append(t.start, int32(len(entries))) //nolint:gosec // as above
	t.joint = make([]bool, len(words))
	t.trie = reading.NewTrie(words)
	return t
}
