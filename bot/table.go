package bot

import (
	"cmp"
	"slices"
)

// table holds the postings of every keyword of a trie, best first.
type table struct {
	trie  *trie
	start []int32
	list  []posting
	flags []uint8 // by keyword
	mixed bool    // any keyword is flagJoint
}

const (
	flagEdged uint8 = 1 << iota // it may be a part of a longer number or Latin word
	flagJoint                   // a rule of it asks for other words too
)

func (t *table) edged(value int32) bool { return t.flags[value]&flagEdged != 0 }

// joint notes which keywords lead to rules that ask for other words too.
func (t *table) joint(rules []rule) {
	for v := range t.flags {
		for _, p := range t.of(int32(v)) {
			if c := rules[p.rule].more; c != nil && (c.words != nil || c.groups != nil) {
				t.flags[v] |= flagJoint
				t.mixed = true
				break
			}
		}
	}
}

// counted leaves out the hits that are a part of a longer number or Latin word, and those that
// are denied.
func (t *table) counted(form int, sc *scratch, hits []hit) []hit {
	text := sc.both[form]
	kept := hits[:0]
	joins := slices.ContainsFunc(text, mayJoin)
	for _, h := range hits {
		if joins && (mayJoin(text[h.at]) || mayJoin(text[h.at+h.length-1])) && !sc.whole(form, h) || sc.denied(form, int(h.at), int(h.length)) {
			continue
		}
		kept = append(kept, h)
	}
	return kept
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
			flags := uint8(0)
			if edged(e.word) {
				flags = flagEdged
			}
			t.flags = append(t.flags, flags)
			t.start = append(t.start, int32(i))
		}
		t.list[i] = e.posting
	}
	t.start = append(t.start, int32(len(entries))) //nolint:gosec // as above
	t.trie = newTrie(words)
	return t
}
