package reading

import (
	"strings"
	"unicode/utf8"
)

// maxRunes is how much of a text is read; WeChat's own limit is 2,048 bytes.
const maxRunes = 2048

// Normalise returns the form in which texts and keywords meet: compatibility forms and
// full width taken apart (NFKC), lower case, accents dropped, traditional characters
// simplified one by one, look-alikes united, space, punctuation and WeChat's bracketed
// faces left out (a dot between digits stays), characters repeated three times and more
// shortened to two (digits and Latin letters never, emoji to one). A text of nothing but
// punctuation or faces keeps them, each once. Han digits are kept here for people to
// read; in matching 一 壹 ① and 1 are the same. Normalise is idempotent, never panics
// and reads at most 2,048 characters.
func Normalise(s string) string {
	runes := foldIn(nil, s, false)
	var b strings.Builder
	b.Grow(len(runes) * 3)
	for _, r := range runes {
		b.WriteRune(r)
	}
	return b.String()
}

// Key returns the form that is matched: Normalise with Han digits as digits.
func Key(s string) []rune { return foldIn(nil, s, true) }

// KeyIn is Key that makes its result in room where that is long enough.
func KeyIn(room []rune, s string) []rune { return foldIn(room, s, true) }

// hanDigit returns the value of a Han digit, plain or financial, or -1. 十 百 千 万 are
// not digits but places and stay.
func hanDigit(r rune) rune {
	switch r {
	case '〇', '零':
		return 0
	case '一', '壹', '弌', '幺':
		return 1
	case '二', '贰', '弍', '两', '貮':
		return 2
	case '三', '叁', '弎':
		return 3
	case '四', '肆':
		return 4
	case '五', '伍':
		return 5
	case '六', '陆':
		return 6
	case '七', '柒':
		return 7
	case '八', '捌':
		return 8
	case '九', '玖':
		return 9
	}
	return -1
}

// folder is the state while one text is folded.
type folder struct {
	t     *foldTable
	dst   []rune
	last  class // of the last rune appended
	run   int   // how often the last rune stands at the end
	dot   bool  // a dot was seen right after a digit
	loose bool  // keep punctuation: there is nothing else

	digits bool // write Han digits as digits

	marked  bool   // keep marks
	marks   []mark // of the characters of dst
	pending bool   // the next character is marked as broken off from the last
	stopped bool   // the next character is marked as behind the end of a clause
}

func foldIn(room []rune, s string, digits bool) []rune {
	f := folder{t: folding(), dst: room[:0], digits: digits}
	f.whole(s)
	return f.dst
}

// whole is text that keeps the punctuation of a text which has nothing else.
func (f *folder) whole(s string) {
	f.text(s)
	if len(f.dst) == 0 {
		f.loose = true
		f.text(s)
	}
}

func (f *folder) text(s string) {
	n := 0
	for i := 0; i < len(s) && n < maxRunes; n++ {
		if !f.marked {
			if took := f.letters(s[i:], maxRunes-n); took > 0 {
				i += 3 * took
				n += took - 1
				continue
			}
		}
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		if r == '[' || r == '/' {
			if skip := faceLength(s[i:], f.loose); skip > 0 {
				f.dot, f.pending = false, true
				i += skip
				continue
			}
		}
		i += size
		if f.marked && strings.ContainsRune(stops, r) {
			f.stopped = true
		}
		if f.marked && enclosed(r) {
			f.pending = true
			f.add(f.t.at(r))
			f.pending = true
			continue
		}
		f.add(f.t.at(r))
		if r == keycap && len(f.marks) > 0 {
			f.marks[len(f.marks)-1] |= markBreak
			f.pending = true
		}
	}
}

