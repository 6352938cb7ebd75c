package desk

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// StateTitle is a state in Chinese, "" for what is none.
func StateTitle(s State) string {
	return map[State]string{Queued: "待接入", Assigned: "待回复", Answered: "已回复", Closed: "已结束", Expired: "已过期"}[s]
}

// Rows are conversations as a table for people, the head first.
func Rows(list []Row) [][]string {
	rows := [][]string{{"编号", "状态", "坐席", "市民", "主题", "等了", "最近来信"}}
	for i := range list {
		c := &list[i]
		owed := "—"
		if !c.OwedAt.IsZero() && c.State.Open() {
			owed = c.OwedAt.Format("01-02 15:04") + " 起"
		}
		rows = append(rows, []string{
			strconv.FormatInt(c.ID, 10), StateTitle(c.State), cmp.Or(c.Assignee, "—"), models.ShortCitizen(c.UID), cmp.Or(c.Topic, "—"), owed,
			models.OneLine(c.LastText, 40),
		})
	}
	return rows
}

// DutyRows are duties as a table for people, the head first.
func DutyRows(list []models.Duty) [][]string {
	rows := [][]string{{"坐席", "从", "到", "星期", "时段", "主题"}}
	for i := range list {
		d := &list[i]
		rows = append(rows, []string{
			d.Operator, cmp.Or(d.From, "—"), cmp.Or(d.To, "—"), cmp.Or(d.Weekdays, "工作日"), d.Hours, cmp.Or(strings.Join(d.Topics, "、"), "全部"),
		})
	}
	return rows
}

// GapsText names office hours without anybody on duty, "" where there are none.
func GapsText(gaps []Gap) string {
	if len(gaps) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("今后 14 天办公时间里没有人值班：\n")
	for _, g := range gaps {
		fmt.Fprintf(&b, "  %s %s-%s\n", g.From.Format(time.DateOnly), g.From.Format("15:04"), g.To.Format("15:04"))
	}
	return b.String()
}
