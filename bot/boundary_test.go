package bot

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/models"
)

//go:embed testdata/boundaries.txt
var boundaries string

// TestBoundary_GoldenTexts asks every text with the keyword in each place a rule has for it.
func TestBoundary_GoldenTexts(t *testing.T) {
	word, n := "", 0
	for line := range strings.Lines(boundaries) {
		line = strings.TrimSpace(line)
		sign, text, ok := strings.Cut(line, " ")
		if sign == "#" || line == "" {
			continue
		}
		if !ok || sign != "+" && sign != "-" {
			word = line
			continue
		}
		n++
		want := sign == "+"
		rules := map[string]models.Rule{
			"contains": {Keywords: []string{word}},
			"groups":   {Groups: [][]string{{"没有这个词", word}}},
		}
		for kind, r := range rules {
			r.Name, r.Replies = "规则", []models.Reply{models.TextReply("答")}
			hit := mustCompile(t, r).Match(Query{Text: text, At: monday})
			// Words of a group are looked for as they are written, in one spelling only.
			if hit.Found() != want && (kind == "contains" || otherNumber(appendKey(nil, word)) == nil) {
				t.Errorf("%s %q in %q: %v, want %v", kind, word, text, hit.Found(), want)
			}
		}
	}
	if n < 119 {
		t.Errorf("only %d texts", n)
	}
}

// TestBoundary_EveryPlaceOfAWord: all, prefix, groups and exclude read numbers like contains.
func TestBoundary_EveryPlaceOfAWord(t *testing.T) {
	reply := []models.Reply{models.TextReply("答")}
	cases := map[string]struct {
		rule models.Rule
		yes  []string
		no   []string
	}{
		"all, the rare word":  {models.Rule{Match: models.MatchAll, Keywords: []string{"报警电话", "110"}}, []string{"报警电话110", "110 是报警电话吗"}, []string{"报警电话1101", "报警电话110元"}},
		"prefix":              {models.Rule{Match: models.MatchPrefix, Keywords: []string{"110"}}, []string{"110打不通", "110，在吗", "一一零打不通"}, []string{"1101号", "110元", "110年"}},
		"exclude":             {models.Rule{Keywords: []string{"打不通"}, Exclude: []string{"110"}}, []string{"1101 打不通", "打不通"}, []string{"110打不通", "一一〇打不通"}},
		"pattern":             {models.Rule{Match: models.MatchRegexp, Keywords: []string{"110"}}, []string{"1101号", "110元", "110"}, nil},
		"exact":               {models.Rule{Match: models.MatchExact, Keywords: []string{"110"}}, []string{"110", "一一零", "110！"}, []string{"1101"}},
		"keyword with a sign": {models.Rule{Keywords: []string{"0731-12345"}}, []string{"打0731-12345", "073112345"}, []string{"0731-123456"}},
		"after a keycap":      {models.Rule{Keywords: []string{"110"}}, []string{"1️⃣110打不通", "110👍1", "110[微笑]1"}, []string{"1👍10"}},
		"two letters apart":   {models.Rule{Keywords: []string{"1号线"}}, []string{"ABC1号线", "A 1号线"}, []string{"AB C1号线", "C1号线"}},
	}
	for name, c := range cases {
		c.rule.Name, c.rule.Replies = "规则", reply
		rs := mustCompile(t, c.rule)
		for _, text := range append(slices.Clone(c.yes), c.no...) {
			if got, want := rs.Match(Query{Text: text, At: monday}), slices.Contains(c.yes, text); got.Found() != want {
				t.Errorf("%s: %q: %v, want %v", name, text, got.Found(), want)
			}
		}
	}
}

// plainText is a form of a text as the slow reading sees it: Han digits as they are written,
// and cut where a word ends.
type plainText struct {
	text   []rune
	breaks []bool
	stops  []bool // where a clause begins
}

// TestBoundary_IsTold: check and try say why a keyword in the text was not counted.
func TestBoundary_IsTold(t *testing.T) {
	r := contains("报警", "110", "五一值班")
	for text, want := range map[string]string{
		"家住1101号房": "关键词“110”在“1101”里不算",
		"一共110元":   "关键词“110”在“110元”里不算",
		"51值班吗":    "关键词“五一值班”在这句话里不算：数字的写法不同",
	} {
		r.Examples = []string{text}
		if m := mustCompile(t, r).Try(Query{Text: text, At: monday}).Match; m.Matched || !strings.Contains(m.Reason, want) {
			t.Errorf("try %s: %s", text, m.Reason)
		}
		found := Check(testAccount, []models.Rule{r}, CheckOptions{Now: monday})
		if !slices.ContainsFunc(found, func(f models.Finding) bool { return f.Code == CheckExample && strings.Contains(f.Message, want) }) {
			t.Errorf("check %s: %+v", text, found)
		}
	}
}

