package cases

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

const (
	// toldFor is for how long after its end a citizen hears of a case.
	toldFor = 90 * 24 * time.Hour
	// knownAtOnce is how many of their cases a citizen can name.
	knownAtOnce = 20
)

const (
	// overlap is how far back a Book looks each time, as a desk.Watch does.
	overlap = 30 * time.Second
	// wholeEvery is how often a Book reads all of it, so that what is too old to tell is forgotten.
	wholeEvery = time.Hour
)

// Book follows what the brain has to know. One goroutine uses it.
type Book struct {
	cases  *Cases
	asked  time.Time                 // when it read last
	whole  time.Time                 // when it read everybody's last
	before map[string]change         // in the time that is looked at again
	known  map[string]models.Matters // by uid
}

// change is of a citizen's case, question or number: its version, or when.
type change struct {
	uid string
	v   int64
}

// Book begins to follow.
func (b *Cases) Book() *Book { return &Book{cases: b} }

// Matters are what the brain has to know of every citizen, false where nothing changed since it was
// asked the last time. Only citizens of whom something changed are read.
func (k *Book) Matters(ctx context.Context) (found []models.Matters, changed bool, err error) {
	b := k.cases
	now := b.o.Now()
	seen := map[string]change{}
	all := k.known == nil || now.Sub(k.whole) >= wholeEvery
	var uids []string
	var read map[string]models.Matters
	err = b.store.Read(ctx, store.Console, func(t *store.Tx) error {
		if err := k.changes(ctx, t, now, seen); err != nil {
			return err
		}
		for key, c := range seen {
			if k.before[key] != c && c.uid != "" {
				uids = append(uids, c.uid)
			}
		}
		if all {
			read, err = b.matters(ctx, t, now, nil)
			return err
		}
		if len(uids) > 0 {
			read, err = b.matters(ctx, t, now, uids)
		}
		return err
	})
	if err != nil {
		return nil, false, models.Wrap("cases: matters", err)
	}
	k.asked, k.before = now, seen
	if !all && len(uids) == 0 {
		return nil, false, nil
	}
	if all {
		k.whole, k.known = now, map[string]models.Matters{}
	}
	for _, uid := range uids {
		delete(k.known, uid)
	}
	maps.Copy(k.known, read)
	return slices.Collect(maps.Values(k.known)), true, nil
}

// changes are the cases, the questions for a rating and the reserved numbers that changed lately.
func (k *Book) changes(ctx context.Context, t *store.Tx, now time.Time, seen map[string]change) error {
	since := now
	if !k.asked.IsZero() && k.asked.Before(now) {
		since = k.asked
	}
	for _, query := range []string{
		"SELECT app_id, id, uid, version FROM cases WHERE changed_at > ?",
		"SELECT 'outbox', id, uid, updated_at FROM outbox WHERE updated_at > ? AND purpose = 'rating'",
		"SELECT 'number', dialogue, uid, reserved_at FROM case_numbers WHERE reserved_at > ?",
	} {
		err := t.Query(ctx, func(rows *sql.Rows) error {
			var of, id string
			var c change
			err := rows.Scan(&of, &id, &c.uid, &c.v)
			seen[of+"/"+id] = c
			return err
		}, query, store.Micros(since.Add(-overlap)))
		if err != nil {
			return err
		}
	}
	return nil
}

// matters reads what is known of citizens, of nil of all.
func (b *Cases) matters(ctx context.Context, t *store.Tx, now time.Time, uids []string) (map[string]models.Matters, error) {
	byUID := map[string]*models.Matters{}
	of := func(appID, uid string) *models.Matters {
		m := byUID[uid]
		if m == nil {
			m = &models.Matters{AppID: appID}
			byUID[uid] = m
		}
		return m
	}
	query := func(scan func(*sql.Rows) error, column, query, order string, after time.Time) error {
		if uids == nil {
			return t.Query(ctx, scan, query+order, store.Micros(after))
		}
		return t.QueryIn(ctx, scan, uids, query+" AND "+column+" IN (?)"+order, store.Micros(after))
	}
	err := query(func(rows *sql.Rows) error {
		var c Case
		var due, closed int64
		err := rows.Scan(&c.AppID, &c.UID, &c.Number, &c.Kind, &c.State, &due, &closed)
		c.Due, c.ClosedAt = store.FromMicros(due), store.FromMicros(closed)
		if m := of(c.AppID, c.UID); len(m.Cases) < knownAtOnce {
			m.Cases = append(m.Cases, models.CaseLine{Number: c.Number, Text: c.told(), Open: c.State.Open()})
		}
		return err
	}, "uid", "SELECT app_id, uid, id, kind, state, due, closed_at FROM cases WHERE uid <> '' AND state <> '' AND (due > 0 OR closed_at > ?)",
		" ORDER BY opened_at DESC, id DESC", now.Add(-toldFor))
	if err != nil {
		return nil, err
	}
	err = query(func(rows *sql.Rows) error {
		var appID, uid string
		var asked int64
		err := rows.Scan(&appID, &uid, &asked)
		of(appID, uid).RateUntil = store.FromMicros(asked).Add(typedWithin)
		return err
	}, "o.uid", "SELECT o.app_id, o.uid, MAX(o.attempt_at) FROM outbox o LEFT JOIN rating_answers r ON r.item = o.id WHERE o.purpose = 'rating' AND "+
		"o.state IN ('sent', 'unknown') AND r.item IS NULL AND o.updated_at > ?", " GROUP BY o.app_id, o.uid", now.Add(-typedWithin))
	if err != nil {
		return nil, err
	}
	err = query(func(rows *sql.Rows) error {
		var appID, uid string
		var n models.CaseNumber
		err := rows.Scan(&appID, &uid, &n.Dialogue, &n.Number)
		of(appID, uid).Reserved = n
		return err
	}, "uid", "SELECT app_id, uid, dialogue, number FROM case_numbers WHERE reserved_at > ?", "", now.Add(-reservedFor))
	if err != nil {
		return nil, err
	}
	return named(ctx, t, byUID)
}

// named are those of whom the OpenID is known, and can be read.
func named(ctx context.Context, t *store.Tx, byUID map[string]*models.Matters) (map[string]models.Matters, error) {
	found := map[string]models.Matters{}
	uids := make([]string, 0, len(byUID))
	for uid := range byUID {
		uids = append(uids, uid)
	}
	err := t.QueryIn(ctx, func(rows *sql.Rows) error {
		var uid string
		var sealed []byte
		if err := rows.Scan(&uid, &sealed); err != nil || len(sealed) == 0 {
			return err
		}
		if openID, err := t.Unseal("citizens", "openid", uid, sealed); err == nil {
			m := byUID[uid]
			m.OpenID = string(openID)
			found[uid] = *m
		}
		return nil
	}, uids, "SELECT uid, openid FROM citizens WHERE uid IN (?)")
	return found, err
}

// told is the case as its citizen reads it.
func (c *Case) told() string {
	text := models.ShownNumber(c.Number) + "（" + c.Kind.Title() + "）"
	switch {
	case c.State == Submitted:
		return text + "待受理，将在 " + dayText(c.Due) + " 前受理"
	case c.State.Open():
		return text + "办理中，将在 " + dayText(c.Due) + " 前答复"
	}
	return text + StateTitle(c.State) + "（" + dayText(c.ClosedAt) + "）"
}
