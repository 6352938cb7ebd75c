package bot

import (
	"strings"

	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

// maxPatterns is how many regular expressions an account may have.
const maxPatterns = 100

// slab hands out rune slices from large blocks: 100,000 keywords are a few allocations.
type slab struct {
	block []rune
	temp  []rune
}

// word returns the matched form of a keyword.
func (s *slab) word(text string) []rune {
	s.temp = reading.KeyIn(s.temp, text)
	return s.keep(s.temp)
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
			c.file(&c.words, word, posting{newRank(r.rank.priority(), r.kind, len(word)+extra, int(i)), int32(w), c.spell(word, r.shown[w])})
		}
	default:
		for w, word := range words {
			c.file(&c.heads, word, posting{r.rank, int32(w), c.spell(word, r.shown[w])})
		}
	}
}

// file adds a keyword and the other way to write its number.
func (c *compiler) file(list *[]entry, word []rune, p posting) {
	*list = append(*list, entry{word, p})
	if other := reading.OtherNumber(word); len(other.Key) > 0 {
		other.Key = c.slab.keep(other.Key)
		p.spell = c.spelling(other)
		*list = append(*list, entry{other.Key, p})
	}
}

// spell keeps how the digits of a keyword are written, where that matters.
func (c *compiler) spell(word []rune, shown string) int32 {
	if !reading.Numbered(word) {
		return 0
	}
	return c.spelling(reading.NewWord(shown))
}

func (c *compiler) spelling(word reading.Word) int32 {
	if !reading.Numbered(word.Key) {
		return 0
	}
	c.rs.numbered = append(c.rs.numbered, word)
	return int32(len(c.rs.numbered) - 1) //nolint:gosec // bounded by the keywords
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
		c.words = append(c.words, entry{t.Key, posting{newRank(r.rank.priority(), r.kind, extra, int(i)), -1, c.spelling(t)}})
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
		for w := range words {
			if w != rare {
				r.more.words = append(r.more.words, reading.NewWord(r.shown[w]))
			}
		}
	}
	spell := c.spell(words[rare], r.shown[rare])
	if len(words) > 1 {
		r.shown[rare] = strings.Join(r.shown, "+")
	}
	c.words = append(c.words, entry{words[rare], posting{newRank(r.rank.priority(), r.kind, sum+extra, int(i)), int32(rare), spell}})
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
		re, err := reading.CompilePattern(k)
		if err != nil {
			c.fault(r.src, "keywords", err.Error())
			continue
		}
		w := int32(len(r.shown)) //nolint:gosec // bounded
		r.shown = append(r.shown, k)
		c.rs.patterns = append(c.rs.patterns, pattern{re, posting{rank: r.rank, word: w}})
	}
}
