package waits

import (
	"context"
	"database/sql"
	"math"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// readings verifies what is settled of the spans' waits, and their clicks.
func (v *verifier) readings(ctx context.Context, t *txn, m *measures, list []*span) error {
	var waits []models.Wait
	var clicks []models.Click
	for _, s := range list {
		waits = append(waits, s.waits...)
		clicks = append(clicks, s.clicks(m.of(s.appID), math.MinInt64, math.MaxInt64)...)
	}
	wrong, err := t.misjudged(ctx, waits)
	if err != nil {
		return err
	}
	for i := range waits {
		if wrong[waits[i].ID] {
			v.report("waits：诉求 %d 的重复诉求标记有误", waits[i].ID)
		}
		if waits[i].Aged {
			v.agedUntil = max(v.agedUntil, waits[i].AgeAt)
		}
	}
	stored, err := t.clicksByKey(ctx, clicks)
	if err != nil {
		return err
	}
	v.clicks += int64(len(clicks))
	for _, c := range clicks {
		if o := stored[store.RowKey{AppID: c.AppID, MsgKey: c.Key}]; o != c {
			v.report("clicks：应为 %+v，现为 %+v", c, o)
		}
	}
	v.add(indices.DiffClicks(nil, clicks), nil)
	return nil
}

// compareReadings holds the narrow tables against the log.
func (v *verifier) compareReadings(ctx context.Context, t *txn) error {
	number := func(query string) (n int64, err error) {
		err = t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&n) }, query)
		return n, err
	}
	clicks, err := number("SELECT COUNT(*) FROM clicks")
	if err != nil {
		return err
	}
	if clicks != v.clicks {
		v.report("clicks：应有 %d 行，现有 %d 行", v.clicks, clicks)
	}
	until, err := number("SELECT aged_until FROM measure_state WHERE id = 1")
	if err != nil {
		return err
	}
	if until < v.agedUntil {
		v.report("measure_state：aged_until 至少应为 %d，现为 %d", v.agedUntil, until)
	}
	const left = "FROM interactions i WHERE i.kind = 'unsubscribe' AND i.probe = 0"
	lost, err := number("SELECT COUNT(*) " + left + " AND NOT EXISTS (SELECT 1 FROM unfollows u WHERE u.app_id = i.app_id AND u.at = " +
		t.Dialect().Seconds("i.at") + " AND u.event_key = i.event_key)")
	if err != nil {
		return err
	}
	should, err := number("SELECT COUNT(*) " + left)
	if err != nil {
		return err
	}
	if there, err := number("SELECT COUNT(*) FROM unfollows"); err != nil || there == should && lost == 0 {
		return err
	}
	v.report("unfollows：应有 %d 行，缺少 %d 行，或有多余的行", should, lost)
	return nil
}
