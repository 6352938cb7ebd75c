package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// CalendarDays returns the days that were imported or set by hand, by date and year.
func (s *Store) CalendarDays(ctx context.Context) ([]models.CalendarDay, error) {
	days, err := calendarDays(ctx, s.on(s.reader))
	if err != nil {
		return nil, fmt.Errorf("store: calendar: %w", err)
	}
	return days, nil
}

// CalendarDays reads the days that were imported or set by hand, by date and year.
func (t *Tx) CalendarDays(ctx context.Context) ([]models.CalendarDay, error) {
	return calendarDays(ctx, t)
}

func calendarDays(ctx context.Context, q *Tx) ([]models.CalendarDay, error) {
	var days []models.CalendarDay
	err := q.Query(ctx, func(rows *sql.Rows) error {
		var d models.CalendarDay
		err := rows.Scan(&d.Day, &d.Year, &d.Name, &d.Work)
		days = append(days, d)
		return err
	}, "SELECT day, year, name, work FROM calendar_day ORDER BY day, year")
	return days, err
}

// CalendarChange is one change of the calendar.
type CalendarChange struct {
	// Year is the notice whose days are replaced by Days, all of them; with 0 each of Days is set
	// by hand, and the others of that kind stay.
	Year int
	Days []models.CalendarDay
	// Unset are days that were set by hand and are so no more.
	Unset []string
	// Touched are the days that change their kind by this; the waits that were open on them are
	// remeasured by the next waits.Sweep.
	Touched []string
}

// ChangeCalendar changes the calendar, audited. A date that is none is a *models.Error and nothing
// changes; an Unset day that was not set by hand, or a notice without days that was not imported, is
// not_found.
func (s *Store) ChangeCalendar(ctx context.Context, change CalendarChange, by models.Who) error {
	values, err := calendarValues(change)
	if err != nil {
		return err
	}
	err = s.Transact(ctx, func(t *Tx) error {
		if err := t.forget(ctx, change); err != nil {
			return err
		}
		if err := t.Upsert(ctx, "calendar_day", "day, year, name, work", 4, values, s.dialect.OnConflict("day, year", "name", "work")); err != nil {
			return err
		}
		if err := t.outdateDays(ctx, change.Touched); err != nil {
			return err
		}
		return t.Audit(ctx, models.AuditEntry{
			Who: by, Action: "calendar.change", ObjectType: "calendar", ObjectID: fmt.Sprint(change.Year),
			After: models.JSON(map[string]any{"days": change.Days, "unset": change.Unset}),
		})
	})
	return models.Wrap("store: change calendar", err)
}

func calendarValues(change CalendarChange) ([]any, error) {
	var faults []models.FieldError
	values := make([]any, 0, 4*len(change.Days))
	var c cutter
	for _, d := range change.Days {
		if !validDay(d.Day) {
			faults = append(faults, models.FieldError{Field: d.Day, Message: "日期应为 2006-01-02 的形式"})
		}
		values = append(values, d.Day, change.Year, c.chars(d.Name, nameChars), bit(d.Work))
	}
	if len(faults) > 0 {
		return nil, &models.Error{Code: models.CodeInvalid, Message: "工作日历有误", Fields: faults}
	}
	return values, nil
}

// forget takes away what the change replaces.
func (t *Tx) forget(ctx context.Context, change CalendarChange) error {
	if change.Year != 0 {
		if there, err := t.thereIs(ctx, "SELECT 1 FROM calendar_day WHERE year = ?", change.Year); err != nil {
			return err
		} else if !there && len(change.Days) == 0 {
			return models.NewError(models.CodeNotFound, fmt.Sprintf("没有导入过 %d 年的放假安排", change.Year))
		}
		return t.Exec(ctx, "DELETE FROM calendar_day WHERE year = ?", change.Year)
	}
	for _, day := range change.Unset {
		there, err := t.thereIs(ctx, "SELECT 1 FROM calendar_day WHERE year = 0 AND day = ?", day)
		if err != nil {
			return err
		}
		if !there {
			return models.NewError(models.CodeNotFound, day+" 没有单独设过")
		}
		if err := t.Exec(ctx, "DELETE FROM calendar_day WHERE year = 0 AND day = ?", day); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) thereIs(ctx context.Context, query string, args ...any) (there bool, err error) {
	err = t.Query(ctx, func(*sql.Rows) error { there = true; return nil }, query+" LIMIT 1", args...)
	return there, err
}

// outdateDays has the waits remeasured that were open on a day that has begun already.
func (t *Tx) outdateDays(ctx context.Context, days []string) error {
	since, until := int64(always), int64(0)
	for _, day := range days {
		since, until = min(since, models.DayStart(day)), max(until, models.DayStart(day)+86400)
	}
	if since > t.s.opt.Now().Unix() { // or no day at all
		return t.Exec(ctx, "UPDATE measure_state SET version = version + 1 WHERE id = 1")
	}
	return t.outdate(ctx, "", since, until)
}

func validDay(day string) bool {
	_, err := time.Parse(time.DateOnly, day)
	return err == nil
}
