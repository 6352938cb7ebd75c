package bot

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

const testApp = "wx0123456789abcdef"

var testAccount = models.Account{AppID: testApp, Name: "测试政务"}

// monday is a working day, ten o'clock in China.
var monday = time.Date(2026, 6, 1, 10, 0, 0, 0, time.FixedZone("CST", 8*3600))

func mustCompile(t testing.TB, rules ...models.Rule) *Ruleset {
	t.Helper()
	rs, err := Compile(testAccount, 1, rules, CompileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return rs
}

func contains(name string, words ...string) models.Rule {
	return models.Rule{Name: name, Keywords: words, Replies: []models.Reply{models.TextReply("答" + name)}}
}

func (h *Hit) name() string {
	if h.Rule == nil {
		return ""
	}
	return h.Rule.Name
}

func TestOrder(t *testing.T) {
	with := func(r models.Rule, change func(*models.Rule)) models.Rule { change(&r); return r }
	kind := func(name string, k models.MatchKind, words ...string) models.Rule {
		return with(contains(name, words...), func(r *models.Rule) { r.Match = k })
	}
	cases := []struct {
		name  string
		rules []models.Rule
		text  string
		want  string
	}{
		{"longest contains", []models.Rule{contains("短", "公积金"), contains("长", "公积金提取")}, "请问公积金提取流程", "长"},
		{"exact before prefix", []models.Rule{kind("前", "prefix", "公积金"), kind("全", "exact", "公积金")}, "公积金", "全"},
		{"prefix before regexp", []models.Rule{kind("则", "regexp", "公积.提取"), kind("前", "prefix", "公")}, "公积金提取", "前"},
		{"regexp before contains", []models.Rule{contains("含", "公积金提取流程"), kind("则", "regexp", "公积.")}, "公积金提取流程", "则"},
		{"priority before all", []models.Rule{kind("全", "exact", "公积金"), with(contains("高", "公"), func(r *models.Rule) { r.Priority = 1 })}, "公积金", "高"},
		{"id breaks ties", []models.Rule{with(contains("甲", "公积"), func(r *models.Rule) { r.ID = 9 }), with(contains("乙", "积金"), func(r *models.Rule) { r.ID = 3 })}, "公积金", "乙"},
		{"name breaks ties", []models.Rule{contains("b", "公积"), contains("a", "积金")}, "公积金", "a"},
		{"all sums its words", []models.Rule{contains("含", "公积金"), kind("都", "all", "公积", "提取")}, "提取公积金", "都"},
		{"all needs every word", []models.Rule{kind("都", "all", "公积", "提取")}, "公积金", ""},
		{"groups sum", []models.Rule{contains("含", "身份证办"), {Name: "组", Groups: [][]string{{"补办", "丢了"}, {"身份证", "证件"}}}}, "身份证丢了", "组"},
		{"groups need one of each", []models.Rule{{Name: "组", Groups: [][]string{{"补办", "丢了"}, {"身份证"}}}}, "身份证", ""},
		{"keyword and groups", []models.Rule{{Name: "组", Keywords: []string{"身份证"}, Groups: [][]string{{"补办", "丢了"}}}}, "身份证要补办", "组"},
		{"exclude", []models.Rule{with(contains("含", "公积金"), func(r *models.Rule) { r.Exclude = []string{"投诉"} })}, "投诉公积金中心", ""},
		{"minimum length", []models.Rule{with(contains("含", "公积金"), func(r *models.Rule) { r.MinLength = 5 })}, "公积金！！！", ""},
		{"maximum length", []models.Rule{with(contains("含", "公积金"), func(r *models.Rule) { r.MaxLength = 5 })}, "公积金怎么提取", ""},
		{"regexp signs in a keyword are letters", []models.Rule{contains("含", "c++(入门)")}, "C＋＋(入门)课", "含"},
		{"pattern in traditional and full width", []models.Rule{kind("则", "regexp", "公積金.*ＡＢ")}, "公积金的ab", "则"},
		{"pattern sees punctuation", []models.Rule{kind("则", "regexp", `\d+-\d+号`)}, "3-12号", "则"},
		{"pattern sees through punctuation", []models.Rule{kind("则", "regexp", "社保卡")}, "社 保，卡", "则"},
		{"said over and over", []models.Rule{kind("全", "exact", "在吗")}, "在吗在吗？在吗", "全"},
		{"11 is not 1", []models.Rule{kind("全", "exact", "1")}, "11", ""},
		{"emoji beside an exact word", []models.Rule{kind("全", "exact", "社保")}, "社保😊", "全"},
		{"emoji as keyword", []models.Rule{contains("赞", "👍")}, "👍🏿👍🏿", "赞"},
		{"emoji inside a word", []models.Rule{contains("含", "公积金提取")}, "公积金😊提取", "含"},
		{"Han number", []models.Rule{contains("含", "24小时")}, "二十四小时营业吗", "含"},
		{"Arabic number", []models.Rule{contains("含", "第十二条")}, "第12条说什么", "含"},
		{"beyond the BMP", []models.Rule{contains("含", "𠮷野")}, "去𠮷野家", "含"},
		{"draft does not answer", []models.Rule{with(contains("含", "公积金"), func(r *models.Rule) { r.State = models.RuleDraft })}, "公积金", ""},
		{"expired", []models.Rule{with(contains("含", "公积金"), func(r *models.Rule) { r.Source = &models.Source{ValidUntil: "2026-05-31"} })}, "公积金", ""},
		{"last day", []models.Rule{with(contains("含", "公积金"), func(r *models.Rule) { r.Source = &models.Source{ValidUntil: "2026-06-01"} })}, "公积金", "含"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			rs := mustCompile(t, c.rules...)
			hit := rs.Match(Query{Text: c.text, At: monday})
			if got := hit.name(); got != c.want {
				t.Errorf("%q is answered by %q, want %q", c.text, got, c.want)
			}
		})
	}
}

