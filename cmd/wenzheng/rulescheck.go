package main

import (
	"context"
	"encoding/json"
	"io"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook"
)

// ruleChoice says which rules a command is about: the published ones, or what they would be
// with the drafts or with a file.
type ruleChoice struct {
	Draft bool `help:"连同草稿，看草稿生效后的样子"`
	Only  bool `help:"只看文件里的规则，不与已发布的合并"`
}

// selection is the choice with the rules of the file; "" is no file.
func (c *ruleChoice) selection(file string) (rulebook.Selection, error) {
	if c.Only && file == "" || c.Draft && file != "" {
		return rulebook.Selection{}, models.NewError(models.CodeInvalid, "--only 要与文件一起用，--draft 不与文件一起用")
	}
	s := rulebook.Selection{Drafts: c.Draft, Only: c.Only}
	if file == "" {
		return s, nil
	}
	var err error
	s.Brought, err = readRules(file)
	return s, err
}

type rulesCheckCmd struct {
	File string `arg:"" optional:"" help:"检查已发布的规则换上这个文件之后的样子（不写入）；不写则检查已发布的规则"`
	ruleChoice
	JSON bool `help:"输出 JSON"`
}

// Help implements kong's detailed help.
func (rulesCheckCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef check 规则.yaml\n" +
		"错误会阻止发布（例句不中、永远轮不到、来源过期……），提醒不会；有错误时退出码为 1。"
}

// Run lints rules.
func (c *rulesCheckCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	st, account, err := parent.open(ctx, p)
	if err != nil {
		return err
	}
	defer p.close(st)
	selection, err := c.selection(c.File)
	if err != nil {
		return err
	}
	rules, findings, err := st.rulebook.Check(ctx, account, selection)
	if err != nil {
		return err
	}
	if c.JSON {
		if findings == nil {
			findings = []models.Finding{}
		}
		err = json.NewEncoder(p.stdout).Encode(findings)
	} else {
		_, err = io.WriteString(p.screen(), rulebook.FindingsText(rules, findings))
	}
	if err == nil && bot.Refused(findings) {
		err = exitCode(1)
	}
	return err
}
