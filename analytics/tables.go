package analytics

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/sheet"
)

// Table is a table for people, with what must be known to read it.
type Table = sheet.Table

// WriteTable writes it as CSV. Errors are those of w.
func WriteTable(w io.Writer, t *Table) error { return sheet.WriteTableCSV(w, t) }

// mostExported is how many waits one file holds at most; pageExported are read at a time.
const mostExported, pageExported = 20_000, 5000

// ExportWaits are all waits that the query selects, whatever page it asks for, as a table. filter is
// the question in words for the head of the file.
func (m *Analytics) ExportWaits(ctx context.Context, q WaitListQuery, filter string) (*Table, error) {
	t := &Table{Head: []string{
		"账号", "渠道", "msg_key", "市民", "提问时间", "第一句", "状态", "答复时间", "响应时长（秒）", "办公时间（秒）", "等待（秒）", "超过的时限（秒）", "主题", "人员", "交给", "来信条数", "规则", "逾期答复",
	}}
	q.After, q.Limit = "", pageExported
	for {
		page, err := m.WaitList(ctx, q)
		if err != nil {
			return nil, err
		}
		for i := range page.Waits {
			t.Rows = append(t.Rows, waitCells(&page.Waits[i]))
		}
		q.After = page.Next
		if q.AsOf.IsZero() && !q.openNow() {
			q.AsOf = page.AsOf // all pages are of one instant
		}
		if q.After != "" && len(t.Rows) < mostExported {
			continue
		}
		t.Notes = notes(filter, page.AsOf, page.FormulaVersion, page.Provisional)
		count := strconv.FormatInt(page.N, 10)
		if page.N > int64(len(t.Rows)) {
			count += "，只写了最前的 " + strconv.Itoa(len(t.Rows)) + " 轮，请缩短窗口"
		}
		t.Notes = append(t.Notes, [2]string{"轮数", count})
		return t, nil
	}
}

func waitCells(w *WaitRow) []string {
	var broken []string
	for _, limit := range w.Breached {
		broken = append(broken, strconv.FormatInt(limit, 10))
	}
	return []string{
		w.Account, string(w.Channel), w.MsgKey, w.Citizen, momentCell(&w.OpenAt), w.Content, w.State.Title(), momentCell(w.AnsweredAt),
		wholeCell(w.Response), wholeCell(w.Office), strconv.FormatInt(w.Waited, 10), strings.Join(broken, "、"), w.Topic, w.Staff, w.Assignee,
		strconv.Itoa(w.Messages), w.Rule, momentCell(w.LateAnswerAt),
	}
}

// notes are the head of a file.
func notes(filter string, asOf time.Time, formula string, provisional bool) [][2]string {
	list := [][2]string{{"筛选", filter}, {"数据截至", asOf.Format(time.RFC3339)}, {"公式版本", formula}}
	if provisional {
		list = append(list, [2]string{"暂定", "统计窗口结束不满 48 小时，数值仍会变化"})
	}
	return list
}

func momentCell(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.Format(time.DateTime)
}

func wholeCell(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

func numberCell(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', -1, 64)
}

// quantileCell is the seconds, "unanswered" or nothing, as JSON has them.
func quantileCell(q indices.Quantile) string {
	text, err := json.Marshal(q)
	if err != nil || string(text) == "null" {
		return ""
	}
	return strings.Trim(string(text), `"`)
}

// Table is the one kind of the distribution that was asked for.
func (d *Distribution) Table(filter string) *Table {
	t := &Table{Notes: notes(filter, d.AsOf, d.FormulaVersion, d.Provisional)}
	whole := func(n int64) string { return strconv.FormatInt(n, 10) }
	switch {
	case d.RT != nil:
		t.Head = []string{"响应时长从（秒）", "到（秒，含）", "轮数"}
		for _, b := range d.RT.Bins {
			t.Rows = append(t.Rows, []string{whole(b.From), wholeCell(b.To), whole(b.N)})
		}
		t.Rows = append(t.Rows, []string{"未答", "", whole(d.RT.Unanswered)})
	case d.Response != nil:
		t.Head = []string{"响应", "n", "已答", "P50（秒）", "P90（秒）", "办公时间 P50（秒）", "办公时间 P90（秒）"}
		for i, r := range []Responses{d.Response.First, d.Response.All} {
			t.Rows = append(t.Rows, []string{
				[]string{"首次响应", "逐轮响应"}[i], whole(r.N), whole(r.Answered),
				quantileCell(r.P50), quantileCell(r.P90), quantileCell(r.OfficeP50), quantileCell(r.OfficeP90),
			})
		}
	case d.Heat != nil:
		t.Head = []string{"星期", "时", "轮数", "P50（秒）", "超过 2 小时", "超过 2 小时的比例（%）"}
		for _, c := range d.Heat {
			t.Rows = append(t.Rows, []string{strconv.Itoa(c.Weekday), strconv.Itoa(c.Hour), whole(c.N), quantileCell(c.P50), whole(c.Slow.Hits), numberCell(c.Slow.Value)})
		}
	default:
		t.Head = []string{"名称", "诉求轮次", "n", "已答", "P50（秒）", "P90（秒）"}
		rows := append(append([]GroupRow{}, d.Topic...), d.Staff...)
		for i := range rows {
			r := &rows[i]
			cells := []string{r.Name, whole(r.Opened), whole(r.N), whole(r.Answered), quantileCell(r.P50), quantileCell(r.P90)}
			for _, l := range r.Limits {
				if i == 0 {
					t.Head = append(t.Head, fmt.Sprintf("%d 秒响应率（%%）", l.Limit), fmt.Sprintf("%d 秒超时", l.Limit))
				}
				cells = append(cells, numberCell(l.Rate.Value), whole(l.Breach))
			}
			t.Rows = append(t.Rows, cells)
		}
	}
	return t
}

// Table is every point of every line.
func (s *Series) Table(filter string) *Table {
	t := &Table{
		Notes: notes(filter, s.AsOf, indices.FormulaVersion, false), Head: []string{"账号", "名称", "主题", "人员", "时段", s.Metric + "（" + s.Unit + "）", "暂定"},
	}
	text := func(v *string) string {
		if v == nil {
			return ""
		}
		return *v
	}
	for _, line := range s.Lines {
		for _, p := range line.Points {
			value := ""
			if p.Value != nil {
				value = fmt.Sprint(p.Value)
			}
			t.Rows = append(t.Rows, []string{
				line.Account, line.Name, text(line.Topic), text(line.Staff), momentCell(&p.At), value, map[bool]string{true: "暂定"}[p.Provisional],
			})
		}
	}
	return t
}

// Table is every figure that is compared.
func (c *Changes) Table(filter string) *Table {
	t := &Table{
		Notes: notes(filter, c.AsOf, c.FormulaVersion, c.Window.Provisional || c.Before.Provisional),
		Head:  []string{"账号", "名称", "指标", "名称", "单位", "值", "n", "之前", "之前的 n", "变化", "变化（%）", "评判"},
	}
	shown := func(v any) string {
		if v == nil {
			return ""
		}
		return fmt.Sprint(v)
	}
	for _, a := range c.Accounts {
		for _, f := range a.Figures {
			t.Rows = append(t.Rows, []string{
				a.Account, a.Name, f.Key, f.Name, string(f.Unit), shown(f.Value), wholeCell(f.N), shown(f.Before), wholeCell(f.NBefore),
				numberCell(f.Change.Change), numberCell(f.Percent), f.Text,
			})
		}
	}
	return t
}
