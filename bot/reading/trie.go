package reading

import "slices"

// Trie finds every keyword that occurs in a text. Nodes are numbered level by level, so
// the children of a node stand side by side, sorted by character; the first character is
// found in a paged table, a child among many in a hash table. Most characters of a question
// begin no keyword, which small filters of first characters and of pairs tell without
// going there. It is immutable and searching it allocates nothing.
//
// Why not Aho-Corasick: the libraries that offer it either answer wrongly for overlapping
// keywords or take seconds and gigabytes for 100,000; questions are short enough to start
// anew at every character.
type Trie struct {
	begin bits         // of first characters
	alone bits         // of characters that are a keyword by themselves
	pairs []uint64     // of the first two characters, hashed; a power of two
	pages []uint16     // by the upper bits of the first character, 0 = none
	roots [][256]int32 // node + 1 of first characters, page 0 unused
	nodes []node       // and one more that ends the children of the last
	edges []int32      // hash table of the children of nodes that have many: node + 1, 0 = free
}

// bits holds one bit for every value of the lower bits of a character.
type bits [32]uint64

func (b *bits) add(r rune) { b[uint32(r)/64%32] |= 1 << (uint32(r) % 64) } //nolint:gosec // only bits matter

func (b *bits) has(r rune) bool {
	return b[uint32(r)/64%32]&(1<<(uint32(r)%64)) != 0 //nolint:gosec // only bits matter
}

// node is one character of keywords.
type node struct {
	label rune
	value int32 // keyword that ends here, or -1
	first int32 // first child; the children end where those of the next node begin
}

// fewChildren is up to where reading along the labels is faster than hashing.
const fewChildren = 4

const pageCount = (0x10FFFF >> 8) + 1

// Hit is one occurrence: the keyword's number, where it begins and how many characters it has.
type Hit struct {
	Value  int32
	At     int32
	Length int32
}

// span is one level-by-level work item of the build: words[lo:hi] share the first depth
// characters.
type span struct{ lo, hi int32 }

// NewTrie builds from keywords that are sorted, distinct and not empty; the number of a
// keyword is its index.
func NewTrie(words [][]rune) *Trie {
	t := &Trie{}
	if len(words) == 0 {
		return t
	}
	total := 0
	var before []rune
	for _, w := range words {
		total += len(w) - common(before, w)
		before = w
	}
	t.pages = make([]uint16, pageCount)
	t.roots = make([][256]int32, 1, 8)
	t.nodes = make([]node, 0, total+1)
	// A level has no more nodes than there are keywords.
	level, next := make([]span, 0, len(words)), make([]span, 0, len(words))
	level = t.split(words, level, span{0, int32(len(words))}, 0) //nolint:gosec // keywords are bounded far below 2^31
	for i := range level {
		t.setRoot(t.nodes[i].label, int32(i))
	}
	done := 0 // nodes whose children are there
	for depth := 1; len(level) > 0; depth++ {
		next = next[:0]
		for _, s := range level {
			t.nodes[done].first = int32(len(t.nodes)) //nolint:gosec // as above
			done++
			next = t.split(words, next, s, depth)
		}
		level, next = next, level
	}
	t.nodes = append(t.nodes, node{first: int32(len(t.nodes))}) //nolint:gosec // as above
	t.hash()
	t.filter()
	return t
}

// hash files the children of every node that has more than a few.
func (t *Trie) hash() {
	n := 0
	for i := range t.nodes[1:] {
		if c := int(t.nodes[i+1].first - t.nodes[i].first); c > fewChildren {
			n += c
		}
	}
	if n == 0 {
		return
	}
	size := 64
	for size < 2*n {
		size *= 2
	}
	t.edges = make([]int32, size)
	for i := range t.nodes[1:] {
		lo, hi := t.nodes[i].first, t.nodes[i+1].first
		if hi-lo <= fewChildren {
			continue
		}
		for c := lo; c < hi; c++ {
			at := t.slot(lo, t.nodes[c].label)
			for t.edges[at] != 0 {
				at = (at + 1) & uint32(size-1) //nolint:gosec // a power of two below 2^31
			}
			t.edges[at] = c + 1
		}
	}
}

// slot is where the search for a child begins; lo, the first child, names the parent.
func (t *Trie) slot(lo int32, r rune) uint32 {
	return spread(lo, r) & uint32(len(t.edges)-1) //nolint:gosec // a power of two
}

func spread(a int32, r rune) uint32 {
	h := (uint32(a)*0x9E3779B1 ^ uint32(r)) * 0x85EBCA6B //nolint:gosec // only bits matter
	return h ^ h>>15
}

