package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// CalendarDays returns the days an administrator ruled, by date.
func (s *Store) CalendarDays(ctx context.Context) ([]CalendarDay, error) {
	days, err := calendarDays(ctx, pool{s.reader})
	if err != nil {
		return nil, fmt.Errorf("store: calendar: %w", err)
	}
	return days, nil
}

func calendarDays(ctx context.Context, q querier) ([]CalendarDay, error) {
	var days []CalendarDay
	err := q.query(ctx, func(rows *sql.Rows) error {
		var d CalendarDay
		err := rows.Scan(&d.Day, &d.Name, &d.Work)
		days = append(days, d)
		return err
	}, "SELECT day, name, work FROM calendar_days ORDER BY day")
	return days, err
}

// ImportCalendar rules days, in place of what was ruled for them before, audited. Waits are
// remeasured by the next Sweep. A date that is none is a *models.Error and nothing changes.
func (s *Store) ImportCalendar(ctx context.Context, days []CalendarDay, by models.Who) error {
	var faults []models.FieldError
	values := make([]any, 0, 3*len(days))
	var c cutter
	for i, d := range days {
		if !validDay(d.Day) {
			faults = append(faults, models.FieldError{Field: fmt.Sprintf("days[%d]", i), Message: "日期应为 2006-01-02 的形式，现为 " + d.Day})
		}
		values = append(values, d.Day, c.chars(d.Name, nameChars), bit(d.Work))
	}
	if len(faults) > 0 {
		return &models.Error{Code: models.CodeInvalid, Message: "工作日历有误", Fields: faults}
	}
	err := s.change(ctx, func(t *txn) error {
		if err := t.upsert(ctx, "calendar_days", "day, name, work", 3, values, s.dialect.onConflict("day", "name", "work")); err != nil {
			return err
		}
		if err := t.outdate(ctx, ""); err != nil {
			return err
		}
		return t.audit(ctx, models.AuditEntry{
			Who: by, Action: "calendar.import", ObjectType: "calendar", ObjectID: fmt.Sprint(len(days)), After: jsonOf(days),
		})
	})
	return asPeople("store: import calendar", err)
}

// RemoveCalendarDay gives a day back to the notices, audited; not_found where nothing was
// ruled.
func (s *Store) RemoveCalendarDay(ctx context.Context, day string, by models.Who) error {
	err := s.change(ctx, func(t *txn) error {
		found := false
		err := t.query(ctx, func(*sql.Rows) error { found = true; return nil }, "SELECT day FROM calendar_days WHERE day = ?", day)
		if err != nil {
			return err
		}
		if !found {
			return models.NewError(models.CodeNotFound, "这一天没有改动过")
		}
		if err := t.exec(ctx, "DELETE FROM calendar_days WHERE day = ?", day); err != nil {
			return err
		}
		if err := t.outdate(ctx, ""); err != nil {
			return err
		}
		return t.audit(ctx, models.AuditEntry{Who: by, Action: "calendar.remove", ObjectType: "calendar", ObjectID: day})
	})
	return asPeople("store: remove calendar day", err)
}

func validDay(day string) bool {
	_, err := time.Parse(time.DateOnly, day)
	return err == nil
}