// slowMatch is the order of the rules written as plainly as possible.
func slowMatch(rules []models.Rule, text string) string {
	type found struct {
		priority int
		slowRank
		id   int64
		name string
	}
	var best *found
	for i := range rules {
		at, ok := slowHit(&rules[i], text)
		if !ok {
			continue
		}
		f := &found{-rules[i].Priority, at, rules[i].ID, rules[i].Name}
		if best == nil || cmp.Or(cmp.Compare(f.priority, best.priority), f.compare(best.slowRank),
			cmp.Compare(f.id, best.id), cmp.Compare(f.name, best.name)) < 0 {
			best = f
		}
	}
	if best == nil {
		return ""
	}
	return best.name
}

// slowRank is the place of a rule within its priority; more and longer go first.
type slowRank struct{ kind, count, length int }

func (r slowRank) compare(o slowRank) int {
	return cmp.Or(cmp.Compare(r.kind, o.kind), cmp.Compare(o.count, r.count), cmp.Compare(o.length, r.length))
}

// slowHit reads the conditions of one rule off the text.
func slowHit(r *models.Rule, text string) (slowRank, bool) {
	length := func(w string) int { return len(reading.Key(w)) }
	var read reading.Text
	read.Read(text)
	forms := read.Forms()
	has := func(s string) bool {
		w := reading.NewWord(s)
		return read.Has(&w)
	}
	if slices.ContainsFunc(r.Exclude, has) {
		return slowRank{}, false
	}
	most, sum := 0, 0
	need := func(words []string) bool {
		longest := 0
		for _, w := range words {
			if has(w) {
				longest = max(longest, length(w))
			}
		}
		for form := range forms {
			for _, w := range words {
				most = max(most, slowCount(&read, form, w))
			}
		}
		sum += longest
		return longest > 0
	}
	for _, g := range r.Groups {
		if !need(g) {
			return slowRank{}, false
		}
	}
	switch {
	case r.Match == models.MatchExact, r.Match == models.MatchPrefix:
		return slowRank{kind: int(kindOf(r.Match))}, slowHead(r, &read)
	case r.Match == models.MatchAll:
		for _, w := range r.Keywords {
			if !need([]string{w}) {
				return slowRank{}, false
			}
		}
		return slowRank{int(kindContains), most, sum}, true
	case len(r.Keywords) == 0:
		return slowRank{int(kindContains), most, sum}, true
	}
	best, ok := slowRank{}, false
	for form := range forms {
		longest, said := 0, most
		for _, w := range r.Keywords {
			if n := slowCount(&read, form, w); n > 0 {
				longest, said = max(longest, length(w)), max(said, n)
			}
		}
		at := slowRank{int(kindContains), said, sum + longest}
		if longest > 0 && (!ok || at.compare(best) < 0) {
			best, ok = at, true
		}
	}
	return best, ok
}

