package sheet

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/models"
)

func words(t *rapid.T, label string, most int) []string {
	word := rapid.StringMatching(`[a-z0-9公积金提取（）=+@＝'"|\\.,;:#&*!?%\[\]{}<>~-]{1,8}( [a-z公\\|]{1,3})?`)
	list := rapid.SliceOfN(word, 0, most).Draw(t, label)
	if len(list) == 0 {
		return nil
	}
	return list
}

func phrase(t *rapid.T, label string) string {
	return rapid.OneOf(
		rapid.SampledFrom([]string{
			"", "=1+1", "'=1", "''=1", "-", "@x", "＋", "yes", "null", "~", "1e3", "0x1f", "12:30", "2026-01-02", "true", "<<", "x # y",
			"a: b", "第一行\n第二行", "\"quoted\"", "it's", "😀 emoji", "a,b", "_x0041_", "{{.}}", "<a href=\"https://a/?b=1&c=2\">链接</a>",
			" leading", "trailing ", "\ttab", "- item", "| x", "> y", "%d", "&amp;", "line\n", "\n", "[[", "a\\",
		}),
		rapid.StringMatching(`[ a-z公积金\n'"=|\\:#-]{0,20}`),
	).Draw(t, label)
}

func drawReply(t *rapid.T) models.Reply {
	switch rapid.IntRange(0, 3).Draw(t, "reply") {
	case 0:
		return models.TextReply("您好" + phrase(t, "text"))
	case 1:
		return models.Reply{Kind: models.ReplyImage, MediaID: phrase(t, "media")}
	case 2:
		return models.Reply{Kind: models.ReplyNews, Articles: []models.Article{{Title: phrase(t, "title"), URL: "https://a.gov.cn/?a=1&b=2"}}}
	default:
		return models.Reply{}
	}
}

func drawRule(t *rapid.T, name string) models.Rule {
	r := models.Rule{
		Name: name, Title: strings.TrimSpace(phrase(t, "title")), Keywords: words(t, "keywords", 4), Exclude: words(t, "exclude", 2),
		Match:    rapid.SampledFrom([]models.MatchKind{"", models.MatchExact, models.MatchRegexp, models.MatchDefault}).Draw(t, "match"),
		Priority: rapid.IntRange(-5, 5).Draw(t, "priority"), MaxLength: rapid.IntRange(0, 3).Draw(t, "max"),
		Say: strings.TrimSpace(phrase(t, "say")), Examples: words(t, "examples", 3), Topic: "住房",
		Pick: rapid.SampledFrom([]models.Pick{"", models.PickRandom}).Draw(t, "pick"),
	}
	for range rapid.IntRange(0, 2).Draw(t, "replies") {
		r.Replies = append(r.Replies, drawReply(t))
	}
	for range rapid.IntRange(0, 2).Draw(t, "groups") {
		if g := words(t, "group", 3); g != nil {
			r.Groups = append(r.Groups, g)
		}
	}
	if rapid.Bool().Draw(t, "menu") {
		reply := drawReply(t)
		r.Menu = &models.Menu{Intro: phrase(t, "intro"), Items: []models.MenuItem{
			{Title: "一", Rule: "其他"},
			{Title: "二", Reply: &reply},
			{Title: "三", Menu: &models.Menu{Items: []models.MenuItem{{Title: "下层", Rule: name}}}},
		}}
	}
	if rapid.Bool().Draw(t, "when") {
		r.When = &models.Window{From: "2026-01-02", Weekdays: []int{1, 7}, Hours: []string{"22:00-06:00"}, Holiday: "no"}
		r.On = []models.Trigger{models.OnSubscribe, models.OnText}
		r.Source = &models.Source{Document: "国办发〔2026〕1号"}
	}
	return r
}

// readForm reads what is right in form, whether or not the rules make sense.
func readForm(name string, r io.Reader, format Format) ([]models.Rule, error) {
	return read(name, r, format, func(*models.Rule) []models.FieldError { return nil })
}

var sameRules = cmp.Options{cmpopts.EquateEmpty(), cmpopts.IgnoreFields(models.Rule{}, "ID", "AppID", "State", "Version", "Author", "Reviewer", "UpdatedAt")}

