package reading

import "slices"

// mark tells what the matched form of a text no longer shows of one of its characters.
type mark uint8

const (
	markBreak mark = 1 << iota // something that ends a word or number stood before it
	markHan                    // a digit that was written in Han
	markStop                   // a sentence or clause ended before it
)

// stops end a sentence or a clause.
const stops = "，。！？；…,.!?;\n\r"

// markedIn is KeyIn that also returns the mark of every character, made in marks.
func markedIn(room []rune, marks []mark, s string) ([]rune, []mark) {
	f := folder{t: folding(), dst: room[:0], digits: true, marked: true, marks: marks[:0]}
	f.whole(s)
	return f.dst, f.marks
}

// enclosed reports numbers in circles and brackets, which end themselves: ①110.
func enclosed(r rune) bool {
	return r >= 0x2460 && r <= 0x24FF || r >= 0x2776 && r <= 0x2793 || r >= 0x3220 && r <= 0x3229 || r >= 0x3280 && r <= 0x3289
}

// keycap is the sign that encloses the digit before it.
const keycap = 0x20E3

// note keeps the mark of the character just appended.
func (f *folder) note(m mark) {
	if !f.marked {
		return
	}
	if f.pending {
		m |= markBreak
	}
	if f.stopped {
		m |= markStop
	}
	f.pending, f.stopped = false, false
	f.marks = append(f.marks, m)
}

// Word is a word that is looked for in texts.
type Word struct {
	Key   []rune // the matched form
	marks []mark // nil unless two digits stand side by side
}

// NewWord returns a word as people write it; its Key is empty when nothing of the word is matched.
func NewWord(word string) Word {
	key, marks := markedIn(nil, nil, word)
	w := Word{Key: key}
	if Numbered(key) {
		w.marks = marks
	}
	return w
}

// Numbered reports whether two digits stand side by side in the matched form of a word, so that
// it matters how a text writes them, see Text.Spelled.
func Numbered(key []rune) bool {
	for i := 1; i < len(key); i++ {
		if isDigit(key[i]) && isDigit(key[i-1]) {
			return true
		}
	}
	return false
}

// Edged reports whether it matters for a word what stands beside it, or between its digits: it
// may be a part of a longer number or Latin word.
func Edged(key []rune) bool {
	if len(key) == 0 {
		return false
	}
	return mayJoin(key[0]) || mayJoin(key[len(key)-1]) || Numbered(key)
}

// mayJoin reports whether it matters what stands beside a character at the edge of a word.
func mayJoin(r rune) bool { return isDigit(r) || isLatin(r) || isPlace(r) }

// spelled reports whether digits stand in a text as in the word: nothing between them that
// the word has not, and a number of two digits in the same script (五一 is not 51). marks are
// those of the text where the word begins.
func spelled(key []rune, marks, word []mark) bool {
	for i := 0; i < len(key); i++ {
		if !isDigit(key[i]) {
			continue
		}
		end := i + 1
		for end < len(key) && isDigit(key[end]) {
			if marks[end]&markBreak != 0 && word[end]&markBreak == 0 {
				return false
			}
			end++
		}
		if end-i == 2 && ((marks[i]^word[i])|(marks[i+1]^word[i+1]))&markHan != 0 {
			return false
		}
		i = end
	}
	return true
}

// Words returns words as people write them; those of which nothing is matched are left out.
func Words(list []string) []Word {
	var words []Word
	for _, s := range list {
		if w := NewWord(s); len(w.Key) > 0 {
			words = append(words, w)
		}
	}
	return words
}

// TrieOf finds words as people write them. It returns them by their numbers, words of one matched
// form once.
func TrieOf(list []string) (t *Trie, shown []string) {
	type both struct {
		key   []rune
		shown string
	}
	all := make([]both, 0, len(list))
	for _, w := range list {
		if key := Key(w); len(key) > 0 {
			all = append(all, both{key, w})
		}
	}
	slices.SortFunc(all, func(a, b both) int { return slices.Compare(a.key, b.key) })
	all = slices.CompactFunc(all, func(a, b both) bool { return slices.Equal(a.key, b.key) })
	keys := make([][]rune, len(all))
	shown = make([]string, len(all))
	for i, w := range all {
		keys[i], shown[i] = w.key, w.shown
	}
	return NewTrie(keys), shown
}
