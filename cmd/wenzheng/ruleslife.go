package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook"
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

// ruleStep is what the commands share that take rules one step on, all of them or none.
type ruleStep struct {
	Names []string `arg:"" optional:"" name:"name" help:"规则名称，可写几个"`
	All   bool     `help:"所有能这样做的规则"`
	as
}

// step is a function of the rulebook that takes rules one step on.
type step func(*rulebook.Book, context.Context, models.Who, rulebook.StepRequest) ([]models.Rule, error)

// run takes the step and reports which rules took it.
func (c *ruleStep) run(ctx context.Context, p *program, parent *rulesCmd, said, reason string, take step) error {
	if c.All == (len(c.Names) > 0) {
		return models.NewError(models.CodeInvalid, "请写规则名称（可写几个），或用 --all，二者取一")
	}
	st, account, err := parent.open(ctx, p)
	if err != nil {
		return err
	}
	defer p.close(st)
	rules, err := take(st.rulebook, ctx, c.who(), rulebook.StepRequest{Account: account, Names: c.Names, All: c.All, Reason: reason})
	if err != nil {
		return err
	}
	if len(rules) == 0 {
		_, err := fmt.Fprintln(p.stdout, "没有这样的规则，什么也没有做；wenzheng rules list 可列出全部")
		return err
	}
	_, err = fmt.Fprintf(p.screen(), "%s：%s\n", said, enumerate(rules))
	return err
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

type rulesSubmitCmd struct{ ruleStep }

// Help implements kong's detailed help.
func (rulesSubmitCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef submit 居住证办理 社保卡补办 --as 张三"
}

// Run hands drafts to a reviewer.
func (c *rulesSubmitCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	return c.run(ctx, p, parent, "已送审", "", (*rulebook.Book).Submit)
}

type rulesApproveCmd struct{ ruleStep }

// Help implements kong's detailed help.
func (rulesApproveCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef approve 居住证办理 --as 李四\n--all 为所有待审的规则，自己写的除外。"
}

// Run approves what another person wrote.
func (c *rulesApproveCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	return c.run(ctx, p, parent, "审核通过", "", (*rulebook.Book).Approve)
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
	return c.run(ctx, p, parent, "已退回", c.Reason, (*rulebook.Book).Return)
}

type rulesPublishCmd struct{ ruleStep }

// Help implements kong's detailed help.
func (rulesPublishCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef publish 居住证办理 社保卡补办 --as 李四\n几条一起发布：全部通过检查才发布，否则都不发布。"
}

// Run publishes reviewed rules, if the whole set passes the check with them.
func (c *rulesPublishCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	return c.run(ctx, p, parent, "已发布，三秒内生效", "", (*rulebook.Book).Publish)
}

type rulesArchiveCmd struct{ ruleStep }

// Help implements kong's detailed help.
func (rulesArchiveCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef archive 居住证办理\n停用后不再回答，未发布的草稿一并丢弃；历史版本保留。"
}

// Run takes rules out of use; their history stays.
func (c *rulesArchiveCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	return c.run(ctx, p, parent, "已停用", "", (*rulebook.Book).Archive)
}

type rulesDiscardCmd struct{ ruleStep }

// Help implements kong's detailed help.
func (rulesDiscardCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef discard 居住证办理\n丢弃还没有发布的版本（草稿或送审中的）；已发布的照常回答。"
}

// Run gives drafts up; what is published goes on answering.
func (c *rulesDiscardCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	return c.run(ctx, p, parent, "已丢弃草稿", "", (*rulebook.Book).Discard)
}
