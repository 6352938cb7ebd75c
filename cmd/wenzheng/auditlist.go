package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

type auditListCmd struct {
	Account string `help:"只看一个账号的 AppID" placeholder:"wx…"`
	Actor   string `help:"只看一个人或程序：名称或编号" placeholder:"名称"`
	Action  string `help:"只看一类操作，例 account、rule，或一种，例 rules.publish" placeholder:"操作"`
	From    string `help:"起始日期（含），例 2026-03-01；不写为最早" placeholder:"日期"`
	To      string `help:"截止日期（含）；不写为今天" placeholder:"日期"`
	Limit   int    `help:"最近的多少条，0 为全部" default:"50" placeholder:"条数"`
	JSON    bool   `help:"输出 JSON"`
}

// Help implements kong's detailed help.
func (auditListCmd) Help() string {
	return "例：wenzheng audit list --action rule --from 2026-03-01 --limit 20\n" +
		"按时间先后列出谁做了什么、改了哪些内容（旧 → 新），最近的在最后。审计记录只增不改，核对用 wenzheng audit verify。"
}

// Run lists the entries.
func (c *auditListCmd) Run(ctx context.Context, p *program) error {
	if c.Limit < 0 {
		return models.NewError(models.CodeInvalid, "--limit 应为 0 或正数")
	}
	filter := store.AuditFilter{AppID: c.Account, Actor: c.Actor, Action: c.Action, Limit: c.Limit, Newest: true}
	var err error
	if filter.From, filter.To, err = days(c.From, c.To); err != nil {
		return err
	}
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	list := []models.AuditEntry{}
	err = st.AuditEntries(ctx, filter, func(e models.AuditEntry) error {
		list = append(list, e)
		return nil
	})
	if err != nil {
		return err
	}
	if c.JSON {
		e := json.NewEncoder(p.stdout)
		e.SetEscapeHTML(false)
		return e.Encode(list)
	}
	if len(list) == 0 {
		_, err := fmt.Fprintln(p.stdout, "没有符合的审计记录")
		return err
	}
	return writeAudit(p.screen(), list)
}

// auditRunes is how much of a value a line of the list shows.
const auditRunes = 80

func writeAudit(w io.Writer, list []models.AuditEntry) error {
	results := map[string]string{models.AuditDone: "", "": "", models.AuditRefused: "  被拒绝", models.AuditFailed: "  没有成功"}
	var b strings.Builder
	for k := range list {
		e := &list[k]
		object := strings.Trim(strings.Join([]string{e.AppID, e.ObjectType + " " + e.ObjectID}, "  "), " ")
		if e.AppID == e.ObjectID {
			object = e.AppID
		}
		fmt.Fprintf(&b, "%d  %s  %s  %s（%s）  %s%s\n", e.Seq, e.At.In(indices.Shanghai()).Format(time.DateTime), cmp.Or(e.Who.Name, e.Who.ID),
			models.AuditTitle(e.Action), e.Action, object, results[e.Result])
		if e.Reason != "" {
			fmt.Fprintf(&b, "    理由：%s\n", models.OneLine(e.Reason, auditRunes))
		}
		for _, c := range e.Changes() {
			fmt.Fprintf(&b, "    %s：%s → %s\n", c.Field, cmp.Or(models.OneLine(c.Before, auditRunes), "—"), cmp.Or(models.OneLine(c.After, auditRunes), "—"))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
