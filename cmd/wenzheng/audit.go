package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

type auditCmd struct {
	List   auditListCmd   `cmd:"" help:"列出审计记录：谁在何时做了什么"`
	Verify auditVerifyCmd `cmd:"" help:"核对审计记录的哈希链"`
}

type auditVerifyCmd struct {
	jsonFlag
	Accept string `placeholder:"原因" help:"审计链头与本机记得的不同（例如恢复了备份）且已查明时，写明原因，记入审计，从现有的记录继续"`
}

// Run walks along the whole chain.
func (c *auditVerifyCmd) Run(ctx context.Context, p *program, st *installation) error {
	if _, err := st.Accounts(ctx); err != nil {
		return err // with another key the chain would look forged
	}
	if c.Accept != "" {
		if err := st.AcceptAuditHead(ctx, operator(), c.Accept); err != nil {
			return err
		}
	}
	kept := st.KeepsAuditHead()
	n, err := st.VerifyAudit(ctx)
	if err == nil {
		err = st.CheckAuditHead(ctx) // keeps the head from now on
	}
	if err != nil {
		return err
	}
	text := "没有改动"
	if !kept {
		text = "前后相接；数据目录里没有 audit-head，末尾是否有记录被整段删去无从核对：新装的或刚恢复备份的机器属正常，否则请查明它为什么不在"
	}
	return c.print(p, map[string]any{"entries": n, "head_kept": kept}, fmt.Sprintf("审计记录 %d 条，%s\n", n, text))
}

type auditListCmd struct {
	Account string `help:"只看一个账号的 AppID" placeholder:"wx…"`
	Actor   string `help:"只看一个人或程序：名称或编号" placeholder:"名称"`
	Action  string `help:"只看一类操作，例 account、rule，或一种，例 rules.publish" placeholder:"操作"`
	From    string `help:"起始日期（含），例 2026-03-01；不写为最早" placeholder:"日期"`
	To      string `help:"截止日期（含）；不写为今天" placeholder:"日期"`
	Limit   int    `help:"最近的多少条，0 为全部" default:"50" placeholder:"条数"`
	jsonFlag
}

// Run lists the entries.
func (c *auditListCmd) Run(ctx context.Context, p *program) error {
	if c.Limit < 0 {
		return models.NewError(models.CodeInvalid, "--limit 应为 0 或正数")
	}
	filter := store.AuditFilter{AppID: c.Account, Actor: c.Actor, Action: c.Action, Limit: c.Limit, Newest: true}
	var err error
	if filter.From, filter.To, err = models.ParseDays(c.From, c.To); err != nil {
		return err
	}
	st, err := p.use(ctx)
	if err != nil {
		return err
	}
	list := []models.AuditEntry{}
	err = st.AuditEntries(ctx, filter, func(e models.AuditEntry) error {
		list = append(list, e)
		return nil
	})
	if err != nil {
		return err
	}
	if c.JSON { // with citizens' words as they are
		e := json.NewEncoder(p.stdout)
		e.SetEscapeHTML(false)
		return e.Encode(list)
	}
	_, err = io.WriteString(p.screen(), models.AuditText(list))
	return err
}
