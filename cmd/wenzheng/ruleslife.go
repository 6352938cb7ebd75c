package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

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

// ruleStep is what the commands share that take rules one step on: they find them, act on
// all or none, and report.
type ruleStep struct {
	Names []string `arg:"" optional:"" name:"name" help:"规则名称，可写几个"`
	All   bool     `help:"所有能这样做的规则"`
	as
}

// run finds the rules, those named or all that fit, and acts on them together.
func (c *ruleStep) run(ctx context.Context, p *program, parent *rulesCmd, said string, fits func(*models.Rule) bool,
	act func(st *installation, account models.Account, rules []models.Rule) error,
) error {
	if c.All == (len(c.Names) > 0) {
		return models.NewError(models.CodeInvalid, "请写规则名称（可写几个），或用 --all，二者取一")
	}
	st, account, err := parent.open(ctx, p)
	if err != nil {
		return err
	}
	defer p.close(st)
	rules, err := st.Rules(ctx, store.RuleFilter{AppID: account.AppID})
	if err != nil {
		return err
	}
	if c.All {
		rules = slices.DeleteFunc(rules, func(r models.Rule) bool { return !fits(&r) })
	} else if rules, err = named(rules, c.Names); err != nil {
		return err
	}
	if len(rules) == 0 {
		_, err := fmt.Fprintln(p.stdout, "没有这样的规则，什么也没有做；wenzheng rules list 可列出全部")
		return err
	}
	if err := act(st, account, rules); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "%s：%s\n", said, enumerate(rules))
	return err
}

// named picks rules by name, in the order of the names, each once.
func named(rules []models.Rule, names []string) ([]models.Rule, error) {
	known := byName(rules)
	var out []models.Rule
	var missing []string
	for _, name := range names {
		r := cmp.Or(known[name], known[models.CleanName(name)])
		switch {
		case r == nil:
			missing = append(missing, "“"+name+"”")
		case !slices.ContainsFunc(out, func(o models.Rule) bool { return o.ID == r.ID }):
			out = append(out, *r)
		}
	}
	if len(missing) > 0 {
		return nil, models.NewError(models.CodeNotFound, "没有名为"+joined(missing)+"的规则，wenzheng rules list 可列出全部")
	}
	return out, nil
}

// maxEnumerated is how many names of rules a report writes out.
const maxEnumerated = 20

func enumerate(rules []models.Rule) string {
	names := make([]string, 0, len(rules))
	for i := range rules {
		if i == maxEnumerated {
			return fmt.Sprintf("%s 等 %d 条", joined(names), len(rules))
		}
		names = append(names, rules[i].Name)
	}
	return joined(names)
}

func joined(words []string) string { return strings.Join(words, "、") }

func ids(rules []models.Rule) []int64 {
	out := make([]int64, len(rules))
	for i := range rules {
		out[i] = rules[i].ID
	}
	return out
}

type rulesSubmitCmd struct{ ruleStep }

// Help implements kong's detailed help.
func (rulesSubmitCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef submit 居住证办理 社保卡补办 --as 张三"
}

// Run hands drafts to a reviewer.
func (c *rulesSubmitCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	fits := func(r *models.Rule) bool { return r.State == models.RuleDraft }
	return c.run(ctx, p, parent, "已送审", fits, func(st *installation, _ models.Account, rules []models.Rule) error {
		return st.SubmitRules(ctx, ids(rules), c.who())
	})
}

type rulesApproveCmd struct{ ruleStep }

// Help implements kong's detailed help.
func (rulesApproveCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef approve 居住证办理 --as 李四\n--all 为所有待审的规则，自己写的除外。"
}

// Run approves what another person wrote.
func (c *rulesApproveCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	who := c.who()
	fits := func(r *models.Rule) bool {
		return r.State == models.RuleReview && r.Reviewer == "" && r.Author != who.Name
	}
	return c.run(ctx, p, parent, "审核通过", fits, func(st *installation, _ models.Account, rules []models.Rule) error {
		return st.ReviewRules(ctx, ids(rules), true, "", who)
	})
}

type rulesRejectCmd struct {
	ruleStep
	Reason string `help:"退回的理由" required:""`
}

// Help implements kong's detailed help.
func (rulesRejectCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef reject 居住证办理 --reason 文号有误 --as 李四\n--all 为所有送审的规则，自己写的除外。"
}

// Run sends rules back to their authors.
func (c *rulesRejectCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	who := c.who()
	fits := func(r *models.Rule) bool { return r.State == models.RuleReview && r.Author != who.Name }
	return c.run(ctx, p, parent, "已退回", fits, func(st *installation, _ models.Account, rules []models.Rule) error {
		return st.ReviewRules(ctx, ids(rules), false, c.Reason, who)
	})
}

type rulesPublishCmd struct{ ruleStep }

// Help implements kong's detailed help.
func (rulesPublishCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef publish 居住证办理 社保卡补办 --as 李四\n几条一起发布：全部通过检查才发布，否则都不发布。"
}

// Run publishes reviewed rules, if the whole set passes the check with them.
func (c *rulesPublishCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	fits := func(r *models.Rule) bool { return r.State == models.RuleReview && r.Reviewer != "" }
	return c.run(ctx, p, parent, "已发布，三秒内生效", fits, func(st *installation, account models.Account, rules []models.Rule) error {
		published, stamp, err := st.PublishedAt(ctx, account.AppID)
		if err != nil {
			return err
		}
		if err := st.checkRules(account, mergeRules(published, rules), p.now()); err != nil {
			return err
		}
		_, err = st.PublishReviewed(ctx, account.AppID, stamp, rules, c.who())
		return err
	})
}

type rulesArchiveCmd struct{ ruleStep }

// Help implements kong's detailed help.
func (rulesArchiveCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef archive 居住证办理\n停用后不再回答，未发布的草稿一并丢弃；历史版本保留。"
}

// Run takes rules out of use; their history stays.
func (c *rulesArchiveCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	fits := func(r *models.Rule) bool { return r.State != models.RuleArchived }
	return c.run(ctx, p, parent, "已停用", fits, func(st *installation, account models.Account, rules []models.Rule) error {
		published, stamp, err := st.PublishedAt(ctx, account.AppID)
		if err != nil {
			return err
		}
		ended := byName(rules)
		left := slices.DeleteFunc(slices.Clone(published), func(r models.Rule) bool { return ended[r.Name] != nil })
		if err := st.checkEnding(account, published, left, p.now()); err != nil {
			return err
		}
		_, err = st.ArchiveRules(ctx, account.AppID, stamp, ids(rules), c.who())
		return err
	})
}

type rulesDiscardCmd struct{ ruleStep }

// Help implements kong's detailed help.
func (rulesDiscardCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef discard 居住证办理\n丢弃还没有发布的版本（草稿或送审中的）；已发布的照常回答。"
}

// Run gives drafts up; what is published goes on answering.
func (c *rulesDiscardCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	fits := func(r *models.Rule) bool { return r.State == models.RuleDraft || r.State == models.RuleReview }
	return c.run(ctx, p, parent, "已丢弃草稿", fits, func(st *installation, _ models.Account, rules []models.Rule) error {
		return st.DiscardDrafts(ctx, ids(rules), c.who())
	})
}
