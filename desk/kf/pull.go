package kf

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/wechat"
)

const (
	pullEvery = time.Minute    // while a session is open
	pullDaily = 24 * time.Hour // at least
	pullBack  = 2 * time.Minute
	pullFirst = 24 * time.Hour // how far back the first time
	// pullBehind: what was said later than this ago may be on its way by callback too.
	pullBehind = 10 * time.Second
	atOnce     = 200 // rows of a transaction
	mostDays   = 30  // that somebody reads again
)

// Pulled says what a pull read.
type Pulled struct {
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Records int       `json:"records"`
	Known   int       `json:"known"` // messages that came by callback too
	Rows    int       `json:"rows"`  // lines of the log, those that were there included
}

// Read is PullNow for somebody who asks for it, or reads the last days again where there are any. It is
// audited, whatever came of it.
func (c *Client) Read(ctx context.Context, who models.Who, a models.Account, days int) (p Pulled, err error) {
	if days < 0 || days > mostDays {
		return p, models.NewError(models.CodeInvalid, fmt.Sprintf("重读的天数应为 1 至 %d，不写为上次之后的", mostDays))
	}
	if days > 0 {
		now := c.o.Now()
		p, err = c.Pull(ctx, a, now.AddDate(0, 0, -days), now)
	} else {
		p, err = c.PullNow(ctx, a)
	}
	entry := models.AuditEntry{Who: who, Action: "kf.pull", ObjectType: "account", ObjectID: a.AppID, AppID: a.AppID, After: models.JSON(p)}
	if err != nil {
		entry.Result = models.AuditFailed
	}
	return p, errors.Join(err, c.store.Audit(context.WithoutCancel(ctx), entry))
}

// Pull brings what was said in the client from a time to another into the log, until ten seconds ago at most. To
// do so again changes nothing.
func (c *Client) Pull(ctx context.Context, a models.Account, from, to time.Time) (p Pulled, err error) {
	if newest := c.o.Now().Add(-pullBehind); to.After(newest) {
		to = newest
	}
	from, to = from.Truncate(time.Second), to.Truncate(time.Second)
	p.From, p.To = from, to
	api := c.o.API(ctx, a)
	for ; from.Before(to); from = from.Add(wechat.RecordsSpan) {
		end := from.Add(wechat.RecordsSpan - time.Second)
		if end.After(to) {
			end = to
		}
		records, err := allRecords(ctx, api, from, end)
		if err == nil {
			err = c.record(ctx, a.AppID, records, &p)
		}
		if err != nil {
			return p, models.Wrap("kf: pull", err)
		}
	}
	return p, nil
}

func allRecords(ctx context.Context, api *wechat.Client, from, to time.Time) (all []wechat.Record, err error) {
	for id := int64(1); ; {
		list, next, err := api.Records(ctx, from, to, id)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
		if len(list) < wechat.MaxRecords || next <= id {
			return all, nil
		}
		id = next
	}
}

// record stores records, but for the messages of citizens that came by callback.
func (c *Client) record(ctx context.Context, appID string, records []wechat.Record, p *Pulled) error {
	list := lines(appID, records)
	p.Records += len(list)
	pulled := map[string]bool{}
	for i := range list {
		pulled[list[i].key] = true
	}
	for part := range slices.Chunk(list, atOnce) {
		rows, known, err := c.rows(ctx, appID, part, pulled)
		if err != nil {
			return err
		}
		if err := c.waits.Record(ctx, rows); err != nil {
			return err
		}
		p.Known, p.Rows = p.Known+known, p.Rows+len(rows)
	}
	return nil
}

