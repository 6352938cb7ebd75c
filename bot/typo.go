package bot

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/wenzheng/wenzheng/models"
)

// typos finds keywords that a citizen has written with a slip: a character of the same or a
// near sound (社宝卡), two neighbours swapped (社卡保), or one written twice (社保保卡). Only
// keywords of three Han characters and more are looked for, and nothing is taken for a slip
// that a word of the dictionary explains (房产政策 is not 房产证策).
type typos struct {
	words    []string // as they are written in the rules
	keys     [][]rune
	plain    *trie            // over keys
	sounds   *trie            // over the keys as sounds
	start    []int32          // by number in sounds, into alike
	alike    []int32          // numbers of words
	initials map[string]int32 // gjj: number of the word, -1 = several
	longest  int
}

const (
	leastTypo = 3   // characters of a keyword that is corrected
	twoSlips  = 5   // characters from which on two may be wrong
	maxTypo   = 100 // characters of a text in which slips are looked for
)

func newTypos(rs *Ruleset) *typos {
	type word struct {
		shown string
		key   []rune
	}
	var list []word
	for i := range rs.rules {
		r := &rs.rules[i]
		if !r.text || r.kind == kindRegexp || r.kind == kindDefault {
			continue
		}
		for _, words := range append([][]string{r.src.Keywords}, r.src.Groups...) {
			for _, w := range words {
				if key := appendKey(nil, w); len(key) >= leastTypo && !slices.ContainsFunc(key, notHan) {
					list = append(list, word{w, key})
				}
			}
		}
	}
	slices.SortStableFunc(list, func(a, b word) int { return slices.Compare(a.key, b.key) })
	list = slices.CompactFunc(list, func(a, b word) bool { return slices.Equal(a.key, b.key) })
	t := &typos{initials: make(map[string]int32, len(list))}
	for _, w := range list {
		t.words, t.keys = append(t.words, w.shown), append(t.keys, w.key)
		t.longest = max(t.longest, len(w.key))
	}
	t.plain = newTrie(t.keys)
	t.sound()
	return t
}

func notHan(r rune) bool { return r < firstHan || r > lastHan }

// sound files the words by how they sound.
func (t *typos) sound() {
	all := reading()
	type spoken struct {
		sound []rune
		word  int32
	}
	list := make([]spoken, len(t.keys))
	for i, key := range t.keys {
		list[i] = spoken{all.append(make([]rune, 0, len(key)), key), int32(i)}
		short := make([]byte, len(key))
		for k, r := range key {
			short[k] = all.initial[r-firstHan]
		}
		if at, known := t.initials[string(short)]; known && at != int32(i) {
			t.initials[string(short)] = -1
			continue
		}
		t.initials[string(short)] = int32(i)
	}
	slices.SortFunc(list, func(a, b spoken) int {
		return cmp.Or(slices.Compare(a.sound, b.sound), cmp.Compare(a.word, b.word))
	})
	var keys [][]rune
	for i, s := range list {
		if i == 0 || !slices.Equal(s.sound, list[i-1].sound) {
			keys = append(keys, s.sound)
			t.start = append(t.start, int32(i))
		}
		t.alike = append(t.alike, s.word)
	}
	t.start = append(t.start, int32(len(list))) //nolint:gosec // bounded by the rules
	t.sounds = newTrie(keys)
}

// slip is a place of a text where a keyword was meant.
type slip struct {
	from, to int // in the text
	word     int32
}

// slips calls try with every slip, those of sound first, until it says true.
func (t *typos) slips(sc *scratch, try func(slip) bool) bool {
	text := sc.text()
	if len(text) < leastTypo || len(text) > maxTypo || len(t.keys) == 0 {
		return false
	}
	return t.misheard(sc, text, try) || t.swapped(sc, text, try) || t.doubled(sc, text, try)
}

func (t *typos) misheard(sc *scratch, text []rune, try func(slip) bool) bool {
	sc.fold = reading().append(sc.fold[:0], text)
	for from := range sc.fold {
		sc.hits = t.sounds.collect(sc.fold, from, sc.hits[:0])
		for _, h := range slices.Backward(sc.hits) {
			to := from + int(h.length)
			for _, w := range t.alike[t.start[h.value]:t.start[h.value+1]] {
				key := t.keys[w]
				wrong := countIn(from, to, func(k int) bool { return text[k] != key[k-from] })
				if wrong == 0 || wrong > 1 && (wrong > 2 || len(key) < twoSlips) ||
					dictionary().reachOver(text, from, to, knownIDF, func(k int) bool { return text[k] != key[k-from] }) {
					continue
				}
				if try(slip{from, to, w}) {
					return true
				}
			}
		}
	}
	return false
}

