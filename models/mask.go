package models

import (
	"strings"
	"unicode/utf8"
)

// Mask returns text with the middle digits of mobile numbers, identity card numbers and
// bank card numbers replaced by "*": 138****5678. Digits may be full width and may be
// grouped by spaces, hyphens, dots or invisible characters, as people write them. Text
// without such a number is returned unchanged. The work is linear in len(text).
//
// A number is recognised by its form alone: 11 digits beginning 13 to 19 (with or without
// 86 before them), 18 or 15 digits holding a date where an identity card (GB 11643) holds
// it, 16 to 19 digits beginning 62 or passing the Luhn check (ISO/IEC 7812-1). The check
// digit of an identity card is not verified: a mistyped number names its owner as well.
func Mask(text string) string {
	if !mayHoldNumber(text) {
		return text
	}
	m := masker{text: text}
	m.scan()
	return m.apply()
}

// minMaskDigits is the length of the shortest number that is masked.
const minMaskDigits = 11

// maxMaskDigits is the length of the longest.
const maxMaskDigits = 19

// maxJoin bounds the groups that are tried as one number: 19 digits in groups of two.
const maxJoin = 10

// maxGap is how many separators may stand between two groups of one number.
const maxGap = 3

func mayHoldNumber(text string) bool {
	n := 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c >= '0' && c <= '9' || c == 0xEF { // the lead byte of every full-width digit
			n++
		}
	}
	return n >= minMaskDigits
}

// digitAt is one digit of the text: its value and its bytes. The X that ends an identity
// card number has the value 10.
type digitAt struct {
	value    int8
	from, to int
}

// group is a run of adjacent digits: m.digits[from:to].
type group struct{ from, to int }

type masker struct {
	text   string
	digits []digitAt
	groups []group // of the chain being read
	hidden []digitAt
}

// scan reads the text once and judges each chain of groups as soon as it ends.
func (m *masker) scan() {
	gap := 0
	open := false // the last rune was a digit
	for i, r := range m.text {
		size := utf8.RuneLen(r)
		switch v, kind := classify(r); {
		case kind == runeDigit || kind == runeX && m.endsCard(open):
			if !open {
				m.groups = append(m.groups, group{len(m.digits), len(m.digits)})
			}
			m.digits = append(m.digits, digitAt{v, i, i + size})
			m.groups[len(m.groups)-1].to++
			open, gap = kind == runeDigit, 0
		case kind == runeSeparator && len(m.groups) > 0 && gap < maxGap:
			open = false
			gap++
		default:
			m.judge()
			open, gap = false, 0
		}
	}
	m.judge()
}

// endsCard reports whether an X here may be the check digit of a card number: the digits
// before it, joined backwards, come to exactly 17.
func (m *masker) endsCard(adjacent bool) bool {
	if !adjacent && len(m.groups) == 0 {
		return false
	}
	n := 0
	for i := len(m.groups) - 1; i >= 0 && n < 17 && len(m.groups)-i <= maxJoin; i-- {
		n += m.groups[i].to - m.groups[i].from
	}
	return n == 17
}

// judge looks for numbers in the chain that just ended, the longest first, and forgets
// the chain.
func (m *masker) judge() {
	for i := 0; i < len(m.groups); {
		if n := m.longest(i); n > 0 {
			i += n
			continue
		}
		i++
	}
	m.groups = m.groups[:0]
	m.digits = m.digits[:0]
}

// longest masks the longest number that begins with group i and returns how many groups
// it took, 0 when none begins there.
func (m *masker) longest(i int) int {
	last := min(len(m.groups), i+maxJoin)
	for j := last; j > i; j-- {
		number := m.digits[m.groups[i].from:m.groups[j-1].to]
		if hide := hiddenPart(number); len(hide) > 0 {
			m.hidden = append(m.hidden, hide...)
			return j - i
		}
	}
	return 0
}

func (m *masker) apply() string {
	if len(m.hidden) == 0 {
		return m.text
	}
	var b strings.Builder
	b.Grow(len(m.text))
	at := 0
	for _, d := range m.hidden {
		b.WriteString(m.text[at:d.from])
		b.WriteByte('*')
		at = d.to
	}
	b.WriteString(m.text[at:])
	return b.String()
}

// hiddenPart returns the digits of a number that must not be shown, nil when the digits
// are no number that names a person.
func hiddenPart(d []digitAt) []digitAt {
	if len(d) < minMaskDigits || len(d) > maxMaskDigits || checkDigitInside(d) {
		return nil
	}
	if p := afterCountryCode(d); isMobile(p) {
		return p[3:7]
	}
	switch {
	case isIdentityCard(d):
		return d[3 : len(d)-4]
	case isBankCard(d):
		return d[4 : len(d)-4]
	}
	return nil
}

// checkDigitInside reports an X anywhere but at the end.
func checkDigitInside(d []digitAt) bool {
	for i := range d[:len(d)-1] {
		if d[i].value > 9 {
			return true
		}
	}
	return false
}

func afterCountryCode(d []digitAt) []digitAt {
	switch {
	case len(d) == 13 && d[0].value == 8 && d[1].value == 6:
		return d[2:]
	case len(d) == 15 && number(d[:4]) == 86 && d[1].value == 0:
		return d[4:]
	}
	return d
}

func isMobile(d []digitAt) bool {
	return len(d) == 11 && d[0].value == 1 && d[1].value >= 3 && d[1].value <= 9
}

func isIdentityCard(d []digitAt) bool {
	switch len(d) {
	case 18:
		year := number(d[6:10])
		return d[0].value != 0 && year >= 1850 && year < 2150 && isDate(number(d[10:12]), number(d[12:14]))
	case 15:
		return d[0].value != 0 && d[14].value < 10 && isDate(number(d[8:10]), number(d[10:12]))
	}
	return false
}

func isDate(month, day int) bool { return month >= 1 && month <= 12 && day >= 1 && day <= 31 }

func isBankCard(d []digitAt) bool {
	if len(d) < 16 || len(d) > 19 || d[len(d)-1].value > 9 {
		return false
	}
	return number(d[:2]) == 62 || luhn(d)
}

func luhn(d []digitAt) bool {
	sum := 0
	for i := range d {
		v := int(d[len(d)-1-i].value)
		if i%2 == 1 {
			v *= 2
			if v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0 && sum > 0
}

func number(d []digitAt) int {
	n := 0
	for i := range d {
		n = n*10 + int(d[i].value)
	}
	return n
}

type runeKind int

const (
	runeOther runeKind = iota
	runeDigit
	runeX
	runeSeparator
)

func classify(r rune) (int8, runeKind) {
	switch {
	case r >= '0' && r <= '9':
		return int8(r - '0'), runeDigit
	case r >= '０' && r <= '９':
		return int8(r - '０'), runeDigit
	}
	switch r {
	case 'x', 'X', 'ｘ', 'Ｘ':
		return 10, runeX
	case ' ', '\t', '-', '.', '_', '·', '\u00a0', '\u3000', '－', '—', '–', '‐', '‑', '．',
		'\u00ad', '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '(', ')', '（', '）', '+', '＋':
		return 0, runeSeparator
	}
	return 0, runeOther
}

// CitizenShown is how many characters of a citizen's pseudonym people see: enough to tell citizens of one
// page apart, too little to find somebody again elsewhere.
const CitizenShown = 6

// ShortCitizen is what people see of a citizen's pseudonym.
func ShortCitizen(uid string) string {
	letters := []rune(uid)
	return string(letters[:min(len(letters), CitizenShown)])
}
