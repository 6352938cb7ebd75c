package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/store"
)

type rulesVersionsCmd struct {
	Name string `arg:"" help:"规则名称"`
	JSON bool   `help:"输出 JSON"`
}

// Help implements kong's detailed help.
func (rulesVersionsCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef versions 居住证办理"
}

// Run shows who changed a rule, when, and what.
func (c *rulesVersionsCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	st, account, err := parent.open(ctx, p)
	if err != nil {
		return err
	}
	defer p.close(st)
	rule, err := st.named(ctx, account, c.Name)
	if err != nil {
		return err
	}
	list, err := st.RuleVersions(ctx, rule.ID)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(p.stdout).Encode(list)
	}
	for i, v := range list {
		fmt.Fprintf(p.stdout, "v%d  %s  %s  作者 %s  审核 %s\n", v.Version, //nolint:errcheck // standard output
			v.UpdatedAt.In(indices.Shanghai()).Format("2006-01-02 15:04:05"), stateText(&v), orDash(v.Author), orDash(v.Reviewer))
		if i+1 == len(list) {
			break
		}
		fields, err := sheet.CompareRules(list[i+1], v)
		if err != nil {
			return err
		}
		fmt.Fprint(p.stdout, fieldLines("    ", fields)) //nolint:errcheck // standard output
	}
	return nil
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

type rulesRollbackCmd struct {
	Name string `arg:"" help:"规则名称"`
	as
	To int64 `help:"回到哪个版本，见 rules versions" required:"" placeholder:"N"`
}

// Help implements kong's detailed help.
func (rulesRollbackCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef rollback 居住证办理 --to 2"
}

// Run publishes an older version again.
func (c *rulesRollbackCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	st, account, err := parent.open(ctx, p)
	if err != nil {
		return err
	}
	defer p.close(st)
	rule, err := st.named(ctx, account, c.Name)
	if err != nil {
		return err
	}
	published, stamp, err := st.PublishedAt(ctx, account.AppID)
	if err != nil {
		return err
	}
	versions, err := st.RuleVersions(ctx, rule.ID)
	if err != nil {
		return err
	}
	next := published
	if i := slices.IndexFunc(versions, func(v models.Rule) bool { return v.Version == c.To }); i >= 0 {
		next = mergeRules(published, versions[i:i+1])
	}
	if err := st.checkRules(account, next, p.now()); err != nil {
		return err
	}
	if _, err := st.RollbackRule(ctx, account.AppID, stamp, rule.ID, c.To, c.who()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "已回到旧版本，三秒内生效：%s\n", rule.Name)
	return err
}

// named finds one rule by its name.
func (i *installation) named(ctx context.Context, account models.Account, name string) (models.Rule, error) {
	rules, err := i.Rules(ctx, store.RuleFilter{AppID: account.AppID, Name: name})
	if err != nil {
		return models.Rule{}, err
	}
	found, err := named(rules, []string{name})
	if err != nil {
		return models.Rule{}, err
	}
	return found[0], nil
}
