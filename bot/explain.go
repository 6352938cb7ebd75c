package bot

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/wenzheng/wenzheng/models"
)

// maxBeaten is how many rules that hit too are listed.
const maxBeaten = 20

// Trial is what a citizen would be told, and why.
type Trial struct {
	Match models.Match `json:"match"`           // with Reason and Beaten
	Pages []string     `json:"pages,omitempty"` // of an answer longer than one message, each with its hint
	Reply models.Reply `json:"reply"`
}

// Explain says how Handle would answer a message now, the citizen's dialogue included: why in
// Match.Reason, and whom the rule beat in Match.Beaten. Nothing is remembered, handed to people or
// given away.
func (b *Bot) Explain(m *models.Message) models.Match {
	x := exchange{dry: true}
	x.begin(b, m, &models.Match{})
	return x.explained(m.Content).Match
}

// Try answers a text from this set, and from these emergency answers, as a citizen without
// a dialogue would be answered.
func (rs *Ruleset) Try(q Query, pins ...models.Pin) Trial {
	return rs.TryEntry(q, models.OnText, "", pins...)
}

// TryEntry is Try for what comes in at an entry point, with its scene value or menu key.
func (rs *Ruleset) TryEntry(q Query, on models.Trigger, key string, pins ...models.Pin) Trial {
	x := exchange{
		b: New(Options{Calendar: rs.office.calendar, Limits: rs.limits}), rs: rs, pins: newPins(pins),
		asked: asked{rs: rs, at: q.At},
		msg:   entering(on, key, q.Text),
		match: &models.Match{RulesVersion: rs.version},
	}
	x.msg.AppID = rs.account.AppID
	if on == models.OnPhoto {
		x.start.photo = key
	}
	if x.msg.MsgType != models.MsgTypeText {
		q.Text = ""
	}
	return x.explained(q.Text)
}

// entering is a message that comes in at an entry point.
func entering(on models.Trigger, key, text string) *models.Message {
	event := func(name string) *models.Message {
		return &models.Message{MsgType: models.MsgTypeEvent, Event: name, EventKey: key}
	}
	switch on {
	case models.OnSubscribe:
		return event(models.EventSubscribe)
	case models.OnScan:
		return event(models.EventScan)
	case models.OnClick:
		return event(models.EventClick)
	case models.OnImage, models.OnPhoto:
		return &models.Message{MsgType: models.MsgTypeImage}
	case models.OnVoice:
		return &models.Message{MsgType: models.MsgTypeVoice}
	case models.OnVideo:
		return &models.Message{MsgType: models.MsgTypeVideo}
	case models.OnLocation:
		return &models.Message{MsgType: models.MsgTypeLocation}
	case models.OnLink:
		return &models.Message{MsgType: models.MsgTypeLink}
	}
	return &models.Message{MsgType: models.MsgTypeText, Content: text}
}

func (x *exchange) explained(text string) Trial {
	reply, match := x.answer(), x.match
	sc := x.rs.scratch()
	sc.Read(text)
	all := x.rs.everything(sc, &x.asked)
	match.Reason = x.reason(match, all)
	match.Reason += x.rs.deniedWords(sc)
	if !match.Matched {
		match.Reason += x.rs.partOnly(sc)
	}
	match.Beaten = x.rs.beaten(match, all)
	x.rs.release(sc)
	out := Trial{Match: *match}
	if reply != nil {
		out.Reply = *reply
	}
	if len(x.pages) > 1 {
		out.Pages = x.pages
	}
	return out
}

// Fitting returns every rule that a text hits as it is written, the best first, default rules aside.
// They are shared and not to be changed.
func (rs *Ruleset) Fitting(q Query) []*models.Rule {
	sc := rs.scratch()
	defer rs.release(sc)
	sc.Read(q.Text)
	var list []*models.Rule
	for _, p := range rs.everything(sc, &asked{rs: rs, at: q.At}) {
		list = append(list, rs.rules[p.rule()].src)
	}
	return list
}

