package topics

import (
	"strings"
)

// leastLong is how many characters a matter has that may have a short form.
const leastLong = 4

// synonyms pairs matters of which one looks like the short form of the other. By their questions
// they can not be told: who writes 医保 does not write 医疗保险 beside it.
func (b *Board) synonyms(matters []group) map[string][]string {
	pairs := make(map[string][]string)
	cut := b.vocabulary.cutter()
	for i := range matters {
		long := matters[i].term
		if len(long.runes) < leastLong {
			continue
		}
		words := b.words(cut, long.runes)
		for k := range matters {
			short := matters[k].term
			if len(short.runes) > 1 && len(short.runes) < len(long.runes) && !strings.Contains(long.text, short.text) && abbreviates(short.runes, words) {
				pairs[short.text] = append(pairs[short.text], long.text)
				pairs[long.text] = append(pairs[long.text], short.text)
			}
		}
	}
	return pairs
}

// words divides a term into words of the dictionary shorter than itself, the longest first from
// the left; a character that begins none is a word.
func (b *Board) words(cut *cutter, text []rune) [][]rune {
	var words [][]rune
	for i := 0; i < len(text); {
		length := 1
		cut.hits = b.vocabulary.dictionary.words.at(cut.hits[:0], text, i)
		for _, h := range cut.hits {
			if n := int(h.length); n > length && n < min(len(text), leastLong) {
				length = n
			}
		}
		words = append(words, text[i:i+length])
		i += length
	}
	return words
}

// abbreviates reports whether a short form is made of the first characters of all words, in their
// order. Of the last word, when it has two characters, it may have the second: 公租房.
func abbreviates(short []rune, words [][]rune) bool {
	last := len(words) - 1
	if len(short) != len(words) {
		return false
	}
	for i, word := range words {
		if short[i] != word[0] && (i < last || len(word) != 2 || short[i] != word[1]) {
			return false
		}
	}
	return true
}
