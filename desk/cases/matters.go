package cases

import (
	"context"
	"database/sql"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

const (
	// toldFor is for how long after its end a citizen hears of a case.
	toldFor = 90 * 24 * time.Hour
	// toldAtOnce is how many of their cases a citizen is told.
	toldAtOnce = 5
)

// Book follows what the brain has to know. One goroutine uses it.
type Book struct {
	cases *Cases
	stamp [3]int64 // of what it read last
}

// Book begins to follow.
func (b *Cases) Book() *Book { return &Book{cases: b} }

// Matters are what the brain has to know of every citizen, false where nothing changed since it was
// asked the last time.
func (k *Book) Matters(ctx context.Context) (found []models.Matters, changed bool, err error) {
	b := k.cases
	now := b.o.Now()
	err = b.store.Read(ctx, store.Console, func(t *store.Tx) error {
		var stamp [3]int64
		err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&stamp[0], &stamp[1], &stamp[2]) },
			"SELECT (SELECT COALESCE(MAX(changed_at), 0) + 1 FROM cases), (SELECT COALESCE(MAX(updated_at), 0) FROM outbox WHERE purpose = 'rating' AND updated_at > ?), "+
				"(SELECT COUNT(*) FROM rating_answers WHERE at > ?)", store.Micros(now.Add(-typedWithin)), store.Micros(now.Add(-typedWithin)))
		if err != nil || stamp == k.stamp {
			return err
		}
		if found, err = b.matters(ctx, t, now); err == nil {
			k.stamp, changed = stamp, true
		}
		return err
	})
	return found, changed, models.Wrap("cases: matters", err)
}

func (b *Cases) matters(ctx context.Context, t *store.Tx, now time.Time) ([]models.Matters, error) {
	byUID := map[string]*models.Matters{}
	of := func(appID, uid string) *models.Matters {
		m := byUID[uid]
		if m == nil {
			m = &models.Matters{AppID: appID}
			byUID[uid] = m
		}
		return m
	}
	rows, err := list(ctx, t, "uid <> '' AND state <> '' AND (due > 0 OR closed_at > ?) ORDER BY opened_at DESC, id DESC", store.Micros(now.Add(-toldFor)))
	if err != nil {
		return nil, err
	}
	for _, c := range rows {
		if m := of(c.AppID, c.UID); len(m.Cases) < toldAtOnce {
			m.Cases = append(m.Cases, models.CaseLine{Number: c.Number, Text: c.told()})
		}
	}
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var appID, uid string
		var asked int64
		err := rows.Scan(&appID, &uid, &asked)
		of(appID, uid).RateUntil = store.FromMicros(asked).Add(typedWithin)
		return err
	}, "SELECT o.app_id, o.uid, MAX(o.attempt_at) FROM outbox o LEFT JOIN rating_answers r ON r.item = o.id WHERE o.purpose = 'rating' AND o.state IN ('sent', 'unknown') "+
		"AND o.updated_at > ? AND r.item IS NULL GROUP BY o.app_id, o.uid", store.Micros(now.Add(-typedWithin)))
	if err != nil {
		return nil, err
	}
	return named(ctx, t, byUID)
}

// named are those of whom the OpenID is known.
func named(ctx context.Context, t *store.Tx, byUID map[string]*models.Matters) (found []models.Matters, err error) {
	uids := make([]string, 0, len(byUID))
	for uid := range byUID {
		uids = append(uids, uid)
	}
	err = t.QueryIn(ctx, func(rows *sql.Rows) error {
		var uid string
		var sealed []byte
		if err := rows.Scan(&uid, &sealed); err != nil || len(sealed) == 0 {
			return err
		}
		openID, err := t.Unseal("citizens", "openid", uid, sealed)
		m := byUID[uid]
		m.OpenID = string(openID)
		found = append(found, *m)
		return err
	}, uids, "SELECT uid, openid FROM citizens WHERE uid IN (?)")
	return found, err
}

// told is the case as its citizen reads it.
func (c *Case) told() string {
	text := Shown(c.Number) + "（" + KindTitle(c.Kind) + "）"
	switch {
	case c.State == Submitted:
		return text + "待受理，将在 " + dayText(c.Due) + " 前受理"
	case c.State.Open():
		return text + "办理中，将在 " + dayText(c.Due) + " 前答复"
	}
	return text + StateTitle(c.State) + "（" + dayText(c.ClosedAt) + "）"
}
