package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/sheet"
)

// PeriodName is what people call the days [from, to): 2026 年第三季度, 2026 年 9 月, or the days themselves.
func PeriodName(from, to time.Time) string {
	zone := indices.Shanghai()
	from, to = from.In(zone), to.In(zone)
	month := int(from.Month())
	switch {
	case from.Day() == 1 && month%3 == 1 && to.Equal(from.AddDate(0, 3, 0)):
		return fmt.Sprintf("%d 年第%s季度", from.Year(), []string{"一", "二", "三", "四"}[month/3])
	case from.Day() == 1 && to.Equal(from.AddDate(0, 1, 0)):
		return fmt.Sprintf("%d 年 %d 月", from.Year(), month)
	}
	return from.Format(time.DateOnly) + " 至 " + to.AddDate(0, 0, -1).Format(time.DateOnly)
}

// NewDocument returns a report as a page, without the charts of its accounts.
func NewDocument(r *indices.Report) *Document {
	b := NewBook(r, selfCheckTitle)
	d := &Document{
		book:  b,
		Title: b.Title, Period: PeriodName(r.From, indices.StartOfDay(r.To).AddDate(0, 0, 1)),
		Window: b.Window() + "（" + b.Channel + "）", AsOf: r.AsOf.Format("2006-01-02 15:04:05") + "（北京时间）", Formula: "公式版本 " + r.FormulaVersion,
		Notes:       []string{"“—”表示没有数据，不作 0 计；百分数后的区间为威尔逊 95% 置信区间；未答复的诉求按无穷大参与分位数。"},
		Definitions: b.Definitions,
	}
	if r.Provisional {
		d.Notes = append(d.Notes, "标“暂定”者：统计窗口结束不满 48 小时，部分诉求尚未到期，数值仍会变化，不参与排名。")
	}
	d.Overview, d.Live = overview(b, overviewKeys(r), true), overview(b, liveKeys(), false)
	d.Ranking = ranking(b)
	for i := range r.Accounts {
		d.Accounts = append(d.Accounts, accountPart(&r.Accounts[i], &b.Accounts[i]))
	}
	return d
}

// overviewKeys are the figures in which accounts stand side by side on the first page.
func overviewKeys(r *indices.Report) []string {
	keys := []string{
		"composite.value", "composite.band", "composite.vetoes", "rti.value", "interaction_index.value", "service_index.value", "spread_index.s100",
		"counts.inbound", "counts.active_citizens", "counts.waits.opened", "response.p50_s", "response.p90_s",
	}
	for i := range r.Accounts {
		if key := "limits." + strconv.FormatInt(lastLimit(&r.Accounts[i]), 10) + ".rate"; !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return append(keys, "self_served", "two_way", "csat", "publication.gap_at_end_d")
}

// liveKeys are the figures of the instant of reading on the first page.
func liveKeys() []string {
	return []string{"backlog.open", "backlog.oldest_s", "backlog.at_risk", "live.unassigned", "publication.gap_d"}
}

// overviewWidth is how many accounts stand side by side on paper.
const overviewWidth = 5

// overview puts the accounts side by side, as many as fit.
func overview(b *sheet.Book, keys []string, withMarks bool) []Table {
	var tables []Table
	for part := range slices.Chunk(b.Accounts, overviewWidth) {
		t := overviewTable(part, keys)
		if withMarks {
			t.Rows = append(t.Rows, marksRow(part))
		}
		tables = append(tables, t)
	}
	return tables
}

func marksRow(accounts []sheet.AccountFigures) []string {
	row := []string{"数据说明"}
	for i := range accounts {
		row = append(row, cmp.Or(strings.Join(accounts[i].Marks, "、"), "—"))
	}
	return row
}

func overviewTable(accounts []sheet.AccountFigures, keys []string) Table {
	t := Table{Head: []string{"指标"}}
	for i := range accounts {
		t.Head = append(t.Head, cmp.Or(accounts[i].Name, accounts[i].Account))
	}
	for _, key := range keys {
		var row []string
		for i := range accounts {
			f := figureNamed(accounts[i].Figures, key)
			if i == 0 {
				row = append(row, f.Name)
			}
			row = append(row, f.Show())
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func ranking(b *sheet.Book) []string {
	if len(b.Accounts) < 2 {
		return nil
	}
	var lines []string
	for _, p := range b.Ranking {
		place := "未排名（" + p.Why + "）"
		if p.Place > 0 {
			place = "第 " + strconv.Itoa(p.Place) + " 名"
		}
		lines = append(lines, place+"　"+p.Name+"　"+indices.Number(p.Value))
	}
	if b.RankingText != "" {
		lines = append(lines, b.RankingText)
	}
	return lines
}