func TestRulesSurviveEveryFormat(t *testing.T) {
	for _, format := range []Format{YAML, JSON, CSV, XLSX} {
		t.Run(string(format), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				rules := make([]models.Rule, 0, 3)
				for _, name := range []string{"规则 a", "=b", "c|\\d"}[:rapid.IntRange(0, 3).Draw(t, "rules")] {
					r := drawRule(t, name)
					r.ID, r.State, r.Version, r.Author = 7, models.RuleDraft, 2, "张三"
					rules = append(rules, r)
				}
				var b bytes.Buffer
				if err := WriteRules(&b, format, rules); err != nil {
					t.Fatal(err)
				}
				text := b.String()
				got, err := readForm("rules."+string(format), &b, format)
				if err != nil {
					t.Fatalf("%v\n%s", err, text)
				}
				if d := cmp.Diff(rules, got, sameRules); d != "" {
					t.Fatalf("%s\n%s", d, text)
				}
			})
		})
	}
}

// faultsOf returns the faults of a refused file as "place message".
func faultsOf(t *testing.T, err error) []string {
	t.Helper()
	var e *models.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want *models.Error", err)
	}
	list := []string{}
	for _, f := range e.Fields {
		list = append(list, f.Field+" "+f.Message)
	}
	return list
}

// checkFaults compares faults by their place and a part of their text.
func checkFaults(t *testing.T, got []string, want ...string) {
	t.Helper()
	for i, w := range want {
		place, says, _ := strings.Cut(w, " ")
		if i >= len(got) || !strings.HasPrefix(got[i], place+" ") || !strings.Contains(got[i], says) {
			t.Errorf("fault %d: want %q in\n%s", i, w, strings.Join(got, "\n"))
			return
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d faults, want %d:\n%s", len(got), len(want), strings.Join(got, "\n"))
	}
}

func TestShortForms(t *testing.T) {
	want := []models.Rule{
		{Name: "公积金", Keywords: []string{"公积金"}, Replies: []models.Reply{models.TextReply("请到市民中心")}},
		{Name: "12345", Keywords: []string{"12345", "true", "0x1f"}, Replies: []models.Reply{{Kind: models.ReplyImage, MediaID: "m"}}},
		{Name: "三", Replies: []models.Reply{models.TextReply("甲"), {Kind: models.ReplyNews, Articles: []models.Article{{Title: "t", URL: "https://a"}}}}},
	}
	const list = `
- name: 公积金
  keywords: 公积金
  reply: 请到市民中心
- name: 12345
  keywords: [12345, true, 0x1f]
  reply: {kind: image, media_id: m}
  topic:
- name: 三
  reply:
    - 甲
    - articles: [{title: t, url: "https://a"}]
`
	const object = `{"rules":[{"name":"公积金","keywords":"公积金","reply":"请到市民中心","id":"7","state":"draft","version":"3",
	"updated_at":"2026-01-02T03:04:05Z"},{"name":"12345","keywords":["12345","true","0x1f"],"replies":{"kind":"image","media_id":"m"}},
	{"name":"三","reply":["甲",{"articles":[{"title":"t","url":"https://a"}]}]}]}`
	for name, text := range map[string]string{
		"bare.yaml": list, "under.yaml": "rules:" + strings.ReplaceAll(list, "\n", "\n  "), "bom.yaml": "\ufeff" + strings.ReplaceAll(list, "\n", "\r\n"),
		"object.json": object,
	} {
		t.Run(name, func(t *testing.T) {
			format, err := FormatOf(name)
			if err != nil {
				t.Fatal(err)
			}
			got, err := readForm(name, strings.NewReader(text), format)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got, sameRules); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestBadTrees(t *testing.T) {
	cases := []struct {
		name   string
		format Format
		text   string
		want   []string
	}{
		{"empty", YAML, "", []string{"f:1:1 空的"}},
		{"only a comment", YAML, "# x\n", []string{"f:1:1 空的"}},
		{"no list", YAML, "hello", []string{"f:1:1 列表"}},
		{"other root", YAML, "regeln: []\n", []string{"f:1:1 regeln"}},
		{"no rules", YAML, "{}", []string{"f:1:1 缺少 rules"}},
		{"all at once", YAML, "rules:\n  - name: a\n    keyword: x\n    priority: high\n    match: fuzzy\n  - priority: 1\n  - name: a\n    when: {weekdays: [one]}\n", []string{
			"f:3:5 keyword", "f:4:15 整数", "f:5:12 exact（完全一致）", "f:6:5 缺少 name", "f:8:23 整数", "f:7:5 第 2 行已有",
		}},
		{"key twice", YAML, "- name: a\n  name: b\n", []string{"f:2:3 两次"}},
		{"reply and replies", YAML, "- name: a\n  reply: x\n  replies: [y]\n", []string{"f:3:3 只能写一个"}},
		{"reply without kind", YAML, "- name: a\n  reply: {media_id: x}\n", []string{"f:2:10 kind"}},
		{"rule is a text", YAML, "- a\n", []string{"f:1:3 一组", "f:1:3 name"}},
		{"null in a list", YAML, "- name: a\n  keywords: [x, ~]\n", []string{"f:2:17 空的"}},
		{"map for words", YAML, "- name: a\n  keywords: {x: 1}\n", []string{"f:2:13 列表"}},
		{"alias", YAML, "- name: &x a\n- name: *x\n", []string{"f:1:9 锚点", "f:2:9 锚点"}},
		{"tag", YAML, "- name: !secret a\n", []string{"f:1:9 !secret"}},
		{"syntax", YAML, "- name: a\n  reply: 'x\n", []string{"f:2:1 YAML"}},
		{"tab", YAML, "- name: a\n\treply: x\n", []string{"f:2:1 YAML"}},
		{"two documents", YAML, "[]\n---\n[]\n", []string{"f:2:1 一个 YAML 文档"}},
		{"deep", YAML, strings.Repeat("[", 300) + strings.Repeat("]", 300), []string{"f:1:202 太深"}},
		{"empty json", JSON, " ", []string{"f:1:1 空的"}},
		{"cut json", JSON, "{\"rules\":[\n{\"name\":\"a\"}", []string{"f:2:13 没有写完"}},
		{"syntax json", JSON, "[{\"name\":\n\"a\",}]", []string{"f:2:5 JSON"}},
		{"more json", JSON, "[]\n[]", []string{"f:2:1 多余"}},
		{"deep json", JSON, strings.Repeat("[", 300) + strings.Repeat("]", 300), []string{"f:1:202 太深"}},
		{"types json", JSON, "[{\"name\":\"问\",\"priority\":\"1\",\n\"keywords\":[1],\"topic\":true}]", []string{"f:1:25 整数", "f:2:13 文字", "f:2:24 文字"}},
		{"big number", JSON, "[{\"name\":\"a\",\"priority\":99999999999}]", []string{"f:1:25 整数"}},
		{"key twice json", JSON, "[{\"name\":\"a\",\"name\":\"b\"}]", []string{"f:1:14 两次"}},
		{"long reply", YAML, "- name: a\n  reply: " + strings.Repeat("长", 10<<20/3) + "\n", []string{"f:2:10 太长"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := readForm("f", strings.NewReader(c.text), c.format)
			checkFaults(t, faultsOf(t, err), c.want...)
		})
	}
}

func TestManyFaultsAreCounted(t *testing.T) {
	_, err := readForm("f", strings.NewReader(strings.Repeat("- x\n", 500)), YAML)
	if n := len(faultsOf(t, err)); n != maxNamed || !strings.Contains(err.Error(), "1000 处") {
		t.Errorf("%d named: %.80s", n, err.Error())
	}
}

func TestEncodings(t *testing.T) {
	const text = "name,reply\r\n公积金,请到市民中心\r\n"
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, in := range map[string]string{"utf8": text, "bom": "\ufeff" + text, "gbk": gbk, "utf16": utf16, "cr": strings.ReplaceAll(text, "\r\n", "\n")} {
		got, err := readForm("f.csv", strings.NewReader(in), CSV)
		if err != nil || len(got) != 1 || got[0].Name != "公积金" || got[0].Replies[0].Text != "请到市民中心" {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
	damaged := strings.Replace(strings.Repeat(text[len("name,reply\r\n"):], 9), "市民", "市\xff民", 1)
	_, err = readForm("f", strings.NewReader("name,reply\r\n"+damaged), CSV)
	checkFaults(t, faultsOf(t, err), "f:2:20 编码有误")
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestEndlessFileIsRefused(t *testing.T) {
	for _, format := range []Format{CSV, XLSX} {
		_, err := readForm("f", endless{}, format)
		if models.ErrorCode(err) != models.CodeInvalid || !strings.Contains(err.Error(), "64 MiB") {
			t.Errorf("%s: %.80v", format, err)
		}
	}
}

func TestFormatOf(t *testing.T) {
	for name, want := range map[string]Format{"a.yaml": YAML, "a.YML": YAML, "b.json": JSON, "c.CSV": CSV, "d.xlsx": XLSX, "e.xls": "", "f": ""} {
		got, err := FormatOf(name)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%s: %s %v", name, got, err)
		}
	}
}