// slowCount is how often a word stands in a form, by trying every place.
func slowCount(t *reading.Text, form int, word string) int {
	n, w := 0, reading.NewWord(word)
	for i := 0; i < len(t.Forms()[form]); {
		if t.Find(form, &w, i) == i {
			n++
			i += len(w.Key)
			continue
		}
		i++
	}
	return n
}

func slowHead(r *models.Rule, t *reading.Text) bool {
	for form, key := range t.Forms() {
		for _, s := range r.Keywords {
			w := reading.NewWord(s)
			if r.Match == models.MatchPrefix && t.Find(form, &w, 0) == 0 || r.Match == models.MatchExact && (slices.Equal(key, w.Key) || slices.Equal(repeated(key), w.Key)) {
				return true
			}
		}
	}
	return false
}

func wordGen() *rapid.Generator[string] {
	return rapid.StringOfN(rapid.RuneFrom([]rune("公积金社保的ab1一0😀👍𠮷")), 1, 4, -1)
}

func ruleGen(i int) *rapid.Generator[models.Rule] {
	return rapid.Custom(func(t *rapid.T) models.Rule {
		r := models.Rule{Name: fmt.Sprintf("r%02d", i), ID: int64(rapid.IntRange(0, 2).Draw(t, "id"))}
		r.Priority = rapid.IntRange(-1, 1).Draw(t, "priority")
		r.Match = rapid.SampledFrom([]models.MatchKind{"", "contains", "contains", "exact", "prefix", "all"}).Draw(t, "match")
		r.Keywords = rapid.SliceOfNDistinct(wordGen(), 1, 3, func(s string) string { return string(reading.Key(s)) }).Draw(t, "keywords")
		if rapid.IntRange(0, 4).Draw(t, "more") == 0 {
			r.Exclude = rapid.SliceOfN(wordGen(), 1, 2).Draw(t, "exclude")
		}
		if rapid.IntRange(0, 4).Draw(t, "grouped") == 0 {
			r.Groups = rapid.SliceOfN(rapid.SliceOfN(wordGen(), 1, 2), 1, 2).Draw(t, "groups")
		}
		return r
	})
}

func TestMatchAgreesWithTheLoop(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := make([]models.Rule, rapid.IntRange(1, 12).Draw(t, "n"))
		for i := range rules {
			rules[i] = ruleGen(i).Draw(t, "rule")
		}
		rs, err := Compile(testAccount, 1, rules, CompileOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for range 8 {
			text := rapid.StringOfN(rapid.RuneFrom([]rune("公积金社保的ab1一0元😀👍𠮷！ ")), 0, 14, -1).Draw(t, "text")
			if rapid.IntRange(0, 3).Draw(t, "denied") == 0 {
				text = rapid.SampledFrom([]string{"不是问", "没问", "不是", "除了", "是不是"}).Draw(t, "denial") + text + rapid.SampledFrom([]string{"", "是公", "，外"}).Draw(t, "contrast")
			}
			hit := rs.Match(Query{Text: text, At: monday})
			if got, want := hit.name(), slowMatch(rules, text); got != want {
				t.Fatalf("%q: got %q, the loop says %q", text, got, want)
			}
		}
	})
}

func FuzzMatch(f *testing.F) {
	f.Add("公积金|积金|金", "住房公积金提取")
	f.Add("👍|😀😀|𠮷", "👍👍😀𠮷野家")
	f.Add("1|一一|12", "一一零12")
	f.Fuzz(func(t *testing.T, words, text string) {
		var rules []models.Rule
		for i, w := range strings.Split(words, "|") {
			if len(reading.Key(w)) == 0 || strings.ContainsRune(w, 0xFFFD) || len(reading.OtherNumber(reading.Key(w)).Key) > 0 {
				continue
			}
			r := contains(fmt.Sprintf("r%03d", i), w)
			r.Match = [...]models.MatchKind{models.MatchContains, models.MatchPrefix, models.MatchExact}[i%3]
			rules = append(rules, r)
		}
		rs := mustCompile(t, rules...)
		hit := rs.Match(Query{Text: text, At: monday})
		if got, want := hit.name(), slowMatch(rules, text); got != want {
			t.Fatalf("%q of %q: got %q, the loop says %q", text, words, got, want)
		}
	})
}
