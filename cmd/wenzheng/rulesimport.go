package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
)

type rulesImportCmd struct {
	File    string `arg:"" help:"规则文件，扩展名 yaml、json、csv 或 xlsx"`
	Publish bool   `help:"立即发布（记入审计）；不写则存为草稿"`
}

// Help implements kong's detailed help.
func (rulesImportCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef import 规则.csv --publish\n" +
		"同名规则被替换；文件有任何一处错误时一条也不导入，并指出文件、行、列。格式见 docs/rules.md。"
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
	return st.takeRules(ctx, p, account, rules, c.Publish)
}

// takeRules saves rules as drafts, or publishes them at once; all of them or none.
func (i *installation) takeRules(ctx context.Context, p *program, account models.Account, rules []models.Rule, publish bool) error {
	if !publish {
		if err := i.SaveDrafts(ctx, account.AppID, rules, operator()); err != nil {
			return err
		}
		_, err := fmt.Fprintf(p.stdout, "已存为草稿：%d 条规则；审核发布后才会回答市民（wenzheng rules submit、approve、publish，或导入时加 --publish）\n", len(rules))
		return err
	}
	version, err := i.PublishRules(ctx, account.AppID, rules, operator(), i.check(account, p.now()))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "已发布：%d 条规则，规则版本 %d，运行中的服务三秒内生效\n", len(rules), version)
	return err
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
	File    string `help:"不调用接口，读取已存下的 get_current_autoreply_info 结果" type:"existingfile"`
	Publish bool   `help:"立即发布；不写则存为草稿"`
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
	raw, err := c.read(ctx, p, st, account)
	if err != nil {
		return err
	}
	rules, notes, err := sheet.ReadAutoReplies(raw)
	if err != nil {
		return err
	}
	for _, note := range notes {
		fmt.Fprintln(p.stdout, "注意："+note) //nolint:errcheck // standard output
	}
	return st.takeRules(ctx, p, account, rules, c.Publish)
}

func (c *rulesImportWeChatCmd) read(ctx context.Context, p *program, st *installation, account models.Account) ([]byte, error) {
	if c.File != "" {
		return os.ReadFile(c.File)
	}
	client := st.platform(ctx, account, p.now)
	defer client.CloseIdle()
	replies, err := client.AutoReplies(ctx)
	if err != nil {
		return nil, fmt.Errorf("读取公众平台的自动回复失败：%s", adviseAPI(st.settings, err))
	}
	return json.Marshal(replies)
}
