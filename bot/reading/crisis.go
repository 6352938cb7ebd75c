package reading

import (
	_ "embed" // the words
	"slices"
	"strings"
	"sync"
)

// crisisTxt has three lists below lines that begin with #: words of despair, which tell of someone who
// wants to die and count in a text of any length; words of danger at this moment, which count in messages as
// people write them in need; and harmless words that hold one of those.
//
//go:embed crisis.txt
var crisisTxt string

// urgentLength is the longest text, in characters, in which words of danger count.
const urgentLength = 120

// crisis finds calls for help.
type crisis struct {
	words   *Trie
	guards  *Trie
	shown   []string
	despair []bool // by word: counts in a text of any length
}

// crisisWords is made on first use and never changes.
var crisisWords = sync.OnceValue(func() *crisis {
	var lists [][]string
	for line := range strings.Lines(crisisTxt) {
		if strings.HasPrefix(line, "#") {
			lists = append(lists, nil)
			continue
		}
		lists[len(lists)-1] = append(lists[len(lists)-1], strings.Fields(line)...)
	}
	despair, danger, guards := lists[0], lists[1], lists[2]
	c := &crisis{}
	c.words, c.shown = TrieOf(append(danger, despair...))
	c.guards, _ = TrieOf(guards)
	c.despair = make([]bool, len(c.shown))
	for _, w := range despair {
		c.despair[c.words.Lookup(Key(w))] = true
	}
	return c
})

// PrepareCrisis reads the words, so that the first question does not wait for it.
func PrepareCrisis() { crisisWords() }

// BuiltInCalls are the words that every account takes for a call for help.
func BuiltInCalls() []string { return slices.Sorted(slices.Values(crisisWords().shown)) }

// Calls are words that an account takes for calls for help too, in a text of any length.
type Calls struct {
	words *Trie
	shown []string
}

// NewCalls returns nil for no words.
func NewCalls(words []string) *Calls {
	if len(words) == 0 {
		return nil
	}
	c := &Calls{}
	c.words, c.shown = TrieOf(words)
	return c
}

// Crisis returns the first crisis word of the text that no harmless word covers; own may be nil.
func (t *Text) Crisis(own *Calls) (string, bool) {
	c := crisisWords()
	for _, text := range t.Forms() {
		if own != nil {
			t.hits = own.words.CollectAll(text, t.hits[:0])
			for _, h := range t.hits {
				if !c.covered(text, int(h.At), int(h.Length)) {
					return own.shown[h.Value], true
				}
			}
		}
		t.hits = c.words.CollectAll(text, t.hits[:0])
		for _, h := range t.hits {
			if len(text) > urgentLength && !c.despair[h.Value] {
				continue
			}
			if !c.covered(text, int(h.At), int(h.Length)) {
				return c.shown[h.Value], true
			}
		}
	}
	return "", false
}

// covered reports whether a harmless word spans text[at:at+n].
func (c *crisis) covered(text []rune, at, n int) bool {
	const longestGuard = 12
	var room [8]Hit
	for from := max(at-longestGuard, 0); from <= at; from++ {
		for _, g := range c.guards.Collect(text, from, room[:0]) {
			if from+int(g.Length) >= at+n {
				return true
			}
		}
	}
	return false
}
