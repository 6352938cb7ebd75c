package reading

import (
	"regexp"
	"slices"
	"unicode/utf8"
)

// Text is what a citizen wrote, ready for words and patterns to be looked for. It is the working
// memory too: once it has grown, reading another text allocates nothing. The zero Text is
// empty. It is not safe for concurrent use.
type Text struct {
	raw   string
	forms [2][]rune // as matched, and without emoji; the second is empty when there are none or nothing else
	marks [2][]mark // of forms, made when they are asked for
	fold  []rune    // room for making them, and for slips
	hits  []Hit     // room for slips
	light []byte    // forms for regular expressions, made when the first is asked
	tight []byte
	ready bool // light and tight are those of raw
}

// Read takes a text in the place of the one before.
func (t *Text) Read(text string) {
	t.raw = text
	t.ready = false
	t.marks[0], t.marks[1] = t.marks[0][:0], t.marks[1][:0]
	if t.forms[0] == nil {
		t.forms[0] = make([]rune, 0, 128) // longer than most questions
	}
	key, bare := KeyIn(t.forms[0], text), t.forms[1][:0]
	if slices.ContainsFunc(key, isEmoji) {
		for _, r := range key {
			if !isEmoji(r) {
				bare = append(bare, r)
			}
		}
	}
	t.forms[0], t.forms[1] = key, bare
}

// Forget lets go of what the citizen wrote and keeps the room.
func (t *Text) Forget() { t.raw = "" }

// Raw is the text as it was written.
func (t *Text) Raw() string { return t.raw }

// Key is the text in the matched form; it is valid until the next Read.
func (t *Text) Key() []rune { return t.forms[0] }

// Forms are the texts in which words are looked for: the matched form and, where there are emoji
// beside other things, the same without them.
func (t *Text) Forms() [][]rune {
	switch {
	case len(t.forms[0]) == 0:
		return nil
	case len(t.forms[1]) == 0:
		return t.forms[:1]
	}
	return t.forms[:]
}

// Runes is the text in the matched form, without emoji unless there is nothing else.
func (t *Text) Runes() []rune {
	if len(t.forms[1]) > 0 {
		return t.forms[1]
	}
	return t.forms[0]
}

// marksOf returns the marks of the characters of a form.
func (t *Text) marksOf(form int) []mark {
	if len(t.marks[0]) == 0 {
		t.fold, t.marks[0] = markedIn(t.fold, t.marks[0], t.raw)
	}
	if form == 1 && len(t.marks[1]) == 0 {
		left := mark(0) // an emoji that is left out breaks words like a space
		for i, r := range t.forms[0] {
			if isEmoji(r) {
				left |= markBreak | t.marks[0][i]&markStop
				continue
			}
			t.marks[1] = append(t.marks[1], t.marks[0][i]|left)
			left = 0
		}
	}
	return t.marks[form]
}

// Whole reports whether what was found there is no part of a longer number or Latin word.
func (t *Text) Whole(form int, h Hit) bool {
	text := t.forms[form]
	if !mayJoin(text[h.At]) && !mayJoin(text[h.At+h.Length-1]) {
		return true
	}
	return whole(text, t.marksOf(form), int(h.At), int(h.At+h.Length))
}

// Counts reports whether what was found there is Whole and not Denied.
func (t *Text) Counts(form int, h Hit) bool { return t.Whole(form, h) && !t.Denied(form, h) }

// Spelled reports whether the digits of a word that was found there stand in the text as they
// stand in the word: 五一 is not 51, nor 5.1.
func (t *Text) Spelled(form int, h Hit, w *Word) bool {
	return w.marks == nil || spelled(t.forms[form][h.At:h.At+h.Length], t.marksOf(form)[h.At:], w.marks)
}

// Has reports whether the text holds a word that it does not deny.
func (t *Text) Has(w *Word) bool {
	for form := range t.Forms() {
		if t.Find(form, w, 0) >= 0 {
			return true
		}
	}
	return false
}

// Find returns where a word stands in a form and is not denied, at from or later, or -1.
func (t *Text) Find(form int, w *Word, from int) int {
	for {
		h, ok := t.next(form, w, from)
		if !ok {
			return -1
		}
		if !t.Denied(form, h) {
			return int(h.At)
		}
		from = int(h.At) + 1
	}
}

// next returns where a word stands in a form, at from or later.
func (t *Text) next(form int, w *Word, from int) (Hit, bool) {
	text := t.forms[form]
	for from < len(text) {
		at := Index(text[from:], w.Key)
		if at < 0 {
			break
		}
		h := Hit{At: int32(from + at), Length: int32(len(w.Key))} //nolint:gosec // texts have at most maxRunes
		if t.Whole(form, h) && t.Spelled(form, h, w) {
			return h, true
		}
		from += at + 1
	}
	return Hit{}, false
}

// Around is the number or Latin word around a hit, with the character behind it where that
// makes the difference: 110元.
func (t *Text) Around(form int, h Hit) string {
	text, marks := t.forms[form], t.marksOf(form)
	part := func(r rune) bool { return mayJoin(r) || r == '.' }
	from, to := int(h.At), int(h.At+h.Length)
	for from > 0 && marks[from]&markBreak == 0 && part(text[from-1]) {
		from--
	}
	for to < len(text) && marks[to]&markBreak == 0 && part(text[to]) {
		to++
	}
	if to-from == int(h.Length) && to < len(text) {
		to++
	}
	return string(text[from:to])
}

// Matches tries a pattern on the text with its punctuation and on the one without.
func (t *Text) Matches(re *regexp.Regexp) bool {
	if !t.ready {
		t.ready = true
		t.light = lightIn(t.light, t.raw)
		t.tight = t.tight[:0]
		t.fold = foldIn(t.fold, t.raw, false)
		for _, r := range t.fold {
			t.tight = utf8.AppendRune(t.tight, r)
		}
	}
	if len(t.light) == 0 {
		return false
	}
	return re.Match(t.light) || re.Match(t.tight)
}
