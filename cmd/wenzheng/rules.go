package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/config"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook"
	"github.com/wenzheng/wenzheng/sheet"
)

type rulesCmd struct {
	Account string         `help:"账号的 AppID；只有一个账号时可不写" placeholder:"wx…"`
	Import  rulesImportCmd `cmd:"" help:"从 YAML、JSON、CSV 或 xlsx 文件导入规则"`
	Export  rulesExportCmd `cmd:"" help:"把规则写到文件或标准输出"`
	Try     rulesTryCmd    `cmd:"" help:"试一句话：哪条规则会答、为什么、赢了谁"`

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

// open opens the installation and finds the account a command is about; the caller closes.
func (c *rulesCmd) open(ctx context.Context, p *program) (*installation, models.Account, error) {
	st, err := p.open(ctx)
	if err != nil {
		return nil, models.Account{}, err
	}
	account, err := st.account(ctx, c.Account)
	if err != nil {
		p.close(st)
		return nil, models.Account{}, err
	}
	return st, account, nil
}

// dialogueShare is the part of the memory that the dialogues of citizens may take.
const dialogueShare = 8

// botOptions are what rules mean under these settings, to citizens as to a check.
func botOptions(s *config.Settings, calendar bot.Calendar, now func() time.Time) bot.Options {
	o := bot.Options{
		Now: now, Calendar: calendar, DialogueTTL: s.Bot.DialogueTTL, DefaultQuiet: s.Bot.DefaultQuiet,
		Limits: bot.Limits{TextBytes: s.Reply.MaxBytes, DialogueBytes: s.MemoryLimit() / dialogueShare},
	}
	if o.DefaultQuiet == 0 {
		o.DefaultQuiet = -1 // always repeat
	}
	return o
}

// account finds the account named, or the only one.
func (i *installation) account(ctx context.Context, appID string) (models.Account, error) {
	if appID != "" {
		return i.Account(ctx, appID)
	}
	list, err := i.Accounts(ctx)
	if err != nil {
		return models.Account{}, err
	}
	switch len(list) {
	case 1:
		return list[0], nil
	case 0:
		return models.Account{}, models.NewError(models.CodeNotFound, "还没有账号，请先运行 wenzheng account add")
	}
	names := make([]string, len(list))
	for i, a := range list {
		names[i] = a.AppID + "（" + a.Name + "）"
	}
	return models.Account{}, models.NewError(models.CodeInvalid, "有多个账号，请用 --account 指明其一："+strings.Join(names, "、"))
}

type rulesExportCmd struct {
	File   string `arg:"" optional:"" help:"写到哪个文件；不写则写到标准输出"`
	Format string `help:"yaml、json、csv 或 xlsx；默认按扩展名，标准输出为 yaml" enum:",yaml,json,csv,xlsx" default:""`
	Drafts bool   `help:"连草稿一起导出"`
}

// Help implements kong's detailed help.
func (rulesExportCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef export 规则.xlsx"
}

// Run writes the rules.
func (c *rulesExportCmd) Run(ctx context.Context, p *program, parent *rulesCmd) (err error) {
	format, err := c.format()
	if err != nil {
		return err
	}
	if format == sheet.XLSX {
		if err := p.refuseBinary(c.File, "wenzheng rules export 规则.xlsx"); err != nil {
			return err
		}
	}
	st, account, err := parent.open(ctx, p)
	if err != nil {
		return err
	}
	defer p.close(st)
	rules, _, err := st.rulebook.Rules(ctx, account.AppID, rulebook.Selection{Drafts: c.Drafts})
	if err != nil {
		return err
	}
	if c.File == "" || c.File == "-" {
		return sheet.WriteRules(p.stdout, format, rules)
	}
	if err := p.writeFile(c.File, func(w io.Writer) error { return sheet.WriteRules(w, format, rules) }); err != nil || p.isStdout(c.File) {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "已导出 %d 条规则到 %s\n", len(rules), c.File)
	return err
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
