package desk

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// rosterDays is how many days a roster tells of: a week, and those after it in which somebody may be
// there again.
const rosterDays = 21

// Day is what a roster has to know of a day.
type Day struct {
	Date    string `json:"date"`
	Workday bool   `json:"workday"`
	Hours   string `json:"hours"` // of the office, 09:00-12:00,13:30-17:30; "" = closed
}

// RosterFrom reads the duties of an account with the days from one on, "" for the Monday of this week.
func (d *Desk) RosterFrom(ctx context.Context, appID, from string) (Roster, error) {
	at := d.o.Now().In(models.Shanghai())
	at = at.AddDate(0, 0, -(int(at.Weekday())+6)%7)
	if from != "" {
		var err error
		if at, _, err = models.ParseDays(from, ""); err != nil {
			return Roster{}, models.FieldFault("查询有误", "from", from+" 不是日历上的日子，写法如 2026-03-01")
		}
	}
	r, err := d.Roster(ctx, appID)
	if err != nil {
		return r, err
	}
	accounts, err := d.accounts(ctx)
	if err != nil {
		return r, models.Wrap("desk: roster", err)
	}
	r.Days, err = d.days(accounts[appID], at)
	return r, err
}

func (d *Desk) days(a *models.Account, from time.Time) ([]Day, error) {
	var settings []models.Setting
	if a != nil {
		settings = a.Settings
	}
	periods, err := models.OfficePeriods(settings)
	if err != nil {
		periods, err = models.OfficePeriods(nil) // the default hours can be read
	}
	calendar := d.o.Calendar.Current()
	list := make([]Day, rosterDays)
	for i := range list {
		at := from.AddDate(0, 0, i)
		day := Day{Date: at.Format(time.DateOnly), Workday: calendar.Workday(at)}
		number, _ := models.DayNumber(day.Date)
		var spans []string
		for _, h := range models.OfficeHoursOn(periods, number).On((int(at.Weekday())+6)%7+1, day.Workday, calendar.Holiday(at)) {
			spans = append(spans, fmt.Sprintf("%02d:%02d-%02d:%02d", h.From/60, h.From%60, h.To/60, h.To%60))
		}
		day.Hours = strings.Join(spans, ",")
		list[i] = day
	}
	return list, models.Wrap("desk: roster", err)
}
