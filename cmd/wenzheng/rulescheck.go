package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// check refuses a set of rules that holds an error: broken examples, unreachable rules and
// the like. It is what every way of publishing goes through.
func (i *installation) check(account models.Account, now time.Time) func([]models.Rule) error {
	return func(rules []models.Rule) error {
		findings := i.findings(account, rules, now)
		if !bot.Refused(findings) {
			_, err := bot.Compile(account, 0, rules, i.compileOptions())
			return err
		}
		e := models.NewError(models.CodeInvalid, "规则未通过检查，已发布的规则不变")
		for _, f := range findings {
			if f.Severity == models.SeverityError && len(e.Fields) < 20 {
				e.Fields = append(e.Fields, models.FieldError{Field: f.Rule, Message: f.Message})
			}
		}
		return e
	}
}

func (i *installation) findings(account models.Account, rules []models.Rule, now time.Time) []models.Finding {
	return bot.Check(account, rules, bot.CheckOptions{Now: now, Calendar: i.calendar, Limits: botLimits(i.settings)})
}

type rulesCheckCmd struct {
	File  string `arg:"" optional:"" help:"检查这个文件里的规则（不写入）；不写则检查已发布的规则"`
	Draft bool   `help:"检查草稿生效后的样子"`
	JSON  bool   `help:"输出 JSON"`
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
	rules, err := c.rules(ctx, st, account)
	if err != nil {
		return err
	}
	findings := st.findings(account, rules, p.now())
	if c.JSON {
		if findings == nil {
			findings = []models.Finding{}
		}
		err = json.NewEncoder(p.stdout).Encode(findings)
	} else {
		err = printFindings(p, len(rules), findings)
	}
	if err == nil && bot.Refused(findings) {
		err = exitCode(1)
	}
	return err
}

func (c *rulesCheckCmd) rules(ctx context.Context, st *installation, account models.Account) ([]models.Rule, error) {
	switch {
	case c.File != "":
		return readRules(c.File)
	case c.Draft:
		return st.Rules(ctx, store.RuleFilter{AppID: account.AppID})
	}
	rules, _, err := st.PublishedRules(ctx, account.AppID)
	return rules, err
}

func printFindings(p *program, rules int, findings []models.Finding) error {
	var b strings.Builder
	faults := 0
	for _, f := range findings {
		mark := "提醒"
		if f.Severity == models.SeverityError {
			mark = "错误"
			faults++
		}
		if f.Rule != "" {
			mark += "] “" + f.Rule + "”："
		} else {
			mark += "] "
		}
		fmt.Fprintf(&b, "[%s%s\n", mark, f.Message)
	}
	fmt.Fprintf(&b, "共 %d 条规则，错误 %d，提醒 %d\n", rules, faults, len(findings)-faults)
	_, err := fmt.Fprint(p.stdout, b.String())
	return err
}
