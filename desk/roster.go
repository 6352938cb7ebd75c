package desk

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// maxDuties is how many duties an account may have.
const maxDuties = 1000

func duties(ctx context.Context, t *store.Tx, where string, args ...any) (list []models.Duty, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var d models.Duty
		var topics string
		err := rows.Scan(&d.ID, &d.AppID, &d.Operator, &d.From, &d.To, &d.Weekdays, &d.Hours, &topics)
		d.Topics = splitTopics(topics)
		list = append(list, d)
		return err
	}, "SELECT id, app_id, operator, day_from, day_to, weekdays, hours, topics FROM duties WHERE "+where+" ORDER BY app_id, operator, day_from, id", args...)
	return list, err
}

func splitTopics(s string) []string {
	out := []string{}
	for t := range strings.SplitSeq(s, "|") {
		if t = strings.TrimSpace(t); t != "" {
			out = append(out, t)
		}
	}
	return out
}

// Roster is who is on duty for an account, and where nobody is.
type Roster struct {
	Duties []models.Duty `json:"duties"`
	Staff  []Colleague   `json:"staff"`
	Gaps   []Gap         `json:"gaps"` // of the next 14 days, in office hours; none while no duty is planned
	// Version is another after every change.
	Version int64 `json:"version,string"`
	Days    []Day `json:"days,omitempty"` // of RosterFrom alone
}

// Gap is office time without anybody on duty.
type Gap struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Roster reads the duties of an account.
func (d *Desk) Roster(ctx context.Context, appID string) (r Roster, err error) {
	err = d.store.Read(ctx, store.Console, func(t *store.Tx) error {
		list, err := duties(ctx, t, "app_id = ?", appID)
		r.Duties = append([]models.Duty{}, list...)
		return err
	})
	if err != nil {
		return r, models.Wrap("desk: roster", err)
	}
	if r.Staff, err = d.Colleagues(ctx, appID); err != nil {
		return r, err
	}
	accounts, err := d.accounts(ctx)
	if err != nil {
		return r, models.Wrap("desk: roster", err)
	}
	r.Gaps, r.Version = []Gap{}, rosterVersion(r.Duties)
	if a := accounts[appID]; a != nil && len(r.Duties) > 0 {
		r.Gaps = d.gaps(a, r.Duties, d.o.Now())
	}
	return r, nil
}

// gaps are the quarters of office hours of the next two weeks in which no duty holds, joined.
func (d *Desk) gaps(a *models.Account, list []models.Duty, now time.Time) []Gap {
	const quarter, days = 15 * time.Minute, 14
	out, known := []Gap{}, offices{}
	begin := time.Unix(models.DayStart(now.In(models.Shanghai()).Format(time.DateOnly)), 0).In(models.Shanghai())
	for at := begin; at.Before(begin.AddDate(0, 0, days)); at = at.Add(quarter) {
		if d.officeTime(known, a, at, at.Add(quarter)) == 0 ||
			slices.ContainsFunc(list, func(duty models.Duty) bool { return holds(&duty, at, d.o.Calendar) }) {
			continue
		}
		if n := len(out); n > 0 && out[n-1].To.Equal(at) {
			out[n-1].To = at.Add(quarter)
			continue
		}
		out = append(out, Gap{at, at.Add(quarter)})
	}
	return out
}

// rosterVersion is the newest id of the duties, which are all new after a change.
func rosterVersion(list []models.Duty) (version int64) {
	for i := range list {
		version = max(version, list[i].ID)
	}
	return version
}

// SetRoster replaces the duties of an account, whatever they are, audited. Everybody named must be able
// to answer for it.
func (d *Desk) SetRoster(ctx context.Context, who models.Who, appID string, list []models.Duty) (Roster, error) {
	return d.ChangeRoster(ctx, who, appID, -1, list)
}

// ChangeRoster replaces the duties of an account as they were seen; version is that of the roster.
func (d *Desk) ChangeRoster(ctx context.Context, who models.Who, appID string, version int64, list []models.Duty) (Roster, error) {
	s, err := d.staff(ctx, d.o.Now())
	if err != nil {
		return Roster{}, models.Wrap("desk: roster", err)
	}
	if err := checkDuties(appID, list, s); err != nil {
		return Roster{}, err
	}
	err = d.store.Transact(ctx, func(t *store.Tx) error {
		was, err := duties(ctx, t, "app_id = ?", appID)
		if err != nil {
			return err
		}
		if version >= 0 && version != rosterVersion(was) {
			return models.NewError(models.CodeConflict, "别人刚改了值班，请看过再改")
		}
		if err := t.Exec(ctx, "DELETE FROM duties WHERE app_id = ?", appID); err != nil {
			return err
		}
		var values []any
		for _, x := range list {
			values = append(values, t.NextID(), appID, x.Operator, x.From, x.To, x.Weekdays, x.Hours, strings.Join(x.Topics, "|"))
		}
		if err := t.Upsert(ctx, "duties", "id, app_id, operator, day_from, day_to, weekdays, hours, topics", 8, values, ""); err != nil {
			return err
		}
		return t.Audit(ctx, models.AuditEntry{
			Who: who, Action: "roster.set", ObjectType: "account", ObjectID: appID, AppID: appID,
			Before: models.JSON(map[string]any{"duties": len(was)}), After: models.JSON(map[string]any{"duties": len(list)}),
		})
	})
	if err != nil {
		return Roster{}, models.Wrap("desk: roster", err)
	}
	return d.Roster(ctx, appID)
}

func checkDuties(appID string, list []models.Duty, s *staff) error {
	var faults []models.FieldError
	if len(list) > maxDuties {
		faults = append(faults, models.Fault("duties", "most_items", "最多 {max} 条", "max", fmt.Sprint(maxDuties)))
	}
	for i := range list {
		wrong := list[i].Validate()
		if list[i].Operator != "" && !s.may(appID, list[i].Operator) {
			wrong = append(wrong, models.Fault("operator", "not_an_agent", "{operator} 不是这个账号的坐席", "operator", list[i].Operator))
		}
		for _, f := range wrong {
			f.Field = fmt.Sprintf("duties[%d].%s", i, f.Field)
			faults = append(faults, f)
		}
	}
	if len(faults) > 0 {
		return &models.Error{Code: models.CodeInvalid, Message: "值班安排有误", Fields: faults}
	}
	return nil
}
