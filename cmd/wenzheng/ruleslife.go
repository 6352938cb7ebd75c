package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// as is who acts. The shell's user is trusted to say so truly, and is written into the
// audit log beside the name.
type as struct {
	As string `help:"以谁的名义（写入审计；作者与审核人须不同）" placeholder:"名称"`
}

func (a as) who() models.Who {
	who := operator()
	if a.As != "" {
		who.Name = a.As
	}
	return who
}

// ruleAct is what the commands about one rule share: they find it, act and report.
type ruleAct struct {
	Name string `arg:"" help:"规则名称"`
	as
}

func (c *ruleAct) run(ctx context.Context, p *program, parent *rulesCmd, said string,
	act func(st *installation, account models.Account, r models.Rule) error,
) error {
	st, account, err := parent.open(ctx, p)
	if err != nil {
		return err
	}
	defer p.close(st)
	found, err := st.Rules(ctx, store.RuleFilter{AppID: account.AppID, Name: c.Name})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return models.NewError(models.CodeNotFound, "没有名为“"+c.Name+"”的规则，wenzheng rules list 可列出全部")
	}
	if err := act(st, account, found[0]); err != nil {
		return err
	}
	if said == "" {
		return nil
	}
	_, err = fmt.Fprintf(p.stdout, "%s：%s\n", said, c.Name)
	return err
}

type rulesListCmd struct {
	State string `help:"只列此状态" enum:",draft,review,published,archived" default:""`
	JSON  bool   `help:"输出 JSON"`
}

// Help implements kong's detailed help.
func (rulesListCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef list --state review"
}

// Run lists the latest version of every rule.
func (c *rulesListCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	st, account, err := parent.open(ctx, p)
	if err != nil {
		return err
	}
	defer p.close(st)
	rules, err := st.Rules(ctx, store.RuleFilter{AppID: account.AppID, State: models.RuleState(c.State)})
	if err != nil {
		return err
	}
	if c.JSON {
		if rules == nil {
			rules = []models.Rule{}
		}
		return json.NewEncoder(p.stdout).Encode(rules)
	}
	names := map[models.RuleState]string{
		models.RuleDraft: "草稿", models.RuleReview: "待发布或待审", models.RulePublished: "已发布", models.RuleArchived: "已停用",
	}
	w := tabwriter.NewWriter(p.stdout, 2, 8, 2, ' ', 0)
	for _, r := range rules {
		fmt.Fprintf(w, "%s\tv%d\t%s\t优先级 %d\t作者 %s\t审核 %s\n", names[r.State], r.Version, r.Name, r.Priority, orDash(r.Author), orDash(r.Reviewer)) //nolint:errcheck // flushed below
	}
	return w.Flush()
}

type rulesSubmitCmd struct{ ruleAct }

// Help implements kong's detailed help.
func (rulesSubmitCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef submit 居住证办理 --as 张三"
}

// Run hands a draft to a reviewer.
func (c *rulesSubmitCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	return c.run(ctx, p, parent, "已送审", func(st *installation, _ models.Account, r models.Rule) error {
		return st.SubmitRule(ctx, r.ID, c.who())
	})
}

type rulesApproveCmd struct{ ruleAct }

// Help implements kong's detailed help.
func (rulesApproveCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef approve 居住证办理 --as 李四"
}

// Run approves what another person wrote.
func (c *rulesApproveCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	return c.run(ctx, p, parent, "审核通过", func(st *installation, _ models.Account, r models.Rule) error {
		return st.ReviewRule(ctx, r.ID, true, "", c.who())
	})
}

type rulesRejectCmd struct {
	ruleAct
	Reason string `help:"退回的理由" required:""`
}

// Help implements kong's detailed help.
func (rulesRejectCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef reject 居住证办理 --reason 文号有误 --as 李四"
}

// Run sends a rule back to its author.
func (c *rulesRejectCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	return c.run(ctx, p, parent, "已退回", func(st *installation, _ models.Account, r models.Rule) error {
		return st.ReviewRule(ctx, r.ID, false, c.Reason, c.who())
	})
}

type rulesPublishCmd struct{ ruleAct }

// Help implements kong's detailed help.
func (rulesPublishCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef publish 居住证办理 --as 李四"
}

// Run publishes a reviewed rule, if the whole set passes the check with it.
func (c *rulesPublishCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	return c.run(ctx, p, parent, "已发布，三秒内生效", func(st *installation, account models.Account, r models.Rule) error {
		_, err := st.PublishRule(ctx, r.ID, c.who(), st.check(account, p.now()))
		return err
	})
}

type rulesArchiveCmd struct{ ruleAct }

// Help implements kong's detailed help.
func (rulesArchiveCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef archive 居住证办理"
}

// Run takes a rule out of use; its history stays.
func (c *rulesArchiveCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	return c.run(ctx, p, parent, "已停用", func(st *installation, account models.Account, r models.Rule) error {
		_, err := st.ArchiveRule(ctx, r.ID, c.who(), st.check(account, p.now()))
		return err
	})
}

type rulesRollbackCmd struct {
	ruleAct
	To int64 `help:"回到哪个版本，见 rules versions" required:"" placeholder:"N"`
}

// Help implements kong's detailed help.
func (rulesRollbackCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef rollback 居住证办理 --to 2"
}

// Run publishes an older version again.
func (c *rulesRollbackCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	return c.run(ctx, p, parent, "已回到旧版本，三秒内生效", func(st *installation, account models.Account, r models.Rule) error {
		_, err := st.RollbackRule(ctx, r.ID, c.To, c.who(), st.check(account, p.now()))
		return err
	})
}

type rulesVersionsCmd struct {
	ruleAct
	JSON bool `help:"输出 JSON"`
}

// Help implements kong's detailed help.
func (rulesVersionsCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef versions 居住证办理"
}

// Run shows who changed a rule, when, and what.
func (c *rulesVersionsCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	return c.run(ctx, p, parent, "", func(st *installation, _ models.Account, r models.Rule) error {
		list, err := st.RuleVersions(ctx, r.ID)
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(p.stdout).Encode(list)
		}
		for i, v := range list {
			fmt.Fprintf(p.stdout, "v%d  %s  作者 %s  审核 %s\n", v.Version, //nolint:errcheck // standard output
				v.UpdatedAt.In(indices.Shanghai()).Format("2006-01-02 15:04:05"), orDash(v.Author), orDash(v.Reviewer))
			if i+1 == len(list) {
				break
			}
			lines, err := changes(list[i+1], v)
			if err != nil {
				return err
			}
			fmt.Fprint(p.stdout, lines) //nolint:errcheck // standard output
		}
		return nil
	})
}

// changes lists the fields in which two versions of a rule differ, as files name them.
func changes(before, after models.Rule) (string, error) {
	var fields [2]map[string]json.RawMessage
	for i, r := range []models.Rule{before, after} {
		r.State, r.Version, r.Author, r.Reviewer, r.UpdatedAt = "", 0, "", "", time.Time{}
		b, err := json.Marshal(r)
		if err != nil {
			return "", fmt.Errorf("rule %s: %w", r.Name, err)
		}
		if err := json.Unmarshal(b, &fields[i]); err != nil {
			return "", fmt.Errorf("rule %s: %w", r.Name, err)
		}
	}
	all := maps.Clone(fields[0])
	maps.Copy(all, fields[1])
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if was, is := string(fields[0][name]), string(fields[1][name]); was != is {
			fmt.Fprintf(&b, "    %s：%s → %s\n", name, orDash(was), orDash(is))
		}
	}
	return b.String(), nil
}
