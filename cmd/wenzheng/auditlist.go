package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/demo"
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
	filter := store.AuditFilter{AppID: c.Account}
	var err error
	if filter.From, filter.To, err = days(c.From, c.To); err != nil {
		return err
	}
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	list, err := st.newestAudit(ctx, filter, c.Actor, c.Action, c.Limit)
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
	return writeAudit(p.stdout, list)
}

// newestAudit are the last entries, in order, of an actor (name or id) and of actions that begin
// so; "" and limit 0 stand for all.
func (i *installation) newestAudit(ctx context.Context, filter store.AuditFilter, actor, action string, limit int) ([]models.AuditEntry, error) {
	list := []models.AuditEntry{}
	err := i.AuditEntries(ctx, filter, func(e models.AuditEntry) error {
		if actor != "" && e.Who.ID != actor && e.Who.Name != actor {
			return nil
		}
		if !strings.HasPrefix(e.Action, action) {
			return nil
		}
		if list = append(list, e); limit > 0 && len(list) >= 2*limit { // half of it is old
			list = slices.Clone(list[len(list)-limit:])
		}
		return nil
	})
	if limit > 0 && len(list) > limit {
		list = list[len(list)-limit:]
	}
	return list, err
}

// auditRunes is how much of a value a line of the list shows.
const auditRunes = 80

// actionWords name what is done.
var actionWords = map[string]string{
	"account.create": "添加账号", "account.update": "更新账号", "account.set": "改变账号设置", "audit.accept": "接受审计链的现状",
	"calendar.change": "改变工作日历", "incident.set": "登记舆情", "incident.clear": "撤销舆情", "log.correct": "更正日志",
	"log.export_openid": "导出真实 openid", "log.reveal": "查看原始内容", "pin.set": "应急置顶", "pin.remove": "取消置顶",
	"rule.draft": "改草稿", "rule.submit": "送审", "rule.approve": "审核通过", "rule.return": "退回", "rule.discard": "丢弃草稿",
	"rule.publish": "发布一条规则", "rule.archive": "停用规则", "rule.rollback": "回滚规则", "rules.draft": "存草稿", "rules.publish": "发布规则",
	"wait.assign": "分派诉求", "wait.mark": "标记诉求",
	demo.ActionHistoryBegin: "开始写入演示往来", demo.ActionHistoryEnd: "写完演示往来", demo.ActionRecords: "导入演示数据",
}

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
			cmp.Or(actionWords[e.Action], "操作"), e.Action, object, results[e.Result])
		if e.Reason != "" {
			fmt.Fprintf(&b, "    理由：%s\n", oneLine(e.Reason, auditRunes))
		}
		for _, change := range changes(e.Before, e.After) {
			fmt.Fprintf(&b, "    %s\n", change)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// changes are the fields in which two JSON texts differ, old → new.
func changes(before, after string) []string {
	was, is := fields(before), fields(after)
	names := maps.Clone(was)
	maps.Copy(names, is)
	var list []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if was[name] != is[name] {
			list = append(list, name+"："+cmp.Or(oneLine(was[name], auditRunes), "—")+" → "+cmp.Or(oneLine(is[name], auditRunes), "—"))
		}
	}
	return list
}

// fields are the values of a JSON object as texts, by their path; what is no object is one value.
func fields(text string) map[string]string {
	out := map[string]string{}
	if text == "" {
		return out
	}
	var value any
	if json.Unmarshal([]byte(text), &value) != nil {
		value = text
	}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		if object, ok := v.(map[string]any); ok {
			for name, inner := range object {
				walk(strings.TrimPrefix(path+"."+name, "."), inner)
			}
			return
		}
		if s, ok := v.(string); ok {
			out[cmp.Or(path, "内容")] = s
		} else if b, err := json.Marshal(v); err == nil && v != nil {
			out[cmp.Or(path, "内容")] = string(b)
		}
	}
	walk("", value)
	return out
}
