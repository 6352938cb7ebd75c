package page

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/models"
)

// splitPages is what a citizen gets of a text to which nothing is added.
func splitPages(text string, limit int) []string {
	if len(text) <= limit {
		return []string{text}
	}
	return Cut(text, nil, limit)
}

// joinPages takes the hints off and checks what holds of all pages.
func joinPages(t interface{ Errorf(string, ...any) }, text string, pages []string, limit int) string {
	var b strings.Builder
	for i, page := range pages {
		if len(page) > limit || !utf8.ValidString(page) || strings.TrimSpace(page) == "" {
			t.Errorf("page %d of %d has %d bytes: %q", i+1, len(pages), len(page), page)
		}
		body := page
		if i+1 < len(pages) {
			hint := Hint(i+1, len(pages))
			if !strings.HasSuffix(page, "\n"+hint) {
				t.Errorf("page %d ends %q", i+1, page)
			}
			body = strings.TrimSuffix(page, hint)
			// The line break before the hint is the text's own where it had one there.
			if !strings.HasPrefix(text[b.Len():], body) {
				body = strings.TrimSuffix(body, "\n")
			}
		}
		b.WriteString(body)
	}
	return b.String()
}

func TestSplitPages(t *testing.T) {
	line := strings.Repeat("材料", 20) + "。"
	cases := []struct {
		name, text string
		limit      int
		starts     []string // of the pages after the first
	}{
		{"fits", strings.Repeat("a", 300), 300, nil},
		{"no room to choose", strings.Repeat("长", 101), 300, []string{"长"}},
		{"at the end of a sentence", strings.Repeat("甲", 70) + "。乙" + strings.Repeat("丙", 40), 300, []string{"乙"}},
		{"at the end of a line before a sentence", strings.Repeat("甲", 65) + "\n乙丙。丁" + strings.Repeat("丙", 40), 300, []string{"乙"}},
		{"not at a line too early", strings.Repeat("甲", 30) + "\n乙" + strings.Repeat("丙", 40) + "。丁" + strings.Repeat("丙", 40), 300, []string{"丁"}},
		{"the quote goes with the sentence", strings.Repeat("甲", 70) + "。”乙" + strings.Repeat("丙", 40), 300, []string{"乙"}},
		{"no comma at the start", strings.Repeat("甲", 86) + "，乙" + strings.Repeat("丙", 40), 300, []string{"甲，乙"}},
		{"at a comma where no sentence ends", strings.Repeat("甲", 60) + "，乙" + strings.Repeat("丙", 60), 300, []string{"乙"}},
		{"a link stays whole", strings.Repeat("甲", 70) + `<a href="https://example.gov.cn/a?b=1">在这里。办</a>` + strings.Repeat("丙", 60), 300, []string{"<a href"}},
		{"an address stays whole", strings.Repeat("甲", 71) + "https://example.gov.cn/banshi/cailiao.html?id=1" + strings.Repeat("丙", 60), 300, []string{"https://"}},
		{"braces stay whole", strings.Repeat("甲", 80) + "{不是变量的括号}" + strings.Repeat("丙", 60), 300, []string{"{不是"}},
		{"a family stays together", strings.Repeat("甲", 82) + "👨‍👩‍👧" + strings.Repeat("丙", 60), 300, []string{"👨‍👩‍👧丙"}},
		{"a flag stays whole", strings.Repeat("甲", 84) + "🇨🇳" + strings.Repeat("丙", 60), 300, []string{"🇨🇳丙"}},
		{"lines", strings.Repeat(line+"\n", 6), 300, []string{"材料", "材料"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			pages := splitPages(c.text, c.limit)
			if got := joinPages(t, c.text, pages, c.limit); got != strings.TrimRightFunc(c.text, unicode.IsSpace) {
				t.Errorf("the pages together are %q", got)
			}
			if len(pages)-1 < len(c.starts) {
				t.Fatalf("%d pages", len(pages))
			}
			for i, start := range c.starts {
				if !strings.HasPrefix(pages[i+1], start) || start == "材料" && !strings.Contains(pages[i], "。\n（") {
					t.Errorf("page %d begins %q, want %q", i+2, pages[i+1], start)
				}
			}
		})
	}
	if n := len(splitPages(strings.Repeat("长", 60_000), 2048)); n != models.MaxPages {
		t.Errorf("an endless text has %d pages", n)
	}
}

