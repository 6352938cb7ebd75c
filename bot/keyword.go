package bot

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/wenzheng/wenzheng/models"
)

// slab hands out rune slices from large blocks: 100,000 keywords are a few allocations.
type slab struct {
	block []rune
	temp  []rune
}

// word returns the matched form of a keyword.
func (s *slab) word(text string) []rune {
	s.temp = appendKey(s.temp[:0], text)
	return s.keep(s.temp)
}

// keywordsOf returns the terms of words; those of which nothing is matched are left out.
func keywordsOf(words []string) []keyword {
	var out []keyword
	for _, w := range words {
		if t := newKeyword(w); len(t.key) > 0 {
			out = append(out, t)
		}
	}
	return out
}

func (s *slab) keep(word []rune) []rune {
	if len(s.block)+len(word) > cap(s.block) {
		s.block = make([]rune, 0, max(1<<14, len(word)))
	}
	n := len(s.block)
	s.block = append(s.block, word...)
	return s.block[n:len(s.block):len(s.block)]
}

// keywords files the words of an exact, prefix, contains or all rule.
func (c *compiler) keywords(i int32) {
	r := &c.rs.rules[i]
	words := make([][]rune, 0, len(r.src.Keywords))
	r.shown = make([]string, 0, len(r.src.Keywords))
	for _, k := range r.src.Keywords {
		word := c.slab.word(k)
		if len(word) == 0 {
			c.fault(r.src, "keywords", "有空的关键词，请删去或补全")
			continue
		}
		r.shown = append(r.shown, strings.TrimSpace(k))
		words = append(words, word)
	}
	extra := 0
	if r.more != nil {
		for _, g := range r.more.groups {
			extra += longest(g)
		}
	}
	switch {
	case len(words) == 0:
		c.groupsOnly(i, extra)
	case r.src.Match == models.MatchAll:
		c.allOf(i, words, extra)
	case r.kind == kindContains:
		for w, word := range words {
			c.file(&c.words, word, posting{newRank(r.rank.priority(), r.kind, len(word)+extra, int(i)), i, int32(w), c.spell(word, r.shown[w])})
		}
	default:
		for w, word := range words {
			c.file(&c.heads, word, posting{r.rank, i, int32(w), c.spell(word, r.shown[w])})
		}
	}
}

// file adds a keyword and the other ways to write its number.
func (c *compiler) file(list *[]entry, word []rune, p posting) {
	*list = append(*list, entry{word, p})
	if other := otherNumber(word); other != nil {
		p.spell = c.spelling(other, make([]mark, len(other)))
		*list = append(*list, entry{c.slab.keep(other), p})
	}
}

// spell keeps how the digits of a keyword are written, where that matters.
func (c *compiler) spell(word []rune, shown string) int32 {
	if !sideBySide(word) {
		return 0
	}
	_, marks := appendMarked(nil, nil, shown)
	return c.spelling(word, marks)
}

func (c *compiler) spelling(word []rune, marks []mark) int32 {
	if !sideBySide(word) {
		return 0
	}
	c.rs.spellings = append(c.rs.spellings, marks)
	return int32(len(c.rs.spellings) - 1) //nolint:gosec // bounded by the keywords
}

// groupsOnly files a rule that asks for groups and nothing else under the words of the
// group that has the fewest.
func (c *compiler) groupsOnly(i int32, extra int) {
	r := &c.rs.rules[i]
	if r.more == nil || len(r.more.groups) == 0 {
		c.fault(r.src, "keywords", "至少要有一个关键词")
		return
	}
	if r.kind != kindContains {
		c.fault(r.src, "keywords", "这种匹配方式需要关键词，只有词组时请用 contains")
		return
	}
	few := r.more.groups[0]
	for _, g := range r.more.groups {
		if len(g) < len(few) {
			few = g
		}
	}
	for _, t := range few {
		c.words = append(c.words, entry{t.key, posting{newRank(r.rank.priority(), r.kind, extra, int(i)), i, -1, c.spelling(t.key, t.marks)}})
	}
}

// allOf files an all rule under its rarest word only; the others are looked for when
// that one occurs.
func (c *compiler) allOf(i int32, words [][]rune, extra int) {
	r := &c.rs.rules[i]
	sum, rare := 0, 0
	for w, word := range words {
		sum += len(word)
		a, b := c.uses[string(word)], c.uses[string(words[rare])]
		if a < b || a == b && len(word) > len(words[rare]) {
			rare = w
		}
	}
	if r.more != nil {
		for w, word := range words {
			if w != rare {
				_, marks := appendMarked(nil, nil, r.shown[w])
				r.more.words = append(r.more.words, keywordOf(slices.Clone(word), marks))
			}
		}
	}
	spell := c.spell(words[rare], r.shown[rare])
	if len(words) > 1 {
		r.shown[rare] = strings.Join(r.shown, "+")
	}
	c.words = append(c.words, entry{words[rare], posting{newRank(r.rank.priority(), r.kind, sum+extra, int(i)), i, int32(rare), spell}})
}

func (c *compiler) regexps(i int32) {
	r := &c.rs.rules[i]
	if len(r.src.Keywords) == 0 {
		c.fault(r.src, "keywords", "至少要有一个正则表达式")
	}
	for _, k := range r.src.Keywords {
		c.patterns++
		if c.patterns > maxPatterns {
			c.fault(r.src, "keywords", "正则表达式最多 100 个，请改用关键词")
			return
		}
		re, err := compilePattern(k)
		if err != nil {
			c.fault(r.src, "keywords", err.Error())
			continue
		}
		w := int32(len(r.shown)) //nolint:gosec // bounded
		r.shown = append(r.shown, k)
		c.rs.patterns = append(c.rs.patterns, pattern{re, posting{rank: r.rank, rule: i, word: w}})
	}
}

// otherNumber rewrites the only number of a keyword, 10 to 99: 24小时 as 二十四小时 and
// back, in the form where Han digits are digits. It returns nil when there is none, or nothing
// but the number.
func otherNumber(word []rune) []rune {
	start, end := -1, -1
	if isNumber(word) {
		return nil // 十一 is the first of October, 110 the police
	}
	for i, r := range word {
		if r >= '0' && r <= '9' || r == '十' {
			if start >= 0 && end != i {
				return nil
			}
			if start < 0 {
				start = i
			}
			end = i + 1
		}
		if r == '.' || r == '百' || r == '千' || r == '万' {
			return nil
		}
	}
	if start < 0 || end-start > 3 {
		return nil
	}
	other := swapNumber(string(word[start:end]))
	if other == "" {
		return nil
	}
	out := make([]rune, 0, len(word)+2)
	out = append(out, word[:start]...)
	out = append(out, []rune(other)...)
	return append(out, word[end:]...)
}

// swapNumber: 24 <-> 2十4, 20 <-> 2十, 15 <-> 十5, 10 <-> 十.
func swapNumber(n string) string {
	tens, ones, placed := strings.Cut(n, "十")
	if !placed {
		if len(n) != 2 || n[0] == '0' {
			return ""
		}
		tens, ones = n[:1], n[1:]
		if tens == "1" {
			tens = ""
		}
		if ones == "0" {
			ones = ""
		}
		return tens + "十" + ones
	}
	if strings.Contains(ones, "十") || len(tens) > 1 || len(ones) > 1 || utf8.RuneCountInString(n) < 2 {
		return ""
	}
	if tens == "" {
		tens = "1"
	}
	if ones == "" {
		ones = "0"
	}
	return tens + ones
}
