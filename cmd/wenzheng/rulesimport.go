package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook"
	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/wechat"
)

// ruleImport is what the ways to bring rules in share.
type ruleImport struct {
	Publish bool `help:"立即发布（记入审计）；不写则存为草稿"`
	DryRun  bool `help:"只显示会有哪些改动，什么也不写"`
	JSON    bool `help:"输出 JSON"`
}

type rulesImportCmd struct {
	File string `arg:"" help:"规则文件，扩展名 yaml、json、csv 或 xlsx"`
	ruleImport
}

// Help implements kong's detailed help.
func (rulesImportCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef import 规则.csv --publish\n" +
		"同名规则有不同时被替换，相同的不动；先列出每一处改动（名称、项目、旧值 -> 新值）再写入。\n" +
		"文件有任何一处错误时一条也不导入，并指出文件、行、列。格式见 docs/rules.md。"
}

// Run imports all rules of a file, or none.
func (c *rulesImportCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	rules, err := readRules(c.File)
	if err != nil {
		return err
	}
	st, account, err := parent.open(ctx, p)
	if err != nil {
		return err
	}
	defer p.close(st)
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
	if c.JSON {
		err = json.NewEncoder(p.stdout).Encode(in)
	} else {
		_, err = io.WriteString(p.screen(), in.Text())
	}
	return cmp.Or(in.Refused, err)
}

func readRules(path string) ([]models.Rule, error) {
	format, err := sheet.FormatOf(path)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("打不开规则文件：%w", err)
	}
	defer f.Close() //nolint:errcheck // read only
	return sheet.ReadRules(filepath.Base(path), f, format)
}

type rulesImportWeChatCmd struct {
	File string `help:"不调用接口，读取已存下的 get_current_autoreply_info 结果" type:"existingfile"`
	ruleImport
}

// Help implements kong's detailed help.
func (rulesImportWeChatCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef import-wechat\n请在公众平台启用“服务器配置”之前运行：启用后，后台设置的自动回复即失效。"
}

// Run takes over the rules set in the official back office.
func (c *rulesImportWeChatCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	st, account, err := parent.open(ctx, p)
	if err != nil {
		return err
	}
	defer p.close(st)
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
	if c.File != "" {
		return readKeptReplies(c.File)
	}
	client := st.accounts.Client(ctx, account)
	defer client.CloseIdle()
	replies, err := client.AutoReplies(ctx)
	if err != nil {
		return replies, fmt.Errorf("读取公众平台的自动回复失败：%s", st.accounts.Advise(err))
	}
	return replies, nil
}

// readKeptReplies reads a kept answer as leniently as the platform's own.
func readKeptReplies(path string) (wechat.AutoReplies, error) {
	content, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return wechat.AutoReplies{}, err
	}
	replies, err := wechat.ReadAutoReplies(content)
	var e *wechat.APIError
	switch {
	case errors.As(err, &e) && e.Code != 0:
		err = models.NewError(models.CodeInvalid, fmt.Sprintf("%s 里存的是微信的错误（%d：%s），不是自动回复，请重新获取", path, e.Code, e.Msg))
	case err != nil:
		err = models.NewError(models.CodeInvalid, path+" 不是 get_current_autoreply_info 的结果，应为 JSON")
	}
	return replies, err
}
