package models

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The bounds of one rule. They keep a rule readable and a file of rules small; the
// platform has none for third-party servers.
const (
	MaxNameRunes     = 64
	MaxKeywords      = 500
	MaxKeywordRunes  = 100
	MaxReplies       = 20
	MaxMenuItems     = 20
	MaxMenuDepth     = 5
	MaxRuleExamples  = 200
	MaxExampleRunes  = 600
	MaxPriority      = 1_000_000
	MaxEventKeyBytes = 128
)

// Validate reports every fault of the rule that shows without looking at other rules.
// Field names are those of rule files.
func (r *Rule) Validate() []FieldError {
	var f faults
	f.required("name", r.Name)
	f.runes("name", r.Name, MaxNameRunes)
	f.runes("title", r.Title, MaxNameRunes)
	if strings.ContainsAny(r.Title, "\r\n") {
		f.add("title", "one_line", "标题只能有一行")
	}
	if r.Priority > MaxPriority || r.Priority < -MaxPriority {
		f.add("priority", "priority_range", "优先级应在 -{low} 与 {high} 之间", "low", fmt.Sprint(MaxPriority), "high", fmt.Sprint(MaxPriority))
	}
	r.validateEntries(&f)
	r.validateWords(&f)
	r.validateLengths(&f)
	if r.When != nil {
		f.within("when", r.When.Validate())
	}
	r.validateAnswer(&f)
	r.validateExamples(&f)
	if r.Source != nil && r.Source.ValidUntil != "" {
		f.date("source.valid_until", r.Source.ValidUntil)
	}
	return f
}

func (r *Rule) onText() bool {
	if len(r.On) == 0 {
		return true
	}
	for _, on := range r.On {
		if on == OnText {
			return true
		}
	}
	return false
}

func (r *Rule) validateEntries(f *faults) {
	events := false
	for i, on := range r.On {
		switch on {
		case OnText:
		case OnSubscribe, OnScan, OnClick, OnImage, OnVoice, OnVideo, OnLocation, OnLink, OnPhoto:
			events = true
		default:
			f.add(fmt.Sprintf("on[%d]", i), "trigger_unknown", "没有 {given} 这个入口，请用 text、subscribe、scan、click、image、voice、video、location、link 或 photo", "given", strconv.Quote(string(on)))
		}
	}
	for i, key := range r.Keys {
		field := fmt.Sprintf("keys[%d]", i)
		f.required(field, key)
		if len(key) > MaxEventKeyBytes {
			f.add(field, "most_bytes", "最长 {max} 字节", "max", fmt.Sprint(MaxEventKeyBytes))
		}
	}
	if len(r.Keys) > 0 && !events {
		f.add("keys", "keys_without_event", "只有 on 中有 subscribe、scan、click 或 photo 时才能写 keys")
	}
	if r.Say != "" && !events {
		f.add("say", "say_without_event", "只有事件规则（on 中有 text 以外的入口）才能写 say")
	}
}

func (r *Rule) validateWords(f *faults) {
	switch r.Match {
	case "", MatchExact, MatchPrefix, MatchRegexp, MatchAll, MatchContains, MatchDefault:
	default:
		f.add("match", "match_unknown", "没有 {given} 这种匹配方式，请用 exact、prefix、regexp、all、contains 或 default", "given", strconv.Quote(string(r.Match)))
	}
	groups := len(r.Groups) > 0 && (r.Match == "" || r.Match == MatchContains || r.Match == MatchAll)
	if r.onText() && r.Match != MatchDefault && len(r.Keywords) == 0 && !groups {
		f.add("keywords", "keyword_missing", "至少要有一个关键词")
	}
	if r.Match == MatchRegexp {
		f.patterns("keywords", r.Keywords)
	} else {
		f.words("keywords", r.Keywords, MaxKeywordRunes)
	}
	f.words("exclude", r.Exclude, MaxKeywordRunes)
	for i, g := range r.Groups {
		field := fmt.Sprintf("groups[%d]", i)
		if len(g) == 0 {
			f.add(field, "group_empty", "每一组至少要有一个关键词")
		}
		f.words(field, g, MaxKeywordRunes)
	}
}

func (r *Rule) validateLengths(f *faults) {
	if r.MinLength < 0 || r.MaxLength < 0 {
		f.add("min_length", "length_negative", "长度不能是负数")
	}
	if r.MaxLength > 0 && r.MinLength > r.MaxLength {
		f.add("max_length", "length_order", "最长不能小于最短，这样的规则永远不会命中")
	}
}

func (r *Rule) validateAnswer(f *faults) {
	if len(r.Replies) == 0 && r.Menu == nil && r.Say == "" {
		f.add("replies", "reply_missing", "至少要有一条回复、一个菜单或（事件规则）say")
	}
	if len(r.Replies) > MaxReplies {
		f.add("replies", "most_replies", "最多 {max} 条回复", "max", fmt.Sprint(MaxReplies))
	}
	for i := range r.Replies {
		field := fmt.Sprintf("replies[%d]", i)
		if r.Replies[i].Silent() {
			f.add(field, "reply_empty", "回复是空的，请写明 kind 和内容")
		}
		f.within(field, r.Replies[i].validate(MaxLongTextBytes))
	}
	if _, opens := r.Action.Case(); r.Action != "" && r.Action != ActionHandover && !opens {
		f.add("action", "action_unknown", "没有 {given} 这种动作，请用 handover（转人工）、case（登记诉求），或写明类别，如 case:complaint（投诉）", "given", strconv.Quote(string(r.Action)))
	}
	switch r.Pick {
	case "", PickFirst, PickRandom, PickRotate:
	default:
		f.add("pick", "pick_unknown", "没有 {given} 这种选法，请用 first、random 或 rotate", "given", strconv.Quote(string(r.Pick)))
	}
	if r.Menu != nil {
		f.menu("menu", r.Menu, 1)
		if n := r.Menu.size(); n > MaxTextBytes {
			f.add("menu", "menu_text_long", "菜单文字最长 {max} 字节，现有约 {now} 字节，请分成几级", "max", fmt.Sprint(MaxTextBytes), "now", fmt.Sprint(n))
		}
	}
}

