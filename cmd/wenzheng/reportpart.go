package main

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/report"
	"github.com/wenzheng/wenzheng/sheet"
)

// accountPart is the part of the report about one account, its charts apart.
func accountPart(a *indices.AccountReport, c *sheet.AccountFigures) report.Account {
	part := report.Account{
		ID: a.Account, Name: cmp.Or(a.Name, a.Account), Marks: c.Marks, Vetoes: c.Vetoes, Cards: cards(a), Limits: limitRows(a),
		Groups: groups(c.Figures),
	}
	for i := range a.Diagnosis {
		f := &a.Diagnosis[i]
		d := c.Findings[i]
		part.Findings = append(part.Findings, report.Finding{
			Name: d.Name, State: d.State, Level: findingLevel(f), Evidence: d.Evidence, Countermeasure: d.Countermeasure,
		})
	}
	return part
}

// groups are the figures in detail, without those of the table of limits.
func groups(figures []sheet.Figure) []report.Group {
	var list []report.Group
	for i := range figures {
		f := &figures[i]
		if strings.HasPrefix(f.Key, "limits.") && f.Unit == sheet.UnitCount {
			continue
		}
		if n := len(list); n == 0 || list[n-1].Name != f.Group {
			list = append(list, report.Group{Name: f.Group})
		}
		n := ""
		if f.N != nil {
			n = strconv.FormatInt(*f.N, 10)
		}
		g := &list[len(list)-1]
		g.Figures = append(g.Figures, report.Figure{Name: f.Name, Value: f.Show(), Interval: f.Interval(), N: n, Note: f.Note})
	}
	return list
}

func findingLevel(f *indices.Finding) string {
	switch {
	case !f.Checked:
		return "none"
	case !f.Fired || f.Severity == nil:
		return "ok"
	}
	return string(*f.Severity)
}

func cards(a *indices.AccountReport) []report.Card {
	band := "缺少组成部分"
	if a.Composite.Band != nil {
		band = *a.Composite.Band
	}
	partial := ""
	if a.Service.Partial && a.Service.Value != nil {
		partial = "部分项无数据"
	}
	spread := ""
	if a.Spread.WCI != nil {
		spread = a.Spread.Label + " " + indices.Number(a.Spread.WCI)
	}
	return []report.Card{
		{Name: "政务微信指数 G", Value: indices.Number(a.Composite.Value), Remark: band, Grey: len(a.Composite.Vetoes) > 0},
		{Name: "响应时效指数", Value: indices.Number(a.RTI.Value), Remark: "办公时间 " + indices.Number(a.RTI.Office)},
		{Name: "互动指数", Value: indices.Number(a.Interaction.Value), Remark: strings.Join(a.Interaction.Flags, "、")},
		{Name: "服务指数", Value: indices.Number(a.Service.Value), Remark: partial},
		{Name: "传播指数", Value: indices.Number(a.Spread.S100), Remark: spread},
	}
}

// limitRows are the time limits of the window, each held against the log.
func limitRows(a *indices.AccountReport) []report.Limit {
	sources := []string{
		"GB/T 33358-2016", "北京 12345 规范（草案）", "同上，当日答复", "国办发〔2016〕61号",
	}
	var list []report.Limit
	for i, x := range a.Limits {
		f := sheet.Figure{Unit: sheet.UnitPercent, Value: x.Rate, Low: x.Low, High: x.High}
		list = append(list, limitRow(limitName(x.Limit)+"内答复", x.Due, x.OnTime, x.Breach, &f, sources[i]))
	}
	for _, x := range a.Cases.Categories {
		f := sheet.Figure{Unit: sheet.UnitPercent, Value: x.OnTime.Value, Low: x.OnTime.Low, High: x.OnTime.High}
		name := "办件（" + caseName(x.Category) + "）" + strconv.Itoa(x.Limit) + " 个工作日"
		list = append(list, limitRow(name, x.OnTime.N, x.InTime, x.OnTime.N-x.InTime, &f, "乐清网络问效"))
	}
	return append(list, publicationRow(a))
}

// caseName is a category of cases as people say it.
func caseName(category string) string {
	switch category {
	case indices.CaseAcceptance:
		return "受理"
	case indices.CaseConsultation:
		return "咨询"
	case indices.CaseComplaint:
		return "投诉建议"
	case indices.CaseComplex:
		return "复杂"
	default:
		return category
	}
}

func limitRow(name string, due, onTime, breach int64, rate *sheet.Figure, source string) report.Limit {
	state := report.LimitMet
	switch {
	case due == 0:
		state = report.LimitNoData
	case breach > 0:
		state = report.LimitMissed
	}
	text := func(n int64) string { return strconv.FormatInt(n, 10) }
	return report.Limit{
		Name: name, Due: text(due), OnTime: text(onTime), Breach: text(breach), Rate: rate.Show(), Interval: rate.Interval(),
		State: state, Source: source,
	}
}

func publicationRow(a *indices.AccountReport) report.Limit {
	veto := indices.DefaultLimits().GapVeto
	row := report.Limit{
		Name: "发布间隔不到 " + strconv.Itoa(veto) + " 天", Due: "—", OnTime: "—", Breach: "—", Rate: "—",
		State: report.LimitNoData, Source: "国办秘函〔2019〕19号",
	}
	gap := a.Publication.Largest
	if gap == nil {
		gap = a.Publication.Gap
	}
	if gap == nil {
		return row
	}
	row.Rate = "最长 " + strconv.FormatInt(*gap, 10) + " 天"
	row.State = report.LimitMet
	if *gap >= int64(veto) {
		row.State = report.LimitMissed
	}
	return row
}

// vetoIDs are the numbers of vetoes given as "V1 reason".
func vetoIDs(vetoes []string) []string {
	var ids []string
	for _, v := range vetoes {
		id, _, _ := strings.Cut(v, " ")
		ids = append(ids, id)
	}
	return ids
}

// charts are the trends of a report, a point for each week.
func charts(weeks []week) []report.Chart {
	list := []report.Chart{
		{Title: "诉求轮次（每周）", Bars: true},
		{Title: "48 小时响应率（%）", Top: 100, Bound: new(80.), BoundName: "80%"},
		{Title: "响应时效指数 RTI", Top: 100},
		{Title: "响应时长 P50（小时，未答按 48 小时计）"},
		{Title: "来信量（条）", Bars: true},
		{Title: "自助解决率（%）", Top: 100},
	}
	for i := range weeks {
		r := &weeks[i].report
		for k, v := range []*float64{
			new(float64(r.Counts.Waits.Opened)), r.Limits[models.ChatLimits-1].Rate, r.RTI.Value, hours(r.Response.P50, lastLimit(r)),
			new(float64(r.Counts.Inbound)), r.SelfServed,
		} {
			list[k].Points = append(list[k].Points, report.Point{Label: weeks[i].from.Format("1/2"), Value: v, Faint: r.Provisional})
		}
	}
	return list
}

// hours is a quantile in hours, that of the last limit for the unanswered; nil where there is none.
func hours(q indices.Quantile, last int64) *float64 {
	switch {
	case q.N == 0:
		return nil
	case q.Unanswered:
		return new(float64(last) / 3600)
	default:
		return new(float64(q.Seconds) / 3600)
	}
}

// week is the report of one week.
type week struct {
	from   time.Time
	report indices.AccountReport
}
