package main

import (
	"cmp"
	"context"
	"fmt"
	"os"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook"
	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/wechat"
)

// ruleImport is what the ways to bring rules in share.
type ruleImport struct {
	Publish bool `help:"立即发布（记入审计）；不写则存为草稿"`
	DryRun  bool `help:"只显示会有哪些改动，什么也不写"`
	jsonFlag
}

type rulesImportCmd struct {
	File string `arg:"" help:"规则文件，扩展名 yaml、json、csv 或 xlsx"`
	ruleImport
}

// Run imports all rules of a file, or none.
func (c *rulesImportCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	rules, err := sheet.ReadRulesFile(c.File)
	if err != nil {
		return err
	}
	st, account, err := parent.use(ctx, p)
	if err != nil {
		return err
	}
	return c.take(ctx, p, st, account, rules)
}

// take saves what differs as drafts, or publishes it at once; all of it or nothing.
func (c *ruleImport) take(ctx context.Context, p *program, st *installation, account models.Account, rules []models.Rule) error {
	in, err := st.rulebook.Import(ctx, operator(), rulebook.ImportRequest{
		Account: account, Rules: rules, Publish: c.Publish, DryRun: c.DryRun,
	})
	if err != nil {
		return err
	}
	return cmp.Or(in.Refused, c.print(p, in, in.Text()))
}

type rulesImportWeChatCmd struct {
	File string `help:"不调用接口，读取已存下的 get_current_autoreply_info 结果" type:"existingfile"`
	ruleImport
}

// Run takes over the rules set in the official back office.
func (c *rulesImportWeChatCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	replies, err := c.read(ctx, st, account)
	if err != nil {
		return err
	}
	rules, notes := replies.Rules()
	notice := p.stdout
	if c.JSON {
		notice = p.stderr
	}
	for _, note := range notes {
		fmt.Fprintln(notice, "注意："+note) //nolint:errcheck // for people
	}
	return c.take(ctx, p, st, account, rules)
}

func (c *rulesImportWeChatCmd) read(ctx context.Context, st *installation, account models.Account) (wechat.AutoReplies, error) {
	if c.File == "" {
		return st.accounts.AutoReplies(ctx, account)
	}
	content, err := os.ReadFile(c.File)
	if err != nil {
		return wechat.AutoReplies{}, err
	}
	return accounts.KeptReplies(c.File, content)
}