// everything returns the best posting of every rule that fits, best first.
func (rs *Ruleset) everything(sc *scratch, m *asked) []posting {
	best := make(map[int32]posting)
	better := func(p posting) {
		if old, had := best[p.rule()]; !had || p.rank < old.rank {
			best[p.rule()] = p
		}
	}
	take := func(p posting) {
		if got, ok := rs.fits(p, sc, m); ok {
			p.rank = got
			better(p)
		}
	}
	for form, text := range sc.Forms() {
		rs.eachHead(form, text, sc, take)
		sc.hits = rs.words.trie.CollectAll(text, sc.hits[:0])
		rs.tally(form, sc, m, anyClass)
		for i := range sc.said {
			better(sc.said[i].posting)
		}
	}
	for i := range rs.patterns {
		if sc.Matches(rs.patterns[i].re) {
			take(rs.patterns[i].posting)
		}
	}
	return slices.SortedFunc(maps.Values(best), func(a, b posting) int { return cmp.Compare(a.rank, b.rank) })
}

func (x *exchange) reason(m *models.Match, all []posting) string {
	if x.why != "" {
		return x.why
	}
	switch m.Outcome {
	case OutcomeCrisis:
		return fmt.Sprintf("文字中有求助的词“%s”，先于一切规则给出求助电话。", m.Keyword)
	case OutcomeEmergency:
		return "应急置顶（" + x.pin.says() + "）正在生效，先于规则回复。"
	case OutcomeSuggestion:
		return "没有规则命中，给出最接近的几条供市民选择。"
	case OutcomeDefault:
		return "没有规则命中，也没有足够接近的规则，使用默认回复。"
	case OutcomeRule:
		return x.rs.why(m, all)
	case OutcomeEvent:
		if m.RuleName == "" {
			return "没有为这个事件写规则，不回复。"
		}
	}
	if x.rs.Len() == 0 {
		return "这个账号还没有已发布的规则，不回复。"
	}
	return "没有规则命中，也没有默认回复，不回复。"
}

func (rs *Ruleset) why(m *models.Match, all []posting) string {
	how := fmt.Sprintf("含有关键词“%s”", m.Keyword)
	switch m.Kind {
	case models.MatchExact:
		how = fmt.Sprintf("整句与关键词“%s”相同", m.Keyword)
	case models.MatchPrefix:
		how = fmt.Sprintf("以关键词“%s”开头", m.Keyword)
	case models.MatchRegexp:
		how = fmt.Sprintf("符合正则表达式 %s", m.Keyword)
	case models.MatchAll:
		how = fmt.Sprintf("关键词“%s”都出现了", m.Keyword)
	default:
		if m.Keyword == "" {
			how = "每组关键词都出现了"
		}
	}
	rule := "规则“" + m.RuleName + "”"
	if len(all) <= 1 {
		return rule + how + "，只有它命中。"
	}
	won, _ := advantage(all[0].rank, all[1].rank)
	return fmt.Sprintf("%s%s；共有 %d 条规则命中，它%s。", rule, how, len(all), won)
}

func (rs *Ruleset) beaten(m *models.Match, all []posting) []models.Beaten {
	var out []models.Beaten
	for _, p := range all {
		h := rs.hit(p)
		if m.Outcome == OutcomeRule && h.Rule.Name == m.RuleName {
			continue
		}
		reason := "先于规则的回复已经给出"
		if m.Outcome == OutcomeRule {
			_, reason = advantage(all[0].rank, p.rank)
		}
		out = append(out, models.Beaten{
			RuleID: h.Rule.ID, RuleName: h.Rule.Name, Kind: h.Kind, Keyword: h.Keyword, Reason: reason,
		})
		if len(out) == maxBeaten {
			break
		}
	}
	return out
}

// advantage says by what the first rank goes before the second, of the winner and of the loser.
func advantage(a, b rank) (won, lost string) {
	switch {
	case a.priority() != b.priority():
		return "优先级最高", "优先级较低"
	case a.kind() != b.kind():
		return "匹配方式最精确", "匹配方式没有那么精确（完全 > 开头 > 正则 > 包含）"
	case a.count() != b.count():
		return fmt.Sprintf("的关键词说得最多（%d 次）", a.count()), fmt.Sprintf("关键词说得较少（%d 次，胜者 %d 次）", b.count(), a.count())
	case a.length() != b.length():
		return "命中的关键词最长", fmt.Sprintf("命中的关键词较短（%d 个字，胜者 %d 个字）", b.length(), a.length())
	}
	return "编号（名称）在前", "其他相同，编号（名称）在后"
}
