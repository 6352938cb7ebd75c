package desk

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/desk/kf"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// staff are the people of all accounts as they are at one moment.
type staff struct {
	handlers map[string][]handler     // by account, by name
	presence map[string]Presence      // by sign-in name, of those who are there
	duties   map[string][]models.Duty // by account
	inWeChat map[string]bool          // citizens whom WeChat's own client has
	offices  offices
	calendar dayCalendar
	now      time.Time
}

// handler is somebody who may answer for an account.
type handler struct{ Name, DisplayName string }

// dayCalendar knows on which days offices work.
type dayCalendar interface{ Workday(day time.Time) bool }

// staff reads who may answer, who is there and who is on duty.
func (d *Desk) staff(ctx context.Context, now time.Time) (s *staff, err error) {
	err = d.store.Read(ctx, store.Console, func(t *store.Tx) error {
		s, err = d.staffIn(ctx, t, now)
		return err
	})
	return s, err
}

func (d *Desk) staffIn(ctx context.Context, t *store.Tx, now time.Time) (*staff, error) {
	s := &staff{handlers: map[string][]handler{}, duties: map[string][]models.Duty{}, offices: offices{}, calendar: d.o.Calendar, now: now}
	err := t.Query(ctx, func(rows *sql.Rows) error {
		var appID string
		var h handler
		err := rows.Scan(&appID, &h.Name, &h.DisplayName)
		s.handlers[appID] = append(s.handlers[appID], h)
		return err
	}, "SELECT r.app_id, o.name, o.display_name FROM roles r JOIN operators o ON o.id = r.operator_id "+
		"WHERE r.role = 'case_handler' AND o.state = 'active' AND o.asleep = 0 ORDER BY o.name")
	if err != nil {
		return nil, err
	}
	if s.presence, err = presences(ctx, t, now.Add(-awayAfter)); err != nil {
		return nil, err
	}
	if s.inWeChat, err = kf.Held(ctx, t); err != nil {
		return nil, err
	}
	list, err := duties(ctx, t, "1 = 1")
	for _, duty := range list {
		s.duties[duty.AppID] = append(s.duties[duty.AppID], duty)
	}
	return s, err
}

// here reports whether somebody is at the desk, busy or not.
func (s *staff) here(name string) bool {
	p, ok := s.presence[name]
	return ok && p.State != Away
}

// onDuty reports whether somebody is on duty for an account at a time. Where nobody planned duties,
// everybody is.
func (s *staff) onDuty(appID, name string, at time.Time) bool {
	list := s.duties[appID]
	return len(list) == 0 || slices.ContainsFunc(list, func(d models.Duty) bool { return d.Operator == name && holds(&d, at, s.calendar) })
}

// fits reports whether somebody on duty is there for a topic.
func (s *staff) fits(appID, name, topic string) bool {
	list := s.duties[appID]
	return len(list) == 0 || slices.ContainsFunc(list, func(d models.Duty) bool {
		return d.Operator == name && holds(&d, s.now, s.calendar) && covers(&d, topic)
	})
}

// takes reports whether somebody takes on something new of an account: on duty, there and not busy.
func (s *staff) takes(appID, name string) bool {
	return s.presence[name].State == Online && s.may(appID, name) && s.onDuty(appID, name, s.now)
}

// available are those who take on something new of an account.
func (s *staff) available(appID string) []handler {
	var out []handler
	for _, h := range s.handlers[appID] {
		if s.takes(appID, h.Name) {
			out = append(out, h)
		}
	}
	return out
}

// staffed reports whether somebody is on duty and there.
func (s *staff) staffed(appID string) bool {
	return slices.ContainsFunc(s.handlers[appID], func(h handler) bool { return s.here(h.Name) && s.onDuty(appID, h.Name, s.now) })
}

// may reports whether somebody may answer for an account.
func (s *staff) may(appID, name string) bool {
	return slices.ContainsFunc(s.handlers[appID], func(h handler) bool { return h.Name == name })
}

// holds reports whether the duty covers a moment. The part of its hours after midnight belongs to the
// day on which they began.
func holds(d *models.Duty, now time.Time, calendar dayCalendar) bool {
	now = now.In(models.Shanghai())
	minute := now.Hour()*60 + now.Minute()
	for part := range strings.SplitSeq(d.Hours, ",") {
		h, ok := models.ParseHours(strings.TrimSpace(part))
		if !ok || !h.Holds(minute) {
			continue
		}
		began := now
		if h.Overnight() && minute < h.To {
			began = now.AddDate(0, 0, -1)
		}
		if dutyDay(d, began, calendar) {
			return true
		}
	}
	return false
}

func dutyDay(d *models.Duty, day time.Time, calendar dayCalendar) bool {
	date := day.Format(time.DateOnly)
	if d.From != "" && date < d.From || d.To != "" && date > d.To {
		return false
	}
	if d.Weekdays == "" {
		return calendar.Workday(day)
	}
	return strings.ContainsRune(d.Weekdays, rune('1'+(int(day.Weekday())+6)%7))
}

// covers reports whether the duty is for a topic, as 社保 is for 社保/养老.
func covers(d *models.Duty, topic string) bool {
	return len(d.Topics) == 0 || slices.ContainsFunc(d.Topics, func(t string) bool { return topic == t || strings.HasPrefix(topic, t+"/") })
}
