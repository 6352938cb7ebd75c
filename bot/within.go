package bot

import (
	"fmt"
	"slices"

	"github.com/wenzheng/wenzheng/models"
)

// deniedWord tells of a keyword, or another word that the rule of one asks for, that the text
// only denies; "" when there is none.
func (rs *Ruleset) deniedWord(sc *scratch) string {
	for form, text := range sc.forms() {
		for _, h := range rs.words.trie.collectAll(text, nil) {
			if sc.whole(form, h) && sc.denied(form, int(h.at), int(h.length)) {
				return denied(rs.written(h, text))
			}
			for _, p := range rs.words.of(h.value) {
				c := rs.rules[p.rule].more
				if c == nil {
					continue
				}
				for _, w := range slices.Concat(c.words, slices.Concat(c.groups...)) {
					if sc.denies(&w) {
						return denied(string(w.key))
					}
				}
			}
		}
	}
	return ""
}

func denied(word string) string {
	return fmt.Sprintf("关键词“%s”在这句话里被否定（不是问……、除了……外），不算；也要算的，请另写 match: regexp。", word)
}

// written is the keyword of a hit as its rule has it.
func (rs *Ruleset) written(h hit, text []rune) string {
	p := rs.words.of(h.value)[0]
	if word := rs.rules[p.rule].keyword(p.word); word != "" && rs.rules[p.rule].src.Match != models.MatchAll {
		return word
	}
	return string(text[h.at : h.at+h.length])
}

// partOnly tells of a keyword that is in the text only as a part of a longer number or Latin
// word, or in another way of writing the number, and so is not counted; "" when there is none.
func (rs *Ruleset) partOnly(sc *scratch) string {
	for form, text := range sc.forms() {
		for _, h := range rs.words.trie.collectAll(text, nil) {
			if !rs.words.edged(h.value) {
				continue
			}
			p := rs.words.of(h.value)[0]
			word := rs.written(h, text)
			if !sc.whole(form, h) {
				return fmt.Sprintf("关键词“%s”在“%s”里不算：前后连着别的数字、字母或单位；也要算的，请另写 match: regexp。", word, longer(text, sc.marksOf(form), h))
			}
			if !rs.spelled(p, form, h, sc) {
				return fmt.Sprintf("关键词“%s”在这句话里不算：数字的写法不同（如五一与 51），或中间隔着标点、空格；也要算的，请把那种写法加为关键词。", word)
			}
		}
	}
	return ""
}

// longer is the number or Latin word around a hit, with the character behind it where that
// makes the difference: 110元.
func longer(text []rune, marks []mark, h hit) string {
	part := func(r rune) bool { return isDigit(r) || isLatin(r) || isPlace(r) || r == '.' }
	from, to := int(h.at), int(h.at+h.length)
	for from > 0 && marks[from]&markBreak == 0 && part(text[from-1]) {
		from--
	}
	for to < len(text) && marks[to]&markBreak == 0 && part(text[to]) {
		to++
	}
	if to-from == int(h.length) && to < len(text) {
		to++
	}
	return string(text[from:to])
}