// filter notes how keywords begin. The nodes of first characters stand first, those of
// second characters after them.
func (t *Trie) filter() {
	firsts := t.nodes[0].first
	seconds := t.nodes[firsts].first - firsts
	size := int32(1)
	for size*64 < 8*seconds { // at most every eighth bit is set
		size *= 2
	}
	t.pairs = make([]uint64, size)
	for i := range firsts {
		n := &t.nodes[i]
		t.begin.add(n.label)
		if n.value >= 0 {
			t.alone.add(n.label)
		}
		for c := n.first; c < t.nodes[i+1].first; c++ {
			h := spread(n.label, t.nodes[c].label)
			t.pairs[h/64&uint32(size-1)] |= 1 << (h % 64) //nolint:gosec // a power of two
		}
	}
}

// split appends the children of the node that stands for words[s.lo:s.hi].
func (t *Trie) split(words [][]rune, next []span, s span, depth int) []span {
	lo := s.lo
	if depth > 0 && len(words[lo]) == depth {
		lo++ // this word ends at the parent itself
	}
	for lo < s.hi {
		r := words[lo][depth]
		hi := lo + 1
		for hi < s.hi && words[hi][depth] == r {
			hi++
		}
		value := int32(-1)
		if len(words[lo]) == depth+1 {
			value = lo
		}
		t.nodes = append(t.nodes, node{label: r, value: value})
		next = append(next, span{lo, hi})
		lo = hi
	}
	return next
}

func (t *Trie) setRoot(r rune, node int32) {
	p := t.pages[r>>8]
	if p == 0 {
		t.roots = append(t.roots, [256]int32{})
		p = uint16(len(t.roots) - 1) //nolint:gosec // at most pageCount
		t.pages[r>>8] = p
	}
	t.roots[p][r&0xFF] = node + 1
}

func common(a, b []rune) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// mayBegin is false where no keyword begins, for nearly all of a usual question.
func (t *Trie) mayBegin(text []rune, at int) bool {
	r := text[at]
	if !t.begin.has(r) {
		return false
	}
	if at+1 == len(text) || t.alone.has(r) {
		return true
	}
	h := spread(r, text[at+1])
	return t.pairs[h/64&uint32(len(t.pairs)-1)]&(1<<(h%64)) != 0 //nolint:gosec // a power of two
}

// Collect appends every keyword that begins at text[from].
func (t *Trie) Collect(text []rune, from int, hits []Hit) []Hit {
	if !t.mayBegin(text, from) {
		return hits
	}
	r := text[from]
	at := t.roots[t.pages[r>>8]][r&0xFF] - 1
	if at < 0 {
		return hits
	}
	for i := from + 1; ; i++ {
		n := &t.nodes[at]
		if n.value >= 0 {
			hits = append(hits, Hit{n.value, int32(from), int32(i - from)}) //nolint:gosec // texts have at most maxRunes
		}
		if i == len(text) {
			return hits
		}
		if at = t.child(n.first, t.nodes[at+1].first, text[i]); at < 0 {
			return hits
		}
	}
}

// child finds r among the nodes lo..hi, the children of one node.
func (t *Trie) child(lo, hi int32, r rune) int32 {
	if hi-lo <= fewChildren {
		for ; lo < hi; lo++ {
			if t.nodes[lo].label == r {
				return lo
			}
		}
		return -1
	}
	for at := t.slot(lo, r); ; at = (at + 1) & uint32(len(t.edges)-1) { //nolint:gosec // a power of two
		c := t.edges[at] - 1
		if c < 0 {
			return -1
		}
		if c >= lo && c < hi && t.nodes[c].label == r {
			return c
		}
	}
}

// Lookup returns the number of the keyword that is exactly this text, or -1.
func (t *Trie) Lookup(text []rune) int32 {
	if len(text) == 0 || !t.mayBegin(text, 0) {
		return -1
	}
	at := t.roots[t.pages[text[0]>>8]][text[0]&0xFF] - 1
	for i := 1; at >= 0 && i < len(text); i++ {
		at = t.child(t.nodes[at].first, t.nodes[at+1].first, text[i])
	}
	if at < 0 {
		return -1
	}
	return t.nodes[at].value
}

// CollectAll appends every keyword that occurs anywhere in text, overlaps included.
func (t *Trie) CollectAll(text []rune, hits []Hit) []Hit {
	for i, r := range text {
		if t.begin.has(r) {
			hits = t.Collect(text, i, hits)
		}
	}
	return hits
}

// Index returns where word occurs in text, or -1.
func Index(text, word []rune) int {
	for i := 0; i+len(word) <= len(text); i++ {
		if text[i] == word[0] && slices.Equal(text[i:i+len(word)], word) {
			return i
		}
	}
	return -1
}
