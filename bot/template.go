package bot

import (
	"fmt"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/bot/page"
	"github.com/wenzheng/wenzheng/models"
)

// variable is one thing a reply may name in braces.
type variable uint8

const (
	varText variable = iota
	varGreeting
	varAccount
	varOfficeHours
	varOfficeState
	varDate
	varTime
	varWeekday
)

// variableOf maps the names, English and Chinese, that may stand between braces.
func variableOf(name string) variable {
	switch name {
	case "greeting", "问候", "时段问候":
		return varGreeting
	case "account", "账号", "帐号", "公众号":
		return varAccount
	case "office_hours", "办公时间", "上班时间":
		return varOfficeHours
	case "office_state", "上班状态", "办公状态":
		return varOfficeState
	case "date", "日期":
		return varDate
	case "time", "时间":
		return varTime
	case "weekday", "星期":
		return varWeekday
	}
	return varText
}

type segment struct {
	is   variable
	text string
}

// template is a text with variables; parts is nil when there are none.
type template struct {
	text  string
	parts []segment
}

func newTemplate(s string) template {
	t := template{text: s}
	rest, last := s, 0
	for i := 0; i < len(rest); {
		open := strings.IndexByte(rest[i:], '{')
		if open < 0 {
			break
		}
		open += i
		end := strings.IndexByte(rest[open:], '}')
		if end < 0 {
			break
		}
		end += open
		v := variableOf(strings.TrimSpace(rest[open+1 : end]))
		if v == varText {
			i = open + 1
			continue
		}
		t.parts = append(t.parts, segment{varText, rest[last:open]}, segment{is: v})
		i, last = end+1, end+1
	}
	if t.parts != nil {
		t.parts = append(t.parts, segment{varText, rest[last:]})
	}
	return t
}

// varies reports whether the text names a variable.
func (t *template) varies() bool { return t.parts != nil }

// fill returns the text as it reads now at this account.
func (t *template) fill(rs *Ruleset, m *moment) string {
	if !t.varies() {
		return t.text
	}
	var b strings.Builder
	for _, p := range t.parts {
		if p.is == varText {
			b.WriteString(p.text)
			continue
		}
		b.WriteString(rs.value(p.is, m))
	}
	return b.String()
}

// filled are the places of the values in the text that fill returns.
func (t *template) filled(rs *Ruleset, m *moment) []page.Stretch {
	var places []page.Stretch
	at := 0
	for _, p := range t.parts {
		if p.is == varText {
			at += len(p.text)
			continue
		}
		n := len(rs.value(p.is, m))
		places = append(places, page.Stretch{From: at, To: at + n})
		at += n
	}
	return places
}

func (rs *Ruleset) value(v variable, m *moment) string {
	switch v {
	case varGreeting:
		return greeting(m.minute / 60)
	case varAccount:
		return rs.account.Name
	case varOfficeHours:
		return rs.office.hours(&m.date).String()
	case varOfficeState:
		if m.open {
			return "现在是办公时间"
		}
		return "现在不是办公时间"
	case varDate:
		return fmt.Sprintf("%d年%d月%d日", m.at.Year(), int(m.at.Month()), m.at.Day())
	case varTime:
		return m.at.Format("15:04")
	case varWeekday:
		return weekdayName(m.at.Weekday())
	}
	return ""
}

// Fill returns a text as it reads at a moment at this account, its variables filled.
func (rs *Ruleset) Fill(text string, at time.Time) string {
	t := newTemplate(text)
	a := asked{rs: rs, at: at}
	return t.fill(rs, a.moment())
}

func greeting(hour int) string {
	switch {
	case hour < 5 || hour >= 19:
		return "晚上好"
	case hour < 9:
		return "早上好"
	case hour < 12:
		return "上午好"
	case hour < 14:
		return "中午好"
	}
	return "下午好"
}

func weekdayName(d time.Weekday) string {
	return "星期" + [7]string{"日", "一", "二", "三", "四", "五", "六"}[d]
}

// reply is one compiled reply. It refers to the reply it was made of.
type reply struct {
	fixed *models.Reply
	live  *liveReply // nil when the reply names no variable
}

// liveReply holds the texts of a reply that change with the moment.
type liveReply struct {
	text, title, describe template
	articles              []articleTemplate
}

type articleTemplate struct{ title, describe template }

func newReply(r *models.Reply) reply {
	l := liveReply{text: newTemplate(r.Text), title: newTemplate(r.Title), describe: newTemplate(r.Description)}
	varies := l.text.varies() || l.title.varies() || l.describe.varies()
	for i := range r.Articles {
		a := articleTemplate{newTemplate(r.Articles[i].Title), newTemplate(r.Articles[i].Description)}
		varies = varies || a.title.varies() || a.describe.varies()
		l.articles = append(l.articles, a)
	}
	if !varies {
		return reply{fixed: r}
	}
	live := l
	return reply{fixed: r, live: &live}
}

// kept are the parts of the text that render returns which a page must not cut.
func (r *reply) kept(rs *Ruleset, m *asked) []page.Stretch {
	if r.live == nil {
		return nil
	}
	return r.live.text.filled(rs, m.moment())
}

// render returns the reply for this moment, its text as long as it is. It is shared: do
// not change it.
func (r *reply) render(rs *Ruleset, m *asked) *models.Reply {
	if r.live == nil {
		return r.fixed
	}
	now := m.moment()
	out := *r.fixed
	out.Text = r.live.text.fill(rs, now)
	out.Title = r.live.title.fill(rs, now)
	out.Description = r.live.describe.fill(rs, now)
	if len(r.live.articles) == 0 {
		return &out
	}
	out.Articles = make([]models.Article, len(r.live.articles))
	copy(out.Articles, r.fixed.Articles)
	for i := range r.live.articles {
		out.Articles[i].Title = r.live.articles[i].title.fill(rs, now)
		out.Articles[i].Description = r.live.articles[i].describe.fill(rs, now)
	}
	return &out
}

func saying(text string) *models.Reply {
	r := models.TextReply(text)
	return &r
}

// withText returns the same reply with another text.
func withText(r *models.Reply, text string) *models.Reply {
	out := *r
	out.Text = text
	return &out
}
