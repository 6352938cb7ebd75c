package reading

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var (
	slowDenial = regexp.MustCompile(`^(.*?)(不是[想要来]?(?:问|说|讲|查|找|办|要|指|咨询|打听|办理|投诉|反映)|不想?问|没有?问|(?:别|不要)再?(?:给我)?(?:发|发送|推送))$`)
	slowNot    = regexp.MustCompile(`^(.*)(不是|除了)$`)
	slowBut    = regexp.MustCompile(`^(的问题|的事情|的事|的)?(是$|是[^不否]|而是|我要|我问)`)
	slowBeside = regexp.MustCompile(`^(的问题|的事情|的事|的)?[以之]?外`)
	slowExcept = regexp.MustCompile(`(是\|不是.*|要\|不要.*|想\|不想.*|问\|不问|难道\|.*|(不管|不闻)\|不问|[特分个区级类性]\|别.*)$`)
	slowInsist = regexp.MustCompile(`^(不是.*\|[吗嘛].*|不是.*说\|(.*[吗嘛么]))$`)
)

// denied reports whether a word that stands at one place is denied there, with regular expressions.
func (p plainText) denied(word string, i int) bool {
	bare := slices.DeleteFunc(slices.Clone(p.text), isEmoji)
	if len(bare) > 60 || len(bare) == 0 && len(p.text) > 60 || i < len(p.text) && p.stops[i] {
		return false
	}
	end, from := i+len(plainForms(word)[0].text), i
	for from > 0 && !p.stops[from] {
		from--
	}
	to := end
	for to < len(p.text) && !p.stops[to] {
		to++
	}
	before, after := string(p.text[from:i]), string(p.text[end:])
	m := slowDenial.FindStringSubmatch(before)
	if m == nil {
		m = slowNot.FindStringSubmatch(before)
		if m == nil {
			return false
		}
		if !slowBut.MatchString(after) && (m[2] == "不是" || !slowBeside.MatchString(after)) {
			return false
		}
	}
	if slowExcept.MatchString(m[1]+"|"+m[2]) || slowInsist.MatchString(m[2]+"|"+string(p.text[end:to])) {
		return false
	}
	for k := range p.text {
		if k != i && p.whole(word, k) {
			return false
		}
	}
	return true
}

func denialText() *rapid.Generator[string] {
	pieces := strings.Split("不是 不 是 问 说 查 想 要 来 没 有 别 再 给我 发 推送 除了 外 以外 而是 我要 我问 的事 的 吗 么 ， 。 … 、 难道 不管 分 卡 卡证 1 元 👍 [微笑] 否", " ")
	return rapid.Map(rapid.SliceOfN(rapid.SampledFrom(append(pieces, " ", strings.Repeat("长", 2)+"句")), 0, 9), func(p []string) string { return strings.Join(p, "") })
}

// TestDenial_GoldenTexts holds the slow reading too to what people say.
func TestDenial_GoldenTexts(t *testing.T) {
	lines, err := os.ReadFile("testdata/denials.txt")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(lines)) {
		sign, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if sign == "#" {
			continue
		}
		n++
		at := strings.LastIndex(rest, " ")
		if found := sameForBoth(t, rest[at+1:], rest[:at]); found != (sign == "+") {
			t.Errorf("%s: %v", line, found)
		}
	}
	if n < 60 {
		t.Errorf("only %d texts", n)
	}
}

// TestDenial_EqualsSlowReading holds the quick way against one with regular expressions.
func TestDenial_EqualsSlowReading(t *testing.T) {
	var starts []string
	for line := range strings.Lines(strings.TrimSpace(denialWords)) {
		all, verbs, _ := strings.Cut(line, "/")
		for start := range strings.FieldsSeq(all) {
			for verb := range strings.FieldsSeq(verbs) {
				starts = append(starts, start+verb)
			}
		}
	}
	starts = append(starts, "不是", "除了", "不是", "除了", "")
	denied := 0
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom([]string{"卡", "卡证", "1", "证卡", "问卡", "是", "的"}).Draw(t, "word")
		start := rapid.SampledFrom(starts).Draw(t, "start")
		text := denialText().Draw(t, "before") + start + word + denialText().Draw(t, "after")
		if n := rapid.IntRange(0, 6).Draw(t, "long"); n == 0 {
			text += strings.Repeat("长句", 25)
		}
		if !sameForBoth(t, word, text) {
			denied++
		}
	})
	if denied == 0 {
		t.Error("no word was denied")
	}
}