// TestBoundary_NumbersShadowNothing: a keyword inside a longer number of another one neither
// goes before it nor excludes it.
func TestBoundary_NumbersShadowNothing(t *testing.T) {
	short, long := contains("短", "110"), contains("长", "1101")
	short.Priority, long.Exclude = 1, []string{"110"}
	for _, f := range Check(testAccount, []models.Rule{short, long}, CheckOptions{Now: monday}) {
		if f.Code == CheckUnreachable || f.Code == CheckSelfExcluded {
			t.Errorf("%+v", f)
		}
	}
}

// plainForms are the text with its emoji and, where it has some beside other things, without.
func plainForms(s string) []plainText {
	key, marks := appendMarked(nil, nil, s)
	var all, bare plainText
	cut, stop := false, false
	for i, r := range key {
		ends := marks[i]&markBreak != 0
		stop = stop || marks[i]&markStop != 0
		if marks[i]&markHan != 0 {
			r = []rune("零一二三四五六七八九")[r-'0']
		}
		all.text, all.breaks, all.stops = append(all.text, r), append(all.breaks, ends), append(all.stops, marks[i]&markStop != 0)
		if isEmoji(r) {
			cut = true
			continue
		}
		bare.text, bare.breaks, bare.stops = append(bare.text, r), append(bare.breaks, ends || cut), append(bare.stops, stop)
		cut, stop = false, false
	}
	if len(bare.text) == 0 || len(bare.text) == len(all.text) {
		return []plainText{all}
	}
	return []plainText{all, bare}
}

var (
	arabicFirst = regexp.MustCompile(`^[0-9]`)
	hanFirst    = regexp.MustCompile(`^[零一二三四五六七八九]`)
	anyDigit    = `[0-9零一二三四五六七八九]`
	place       = `[十百千万亿]`
	number      = regexp.MustCompile(`^(` + anyDigit + `|` + place + `|\.)+$`)
	hotline     = regexp.MustCompile(`^[19一九]` + anyDigit + `{4}$`)
	digitPairs  = regexp.MustCompile(anyDigit + `+`)
)

// slowWhole reads the boundaries off a text cut in three, with regular expressions.
func slowWhole(before, word, after string) bool {
	is := func(pattern, s string) bool { return regexp.MustCompile(pattern).MatchString(s) }
	bare, line := number.MatchString(word), hotline.MatchString(word)
	short := func(s string) bool { return is(`(^|[^a-z])[a-z]{1,2}$`, s) }
	switch {
	case arabicFirst.MatchString(word) && is(`[0-9]$`, before), hanFirst.MatchString(word) && is(`[零一二三四五六七八九]$`, before):
		if (!line || !is(`(^|[^0-9零一二三四五六七八九])[0零]`+anyDigit+`{2,3}$`, before)) && !is(`[唯统同单专划]一$`, before) {
			return false
		}
	case is(`^`+anyDigit, word):
		list := is(`(^|[^0-9零一二三四五六七八九])([1一][9九]|[2二][0零])`+anyDigit+`{2}\.$`, before) || line && is(`[19一九]`+anyDigit+`{4}\.$`, before) ||
			!bare && !is(`^(`+anyDigit+`|`+place+`)+[a-z.]`, word) && (is(`^[12一二](`+anyDigit+`|`+place+`){3}[^0-9零一二三四五六七八九十百千万亿]`, word) ||
				!is(`^(`+anyDigit+`|`+place+`)+[`+measured+`]`, word) && !is(`^(`+anyDigit+`|`+place+`)+$`, word))
		if is(`十$|(`+anyDigit+`|`+place+`)`+place+`$`, before) || arabicFirst.MatchString(word) && short(before) || is(`\.$`, before) && !list {
			return false
		}
	case is(`^`+place, word) && is(anyDigit+`$`, before):
		if strings.HasPrefix(word, "十") || !slowIsUnit(string([]rune(word)[1:])) {
			return false
		}
	case is(`^[a-z]`, word) && (is(`[a-z]$`, before) || is(anyDigit+`$`, before) && is(`^[a-z]{1,2}([^a-z]|$)`, word)):
		return false
	}
	switch {
	case is(`[0-9]$`, word) && is(`^[0-9]`, after), is(`[零一二三四五六七八九]$`, word) && is(`^[零一二三四五六七八九]`, after):
		return false
	case is(anyDigit+`$`, word) && (is(`^\.`, after) && !line || is(`^[a-z]`, after)):
		return false
	case bare && is(place+`$`, word) && is(`^`+anyDigit, after):
		return false
	case bare && !is(`^`+anyDigit, after) && slowUnit(after):
		return false
	case is(`[a-z]$`, word) && is(`^[a-z]`, after):
		return is(`[a-z]{3}$`, word) && is(`^s([^a-z]|$)`, after)
	case is(`[a-z]$`, word) && is(`^`+anyDigit, after) && short(word):
		return false
	}
	return true
}