// letters appends the characters at the start of s, at most limit, that are written in
// three bytes and kept as one letter other than the last: nearly all of a Chinese text. It
// returns how many it took.
func (f *folder) letters(s string, limit int) int {
	dst, last, n := f.dst, f.lastRune(), 0
	for ; n < limit && len(s) >= 3; n++ {
		// U+1000 to U+CFFF, where three bytes can be nothing else than one character.
		if s[0] < 0xE1 || s[0] > 0xEC || s[1]&0xC0 != 0x80 || s[2]&0xC0 != 0x80 {
			break
		}
		c := f.t.one[rune(s[0]&0x0F)<<12|rune(s[1]&0x3F)<<6|rune(s[2]&0x3F)]
		if c.class() != classLetter || c.rune() == last {
			break
		}
		last = c.rune()
		dst = append(dst, last)
		s = s[3:]
	}
	if n > 0 {
		f.dst = dst
		f.run, f.dot, f.last = 1, false, classLetter
	}
	return n
}

func (f *folder) lastRune() rune {
	if n := len(f.dst); n > 0 {
		return f.dst[n-1]
	}
	return -1
}

func (f *folder) add(c folded) {
	switch c.class() {
	case classDrop:
	case classMany:
		for _, r := range f.t.many[c.rune()] {
			f.add(fold1(classOf(r), r))
		}
	case classSpace:
		f.dot, f.pending = false, true
	case classDot:
		f.dot = f.last == classDigit && !f.dot && len(f.dst) > 0
		f.mark(c)
	case classSep:
		f.dot = false
		f.mark(c)
	case classZero:
		if f.last == classDigit && len(f.dst) > 0 {
			f.put(classDigit, '0')
			if n := len(f.marks); f.marked && n > 1 {
				f.marks[n-1] |= f.marks[n-2] & markHan // in the script of the digit before
			}
			return
		}
		f.mark(fold1(classSep, c.rune()))
	default:
		f.put(c.class(), c.rune())
	}
}

// mark appends punctuation when the text has nothing else, each sign once in a row.
func (f *folder) mark(c folded) {
	f.pending = true
	if !f.loose {
		return
	}
	if n := len(f.dst); n > 0 && f.dst[n-1] == c.rune() {
		return
	}
	f.dst = append(f.dst, c.rune())
	f.note(0)
	f.last = classSep
}

func (f *folder) put(c class, r rune) {
	m := mark(0)
	if f.digits && c == classDigit && r >= 0x3007 {
		r = '0' + hanDigit(r)
		m = markHan
	}
	n := len(f.dst)
	if f.dot && c == classDigit {
		f.pending = false
		f.dst = append(f.dst, '.')
		f.note(0)
		n++
	}
	f.dot = false
	if n > 0 && f.dst[n-1] == r {
		f.run++
		if c == classLetter && f.run > 2 || c == classEmoji {
			f.pending = false
			return
		}
	} else {
		f.run = 1
	}
	f.dst = append(f.dst, r)
	f.note(m)
	f.last = c
}

// faceLength returns the bytes of a WeChat face at the start of s, [微笑] or /:rose, or 0.
// Where nothing else is said the bracketed faces count as words and slashes as nothing.
func faceLength(s string, loose bool) int {
	if s[0] == '/' {
		if n := slashFace(s); n > 0 || !loose {
			return n
		}
		return 1
	}
	if loose || len(s) < 3 {
		return 0
	}
	end := strings.IndexByte(s[:min(len(s), 24)], ']')
	if end < 2 {
		return 0
	}
	if _, ok := faces[s[1:end]]; !ok {
		return 0
	}
	return end + 1
}

// slashFace reads the old codes: "/:" with a word, or with signs and at most one capital.
func slashFace(s string) int {
	if len(s) < 3 || s[1] != ':' {
		return 0
	}
	word := 2
	for word < len(s) && s[word] >= 'a' && s[word] <= 'z' {
		word++
	}
	if _, ok := faceWords[s[2:word]]; ok {
		return word
	}
	i := 2
	for i < len(s) && i < 6 && strings.IndexByte(":,@-'(|)<>&*!~$+?8", s[i]) >= 0 {
		i++
	}
	if i > 2 && i < len(s) && s[i] >= 'A' && s[i] <= 'Z' {
		i++
	}
	if i == 2 {
		return 0
	}
	return i
}