// swapped looks for keywords after exchanging each two neighbours.
func (t *typos) swapped(sc *scratch, text []rune, try func(slip) bool) bool {
	sc.fold = append(sc.fold[:0], text...)
	for k := 0; k+1 < len(text); k++ {
		if text[k] == text[k+1] {
			continue
		}
		sc.fold[k], sc.fold[k+1] = text[k+1], text[k]
		if t.mended(sc, text, k, 0, swappedIDF, try) {
			return true
		}
		sc.fold[k], sc.fold[k+1] = text[k], text[k+1]
	}
	return false
}

// doubled looks for keywords after leaving out the second of two equal characters.
func (t *typos) doubled(sc *scratch, text []rune, try func(slip) bool) bool {
	for k := 0; k+1 < len(text); k++ {
		if text[k] != text[k+1] {
			continue
		}
		sc.fold = append(append(sc.fold[:0], text[:k]...), text[k+1:]...)
		if t.mended(sc, text, k, 1, knownIDF, try) {
			return true
		}
	}
	return false
}

// mended looks for keywords in sc.fold, which is the text with its characters k and k+1 put right
// and so much shorter, that begin before k+1 and end behind what was put right; rare is as for
// reachOver.
func (t *typos) mended(sc *scratch, text []rune, k, shorter int, rare float32, try func(slip) bool) bool {
	for from := max(0, k+2-t.longest); from <= k; from++ {
		sc.hits = t.plain.collect(sc.fold, from, sc.hits[:0])
		for _, h := range slices.Backward(sc.hits) {
			to := from + int(h.length) + shorter
			if to < k+2+shorter || dictionary().reachOver(text, from, to, rare, func(i int) bool { return i == k || i == k+1 }) {
				continue
			}
			if try(slip{from, to, h.value}) {
				return true
			}
		}
	}
	return false
}

// correction is a text put right and the rule that then answers it.
type correction struct {
	hit     Hit
	text    string // the citizen's with the keyword in the place of the slip
	written string // the slip
	meant   string // the keyword, as the rule has it
}

// corrects reports whether slips are corrected for this account at this moment.
func (rs *Ruleset) corrects(m *asked) bool {
	if rs.typos == nil {
		return false
	}
	for i := range rs.account.Settings {
		if rs.account.Settings[i].Name == models.SettingCorrection {
			value, _ := models.SettingOn(rs.account.Settings, models.SettingCorrection, m.moment().at.Format("2006-01-02"))
			return value != models.CorrectionOff
		}
	}
	return true
}

// correct finds the rule that answers a text once a slip in it is put right. The scratch holds
// the text, which no rule answers as it is written.
func (rs *Ruleset) correct(sc *scratch, m *asked) (correction, bool) {
	if !rs.corrects(m) {
		return correction{}, false
	}
	var c correction
	found := rs.typos().slips(sc, func(s slip) bool { return rs.putRight(sc, m, s, &c) })
	return c, found
}

func (rs *Ruleset) putRight(sc *scratch, m *asked, s slip, c *correction) bool {
	t := rs.typos()
	text := sc.text()
	c.written, c.meant = string(text[s.from:s.to]), t.words[s.word]
	c.text = replaceOnce(sc.raw, c.written, c.meant)
	if c.text == sc.raw { // written in another form, or with signs between
		c.text = string(text[:s.from]) + c.meant + string(text[s.to:])
	}
	other := rs.scratch()
	defer rs.release(other)
	other.read(c.text)
	c.hit = rs.match(other, m)
	return c.hit.Found() && rs.saysWord(c.hit.place, t.keys[s.word])
}

// saysWord reports whether a word is one of those a rule asks for.
func (rs *Ruleset) saysWord(place int32, key []rune) bool {
	return slices.ContainsFunc(rs.rules[place].asks(), func(w keyword) bool { return slices.Equal(w.key, key) })
}

func replaceOnce(text, old, with string) string { return strings.Replace(text, old, with, 1) }

// abbreviated finds the rule that answers a text once a Latin word in it is read as the
// initials of a keyword: gjj is 公积金.
func (rs *Ruleset) abbreviated(sc *scratch, m *asked) (Hit, bool) {
	if !rs.corrects(m) {
		return Hit{}, false
	}
	for _, word := range strings.FieldsFunc(sc.raw, func(r rune) bool { return !unicode.Is(unicode.Latin, r) && !unicode.IsDigit(r) }) {
		if len(word) < leastTypo {
			continue
		}
		w, known := rs.typos().initials[strings.ToLower(word)]
		if !known || w < 0 {
			continue
		}
		var c correction
		c.text = replaceOnce(sc.raw, word, rs.typos().words[w])
		other := rs.scratch()
		other.read(c.text)
		hit := rs.match(other, m)
		rs.release(other)
		if hit.Found() {
			return hit, true
		}
	}
	return Hit{}, false
}
