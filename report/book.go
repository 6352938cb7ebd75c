package report

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
)

// NewBook returns a report as the tables people read.
func NewBook(r *indices.Report, title string) *sheet.Book {
	b := &sheet.Book{
		Title: title, FormulaVersion: r.FormulaVersion, Channel: channelName(r.Channel),
		From: r.From, To: r.To, AsOf: r.AsOf, RankingText: r.RankingText, Definitions: definitions(r),
	}
	limits := limitsBetween(r.Accounts)
	for i := range r.Accounts {
		a := &r.Accounts[i]
		c := sheet.AccountFigures{Account: a.Account, Name: a.Name, Marks: marks(a), Figures: Figures(a, limits...)}
		for _, v := range a.Composite.Vetoes {
			c.Vetoes = append(c.Vetoes, v.ID+" "+v.Reason)
		}
		for k := range a.Diagnosis {
			c.Findings = append(c.Findings, diagnosis(&a.Diagnosis[k]))
		}
		b.Accounts = append(b.Accounts, c)
	}
	for _, p := range r.Ranking {
		place := sheet.Place{Name: cmp.Or(p.Name, p.Account), Value: p.Value, Why: p.Unranked}
		if p.Place != nil {
			place.Place = *p.Place
		}
		b.Ranking = append(b.Ranking, place)
	}
	return b
}

// marks are what must be known to read an account's figures.
func marks(a *indices.AccountReport) []string {
	list := []string{}
	for _, m := range []struct {
		set  bool
		text string
	}{
		{a.Remeasuring != nil, remeasuringText(a.Remeasuring)},
		{a.Provisional, "暂定"},
		{a.Insufficient, "样本不足"},
		{a.ProvisionalCalendar, "暂定日历"},
		{len(a.LimitsChanged) > 0, "时限自 " + strings.Join(a.LimitsChanged, "、") + " 起改变"},
	} {
		if m.set {
			list = append(list, m.text)
		}
	}
	return list
}

// remeasuringText says that the figures are being counted anew, and how far that is.
func remeasuringText(r *indices.Remeasuring) string {
	if r == nil || r.Total <= 0 {
		return "重算中"
	}
	return fmt.Sprintf("重算中 %d%%", 100*r.Done/r.Total)
}

func diagnosis(f *indices.Finding) sheet.Diagnosis {
	d := sheet.Diagnosis{Name: f.Name, State: findingState(f)}
	for _, e := range f.Evidence {
		if e.Fired || !f.Fired {
			d.Evidence = append(d.Evidence, e.Text)
		}
	}
	if f.Fired {
		d.Countermeasure = f.Countermeasure
	}
	if s := f.Since; s != nil {
		d.Since = "自 " + s.First + " 起"
		if s.AtLeast {
			d.Since = "至少" + d.Since
		}
	}
	return d
}

func findingState(f *indices.Finding) string {
	switch {
	case !f.Checked:
		return "无数据"
	case !f.Fired || f.Severity == nil:
		return "未见异常"
	}
	switch *f.Severity {
	case indices.SeverityVeto:
		return "单项否决"
	case indices.SeverityRed:
		return "严重"
	case indices.SeverityAmber:
		return "预警"
	default:
		return "提示"
	}
}

func channelName(c models.Channel) string {
	switch c {
	case models.ChannelComment:
		return "文章留言"
	case models.ChannelForm:
		return "办事表单"
	default:
		return "公众号对话"
	}
}
