package reading

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// plainText is a form of a text as the slow reading sees it: Han digits as they are written,
// and cut where a word ends.
type plainText struct {
	text   []rune
	breaks []bool
	stops  []bool // where a clause begins
}

// plainForms are the text with its emoji and, where it has some beside other things, without.
func plainForms(s string) []plainText {
	key, marks := markedIn(nil, nil, s)
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

// stands reports whether a word stands at one place of the text.
func (p plainText) stands(word string, i int) bool {
	w := plainForms(word)[0]
	end := i + len(w.text)
	return p.whole(word, i) && slowSpelled(p.text[i:end], w.text, p.breaks[i:], w.breaks)
}

// whole is stands whatever the spelling of numbers.
func (p plainText) whole(word string, i int) bool {
	w := plainForms(word)[0]
	end := i + len(w.text)
	if end > len(p.text) || string(Key(string(p.text[i:end]))) != string(Key(string(w.text))) {
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

// TestBoundary_EqualsSlowReading holds the quick way against one with regular expressions.
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

// sameForBoth compares every place of the text and reports whether the word stands in it and is
// not denied.
func sameForBoth(t interface {
	Fatalf(string, ...any)
}, word, text string,
) bool {
	w := NewWord(word)
	if len(w.Key) == 0 || slices.ContainsFunc([]rune(word+text), func(r rune) bool { return r == 0xFFFD }) || len([]rune(text)) > 500 {
		return false
	}
	var read Text
	read.Read(text)
	trie, has := NewTrie([][]rune{w.Key}), false
	for form, p := range plainForms(text) {
		for i := range p.text {
			want := p.stands(word, i) && !p.denied(word, i)
			has = has || want
			if got := read.Find(form, &w, i) == i; got != want {
				t.Fatalf("%q in %q at %d: %v, the slow reading says %v", word, text, i, got, want)
			}
			hits := trie.Collect(read.Forms()[form], i, nil)
			if got := len(hits) > 0 && read.Counts(form, hits[0]) && read.Spelled(form, hits[0], &w); got != want {
				t.Fatalf("hit of %q in %q at %d: %v, the slow reading says %v", word, text, i, got, want)
			}
		}
	}
	if read.Has(&w) != has {
		t.Fatalf("%q in %q: the slow reading says %v", word, text, has)
	}
	return has
}