func slowUnit(after string) bool {
	if regexp.MustCompile(`^(` + place + `|余|k[vgm])`).MatchString(after) {
		return true
	}
	return slowIsUnit(after)
}

func slowIsUnit(after string) bool {
	return slices.ContainsFunc(units(), func(u unit) bool {
		rest, ok := strings.CutPrefix(after, string(u.word))
		first := string([]rune(rest)[:min(1, len([]rune(rest)))])
		return ok && (first == "" || !strings.Contains(u.but, first))
	})
}

// stands reports whether a word stands at one place of a text.
func (p plainText) stands(word string, i int) bool {
	w := plainForms(word)[0]
	end := i + len(w.text)
	return p.whole(word, i) && slowSpelled(p.text[i:end], w.text, p.breaks[i:], w.breaks)
}

// whole is stands whatever the spelling of numbers.
func (p plainText) whole(word string, i int) bool {
	w := plainForms(word)[0]
	end := i + len(w.text)
	if end > len(p.text) || string(appendKey(nil, string(p.text[i:end]))) != string(appendKey(nil, string(w.text))) {
		return false
	}
	from, to := i, end
	for from > 0 && !p.breaks[from] {
		from--
	}
	for to < len(p.text) && !p.breaks[to] {
		to++
	}
	return slowWhole(string(p.text[from:i]), string(p.text[i:end]), string(p.text[end:to]))
}

// slowFinds reports whether a word stands in a text and is not denied, by trying every place.
func slowFinds(text, word string) bool {
	for _, p := range plainForms(text) {
		if p.count([]string{word}) > 0 {
			return true
		}
	}
	return false
}

// count is how often one of the words stands there; of those that overlap the first counts,
// and of several at one place the longest.
func (p plainText) count(words []string) int {
	n := 0
	for i := 0; i < len(p.text); {
		longest := 0
		for _, w := range words {
			if p.stands(w, i) && !p.denied(w, i) {
				longest = max(longest, len(appendKey(nil, w)))
			}
		}
		if longest > 0 {
			n++
		}
		i += max(longest, 1)
	}
	return n
}

func slowSpelled(text, word []rune, breaks, own []bool) bool {
	for _, at := range digitPairs.FindAllStringIndex(string(word), -1) {
		from := len([]rune(string(word)[:at[0]]))
		to := from + len([]rune(string(word)[at[0]:at[1]]))
		for i := from + 1; i < to; i++ {
			if breaks[i] && !own[i] {
				return false
			}
		}
		for i := from; i < to && to-from == 2; i++ {
			if isDigit(text[i]) != isDigit(word[i]) {
				return false
			}
		}
	}
	return true
}

func boundaryText() *rapid.Generator[string] {
	pieces := strings.Split("1 0 9 2 12345 010 一 二 零 十 百 万 . 。 　 - ① a b cd s app etc 号 线 路 上 元 人 员 月 年 2019 期 间 唯 达 中 k v 👍 [微笑]", " ")
	return rapid.Map(rapid.SliceOfN(rapid.SampledFrom(append(pieces, " ")), 0, 9), func(p []string) string { return strings.Join(p, "") })
}

// TestBoundary_EqualsSlowReading holds the quick way, through tries, postings and conditions,
// against a reading of the same rules with regular expressions.
func TestBoundary_EqualsSlowReading(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := boundaryText().Draw(t, "word")
		sameForBoth(t, word, boundaryText().Draw(t, "text"))
		sameForBoth(t, word, boundaryText().Draw(t, "before")+word+boundaryText().Draw(t, "after"))
	})
}

func FuzzBoundary(f *testing.F) {
	f.Add("110", "家住1101号")
	f.Add("五一", "51元一斤，五一放假")
	f.Add("APP", "下载apps 2.110万 ①110")
	f.Add("卡", "不是问👍卡，除了卡以外")
	f.Fuzz(func(t *testing.T, word, text string) { sameForBoth(t, word, text) })
}

func sameForBoth(t interface {
	Fatalf(string, ...any)
}, word, text string,
) {
	key := appendKey(nil, word)
	if len(key) == 0 || slices.ContainsFunc([]rune(word+text), func(r rune) bool { return r == 0xFFFD }) || len([]rune(text)) > 500 {
		return
	}
	var sc scratch
	sc.read(text)
	k := newKeyword(word)
	want := slowFinds(text, word)
	if got := sc.has(&k); got != want {
		t.Fatalf("%q in %q: %v, the slow reading says %v", word, text, got, want)
	}
	if otherNumber(key) != nil {
		return
	}
	rs, err := Compile(testAccount, 1, []models.Rule{contains("规则", word)}, CompileOptions{})
	if err != nil {
		t.Fatalf("%q: %v", word, err)
	}
	if hit := rs.Match(Query{Text: text, At: monday}); hit.Found() != want {
		t.Fatalf("rule of %q on %q: %v, the slow reading says %v", word, text, hit.Found(), want)
	}
}