// TestPagesAreTheText holds for any text of words, marks, links and emoji: every page
// fits, nothing is lost, and what must stay whole does.
func TestPagesAreTheText(t *testing.T) {
	atoms := []string{
		"办理", "请携带身份证和户口簿", "，", "。", "！", "\n", "\n\n", " ", "”", "1. ", "https://example.gov.cn/a/b?c=d", "👨‍👩‍👧", "é", "🇨🇳", "👍🏽",
		`<a href="https://example.gov.cn">网上办理</a>`, "{办公时间", "}", "<", ">", "一二三四五六七八九十一二三四五六七八九十", "☎️", "abc ", "\t",
	}
	whole := regexp.MustCompile(`<a href="https://example.gov.cn">网上办理</a>|👨‍👩‍👧|🇨🇳|👍🏽|☎️`)
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.SampledFrom([]int{120, 300, 600, 2048}).Draw(t, "limit")
		text := strings.TrimSpace(strings.Join(rapid.SliceOfN(rapid.SampledFrom(atoms), 1, limit/7).Draw(t, "atoms"), ""))
		if text == "" {
			return
		}
		bodies := Bodies(text, nil, limit)
		if len(bodies) > models.MaxPages {
			return
		}
		if got := strings.Join(bodies, ""); len(text) > limit && got != text {
			t.Fatalf("the pages together are %q", got)
		}
		if got := joinPages(t, text, splitPages(text, limit), limit); got != text {
			t.Fatalf("the shown pages together are %q", got)
		}
		if len(text) <= limit {
			return
		}
		count := 0
		for _, b := range bodies {
			count += len(whole.FindAllString(b, -1))
		}
		if want := len(whole.FindAllString(text, -1)); count != want {
			t.Fatalf("%d of %d links and emoji are whole", count, want)
		}
	})
}

func FuzzSplitPages(f *testing.F) {
	f.Add(strings.Repeat("长文，", 300), uint16(400))
	f.Add(strings.Repeat("<a href=\"x\">一</a>{日期}", 90), uint16(64))
	f.Add(strings.Repeat("<a ", 900), uint16(70))
	f.Add(strings.Repeat("\u200d", 900)+"\xff"+strings.Repeat("{", 70), uint16(100))
	f.Fuzz(func(t *testing.T, text string, n uint16) {
		limit := 64 + int(n)%4096
		text = models.CleanText(text)
		if strings.TrimSpace(text) == "" {
			return
		}
		pages := splitPages(text, limit)
		got := joinPages(t, text, pages, limit)
		if len(pages) < models.MaxPages && got != text && got != strings.TrimRightFunc(text, unicode.IsSpace) {
			t.Fatalf("%d pages together are %q", len(pages), got)
		}
	})
}

// Nothing is lost between the parts but white space, no part is too long, and none begins within a
// character.
func TestParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		runes := rapid.SliceOfN(rapid.SampledFrom([]rune("路灯坏了。！\n ，abc1\u200d👨👩🏽é\u0301🇨🇳”")), 0, 400).Draw(t, "text")
		text := string(runes)
		longest := rapid.IntRange(64, 300).Draw(t, "longest")
		parts := Parts(text, longest)
		squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if got := squeeze(strings.Join(parts, "")); got != squeeze(text) {
			t.Fatalf("%q became %q", text, got)
		}
		for _, p := range parts {
			if len(p) > longest || strings.TrimSpace(p) == "" {
				t.Fatalf("a part of %d bytes, %d allowed: %q", len(p), longest, p)
			}
		}
	})
	for _, p := range Parts(strings.Repeat("e\u0301\u200d", 400), 64) {
		if !utf8.ValidString(p) || len(p) > 64 {
			t.Errorf("%q", p)
		}
	}
	for _, p := range Parts("e"+strings.Repeat("\u0301", 400), 64) {
		if !utf8.ValidString(p) || len(p) > 64 {
			t.Errorf("%q", p)
		}
	}
	if d := cmp.Diff([]string{"第一句话在这里。", "第二句话在这里。"}, Parts("第一句话在这里。第二句话在这里。", 30)); d != "" {
		t.Error(d)
	}
}
