package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook"
	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/sheet/textgrid"
)

type rulesCmd struct {
	accountFlag
	Import rulesImportCmd `cmd:"" help:"从 YAML、JSON、CSV 或 xlsx 文件导入规则"`
	Export rulesExportCmd `cmd:"" help:"把规则写到文件或标准输出"`
	Try    rulesTryCmd    `cmd:"" help:"试一句话：哪条规则会答、为什么、赢了谁"`

	ImportWeChat rulesImportWeChatCmd `cmd:"" name:"import-wechat" help:"导入公众平台后台设置的自动回复"`
	Check        rulesCheckCmd        `cmd:"" help:"检查规则：例句、冲突、永远轮不到、过期、危险的模式"`
	Replay       rulesReplayCmd       `cmd:"" help:"用问过的话比较新旧规则"`
	Suggest      rulesSuggestCmd      `cmd:"" help:"找出没有规则能答的问题并建议关键词"`
	List         rulesListCmd         `cmd:"" help:"列出规则及其状态"`
	Submit       rulesSubmitCmd       `cmd:"" help:"把草稿送审"`
	Approve      rulesApproveCmd      `cmd:"" help:"审核通过（须不是作者本人）"`
	Reject       rulesRejectCmd       `cmd:"" help:"退回修改"`
	Publish      rulesPublishCmd      `cmd:"" help:"发布已审核的规则"`
	Archive      rulesArchiveCmd      `cmd:"" help:"停用规则"`
	Discard      rulesDiscardCmd      `cmd:"" help:"丢弃草稿"`
	Versions     rulesVersionsCmd     `cmd:"" help:"一条规则的历史版本与差异"`
	Rollback     rulesRollbackCmd     `cmd:"" help:"回到某个历史版本"`
	Pin          rulesPinCmd          `cmd:"" help:"应急置顶：一段时间内先答这句话"`
	Unpin        rulesUnpinCmd        `cmd:"" help:"取消应急置顶"`
}

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
	s.Brought, err = sheet.ReadRulesFile(file)
	return s, err
}

type rulesListCmd struct {
	State string `help:"只列此状态；published 为正在回答的，有无新草稿都算" enum:",draft,review,published,archived" default:""`
	Only  string `help:"只列：never-hit 发布满 30 天没有命中，conflict 别的规则先答，expiring 30 天内到期，unpublished 有未发布的版本" enum:",never-hit,conflict,expiring,unpublished" default:""`
	jsonFlag
}

// Run lists every rule, the version that answers beside the one on its way.
func (c *rulesListCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	rules, err := st.rulebook.List(ctx, account.AppID, models.RuleState(c.State))
	if err != nil {
		return err
	}
	if c.Only != "" {
		if rules, err = c.only(ctx, st, account, rules); err != nil {
			return err
		}
	}
	pins, err := st.rulebook.Pins(ctx, account.AppID)
	if err != nil {
		return err
	}
	return c.print(p, append([]models.Rule{}, rules...), rulebook.PinsText(pins)+textgrid.Columns(rulebook.ListRows(rules), p.width()))
}

// only bounds rules to those that the table of the console shows for it.
func (c *rulesListCmd) only(ctx context.Context, st *installation, account models.Account, rules []models.Rule) ([]models.Rule, error) {
	if err := st.rulebook.CountHits(ctx); err != nil {
		return nil, err
	}
	table, err := st.rulebook.Table(ctx, rulebook.TableRequest{Account: account, Only: strings.ReplaceAll(c.Only, "-", "_")})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rules, func(r models.Rule) bool {
		return !slices.ContainsFunc(table.Rules, func(row rulebook.RuleRow) bool { return row.ID == r.ID })
	}), nil
}

type rulesExportCmd struct {
	File   string `arg:"" optional:"" help:"写到哪个文件；不写则写到标准输出"`
	Format string `help:"yaml、json、csv 或 xlsx；默认按扩展名，标准输出为 yaml" enum:",yaml,json,csv,xlsx" default:""`
	Drafts bool   `help:"连草稿一起导出"`
}

// Run writes the rules.
func (c *rulesExportCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	format, err := c.format()
	if err != nil {
		return err
	}
	if format == sheet.XLSX {
		if err := p.refuseBinary(c.File, "wenzheng rules export 规则.xlsx"); err != nil {
			return err
		}
	}
	st, account, err := parent.use(ctx, p)
	if err != nil {
		return err
	}
	rules, _, err := st.rulebook.Rules(ctx, account.AppID, rulebook.Selection{Drafts: c.Drafts})
	if err != nil {
		return err
	}
	return p.output(c.File, fmt.Sprintf("已导出 %d 条规则到 %s\n", len(rules), c.File), func(w io.Writer) error {
		return sheet.WriteRules(w, format, rules)
	})
}

func (c *rulesExportCmd) format() (sheet.Format, error) {
	switch {
	case c.Format != "":
		return sheet.FormatOf("rules." + c.Format)
	case c.File != "":
		return sheet.FormatOf(c.File)
	}
	return sheet.FormatOf("rules.yaml")
}

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
		kept, err := content(c.File)
		if err != nil {
			return nil, nil, err
		}
		return accounts.KeptReplies(c.File, kept)
	}
}
