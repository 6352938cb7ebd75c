// Package hits counts how often each rule answered, day by day, from the log and behind the answers:
// nothing on the way of a message knows of it. A day in which rows were stored is counted anew as a
// whole, so that whatever comes late, twice or corrected is counted once.
//
// The package knows no rules, only their ids.
package hits

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Counts are how often the rules of an account answered.
type Counts map[int64]Count

// Count is how often a rule answered within the days that were asked for, and when last at all.
type Count struct {
	Hits int
	Last time.Time
}

// late is by how much a row may be stored later than its id says: transactions take time, and the
// clocks of instances differ.
const late = 3 * time.Minute

// chunk is the rows after which it is noted how far the counting is.
const chunk = 200_000

// Update counts what was stored since the last time. One instance calls it at a time.
func Update(ctx context.Context, s *store.Store) error { return updateBy(ctx, s, chunk) }

func updateBy(ctx context.Context, s *store.Store, chunk int) error {
	for {
		more, err := update(ctx, s, chunk)
		if err != nil || !more {
			return models.Wrap("hits: update", err)
		}
	}
}

// day is one day of an account.
type day struct {
	appID string
	day   int64 // 20260302
}

// update counts the days of the next chunk of rows, and of those that came late before it.
func update(ctx context.Context, s *store.Store, chunk int) (more bool, err error) {
	var upto, counted, next int64
	var n int
	today := number(s.Now())
	err = s.Query(ctx, store.Reports, func(rows *sql.Rows) error { return rows.Scan(&upto, &counted) }, "SELECT row_id, day FROM rule_days_upto WHERE one = 1")
	if err != nil {
		return false, err
	}
	err = s.Query(ctx, store.Reports, func(rows *sql.Rows) error { return rows.Scan(&next, &n) },
		"SELECT COALESCE(MAX(id), ?), COUNT(*) FROM (SELECT id FROM interactions WHERE id > ? ORDER BY id LIMIT ?) AS some", upto, upto, chunk)
	if err != nil || next == 0 || n == 0 && counted == today {
		return false, err
	}
	dirty := make(map[day]bool)
	after := max(upto-late.Milliseconds()<<store.IDShift, 0)
	query, args := "SELECT DISTINCT app_id, local_day FROM interactions WHERE id > ? AND id <= ?", []any{after, next}
	if counted != today && counted != 0 { // what was corrected later in the day before
		query, args = query+" UNION SELECT DISTINCT app_id, ? FROM accounts", append(args, counted)
	}
	err = s.Query(ctx, store.Reports, func(rows *sql.Rows) error {
		var d day
		err := rows.Scan(&d.appID, &d.day)
		dirty[d] = true
		return err
	}, query, args...)
	if err != nil {
		return false, err
	}
	for d := range dirty {
		if err := d.count(ctx, s); err != nil {
			return false, err
		}
	}
	err = s.Transact(ctx, func(t *store.Tx) error {
		return t.Exec(ctx, "INSERT INTO rule_days_upto (one, row_id, day) VALUES (1, ?, ?)"+t.Dialect().OnConflict("one", "row_id", "day"), next, today)
	})
	return n == chunk, err
}

// counted are the rows of the log that are hits: questions that a rule answered.
const counted = " FROM interactions WHERE dir = 'in' AND probe = 0 AND rule_id <> 0"

// count counts a day anew.
func (d day) count(ctx context.Context, s *store.Store) error {
	from := time.Date(int(d.day/10_000), time.Month(d.day/100%100), int(d.day%100), 0, 0, 0, 0, models.Shanghai())
	var values []any
	err := s.Query(ctx, store.Reports, func(rows *sql.Rows) error {
		var rule, hits, last int64
		err := rows.Scan(&rule, &hits, &last)
		values = append(values, d.appID, rule, d.day, hits, last)
		return err
	}, "SELECT rule_id, COUNT(*), MAX(at)"+counted+" AND app_id = ? AND at >= ? AND at < ? GROUP BY rule_id", d.appID, from.UnixMicro(), from.AddDate(0, 0, 1).UnixMicro())
	if err != nil {
		return err
	}
	return s.Transact(ctx, func(t *store.Tx) error {
		if err := t.Exec(ctx, "DELETE FROM rule_days WHERE app_id = ? AND day = ?", d.appID, d.day); err != nil {
			return err
		}
		return t.Upsert(ctx, "rule_days", "app_id, rule_id, day, hits, last_at", 5, values, "")
	})
}

func number(t time.Time) int64 {
	y, m, d := t.In(models.Shanghai()).Date()
	return int64(y)*10_000 + int64(m)*100 + int64(d)
}

// Of returns how often the rules of an account answered on the last days, today among them; nil when
// nothing has been counted yet.
func Of(ctx context.Context, s *store.Store, appID string, days int) (Counts, error) {
	known := false
	if err := s.Query(ctx, store.Console, func(*sql.Rows) error { known = true; return nil }, "SELECT 1 FROM rule_days_upto"); err != nil {
		return nil, fmt.Errorf("hits: counted: %w", err)
	}
	if !known {
		return nil, nil //nolint:nilnil // not counted is no fault
	}
	counts := make(Counts)
	err := s.Query(ctx, store.Console, func(rows *sql.Rows) error {
		var rule, hits, last int64
		err := rows.Scan(&rule, &hits, &last)
		counts[rule] = Count{int(hits), time.UnixMicro(last).In(models.Shanghai())}
		return err
	}, "SELECT rule_id, SUM(CASE WHEN day >= ? THEN hits ELSE 0 END), MAX(last_at) FROM rule_days WHERE app_id = ? GROUP BY rule_id",
		number(s.Now().AddDate(0, 0, 1-days)), appID)
	return counts, models.Wrap("hits: of an account", err)
}

// maxDifferences is how many differences Verify names.
const maxDifferences = 100

// Verify counts everything anew and names, in Chinese, what differs from the tables, once these are up
// to date.
func Verify(ctx context.Context, s *store.Store) (differences []string, err error) {
	if err := Update(ctx, s); err != nil {
		return nil, err
	}
	type key struct {
		day
		rule int64
	}
	type value struct{ hits, last int64 }
	var sides [2]map[key]value
	err = s.Read(ctx, store.Reports, func(t *store.Tx) error {
		for i, query := range []string{
			"SELECT app_id, local_day, rule_id, COUNT(*), MAX(at)" + counted + " GROUP BY app_id, local_day, rule_id",
			"SELECT app_id, day, rule_id, hits, last_at FROM rule_days",
		} {
			sides[i] = make(map[key]value)
			err := t.Query(ctx, func(rows *sql.Rows) error {
				var k key
				var v value
				err := rows.Scan(&k.appID, &k.day.day, &k.rule, &v.hits, &v.last)
				sides[i][k] = v
				return err
			}, query)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("hits: verify: %w", err)
	}
	all := maps.Clone(sides[0])
	maps.Copy(all, sides[1])
	for _, k := range slices.SortedFunc(maps.Keys(all), func(a, b key) int {
		return cmp.Or(cmp.Compare(a.appID, b.appID), cmp.Compare(a.day.day, b.day.day), cmp.Compare(a.rule, b.rule))
	}) {
		if want, got := sides[0][k], sides[1][k]; want != got && len(differences) < maxDifferences {
			differences = append(differences, fmt.Sprintf("规则命中 %s %d 规则 %d：应为 %d 次，记为 %d 次", k.appID, k.day.day, k.rule, want.hits, got.hits))
		}
	}
	return differences, nil
}
