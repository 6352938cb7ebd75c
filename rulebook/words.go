package rulebook

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
)

// ListRows lists rules for people, a row each: the version that answers beside the one on its way.
func ListRows(rules []models.Rule) [][]string {
	rows := make([][]string, len(rules))
	for i := range rules {
		r := &rules[i]
		rows[i] = []string{
			liveText(r), draftText(r), r.Name, fmt.Sprintf("优先级 %d", r.Priority), "作者 " + cmp.Or(r.Author, "—"), "审核 " + cmp.Or(r.Reviewer, "—"),
		}
	}
	return rows
}

// liveText is which version of a rule answers citizens.
func liveText(r *models.Rule) string {
	if r.LiveVersion == 0 {
		return "未发布"
	}
	return "已发布 v" + strconv.FormatInt(r.LiveVersion, 10)
}

// draftText is the version of a rule that is on its way, and how far.
func draftText(r *models.Rule) string {
	var what string
	switch {
	case r.State == models.RuleDraft:
		what = "草稿"
	case r.State == models.RuleReview && r.Reviewer == "":
		what = "待审"
	case r.State == models.RuleReview:
		what = "待发布"
	case r.State == models.RuleArchived:
		what = "已停用"
	default:
		return "—"
	}
	return what + " v" + strconv.FormatInt(r.Version, 10)
}

// PinsText is a pin a line: for what, until when, what is answered, why and by whom.
func PinsText(pins []models.Pin) string {
	var b strings.Builder
	for _, p := range pins {
		scope := "所有消息"
		if len(p.Topics) > 0 {
			scope = "主题 " + strings.Join(p.Topics, "、")
		}
		fmt.Fprintf(&b, "应急置顶  %s  至 %s  %s  理由 %s  设置人 %s\n",
			scope, p.Until.In(models.Shanghai()).Format("2006-01-02 15:04"), models.OneLine(p.Reply.Summary(), 40), p.Reason, p.By)
	}
	return b.String()
}

// PastPinsText lists emergency answers that are over for people.
func PastPinsText(past []PastPin) string {
	var b strings.Builder
	for i := range past {
		p := &past[i]
		scope := "所有消息"
		if len(p.Topics) > 0 {
			scope = "主题 " + strings.Join(p.Topics, "、")
		}
		minute := func(at time.Time) string { return at.In(models.Shanghai()).Format("2006-01-02 15:04") }
		fmt.Fprintf(&b, "%s 至 %s  %s  答复 %d 次  %s  理由 %s  设置人 %s\n",
			minute(p.Since), minute(p.Until), scope, p.Answers, models.OneLine(p.Text, 40), p.Reason, p.By)
	}
	return b.String()
}

// Text says to people when a version was made, what became of it and how it differs from the one
// before it.
func (v *Version) Text() string {
	r := &v.Rule
	return fmt.Sprintf("v%d  %s  %s  作者 %s  审核 %s\n%s", r.Version, r.UpdatedAt.In(models.Shanghai()).Format(time.DateTime),
		stateText(r), cmp.Or(r.Author, "—"), cmp.Or(r.Reviewer, "—"), sheet.FieldLines("    ", v.Changes))
}

// stateText is what became of one version of a rule.
func stateText(v *models.Rule) string {
	switch {
	case v.Version == v.LiveVersion:
		return "正在回答"
	case v.State == models.RuleArchived:
		return "曾经发布"
	case v.State == models.RuleDiscarded:
		return "已丢弃"
	case v.State == models.RuleReview && v.Reviewer != "":
		return "待发布"
	case v.State == models.RuleReview:
		return "待审"
	}
	return "草稿"
}

// StepText says which rules took a step.
func StepText(said string, rules []models.Rule) string {
	if len(rules) == 0 {
		return "没有这样的规则，什么也没有做；wenzheng rules list 可列出全部\n"
	}
	const shown = 20
	var names []string
	for i := range rules[:min(shown, len(rules))] {
		names = append(names, rules[i].Name)
	}
	more := ""
	if len(rules) > shown {
		more = fmt.Sprintf(" 等 %d 条", len(rules))
	}
	return said + "：" + strings.Join(names, "、") + more + "\n"
}
