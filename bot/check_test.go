package bot

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/wenzheng/wenzheng/models"
)

func checkAll(rules ...models.Rule) []models.Finding {
	return Check(testAccount, rules, CheckOptions{Now: monday})
}

func TestCheck(t *testing.T) {
	with := func(r models.Rule, change func(*models.Rule)) models.Rule { change(&r); return r }
	examples := func(list ...string) func(*models.Rule) { return func(r *models.Rule) { r.Examples = list } }
	when := func(w models.Window) func(*models.Rule) { return func(r *models.Rule) { r.When = &w } }
	day := models.Window{Hours: []string{"08:00-20:00"}}
	night := models.Window{Hours: []string{"20:00-08:00"}}
	menu := func(name, rule string) models.Rule {
		return models.Rule{Name: name, Keywords: []string{name}, Menu: &models.Menu{Items: []models.MenuItem{{Title: rule, Rule: rule}}}}
	}
	usual := defaultRule("默认")
	cases := []struct {
		name  string
		rules []models.Rule
		want  []string // code:rule, errors in capital order of the report
	}{
		{"nothing wrong", []models.Rule{with(contains("社保", "社保"), examples("怎么交社保")), usual}, nil},
		{"no default", []models.Rule{contains("社保", "社保")}, []string{"no_default:"}},
		{"example misses", []models.Rule{with(contains("社保", "社保"), examples("养老金")), usual}, []string{"example:社保"}},
		{"example taken", []models.Rule{with(contains("社保", "社保"), examples("社保卡丢了")), contains("卡", "社保卡"), usual}, []string{"example:社保"}},
		{"counter-example", []models.Rule{with(contains("社保", "社保"), func(r *models.Rule) { r.CounterExamples = []string{"社保大厦在哪"} }), usual}, []string{"counter_example:社保"}},
		{"counter-example of a better rule", []models.Rule{with(contains("社保", "社保"), func(r *models.Rule) { r.CounterExamples = []string{"社保卡丢了"} }), contains("卡", "社保卡"), usual}, nil},
		{"same keyword", []models.Rule{contains("a", "社保"), contains("b", "社保"), usual}, []string{"unreachable:b"}},
		{"every keyword hidden", []models.Rule{with(contains("高", "社保", "医保"), func(r *models.Rule) { r.Priority = 1 }), contains("低", "查社保", "医保卡"), usual}, []string{"unreachable:低"}},
		{"one keyword free", []models.Rule{with(contains("高", "社保"), func(r *models.Rule) { r.Priority = 1 }), contains("低", "查社保", "医保卡"), usual}, nil},
		{"hidden only at times", []models.Rule{with(contains("a", "社保"), when(day)), contains("b", "社保"), usual}, nil},
		{"exact under contains of higher priority", []models.Rule{with(contains("高", "社保"), func(r *models.Rule) { r.Priority = 1 }), with(contains("全", "社保"), func(r *models.Rule) { r.Match = "exact" }), usual}, []string{"unreachable:全"}},
		{"second default", []models.Rule{usual, with(usual, func(r *models.Rule) { r.Name = "默认二" })}, []string{"second_default:默认二"}},
		{"day and night", []models.Rule{with(with(contains("白天", "社保"), when(day)), examples("社保")), with(with(contains("夜里", "社保"), when(night)), examples("社保")), usual}, nil},
		{"conflict", []models.Rule{with(contains("公积金", "公积金"), examples("公积金和养老金")), with(contains("养老金", "养老金"), examples("养老金")), usual}, []string{"conflict:公积金"}},
		{"expired", []models.Rule{with(contains("社保", "社保"), func(r *models.Rule) { r.Source = &models.Source{ValidUntil: "2026-05-31"} }), usual}, []string{"expired:社保"}},
		{"expiring", []models.Rule{with(contains("社保", "社保"), func(r *models.Rule) { r.Source = &models.Source{ValidUntil: "2026-06-30"} }), usual}, []string{"expiring:社保"}},
		{"over", []models.Rule{with(contains("社保", "社保"), when(models.Window{Until: "2026-05-01"})), usual}, []string{"over:社保"}},
		{"over, but for the hours after midnight", []models.Rule{with(contains("社保", "社保"), when(models.Window{Until: "2026-05-31", Hours: []string{"22:00-06:00"}})), usual}, nil},
		{"a slip of the year", []models.Rule{with(contains("社保", "社保"), when(models.Window{From: "2062-06-10", Until: "2062-06-20"})), usual}, []string{"far:社保"}},
		{"next year", []models.Rule{with(contains("社保", "社保"), when(models.Window{From: "2027-06-10"})), usual}, nil},
		{"slow pattern", []models.Rule{with(contains("慢", "(?:.{0,30}){30}x"), func(r *models.Rule) { r.Match = "regexp" }), usual}, []string{"pattern:慢"}},
		{"broken pattern", []models.Rule{with(contains("坏", "(社保"), func(r *models.Rule) { r.Match = "regexp" }), usual}, []string{"pattern:坏"}},
		{"empty reply", []models.Rule{{Name: "空", Keywords: []string{"社保"}, Replies: []models.Reply{models.TextReply(" ")}}, usual}, []string{"invalid:空"}},
		{"long reply", []models.Rule{{Name: "长", Keywords: []string{"社保"}, Replies: []models.Reply{models.TextReply(strings.Repeat("长", 700))}}, usual}, []string{"pages:长"}},
		{"reply as long as may be", []models.Rule{{Name: "长", Keywords: []string{"社保"}, Replies: []models.Reply{models.TextReply(strings.Repeat("长", 13_653))}}, usual}, []string{"too_long:长"}},
		{"reply too long to keep", []models.Rule{{Name: "长", Keywords: []string{"社保"}, Replies: []models.Reply{models.TextReply(strings.Repeat("长", 13_654))}}, usual}, []string{"invalid:长"}},
		{"long texts of a menu", []models.Rule{{
			Name: "长单", Keywords: []string{"社保"}, Replies: []models.Reply{models.TextReply(strings.Repeat("长", 700))},
			Menu: &models.Menu{Items: []models.MenuItem{{Title: "甲", Reply: textReply(strings.Repeat("长", 683))}, {Title: "乙", Reply: textReply(strings.Repeat("长", 682))}}},
		}, usual}, []string{"pages:长单", "pages:长单"}},
		{"missing menu target", []models.Rule{menu("菜单", "没有"), usual}, []string{"menu_target:菜单"}},
		{"menu to itself", []models.Rule{menu("菜单", "菜单"), usual}, []string{"menu_circle:菜单"}},
		{"menus in a circle", []models.Rule{menu("甲单", "乙单"), menu("乙单", "丙单"), menu("丙单", "甲单"), usual}, []string{"menu_circle:甲单"}},
		{"menus side by side", []models.Rule{menu("甲单", "丙单"), menu("乙单", "丙单"), menu("丙单", "社保"), contains("社保", "社保"), usual}, nil},
		{"duplicate name", []models.Rule{contains("社保", "社保"), contains("社保", "医保"), usual}, []string{"duplicate_name:社保"}},
		{"short keyword", []models.Rule{contains("短", "卡"), usual}, []string{"short_keyword:短"}},
		{"short exact keyword", []models.Rule{with(contains("短", "卡"), func(r *models.Rule) { r.Match = "exact" }), usual}, nil},
		{"excludes itself", []models.Rule{with(contains("社保", "社保卡"), func(r *models.Rule) { r.Exclude = []string{"社保"} }), usual}, []string{"self_excluded:社保"}},
		{"say without an answer", []models.Rule{{Name: "点", On: []models.Trigger{"click"}, Keys: []string{"K"}, Say: "社保"}, usual}, []string{"say:点"}},
		{"unknown variable", []models.Rule{{Name: "变", Keywords: []string{"社保"}, Replies: []models.Reply{models.TextReply("{greting}")}}, usual}, []string{"unknown_variable:变"}},
		{"call for help", []models.Rule{with(contains("帮", "帮助热线"), examples("我不想活了帮助热线")), usual}, []string{"crisis:帮"}},
		{"archived rules do not count", []models.Rule{with(contains("旧", "社保"), func(r *models.Rule) { r.State = models.RuleArchived }), contains("新", "社保"), usual}, nil},
		{"drafts do", []models.Rule{with(contains("稿", "社保"), func(r *models.Rule) { r.State = models.RuleDraft; r.Examples = []string{"医保"} }), usual}, []string{"example:稿"}},
		{"scanned key taken", []models.Rule{{Name: "a", On: []models.Trigger{"scan"}, Keys: []string{"7"}, Replies: usual.Replies}, {Name: "b", On: []models.Trigger{"scan"}, Keys: []string{"7"}, Replies: usual.Replies}, usual}, []string{"unreachable:b"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, f := range checkAll(c.rules...) {
				got = append(got, f.Code+":"+f.Rule)
				if f.Message == "" {
					t.Errorf("%s says nothing", f.Code)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestRefusedByErrorsOnly(t *testing.T) {
	if Refused(checkAll(contains("社保", "社保"))) {
		t.Error("a warning refuses")
	}
	if !Refused(checkAll(models.Rule{Name: "空", Keywords: []string{"社保"}})) {
		t.Error("an error does not refuse")
	}
}

// BenchmarkCheck grows the rules tenfold: with distinct keywords, and all with one.
func BenchmarkCheck(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		words := benchWords(n)
		rules := benchRules(words)
		for i := range rules {
			rules[i].Examples = []string{"请问" + words[i] + "怎么办"}
		}
		b.Run(fmt.Sprintf("distinct/%d", n), func(b *testing.B) {
			for b.Loop() {
				Check(testAccount, rules, CheckOptions{Now: monday})
			}
		})
		for i := range rules {
			rules[i].Keywords = []string{"公积金", "公积金" + words[i]}
			rules[i].Exclude = []string{"投诉"}
			rules[i].Examples = []string{"公积金" + words[i]}
		}
		b.Run(fmt.Sprintf("shared/%d", n), func(b *testing.B) {
			for b.Loop() {
				Check(testAccount, rules, CheckOptions{Now: monday})
			}
		})
	}
}
