package rulebook

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// LiveText is which version of a rule answers citizens.
func LiveText(r *models.Rule) string {
	if r.LiveVersion == 0 {
		return "未发布"
	}
	return "已发布 v" + strconv.FormatInt(r.LiveVersion, 10)
}

// DraftText is the version of a rule that is on its way, and how far.
func DraftText(r *models.Rule) string {
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

// PinText is a pin in one line: for what, until when, what is answered, why and by whom.
func PinText(p *models.Pin) string {
	scope := "所有消息"
	if len(p.Topics) > 0 {
		scope = "主题 " + cmp.Or(strings.Join(p.Topics, "、"), "—")
	}
	return fmt.Sprintf("应急置顶  %s  至 %s  %s  理由 %s  设置人 %s",
		scope, p.Until.In(models.Shanghai()).Format("2006-01-02 15:04"), models.OneLine(p.Reply.Summary(), 40), p.Reason, p.By)
}

// Text says to people when a version was made, what became of it and how it differs from the one
// before it.
func (v *Version) Text() string {
	r := &v.Rule
	return fmt.Sprintf("v%d  %s  %s  作者 %s  审核 %s\n%s", r.Version, r.UpdatedAt.In(models.Shanghai()).Format(time.DateTime),
		stateText(r), cmp.Or(r.Author, "—"), cmp.Or(r.Reviewer, "—"), fieldLines("    ", v.Changes))
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
