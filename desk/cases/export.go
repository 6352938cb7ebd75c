package cases

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/store"
)

// mostExported is how many cases one file holds at most.
const mostExported = 20_000

// File is what was exported.
type File struct {
	Name  string
	N     int
	Write func(w io.Writer) error
}

// Export are all cases of the query, whatever page it asks for, as a file: csv or xlsx. Texts are
// masked. The audit log keeps who took it.
func (b *Cases) Export(ctx context.Context, who models.Who, q Query, format string) (out File, err error) {
	if format != "csv" && format != "xlsx" {
		return out, faulty("format", "choice_unknown", "应为 csv 或 xlsx")
	}
	f, err := q.filter(b.o.Now())
	if err != nil {
		return out, err
	}
	table := &sheet.Table{Head: []string{
		"账号", "编号", "来源", "状态", "类别", "主题", "区划", "承办单位", "经办", "提交时间", "受理时间", "办结时间", "办理期限", "延期至", "退回", "催办", "重新办理", "复杂",
		"公开", "解决", "满意", "内容", "答复", "来源编号", "地点",
	}}
	err = b.store.Read(ctx, store.Reports, func(t *store.Tx) error {
		found, err := list(ctx, t, f.where+" ORDER BY "+f.order+" LIMIT "+strconv.Itoa(mostExported+1), f.args...)
		if err == nil && len(found) > mostExported {
			err = models.NewError(models.CodeInvalid, fmt.Sprintf("超过 %d 个工单，请用日期或别的条件分开导出", mostExported))
		}
		if err != nil {
			return err
		}
		texts, replies, err := said(ctx, t, found)
		for _, c := range found {
			table.Rows = append(table.Rows, c.exported(texts[c.AppID+c.Number], replies[c.AppID+c.Number]))
		}
		return err
	})
	if err != nil {
		return out, models.Wrap("cases: export", err)
	}
	err = b.store.Audit(ctx, models.AuditEntry{
		Who: who, Action: "case.export", ObjectType: "case", After: models.JSON(map[string]any{"n": len(table.Rows), "format": format, "accounts": q.Accounts}),
	})
	out = File{Name: "工单." + format, N: len(table.Rows), Write: func(w io.Writer) error {
		if format == "csv" {
			return sheet.WriteTableCSV(w, table)
		}
		return sheet.WriteTableXLSX(w, "工单", table)
	}}
	return out, models.Wrap("cases: export", err)
}

// exported are the cells of a case.
func (c *Case) exported(text, reply string) []string {
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.Format(time.DateTime)
	}
	return []string{
		c.AppID, c.Number, c.Source, StateTitle(c.State), c.Kind.Title(), c.Topic, c.District, c.Unit, c.Handler, at(c.SubmittedAt), at(c.AcceptedAt),
		at(c.ClosedAt), at(c.DueAt), at(c.ExtendedTo), strconv.Itoa(c.Returns), strconv.Itoa(c.Urges), strconv.Itoa(c.Reopened), yesNo(&c.Complex), yesNo(&c.Public),
		yesNo(c.Solved), yesNo(c.Satisfied), cmp.Or(text, c.Title), reply, c.SourceNumber, c.place,
	}
}

// yesNo is an answer in Chinese, "" of none.
func yesNo(b *bool) string {
	if b == nil {
		return ""
	}
	return map[bool]string{true: "是", false: "否"}[*b]
}
