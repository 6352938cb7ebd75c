package analytics

import (
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// usualWindow is the window of a question that names none, in days.
const usualWindow = 30

// longestWindow bounds what one question may cost, in days: twenty years.
const longestWindow = 7400

// settle fills in what a question leaves open: the last 30 days that are final at asOf, and now.
// Days after asOf are no part of any window.
func (m *Analytics) settle(from, to, asOf time.Time) (start, end, at time.Time, err error) {
	now := m.now()
	if asOf.IsZero() {
		asOf = now
	}
	if asOf.After(now) {
		return from, to, asOf, models.NewError(models.CodeInvalid, "截至时刻晚于现在，尚不可知；请改早，或不写（即现在）")
	}
	tomorrow := indices.StartOfDay(asOf).AddDate(0, 0, 1)
	if final := indices.FinalEnd(asOf); to.IsZero() && (from.IsZero() || from.Before(final)) {
		to = final
	}
	if to.IsZero() || to.After(tomorrow) && (from.IsZero() || from.Before(tomorrow)) {
		to = tomorrow
	}
	if from.IsZero() {
		from = to.AddDate(0, 0, -usualWindow)
	}
	switch {
	case to.After(from.AddDate(0, 0, longestWindow)):
		err = models.FieldFault("统计窗口太长", "from", "窗口最长 7400 天（约 20 年），请改起止日期")
	case !from.Before(to):
		err = models.NewError(models.CodeInvalid, "起始日期晚于截止日期，请对调")
	case asOf.Before(from):
		err = models.NewError(models.CodeInvalid, "截至时刻早于统计窗口的开始，窗口内还没有数据；请改窗口或截至时刻")
	}
	return from, to, asOf, err
}
