package waits

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// sweepBatch is the waits of one transaction of the sweeper.
const sweepBatch = 200

// Sweep moves waits that the clock alone decided by asOf (a bot's answer stands, a window
// expired) into the rollups, oldest deadline first, and settles whether those answered long
// enough before it were asked again, at most limit in all, and returns how many. It changes no
// shown value, because readers decide such waits themselves; it keeps the part they read live
// small. It also remeasures what outdate noted, and goes on with that where an earlier call
// was stopped. Call it every few seconds while n = limit, at leisure otherwise; several
// instances may sweep at once.
func (s *Waits) Sweep(ctx context.Context, asOf time.Time, limit int) (n int, err error) {
	for _, step := range []func(*txn, context.Context, int64, int) (found, done int, err error){(*txn).sweep, (*txn).age} {
		for n < limit {
			size := min(sweepBatch, limit-n)
			var found, done int
			err := s.transact(ctx, func(t *txn) (err error) {
				found, done, err = step(t, ctx, asOf.Unix(), size)
				return err
			})
			if err != nil {
				return n, fmt.Errorf("waits: sweep: %w", err)
			}
			n += done
			if found < size || done == 0 {
				break
			}
		}
	}
	return n, s.RemeasurePending(ctx, nil)
}

func (t *txn) sweep(ctx context.Context, asOf int64, limit int) (found, swept int, err error) {
	var due []models.Wait
	err = t.Query(ctx, waitsInto(&due), "SELECT "+waitColumns+" FROM waits"+t.Dialect().By("waits_due")+" WHERE rolled = 0 AND deadline > 0 AND deadline <= ? "+
		"ORDER BY deadline LIMIT ?", asOf, limit)
	if err != nil || len(due) == 0 {
		return 0, 0, err
	}
	found = len(due)
	m, err := t.s.measures(ctx, t)
	if err != nil {
		return found, 0, err
	}
	if due, err = t.relock(ctx, due, "rolled = 0"); err != nil {
		return found, 0, err
	}
	byApp := make(map[string][]models.Wait)
	for _, w := range due {
		byApp[w.AppID] = append(byApp[w.AppID], w)
	}
	var c waitChange
	for _, appID := range slices.Sorted(maps.Keys(byApp)) {
		old := byApp[appID]
		rolled := slices.Clone(old)
		for i := range rolled {
			rolled[i].Rolled = indices.Rolled(&rolled[i], asOf)
		}
		c.roll(m.of(appID).diff(old, rolled))
		for i := range rolled {
			if rolled[i].Rolled {
				c.changed = append(c.changed, rolled[i])
			}
		}
	}
	return found, len(c.changed), t.applySwept(ctx, &c)
}

// applySwept writes only that the waits are rolled.
func (t *txn) applySwept(ctx context.Context, c *waitChange) error {
	ids := make([]int64, 0, len(c.changed))
	for i := range c.changed {
		ids = append(ids, c.changed[i].ID)
	}
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	if err := t.ExecIDs(ctx, ids, "UPDATE waits SET rolled = 1 WHERE id IN (?)"); err != nil {
		return err
	}
	return t.addRollup(ctx, &c.rollup)
}

// relock locks the threads of the waits as every writer does, and reads the waits again:
// somebody may have answered in between. Waits for which the condition does not hold any more
// are left out.
func (t *txn) relock(ctx context.Context, waits []models.Wait, condition string, args ...any) ([]models.Wait, error) {
	if !t.Dialect().MySQL() {
		return waits, nil
	}
	uids := make([]string, 0, len(waits))
	ids := make([]int64, 0, len(waits))
	spans := make(map[thread]bool)
	var locks []*span
	for i := range waits {
		w := &waits[i]
		uids, ids = append(uids, w.UID), append(ids, w.ID)
		if th := waitThread(w); !spans[th] {
			spans[th] = true
			locks = append(locks, &span{thread: th})
		}
	}
	if _, err := t.LockCitizens(ctx, sortedUnique(uids)); err != nil {
		return nil, err
	}
	if err := t.lockThreads(ctx, locks); err != nil {
		return nil, err
	}
	var again []models.Wait
	err := t.QueryIDs(ctx, waitsInto(&again), ids, "SELECT "+waitColumns+" FROM waits WHERE id IN (?) AND "+condition, args...)
	return again, err
}

func sortedUnique(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return slices.Compact(out)
}
