package accounts

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// ListRows lists accounts for people, a row each.
func ListRows(list []WithRights) [][]string {
	if len(list) == 0 {
		return [][]string{{"还没有账号，用 wenzheng account add 添加（wenzheng account add --help 有例子）"}}
	}
	rows := make([][]string, len(list))
	for i, a := range list {
		verified := "未认证"
		if a.Verified {
			verified = "已认证"
		}
		rows[i] = []string{a.AppID, string(a.Kind), verified, string(a.Mode), a.Name, RightsText(a.Rights)}
	}
	return rows
}

// CheckText says what a check found, a line each, and how much did not pass.
func CheckText(results []CheckResult) (text string, failed int) {
	var b strings.Builder
	for _, r := range results {
		if r.State == CheckFail {
			failed++
		}
		fmt.Fprintf(&b, "[%s] %s：%s\n", r.State.Title(), r.Item, r.Detail)
	}
	return b.String(), failed
}

// Title says what of a year Rows do not say.
func (y *Year) Title() string {
	title := fmt.Sprintf("%d 年，工作日 %d 天", y.Year, y.Workdays)
	if y.Provisional {
		title += "；暂定日历：还没有这一年的放假安排，按周一至周五"
	}
	return title + "\n"
}

// Rows are the days of a year that are not as the week has them.
func (y *Year) Rows() [][]string {
	rows := make([][]string, len(y.Days))
	weekdays := []string{"日", "一", "二", "三", "四", "五", "六"}
	for i, d := range y.Days {
		at, _ := time.Parse(time.DateOnly, d.Date)
		source := map[DaySource]string{BuiltIn: "内置", Imported: "导入", SetByHand: "单独设置"}[d.Source]
		rows[i] = []string{d.Date, "周" + weekdays[at.Weekday()], DayText(d.Work), cmp.Or(d.Name, "—"), source}
	}
	return rows
}

// ImportedText says what a notice brought.
func ImportedText(y indices.CalendarYear) string {
	off := 0
	for _, d := range y.Days {
		if !d.Work {
			off++
		}
	}
	return fmt.Sprintf("已导入 %d 年：放假 %d 天，调休上班 %d 天", y.Year, off, len(y.Days)-off)
}

// Text says what was taken back.
func (u Unset) Text() string {
	if u.Year != 0 {
		return fmt.Sprintf("已撤销导入的 %d 年", u.Year)
	}
	return "已撤销 " + u.Day + " 的单独设置"
}

// DayText says whether offices work on a day.
func DayText(work bool) string {
	if work {
		return "上班"
	}
	return "休息"
}

// SettingsRows say what holds of a setting from when on; describe is a value of it in words, "" the
// one that holds where nothing was set.
func SettingsRows(list []models.Setting, describe func(value string) (string, error)) ([][]string, error) {
	list = fromAlways(list)
	rows := make([][]string, len(list))
	for i, v := range list {
		text, err := describe(v.Value)
		if err != nil {
			return nil, err
		}
		rows[i] = []string{FromText(v.ValidFrom), text}
	}
	return rows, nil
}

// FromText says from which day on something holds, "" is always.
func FromText(day string) string {
	if day == "" {
		return "一直"
	}
	return day + " 起"
}
