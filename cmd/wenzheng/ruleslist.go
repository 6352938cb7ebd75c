package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"text/tabwriter"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

type rulesListCmd struct {
	State string `help:"只列此状态；published 为正在回答的，有无新草稿都算" enum:",draft,review,published,archived" default:""`
	JSON  bool   `help:"输出 JSON"`
}

// Help implements kong's detailed help.
func (rulesListCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef list --state review\n正在回答的版本与未发布的版本并列。"
}

// Run lists every rule, the version that answers beside the one on its way.
func (c *rulesListCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	st, account, err := parent.open(ctx, p)
	if err != nil {
		return err
	}
	defer p.close(st)
	rules, err := st.rulebook.List(ctx, account.AppID, models.RuleState(c.State))
	if err != nil {
		return err
	}
	if c.JSON {
		if rules == nil {
			rules = []models.Rule{}
		}
		return json.NewEncoder(p.stdout).Encode(rules)
	}
	pins, err := st.rulebook.Pins(ctx, account.AppID)
	if err != nil {
		return err
	}
	for _, pin := range pins {
		fmt.Fprintln(p.stdout, pinLine(&pin)) //nolint:errcheck // standard output
	}
	w := tabwriter.NewWriter(p.stdout, 2, 8, 2, ' ', 0)
	for i := range rules {
		r := &rules[i]
		fmt.Fprintf(w, "%s\t%s\t%s\t优先级 %d\t作者 %s\t审核 %s\n", //nolint:errcheck // flushed below
			liveText(r), draftText(r), r.Name, r.Priority, orDash(r.Author), orDash(r.Reviewer))
	}
	return w.Flush()
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

func pinLine(p *models.Pin) string {
	scope := "所有消息"
	if len(p.Topics) > 0 {
		scope = "主题 " + cmp.Or(joined(p.Topics), "—")
	}
	return fmt.Sprintf("应急置顶  %s  至 %s  %s  理由 %s  设置人 %s",
		scope, p.Until.In(indices.Shanghai()).Format("2006-01-02 15:04"), oneLine(p.Reply.Summary(), 40), p.Reason, p.By)
}
