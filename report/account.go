package report

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/sheet"
)

// accountPart is the part of the report about one account, its charts apart.
func accountPart(a *indices.AccountReport, c *sheet.AccountFigures) Account {
	part := Account{
		ID: a.Account, Name: cmp.Or(a.Name, a.Account), Marks: c.Marks, Vetoes: c.Vetoes, Cards: cards(a), Limits: limitRows(a),
		TargetNote: targetNote(a),
		Groups:     groups(c.Figures),
	}
	for i := range a.Diagnosis {
		part.Findings = append(part.Findings, Finding{Diagnosis: c.Findings[i], Level: findingLevel(&a.Diagnosis[i])})
	}
	return part
}

// groups are the figures in detail, without those of the table of limits.
func groups(figures []sheet.Figure) []Group {
	var list []Group
	for i := range figures {
		f := &figures[i]
		if strings.HasPrefix(f.Key, "limits.") && f.Unit == sheet.UnitCount {
			continue
		}
		if n := len(list); n == 0 || list[n-1].Name != f.Group {
			list = append(list, Group{Name: f.Group})
		}
		g := &list[len(list)-1]
		g.Figures = append(g.Figures, f)
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

// rtiRemark is what belongs beside the headline: the office twin, and what was left out of both.
func rtiRemark(a *indices.AccountReport) string {
	text := "办公时间 " + indices.Number(a.RTI.Office)
	if m := a.Rates.Marked; m.Hits > 0 {
		text += fmt.Sprintf("，另有无需答复 %d 轮（%s%%）", m.Hits, indices.Number(m.Value))
	}
	return text
}

func cards(a *indices.AccountReport) []Card {
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
	return []Card{
		{Name: "政务微信指数 G", Value: indices.Number(a.Composite.Value), Remark: band, Grey: len(a.Composite.Vetoes) > 0},
		{Name: "响应时效指数 RTI", Value: indices.Number(a.RTI.Value), Remark: rtiRemark(a)},
		{Name: "互动指数 II", Value: indices.Number(a.Interaction.Value), Remark: strings.Join(a.Interaction.Flags, "、")},
		{Name: "服务指数 SI", Value: indices.Number(a.Service.Value), Remark: partial},
		{Name: "传播指数 S100", Value: indices.Number(a.Spread.S100), Remark: spread},
	}
}

// limitRows are the time limits of the window, each held against the log.
func limitRows(a *indices.AccountReport) []Limit {
	usual := indices.DefaultLimits()
	sources := []string{
		"GB/T 33358-2016", "北京 12345 规范（草案）", "同上，当日答复", "国办发〔2016〕61号",
	}
	var list []Limit
	for i, x := range a.Limits {
		f := sheet.Figure{Unit: sheet.UnitPercent, Value: x.Rate, Low: x.Low, High: x.High}
		row := limitRow(limitName(x.Limit)+"响应率", x.Due, x.OnTime, x.Breach, &f, sourceOr(x.Limit == usual.Chat[i], sources[i]))
		judge(&row, x.Due, x.Verdict)
		list = append(list, row)
	}
	for _, x := range a.Cases.Categories {
		f := sheet.Figure{Unit: sheet.UnitPercent, Value: x.OnTime.Value, Low: x.OnTime.Low, High: x.OnTime.High}
		name := "按时办结率（" + caseName(x.Category) + "，" + strconv.Itoa(x.Limit) + " 个工作日）"
		row := limitRow(name, x.OnTime.N, x.InTime, x.OnTime.N-x.InTime, &f, sourceOr(x.Limit == usual.Case.Limit(x.Category), "乐清网络问效"))
		judge(&row, x.OnTime.N, x.Verdict)
		list = append(list, row)
	}
	return append(list, publicationRow(a))
}

// sourceOr is the source of a limit that is the usual one.
func sourceOr(usual bool, source string) string {
	if usual {
		return source
	}
	return "本单位设置"
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

func limitRow(name string, due, onTime, breach int64, rate *sheet.Figure, source string) Limit {
	text := func(n int64) string { return strconv.FormatInt(n, 10) }
	return Limit{
		Name: name, Due: text(due), OnTime: text(onTime), Breach: text(breach), Rate: rate.Show(), Interval: rate.Interval(),
		Source: source,
	}
}

// targetNote says where the targets come from.
func targetNote(a *indices.AccountReport) string {
	source := a.Cases.All.Source
	for i := range a.Limits {
		source = cmp.Or(source, a.Limits[i].Source)
	}
	if source == "" {
		return "未设目标，只列数字，不作达标与否的结论；本单位的目标写在设置 targets 中。"
	}
	return "目标出自：" + source + "。未设目标的时限不作结论。"
}

// judge holds a limit against its target; without one there is no verdict.
func judge(row *Limit, due int64, v indices.Verdict) {
	row.State = LimitNoTarget
	if v.Target == nil {
		return
	}
	row.Target = "目标 " + strconv.FormatFloat(*v.Target, 'f', -1, 64) + "%"
	switch {
	case due == 0 || v.Met == nil:
		row.State = LimitNoData
	case *v.Met:
		row.State = LimitMet
	default:
		row.State = LimitMissed
	}
}

func publicationRow(a *indices.AccountReport) Limit {
	veto := a.Publication.Veto
	row := Limit{
		Name: "窗口内最长断更", Due: "—", OnTime: "—", Breach: "—", Rate: "—",
		State: LimitNoData, Target: "不到 " + strconv.Itoa(veto) + " 天", Source: sourceOr(veto == indices.DefaultLimits().GapVeto, "国办秘函〔2019〕19号"),
	}
	gap := a.Publication.Largest
	if gap == nil {
		return row
	}
	row.Rate = strconv.FormatInt(*gap, 10) + " 天"
	row.State = LimitMet
	if *gap >= int64(veto) {
		row.State = LimitMissed
	}
	return row
}
