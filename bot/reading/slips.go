package reading

import (
	"cmp"
	"slices"
	"strings"
)

// Slips finds keywords that a citizen has written with a slip: a character of the same or a
// near sound (社宝卡), two neighbours swapped (社卡保), or one written twice (社保保卡). Only
// keywords of three Han characters and more are looked for, and nothing is taken for a slip
// that a word of the dictionary explains (房产政策 is not 房产证策). It is immutable.
type Slips struct {
	common   commonWords
	words    []string // as people write them
	keys     [][]rune
	plain    *Trie            // over keys
	sounds   *Trie            // over the keys as sounds
	start    []int32          // by number in sounds, into alike
	alike    []int32          // numbers of words
	initials map[string]int32 // gjj: number of the word, -1 = several
	longest  int
}

// Slip is a place of a text where a word was meant.
type Slip struct {
	From, To int    // in Text.Runes
	Word     string // as it was given to NewSlips
	Key      []rune // its matched form
}

const (
	leastSlip = 3   // characters of a keyword that is corrected
	twoSlips  = 5   // characters from which on two may be wrong
	maxSlip   = 100 // characters of a text in which slips are looked for
)

// NewSlips looks for words. The first call reads the dictionary, in about 0.1 s.
func NewSlips(words []string) *Slips {
	type word struct {
		shown string
		key   []rune
	}
	var list []word
	for _, w := range words {
		if key := Key(w); len(key) >= leastSlip && !slices.ContainsFunc(key, notHan) {
			list = append(list, word{w, key})
		}
	}
	slices.SortStableFunc(list, func(a, b word) int { return slices.Compare(a.key, b.key) })
	list = slices.CompactFunc(list, func(a, b word) bool { return slices.Equal(a.key, b.key) })
	s := &Slips{common: dictionary(), initials: make(map[string]int32, len(list))}
	for _, w := range list {
		s.words, s.keys = append(s.words, w.shown), append(s.keys, w.key)
		s.longest = max(s.longest, len(w.key))
	}
	s.plain = NewTrie(s.keys)
	s.sound()
	return s
}

func notHan(r rune) bool { return r < firstHan || r > lastHan }

// sound files the words by how they sound.
func (s *Slips) sound() {
	all := knownSounds()
	type spoken struct {
		sound []rune
		word  int32
	}
	list := make([]spoken, len(s.keys))
	for i, key := range s.keys {
		list[i] = spoken{all.append(make([]rune, 0, len(key)), key), int32(i)}
		short := make([]byte, len(key))
		for k, r := range key {
			short[k] = all.initial[r-firstHan]
		}
		if at, known := s.initials[string(short)]; known && at != int32(i) {
			s.initials[string(short)] = -1
			continue
		}
		s.initials[string(short)] = int32(i)
	}
	slices.SortFunc(list, func(a, b spoken) int {
		return cmp.Or(slices.Compare(a.sound, b.sound), cmp.Compare(a.word, b.word))
	})
	var keys [][]rune
	for i, w := range list {
		if i == 0 || !slices.Equal(w.sound, list[i-1].sound) {
			keys = append(keys, w.sound)
			s.start = append(s.start, int32(i))
		}
		s.alike = append(s.alike, w.word)
	}
	s.start = append(s.start, int32(len(list))) //nolint:gosec // bounded by the rules
	s.sounds = NewTrie(keys)
}

// Abbreviated returns the one word that a Latin word is the initials of, in lower or upper case.
func (s *Slips) Abbreviated(initials string) (word string, ok bool) {
	if len(initials) < leastSlip {
		return "", false
	}
	w, known := s.initials[strings.ToLower(initials)]
	if !known || w < 0 {
		return "", false
	}
	return s.words[w], true
}

func (s *Slips) slip(from, to int, word int32) Slip {
	return Slip{from, to, s.words[word], s.keys[word]}
}

// Find calls try with every slip of a text, those of sound first, until it says true; try may ask
// the text for nothing but Raw and Runes.
func (s *Slips) Find(t *Text, try func(Slip) bool) bool {
	text := t.Runes()
	if len(text) < leastSlip || len(text) > maxSlip || len(s.keys) == 0 {
		return false
	}
	return s.misheard(t, text, try) || s.swapped(t, text, try) || s.doubled(t, text, try)
}

func (s *Slips) misheard(t *Text, text []rune, try func(Slip) bool) bool {
	t.fold = knownSounds().append(t.fold[:0], text)
	for from := range t.fold {
		t.hits = s.sounds.Collect(t.fold, from, t.hits[:0])
		for _, h := range slices.Backward(t.hits) {
			to := from + int(h.Length)
			for _, w := range s.alike[s.start[h.Value]:s.start[h.Value+1]] {
				key := s.keys[w]
				differs := func(k int) bool { return text[k] != key[k-from] }
				wrong := countIn(from, to, differs)
				if wrong == 0 || wrong > 1 && (wrong > 2 || len(key) < twoSlips) || s.common.reachOver(text, from, to, knownIDF, differs) {
					continue
				}
				if try(s.slip(from, to, w)) {
					return true
				}
			}
		}
	}
	return false
}

// swapped looks for keywords after exchanging each two neighbours.
func (s *Slips) swapped(t *Text, text []rune, try func(Slip) bool) bool {
	t.fold = append(t.fold[:0], text...)
	for k := 0; k+1 < len(text); k++ {
		if text[k] == text[k+1] {
			continue
		}
		t.fold[k], t.fold[k+1] = text[k+1], text[k]
		if s.mended(t, text, k, 0, swappedIDF, try) {
			return true
		}
		t.fold[k], t.fold[k+1] = text[k], text[k+1]
	}
	return false
}

// doubled looks for keywords after leaving out the second of two equal characters.
func (s *Slips) doubled(t *Text, text []rune, try func(Slip) bool) bool {
	for k := 0; k+1 < len(text); k++ {
		if text[k] != text[k+1] {
			continue
		}
		t.fold = append(append(t.fold[:0], text[:k]...), text[k+1:]...)
		if s.mended(t, text, k, 1, knownIDF, try) {
			return true
		}
	}
	return false
}

// mended looks for keywords in t.fold, which is the text with its characters k and k+1 put right
// and so much shorter, that begin before k+1 and end behind what was put right; rare is as for
// reachOver.
func (s *Slips) mended(t *Text, text []rune, k, shorter int, rare float32, try func(Slip) bool) bool {
	for from := max(0, k+2-s.longest); from <= k; from++ {
		t.hits = s.plain.Collect(t.fold, from, t.hits[:0])
		for _, h := range slices.Backward(t.hits) {
			to := from + int(h.Length) + shorter
			if to < k+2+shorter || s.common.reachOver(text, from, to, rare, func(i int) bool { return i == k || i == k+1 }) {
				continue
			}
			if try(s.slip(from, to, h.Value)) {
				return true
			}
		}
	}
	return false
}
