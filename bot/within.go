package bot

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

// deniedWords tells of the keywords, and other words that the rules of some ask for, that the text
// only denies; "" when there are none.
func (rs *Ruleset) deniedWords(sc *scratch) string {
	var words []string
	add := func(word string) {
		if !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	for form, text := range sc.Forms() {
		for _, h := range rs.words.trie.CollectAll(text, nil) {
			if sc.Whole(form, h) && sc.Denied(form, h) {
				add(rs.written(h, text))
				continue
			}
			for _, p := range rs.words.of(h.Value) {
				for _, w := range rs.rules[p.rule()].others() {
					if sc.Denies(&w) {
						add(string(w.Key))
					}
				}
			}
		}
	}
	if len(words) == 0 {
		return ""
	}
	return "关键词“" + strings.Join(words, "”“") + "”在这句话里被否定（不是问……、除了……外），不算；也要算的，请另写 match: regexp。"
}

// others are the words that a rule asks for beside the keyword by which it is found.
func (r *rule) others() []reading.Word {
	if r.more == nil {
		return nil
	}
	return slices.Concat(r.more.words, slices.Concat(r.more.groups...))
}

// written is the keyword of a hit as its rule has it.
func (rs *Ruleset) written(h reading.Hit, text []rune) string {
	p := rs.words.of(h.Value)[0]
	if word := rs.rules[p.rule()].keyword(p.word); word != "" && rs.rules[p.rule()].src.Match != models.MatchAll {
		return word
	}
	return string(text[h.At : h.At+h.Length])
}

// partOnly tells of a keyword that is in the text only as a part of a longer number or Latin
// word, or in another way of writing the number, and so is not counted; "" when there is none.
func (rs *Ruleset) partOnly(sc *scratch) string {
	for form, text := range sc.Forms() {
		for _, h := range rs.words.trie.CollectAll(text, nil) {
			p := rs.words.of(h.Value)[0]
			word := rs.written(h, text)
			if !sc.Whole(form, h) {
				return fmt.Sprintf("关键词“%s”在“%s”里不算：前后连着别的数字、字母或单位；也要算的，请另写 match: regexp。", word, sc.Around(form, h))
			}
			if !rs.spelled(p, form, h, sc) {
				return fmt.Sprintf("关键词“%s”在这句话里不算：数字的写法不同（如五一与 51），或中间隔着标点、空格；也要算的，请把那种写法加为关键词。", word)
			}
		}
	}
	return ""
}

// denied reports whether the text names words of the rule only to deny them.
func (r *rule) denied(q *scratch) bool {
	if r.kind == kindRegexp || !q.MayDeny() {
		return false
	}
	asks := r.asks()
	return slices.ContainsFunc(asks, func(w reading.Word) bool { return q.Denies(&w) }) &&
		!slices.ContainsFunc(asks, func(w reading.Word) bool { return q.Has(&w) })
}
