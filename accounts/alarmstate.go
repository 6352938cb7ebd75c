package accounts

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/trim"
)

// ErrAlarmChanged says that another instance changed an alarm since it was read.
var ErrAlarmChanged = errors.New("accounts: another instance changed the alarm")

const channelColumns = "id, app_id, kind, name, address, secret, created_at"

// AlarmTargets are the channels of all accounts with what each wants to be told.
func (a *Accounts) AlarmTargets(ctx context.Context) ([]AlarmTarget, error) {
	list, err := a.alarmTargets(ctx, "")
	if err != nil || len(list) == 0 {
		return nil, models.Wrap("accounts: alarm targets", err)
	}
	choices, err := a.alarmChoices(ctx, "")
	for i := range list {
		list[i].Choice = models.UsualAlarms()
		if c, ok := choices[list[i].AppID]; ok {
			list[i].Choice = c
		}
	}
	return list, models.Wrap("accounts: alarm targets", err)
}

// alarmTargets are the channels of an account, "" = of all, by account and name, without choices.
func (a *Accounts) alarmTargets(ctx context.Context, appID string) (list []AlarmTarget, err error) {
	query := "SELECT c.id, c.app_id, c.kind, c.name, c.address, c.secret, c.created_at, a.name FROM alarm_channels c JOIN accounts a ON a.app_id = c.app_id"
	var args []any
	if appID != "" {
		query, args = query+" WHERE c.app_id = ?", []any{appID}
	}
	err = a.store.Read(ctx, store.Console, func(tx *store.Tx) error {
		return tx.Query(ctx, func(rows *sql.Rows) error {
			t, err := scanTarget(tx, rows)
			list = append(list, t)
			return err
		}, query+" ORDER BY c.app_id, c.name", args...)
	})
	return list, err
}

func scanTarget(tx *store.Tx, rows *sql.Rows) (t AlarmTarget, err error) {
	var address, secret []byte
	var created int64
	if err := rows.Scan(&t.ID, &t.AppID, &t.Channel.Kind, &t.Name, &address, &secret, &created, &t.AccountName); err != nil {
		return t, err
	}
	for _, v := range []struct {
		column string
		sealed []byte
		into   *string
	}{{"address", address, &t.Channel.Address}, {"secret", secret, &t.Channel.Secret}} {
		// One that can not be read is empty: what is sent there fails and says so, the others get theirs.
		if plain, err := tx.Unseal("alarm_channels", v.column, t.ID, v.sealed); err == nil {
			*v.into = string(plain)
		}
	}
	t.CreatedAt = time.UnixMicro(created).In(models.Shanghai())
	return t, nil
}

// StoredAlarms are the alarms of a source, "" = those that any instance may look after.
func (a *Accounts) StoredAlarms(ctx context.Context, source string) ([]models.Alarm, error) {
	list, err := a.readAlarms(ctx, " WHERE source = ?", source)
	return list, models.Wrap("accounts: alarms", err)
}

func (a *Accounts) allAlarms(ctx context.Context) ([]models.Alarm, error) {
	return a.readAlarms(ctx, "")
}

func (a *Accounts) readAlarms(ctx context.Context, where string, args ...any) (list []models.Alarm, err error) {
	err = a.store.Query(ctx, store.Console, func(rows *sql.Rows) error {
		var text string
		var version int64
		if err := rows.Scan(&version, &text); err != nil {
			return err
		}
		var m models.Alarm
		err := json.Unmarshal([]byte(text), &m)
		m.Version = version
		list = append(list, m)
		return err
	}, "SELECT version, state FROM alarms"+where+" ORDER BY app_id, name, source", args...)
	return list, err
}

// SaveAlarms keeps alarms as they are, takes away those that are over, and adds to the history, all
// or nothing. An alarm of no single instance that another instance changed meanwhile is
// ErrAlarmChanged. Versions of what was kept rise.
func (a *Accounts) SaveAlarms(ctx context.Context, changed, over []*models.Alarm, sends []models.AlarmSend) error {
	err := a.store.Transact(ctx, func(tx *store.Tx) error {
		for _, m := range changed {
			if err := saveAlarm(ctx, tx, m, false); err != nil {
				return err
			}
		}
		for _, m := range over {
			if err := saveAlarm(ctx, tx, m, true); err != nil {
				return err
			}
		}
		for i := range sends {
			s := &sends[i]
			row := []any{tx.NextID(), s.AppID, s.ChannelID, s.Channel, string(s.Name), string(s.Kind), models.Clip(s.Title, 255), string(s.Outcome), models.Clip(s.Detail, 512), s.At.UnixMicro()}
			if err := tx.Upsert(ctx, "alarm_sends", "id, app_id, channel_id, channel, name, kind, title, outcome, detail, at", len(row), row, ""); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return models.Wrap("accounts: save alarms", err)
	}
	for _, m := range changed {
		m.Version++
	}
	return nil
}

func saveAlarm(ctx context.Context, tx *store.Tx, m *models.Alarm, over bool) error {
	version, known := int64(0), false
	err := tx.Query(ctx, func(rows *sql.Rows) error {
		known = true
		return rows.Scan(&version)
	}, "SELECT version FROM alarms WHERE app_id = ? AND name = ? AND source = ?"+tx.Dialect().ForUpdate, m.AppID, string(m.Name), m.Source)
	key := []any{m.AppID, string(m.Name), m.Source}
	switch {
	case err != nil:
		return err
	case m.Source == "" && version != m.Version:
		return ErrAlarmChanged
	case over:
		return tx.Exec(ctx, "DELETE FROM alarms WHERE app_id = ? AND name = ? AND source = ?", key...)
	case known:
		return tx.Exec(ctx, "UPDATE alarms SET version = ?, state = ?, seen_at = ? WHERE app_id = ? AND name = ? AND source = ?",
			append([]any{m.Version + 1, models.JSON(m), m.SeenAt.UnixMicro()}, key...)...)
	}
	row := []any{m.AppID, string(m.Name), m.Source, m.Version + 1, models.JSON(m), m.SeenAt.UnixMicro()}
	return tx.Upsert(ctx, "alarms", "app_id, name, source, version, state, seen_at", len(row), row, "")
}

// AlarmSends are the newest messages to channels of an account, "" = of all, the newest first.
func (a *Accounts) AlarmSends(ctx context.Context, appID string, limit int) ([]models.AlarmSend, error) {
	query := "SELECT app_id, channel_id, channel, name, kind, title, outcome, detail, at FROM alarm_sends"
	var args []any
	if appID != "" {
		query, args = query+" WHERE app_id = ?", []any{appID}
	}
	list := []models.AlarmSend{}
	err := a.store.Query(ctx, store.Console, func(rows *sql.Rows) error {
		var s models.AlarmSend
		var at int64
		err := rows.Scan(&s.AppID, &s.ChannelID, &s.Channel, &s.Name, &s.Kind, &s.Title, &s.Outcome, &s.Detail, &at)
		s.At = time.UnixMicro(at).In(models.Shanghai())
		list = append(list, s)
		return err
	}, query+" ORDER BY at DESC, id DESC LIMIT ?", append(args, limit)...)
	return list, models.Wrap("accounts: alarm sends", err)
}

// sendsKept is for how long it is kept what was sent to channels.
const sendsKept = 180 * 24 * time.Hour

// Trim forgets messages to channels of long ago. One instance calls it at a time.
func (a *Accounts) Trim(ctx context.Context) error {
	return models.Wrap("accounts: trim", trim.Before(ctx, a.store, "alarm_sends", "at", store.Micros(a.options.Now().Add(-sendsKept))))
}
