package store

import (
	"context"
	"database/sql"
	"math"

	"github.com/wenzheng/wenzheng/models"
)

// always is the time of the waits to be remeasured when all are.
const always = math.MaxInt64

// Settings reads the settings of all accounts, by account, name and day.
func (t *Tx) Settings(ctx context.Context) (map[string][]models.Setting, error) {
	out := make(map[string][]models.Setting)
	err := t.Query(ctx, func(rows *sql.Rows) error {
		var appID string
		var v models.Setting
		err := rows.Scan(&appID, &v.Name, &v.ValidFrom, &v.Value)
		out[appID] = append(out[appID], v)
		return err
	}, "SELECT app_id, name, valid_from, value FROM account_settings ORDER BY app_id, name, valid_from")
	return out, err
}

func settingsOf(ctx context.Context, q *Tx, appID string) (list []models.Setting, err error) {
	err = q.Query(ctx, func(rows *sql.Rows) error {
		var v models.Setting
		err := rows.Scan(&v.Name, &v.ValidFrom, &v.Value)
		list = append(list, v)
		return err
	}, "SELECT name, valid_from, value FROM account_settings WHERE app_id = ? ORDER BY name, valid_from", appID)
	return list, err
}

// SetSetting sets a setting of an account from a day on, in place of what was set for this very
// day, audited. The account's waits that were open on that day or later are remeasured by the next
// waits.Sweep. What limits mean is for the caller to check; limits from a day on which
// waits have been opened are a *models.Error.
func (s *Store) SetSetting(ctx context.Context, appID string, v models.Setting, by models.Who) error {
	if err := v.Validate(); err != nil {
		return err
	}
	err := s.Transact(ctx, func(t *Tx) error {
		return t.changeSetting(ctx, appID, v, false, by)
	})
	return models.Wrap("store: set setting", err)
}

// RemoveSetting takes back what was set from a day on (v.Value is not looked at), as SetSetting
// does; not_found where nothing was set for this very day.
func (s *Store) RemoveSetting(ctx context.Context, appID string, v models.Setting, by models.Who) error {
	err := s.Transact(ctx, func(t *Tx) error {
		return t.changeSetting(ctx, appID, v, true, by)
	})
	return models.Wrap("store: remove setting", err)
}

func (t *Tx) changeSetting(ctx context.Context, appID string, v models.Setting, remove bool, by models.Who) error {
	if _, err := t.s.account(t.db, appID); err != nil {
		return err
	}
	list, err := settingsOf(ctx, t, appID)
	if err != nil {
		return err
	}
	at := -1
	for i := range list {
		if list[i].Name == v.Name && list[i].ValidFrom == v.ValidFrom {
			at = i
		}
	}
	var before any
	switch {
	case at >= 0 && !remove && list[at].Value == v.Value:
		return nil
	case at < 0 && remove:
		return models.NewError(models.CodeNotFound, "没有从这一天起的设置，可先查看已有的")
	case at >= 0:
		before = list[at]
	}
	if v.Name == models.SettingLimits {
		if err := t.refusePastLimits(ctx, appID, v.ValidFrom); err != nil {
			return err
		}
	}
	if err := t.WriteSetting(ctx, appID, v, remove); err != nil {
		return err
	}
	if err := t.outdateSetting(ctx, appID, v); err != nil {
		return err
	}
	entry := models.AuditEntry{
		Who: by, Action: "account.set", ObjectType: "account", ObjectID: appID, AppID: appID,
		Before: models.JSON(before), After: models.JSON(v),
	}
	if remove {
		entry.Action, entry.After = "account.unset", ""
	}
	return t.Audit(ctx, entry)
}

// WriteSetting stores a setting of an account, or takes it away. Whatever follows from that is the caller's.
func (t *Tx) WriteSetting(ctx context.Context, appID string, v models.Setting, remove bool) error {
	err := t.Exec(ctx, "DELETE FROM account_settings WHERE app_id = ? AND name = ? AND valid_from = ?", appID, v.Name, v.ValidFrom)
	if err != nil || remove {
		return err
	}
	return t.Exec(ctx, "INSERT INTO account_settings (app_id, name, valid_from, value) VALUES (?, ?, ?, ?)", appID, v.Name, v.ValidFrom, v.Value)
}

// outdateSetting has every instance load the measures anew, and waits of the past remeasured that
// the setting concerns.
func (t *Tx) outdateSetting(ctx context.Context, appID string, v models.Setting) error {
	since := models.DayStart(v.ValidFrom)
	if v.Name != models.SettingOfficeHours || since > t.s.opt.Now().Unix() {
		return t.Exec(ctx, "UPDATE measure_state SET version = version + 1 WHERE id = 1")
	}
	return t.outdate(ctx, appID, max(since, 1), always)
}

// refusePastLimits: a wait is held against the limits of the day on which it was opened, and what
// was counted is not counted anew.
func (t *Tx) refusePastLimits(ctx context.Context, appID, from string) error {
	there := false
	err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&there) },
		"SELECT EXISTS (SELECT 1 FROM waits WHERE app_id = ? AND open_at >= ?)", appID, models.DayStart(from))
	if err != nil || !there {
		return err
	}
	return models.Faulty("时限不能改动已经统计的日子", models.Fault("valid_from", "limits_counted", "从这一天起已有诉求按原来的时限统计，请改用以后的日期（不写即明天）"))
}

// outdate makes every instance load its measures anew and has waits.Sweep remeasure the waits of the
// account, "" = every one, that were open in a time, in Unix seconds.
func (t *Tx) outdate(ctx context.Context, appID string, since, until int64) error {
	if err := t.Exec(ctx, "UPDATE measure_state SET version = version + 1 WHERE id = 1"); err != nil {
		return err
	}
	clause := " ON CONFLICT (app_id) DO UPDATE SET version = excluded.version, place = '', done = 0, total = 0, " +
		"since_at = MIN(since_at, excluded.since_at), until_at = MAX(until_at, excluded.until_at)"
	if t.s.dialect.MySQL() {
		clause = " ON DUPLICATE KEY UPDATE version = VALUES(version), place = '', done = 0, total = 0, " +
			"since_at = LEAST(since_at, VALUES(since_at)), until_at = GREATEST(until_at, VALUES(until_at))"
	}
	return t.Exec(ctx, "INSERT INTO remeasure (app_id, version, since_at, until_at) "+
		"SELECT CAST(? AS CHAR(32)), version, ?, ? FROM measure_state WHERE id = 1"+clause, appID, since, until)
}
