package bot

import (
	"regexp"
	"slices"
	"unicode/utf8"
)

// scratch is the working memory of one question. It is pooled, so that matching
// allocates nothing once it has grown.
type scratch struct {
	raw   string
	key   []rune    // the text as matched
	bare  []rune    // the same without emoji; empty when there are none or nothing else
	both  [2][]rune // backing of forms
	marks [2][]mark // of forms, made when they are asked for
	fold  []rune    // room for making them
	hits  []hit
	said  []said
	seen  [seenBits / 64]uint64
	light []byte // forms for regular expressions, made when the first is asked
	tight []byte
	ready bool // light and tight are those of raw
}

func (rs *Ruleset) scratch() *scratch {
	if sc, ok := rs.pool.Get().(*scratch); ok {
		return sc
	}
	return &scratch{key: make([]rune, 0, 128), hits: make([]hit, 0, 64)}
}

// release gives the memory back; the citizen's words are not kept.
func (rs *Ruleset) release(sc *scratch) {
	sc.raw = ""
	rs.pool.Put(sc)
}

func (sc *scratch) read(text string) {
	sc.raw = text
	sc.ready = false
	sc.marks[0], sc.marks[1] = sc.marks[0][:0], sc.marks[1][:0]
	sc.key = appendKey(sc.key[:0], text)
	sc.bare = sc.bare[:0]
	if !slices.ContainsFunc(sc.key, emojiRune) {
		return
	}
	for _, r := range sc.key {
		if !emojiRune(r) {
			sc.bare = append(sc.bare, r)
		}
	}
}

func emojiRune(r rune) bool {
	return r >= 0x231A && (r < 0x2E80 || r > 0xD7FF) && isEmoji(r)
}

// forms are the texts in which keywords are looked for.
func (sc *scratch) forms() [][]rune {
	if len(sc.key) == 0 {
		return nil
	}
	sc.both[0] = sc.key
	if len(sc.bare) == 0 {
		return sc.both[:1]
	}
	sc.both[1] = sc.bare
	return sc.both[:2]
}

// text is what the citizen wrote in the matched form, without emoji unless there is nothing
// else.
func (sc *scratch) text() []rune {
	if len(sc.bare) > 0 {
		return sc.bare
	}
	return sc.key
}

// length is the number of characters of text.
func (sc *scratch) length() int { return len(sc.text()) }

// marksOf returns the marks of the characters of a form.
func (sc *scratch) marksOf(form int) []mark {
	if len(sc.marks[0]) == 0 {
		sc.fold, sc.marks[0] = appendMarked(sc.fold[:0], sc.marks[0], sc.raw)
	}
	if form == 1 && len(sc.marks[1]) == 0 {
		left := mark(0) // an emoji that is left out breaks words like a space
		for i, r := range sc.key {
			if emojiRune(r) {
				left |= markBreak | sc.marks[0][i]&markStop
				continue
			}
			sc.marks[1] = append(sc.marks[1], sc.marks[0][i]|left)
			left = 0
		}
	}
	return sc.marks[form]
}

// whole reports whether the keyword found there is no part of a longer number or word.
func (sc *scratch) whole(form int, h hit) bool {
	return whole(sc.both[form], sc.marksOf(form), int(h.at), int(h.at+h.length))
}

// has reports whether the text holds a word.
func (sc *scratch) has(t *keyword) bool {
	for form := range sc.forms() {
		if sc.find(form, t, 0) >= 0 {
			return true
		}
	}
	return false
}

// stands reports whether the word that is found there is one of its own, spelled like this.
func (sc *scratch) stands(form, at int, t *keyword) bool {
	if !t.edged {
		return true
	}
	marks := sc.marksOf(form)
	return whole(sc.both[form], marks, at, at+len(t.key)) && (t.marks == nil || spelled(t.key, marks[at:], t.marks))
}

// find returns where a word stands in a form and is not denied, at from or later, or -1.
func (sc *scratch) find(form int, t *keyword, from int) int {
	text, n := sc.both[form], len(t.key)
	for {
		at := indexOf(text[from:], t.key)
		if at < 0 {
			return -1
		}
		at += from
		if sc.stands(form, at, t) && !sc.denied(form, at, n) {
			return at
		}
		from = at + 1
	}
}

// groups returns the summed length of the longest word found of every group, false when
// a group has none.
func (sc *scratch) groups(groups [][]keyword) (int, bool) {
	sum := 0
	for _, g := range groups {
		found := 0
		for i := range g {
			if w := &g[i]; len(w.key) > found && sc.has(w) {
				found = len(w.key)
			}
		}
		if found == 0 {
			return 0, false
		}
		sum += found
	}
	return sum, true
}

// matches tries the pattern on the text with its punctuation and on the one without.
func (sc *scratch) matches(re *regexp.Regexp) bool {
	if !sc.ready {
		sc.ready = true
		sc.light = appendLight(sc.light[:0], sc.raw)
		sc.tight = sc.tight[:0]
		n := len(sc.key)
		sc.key = appendFolded(sc.key, sc.raw, false)
		for _, r := range sc.key[n:] {
			sc.tight = utf8.AppendRune(sc.tight, r)
		}
		sc.key = sc.key[:n]
	}
	if len(sc.light) == 0 {
		return false
	}
	return re.Match(sc.light) || re.Match(sc.tight)
}

// repeated returns the unit of a text that is one word written several times (在吗在吗),
// or nil. Digits and Latin letters alone are no such word: 11 is not 1.
func repeated(text []rune) []rune {
	n := len(text)
	if n < 2 || n > 64 {
		return nil
	}
	for p := 1; p <= n/2; p++ {
		if n%p != 0 || !slices.Equal(text[p:], text[:n-p]) {
			continue
		}
		unit := text[:p]
		if slices.ContainsFunc(unit, func(r rune) bool { return r >= utf8.RuneSelf }) {
			return unit
		}
		return nil
	}
	return nil
}
