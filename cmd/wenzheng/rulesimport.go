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
	in, err := st.rulebook.ImportAutoReplies(ctx, operator(), rulebook.ImportRequest{Account: account, Publish: c.Publish, DryRun: c.DryRun}, c.read(st, account))
	if err != nil {
		return err
	}
	notice := p.stdout
	if c.JSON {
		notice = p.stderr
	}
	for _, note := range in.Notes {
		fmt.Fprintln(notice, "注意："+note) //nolint:errcheck // for people
	}
	return cmp.Or(in.Refused, c.print(p, in.Imported, in.Text()))
}

// read asks WeChat, or reads the file where its answer was kept.
func (c *rulesImportWeChatCmd) read(st *installation, account models.Account) rulebook.AutoReplies {
	if c.File == "" {
		return func(ctx context.Context) ([]models.Rule, []string, error) {
			return st.accounts.AutoReplyRules(ctx, account)
		}
	}
	return func(context.Context) ([]models.Rule, []string, error) {
		content, err := os.ReadFile(c.File)
		if err != nil {
			return nil, nil, err
		}
		return accounts.KeptReplies(c.File, content)
	}
}