// rows are the rows of lines, and how many of these are known by callback; pulled are the keys of all
// that were read with them.
func (c *Client) rows(ctx context.Context, appID string, list []line, pulled map[string]bool) (rows []models.Interaction, known int, err error) {
	active, staff := map[string]int64{}, map[string]string{}
	for i := range list {
		active[c.o.UID(appID, list[i].OpenID)] = list[i].Time * 1e6
	}
	err = c.store.Transact(ctx, func(t *store.Tx) error {
		rows, known = nil, 0
		uids := slices.Sorted(maps.Keys(active))
		heard, err := callbacks(ctx, t, appID, uids, time.Unix(list[0].Time, 0), time.Unix(list[len(list)-1].Time, 0))
		if err != nil {
			return err
		}
		for i := range list {
			l := &list[i]
			if l.Code == wechat.RecordFromCitizen {
				if same := l.sameAs(heard[c.o.UID(appID, l.OpenID)], pulled); same != nil {
					same.taken, known = true, known+1
					continue
				}
			} else if staff[l.Worker] == "" {
				if staff[l.Worker], err = Operator(ctx, t, appID, l.Worker); err != nil {
					return err
				}
			}
			rows = append(rows, l.row(appID, staff[l.Worker]))
		}
		for _, uid := range uids {
			at := active[uid]
			if err := t.Exec(ctx, "UPDATE kf_sessions SET active_at = ? WHERE open_key = ? AND app_id = ? AND active_at < ?", at, uid, appID, at); err != nil {
				return err
			}
		}
		return nil
	})
	return rows, known, err
}

// PullNow brings what is not in the log yet of an account: all since the last time, with an overlap.
func (c *Client) PullNow(ctx context.Context, a models.Account) (Pulled, error) {
	until, err := c.until(ctx, a.AppID)
	if err != nil {
		return Pulled{}, models.Wrap("kf: pull", err)
	}
	to := c.o.Now().Add(-pullBehind)
	from := to.Add(-pullFirst)
	if !until.IsZero() {
		from = until.Add(-pullBack)
	}
	p, err := c.Pull(ctx, a, from, to)
	if err != nil {
		return p, err
	}
	err = c.store.Transact(ctx, func(t *store.Tx) error {
		if err := t.Upsert(ctx, "kf_pulls", "app_id, until", 2, []any{a.AppID, store.Micros(p.To)}, t.Dialect().OnConflict("app_id", "until")); err != nil {
			return err
		}
		return t.Exec(ctx, "UPDATE kf_sessions SET closed_at = active_at + ?, open_key = NULL WHERE app_id = ? AND closed_at = 0 AND active_at <= ?",
			releasedAfter.Microseconds(), a.AppID, store.Micros(p.To.Add(-releasedAfter)))
	})
	return p, models.Wrap("kf: pull", err)
}

// until is until when what was said is in the log, zero where nothing was pulled.
func (c *Client) until(ctx context.Context, appID string) (at time.Time, err error) {
	err = c.store.Query(ctx, store.Console, func(rows *sql.Rows) error {
		var us int64
		err := rows.Scan(&us)
		at = time.UnixMicro(us)
		return err
	}, "SELECT until FROM kf_pulls WHERE app_id = ?", appID)
	return at, err
}

// Keep pulls of every account what is due: at the beginning, each minute while a session is open, once one
// is closed, and daily. One goroutine calls it, every few seconds.
func (c *Client) Keep(ctx context.Context) error {
	accounts, err := c.accounts(ctx)
	if err != nil {
		return models.Wrap("kf: accounts", err)
	}
	now := c.o.Now()
	var failed error
	for i := range accounts {
		a := &accounts[i]
		due, err := c.due(ctx, a, now)
		if err == nil && due {
			_, err = c.PullNow(ctx, *a)
			c.began[a.AppID] = c.began[a.AppID] || err == nil
		}
		failed = errors.Join(failed, models.Wrap(fmt.Sprintf("account %s", a.AppID), err))
	}
	return failed
}

func (c *Client) due(ctx context.Context, a *models.Account, now time.Time) (bool, error) {
	until, err := c.until(ctx, a.AppID)
	if err != nil {
		return false, err
	}
	var open, closed int64
	err = c.store.Query(ctx, store.Console, func(rows *sql.Rows) error { return rows.Scan(&open, &closed) },
		"SELECT COALESCE(SUM(CASE WHEN closed_at = 0 THEN 1 ELSE 0 END), 0), COALESCE(MAX(closed_at), 0) FROM kf_sessions WHERE app_id = ? AND (closed_at = 0 OR closed_at > ?)",
		a.AppID, store.Micros(until))
	if err != nil {
		return false, err
	}
	used, _ := models.SettingOn(a.Settings, models.SettingHuman, now.In(models.Shanghai()).Format(time.DateOnly))
	since := now.Sub(until)
	switch {
	case open > 0:
		return since >= pullEvery+pullBehind, nil
	case closed > 0:
		return store.Micros(now.Add(-pullBehind)) >= closed, nil
	}
	return used == models.HumanWeChat && (since >= pullDaily || !c.began[a.AppID]), nil
}
