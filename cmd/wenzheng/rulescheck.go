package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// checkRules refuses a set of rules that holds an error: broken examples, unreachable rules
// and the like. Every way of publishing goes through it, before anything is written.
func (i *installation) checkRules(account models.Account, rules []models.Rule, now time.Time) error {
	findings := i.findings(account, rules, now)
	if bot.Refused(findings) {
		return refusal(findings)
	}
	_, err := bot.Compile(account, 0, rules, i.compileOptions())
	return err
}

// checkEnding refuses to end rules where what is left has an error that it did not have
// before: an old fault elsewhere is no reason to go on answering.
func (i *installation) checkEnding(account models.Account, before, after []models.Rule, now time.Time) error {
	known := make(map[models.Finding]bool)
	for _, f := range i.findings(account, before, now) {
		known[f] = true
	}
	added := slices.DeleteFunc(i.findings(account, after, now), func(f models.Finding) bool { return known[f] })
	if bot.Refused(added) {
		return refusal(added)
	}
	return nil
}

func refusal(findings []models.Finding) error {
	e := models.NewError(models.CodeInvalid, "规则未通过检查，已发布的规则不变")
	for _, f := range findings {
		if f.Severity == models.SeverityError && len(e.Fields) < 20 {
			e.Fields = append(e.Fields, models.FieldError{Field: f.Rule, Message: f.Message})
		}
	}
	return e
}

func (i *installation) findings(account models.Account, rules []models.Rule, now time.Time) []models.Finding {
	return bot.Check(account, rules, bot.CheckOptions{Now: now, Calendar: i.calendar, Limits: botLimits(i.settings)})
}

// ruleChoice says which rules a command is about: the published ones, or what they would be
// with the drafts or with a file.
type ruleChoice struct {
	Draft bool `help:"连同草稿，看草稿生效后的样子"`
	Only  bool `help:"只看文件里的规则，不与已发布的合并"`
}

// rules reads the rules of a choice; "" is no file. base is what a file was merged into.
func (c *ruleChoice) rules(ctx context.Context, st *installation, account models.Account, file string) (rules []models.Rule, version int64, err error) {
	if c.Only && file == "" || c.Draft && file != "" {
		return nil, 0, models.NewError(models.CodeInvalid, "--only 要与文件一起用，--draft 不与文件一起用")
	}
	if c.Draft {
		rules, err = st.Rules(ctx, store.RuleFilter{AppID: account.AppID})
		return rules, 0, err
	}
	if !c.Only {
		if rules, version, err = st.PublishedRules(ctx, account.AppID); err != nil || file == "" {
			return rules, version, err
		}
	}
	brought, err := readRules(file)
	return mergeRules(rules, brought), 0, err
}

// compile compiles the rules of a choice, drafts as if they were published.
func (c *ruleChoice) compile(ctx context.Context, st *installation, account models.Account, file string) (*bot.Ruleset, error) {
	rules, version, err := c.rules(ctx, st, account, file)
	if err != nil {
		return nil, err
	}
	o := st.compileOptions()
	o.Drafts = true
	return bot.Compile(account, version, rules, o)
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
	rules, _, err := c.rules(ctx, st, account, c.File)
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