func (r *Rule) validateExamples(f *faults) {
	for _, list := range []struct {
		field string
		texts []string
	}{{"examples", r.Examples}, {"counter_examples", r.CounterExamples}} {
		if len(list.texts) > MaxRuleExamples {
			f.add(list.field, "most_items", "最多 {max} 个", "max", fmt.Sprint(MaxRuleExamples))
		}
		for i, t := range list.texts {
			field := fmt.Sprintf("%s[%d]", list.field, i)
			f.required(field, t)
			f.runes(field, t, MaxExampleRunes)
		}
	}
}

// Validate reports every part of the window that can not be read.
func (w *Window) Validate() []FieldError {
	var f faults
	from, okFrom := f.date("from", w.From)
	until, okUntil := f.date("until", w.Until)
	if okFrom && okUntil && w.From != "" && w.Until != "" && until.Before(from) {
		f.add("until", "until_before_from", "结束日期早于开始日期")
	}
	for i, d := range w.Weekdays {
		if d < 1 || d > 7 {
			f.add(fmt.Sprintf("weekdays[%d]", i), "weekday_unknown", "星期用 1（星期一）到 7（星期日），没有 {given}", "given", fmt.Sprint(d))
		}
	}
	for i, h := range w.Hours {
		if _, ok := ParseHours(h); !ok {
			f.add(fmt.Sprintf("hours[%d]", i), "hours_form", "时间段应写成 09:00-17:30，现为 {given}", "given", strconv.Quote(h))
		}
	}
	if w.Office != "" && w.Office != "open" && w.Office != "closed" {
		f.add("office", "office_unknown", "应为 open（办公时间）或 closed（非办公时间）")
	}
	if w.Holiday != "" && w.Holiday != "yes" && w.Holiday != "no" {
		f.add("holiday", "holiday_unknown", "应为 yes（非工作日）或 no（工作日）")
	}
	return f
}

func (f *faults) menu(field string, m *Menu, depth int) {
	if depth > MaxMenuDepth {
		f.add(field, "most_levels", "菜单最多 {max} 级", "max", fmt.Sprint(MaxMenuDepth))
		return
	}
	if len(m.Items) == 0 {
		f.add(field+".items", "menu_empty", "菜单至少要有一项")
	}
	if len(m.Items) > MaxMenuItems {
		f.add(field+".items", "most_menu_items", "一级菜单最多 {max} 项，请分成几级", "max", fmt.Sprint(MaxMenuItems))
	}
	for i := range m.Items {
		f.menuItem(fmt.Sprintf("%s.items[%d]", field, i), &m.Items[i], depth)
	}
}

func (f *faults) menuItem(field string, item *MenuItem, depth int) {
	f.required(field+".title", item.Title)
	f.runes(field+".title", item.Title, MaxNameRunes)
	if strings.ContainsAny(item.Title, "\r\n") {
		f.add(field+".title", "one_line", "标题只能有一行")
	}
	ways := 0
	if item.Rule != "" {
		ways++
	}
	if item.Reply != nil {
		ways++
		if item.Reply.Silent() {
			f.add(field+".reply", "reply_empty", "回复是空的，请写明 kind 和内容")
		}
		f.within(field+".reply", item.Reply.validate(MaxLongTextBytes))
	}
	if item.Menu != nil {
		ways++
		f.menu(field+".menu", item.Menu, depth+1)
	}
	if ways != 1 {
		f.add(field, "one_of_three", "rule、reply、menu 三者须且只能写一个")
	}
}

// size is about how many bytes the longest level of a menu takes as text.
func (m *Menu) size() int {
	n := len(m.Intro) + len(m.Outro) + 32
	below := 0
	for i := range m.Items {
		n += len(m.Items[i].Title) + 5
		if m.Items[i].Menu != nil {
			below = max(below, m.Items[i].Menu.size())
		}
	}
	return max(n, below)
}

func (f *faults) runes(field, value string, limit int) {
	if n := utf8.RuneCountInString(value); n > limit {
		f.add(field, "most_characters_now", "最长 {max} 个字，现有 {now} 个", "max", fmt.Sprint(limit), "now", fmt.Sprint(n))
	}
}

func (f *faults) words(field string, words []string, longest int) {
	if len(words) > MaxKeywords {
		f.add(field, "most_keywords", "最多 {max} 个关键词，请分成几条规则", "max", fmt.Sprint(MaxKeywords))
	}
	for i, w := range words {
		at := fmt.Sprintf("%s[%d]", field, i)
		f.required(at, w)
		f.runes(at, w, longest)
	}
}

func (f *faults) date(field, value string) (time.Time, bool) {
	if value == "" {
		return time.Time{}, true
	}
	t, err := time.Parse(time.DateOnly, value)
	if err != nil {
		f.add(field, "date_form", "日期应写成 2006-01-02，现为 {given}", "given", strconv.Quote(value))
	}
	return t, err == nil
}
