package bot

import (
	"cmp"

	"github.com/wenzheng/wenzheng/bot/page"
	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

// maxSuggestions is how many rules are looked for when nothing fits.
const maxSuggestions = 3

// How close a single rule must be to be answered at once, and how much of the text its phrase
// must account for: one word that stands in both is not enough.
const (
	clearly    = 0.4
	mostlyThis = 0.4
)

// suggest offers the closest rules as a numbered menu. When one alone is close it is
// answered at once, named in the first line, with the next ones offered below.
func (x *exchange) suggest() (*models.Reply, bool) {
	if x.rs.closest == nil || len(x.text()) < 2 {
		return nil, false
	}
	if hit, ok := x.rs.abbreviated(x.sc, &x.asked); ok {
		return x.askBack(hit.place), true
	}
	found, alike := x.rs.closest().nearest(x.sc, &x.asked)
	if len(found) == 0 {
		return nil, false
	}
	if equalRunes(x.text(), reading.Key(x.rs.rules[found[0].rule].title())) {
		return x.titled(found[0].rule), true
	}
	if reply := x.nearest(found, alike); reply != nil {
		return reply, true
	}
	if alike == 1 {
		return x.askBack(found[0].rule), true
	}
	x.match.Outcome = OutcomeSuggestion
	b := x.offering("您是不是想问：", places(found[:alike]), "\n回复序号即可查看。")
	x.offer(b.offered)
	return saying(page.Shorten(b.tail, x.rs.limits.TextBytes)), true
}

// askBack offers one rule.
func (x *exchange) askBack(place int32) *models.Reply {
	x.match.Outcome = OutcomeSuggestion
	x.offer([]int32{place})
	return saying(page.Shorten("您是不是想问“"+x.rs.rules[place].title()+"”？回复 1 查看，或换个说法再写一次。", x.rs.limits.TextBytes))
}

// titled answers a text that is the title of a rule: suggestions and menus show it, so people
// type it.
func (x *exchange) titled(place int32) *models.Reply {
	r := &x.rs.rules[place]
	if p := x.pinForTopic(r.src.Topic); p != nil {
		return x.emergency(p)
	}
	x.why = "与规则“" + r.src.Name + "”的标题相同。"
	x.next.closeMenus()
	return x.give(x.chose(place, r.matchKind(), r.title(), OutcomeRule, true))
}

// nearest answers with the rule that alone is close, nil where there is none or its answer
// is no text.
func (x *exchange) nearest(found []near, alike int) *models.Reply {
	best := found[0]
	r := &x.rs.rules[best.rule]
	if alike != 1 || best.score < clearly || best.share < mostlyThis || x.pinForTopic(r.src.Topic) != nil {
		return nil
	}
	if r.menu == nil && (len(r.replies) == 0 || r.replies[x.pick(r)].fixed.Kind != models.ReplyText) {
		return nil
	}
	b := x.offering("如果不是这件事，您可能想问：", places(found[1:]), "\n回复序号查看，或换个说法再写一次。")
	if len(b.offered) == 0 || r.menu != nil {
		b = beside{tail: "如果不是这件事，请换个说法再写一次。"}
	}
	b.lead = "没有完全对应的内容，先按“" + r.title() + "”答复："
	x.chose(best.rule, r.matchKind(), "", OutcomeSuggestion, false)
	x.why = "没有规则命中，只有“" + r.src.Name + "”足够接近，直接给出它的回复并注明。"
	x.next.closeMenus()
	return x.giveBeside(r, b)
}

func places(found []near) []int32 {
	out := make([]int32, len(found))
	for i, f := range found {
		out[i] = f.rule
	}
	return out
}

// phrases are the texts by which a rule may be found. A word that it asks for beside others is
// none: 出租车 is not yet the rule about found property.
func (r *rule) phrases() []string {
	out := make([]string, 0, len(r.shown)+2)
	out = append(out, r.title())
	if r.kind != kindRegexp {
		out = append(out, r.shown...)
	}
	if len(r.src.Groups) == 1 && len(r.shown) == 0 {
		out = append(out, r.src.Groups[0]...)
	}
	return append(out, r.src.Examples[:min(len(r.src.Examples), maxExamples)]...)
}

// words are the keywords in the matched form.
func (r *rule) words() [][]rune {
	if r.kind == kindRegexp {
		return nil
	}
	words := make([][]rune, 0, len(r.src.Keywords))
	for _, w := range r.src.Keywords {
		words = append(words, reading.Key(w))
	}
	return words
}

func (r *rule) title() string { return cmp.Or(r.src.Title, r.src.Name) }
