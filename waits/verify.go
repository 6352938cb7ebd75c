package waits

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// maxDifferences bounds what VerifyRollups names one by one.
const maxDifferences = 1000

// VerifyRollups rebuilds every wait, click, rollup, histogram, unfollow and count of active
// citizens from the rows, in one read transaction, and names what differs from the tables, at most 1000
// differences, in Chinese. Office seconds that are still to be counted anew (see Remeasuring) are no
// difference. It changes nothing. progress counts citizens and may be nil.
func (s *Waits) VerifyRollups(ctx context.Context, progress func(done, total int)) (differences []string, err error) {
	v := verifier{
		hours: make(map[models.WaitHourKey]models.WaitSums), days: make(map[models.WaitHourKey]models.WaitSums),
		responses: make(map[models.ResponseKey]int64),
		bands:     make(map[models.ResponseKey][2]int64),
		active:    make(map[models.ActiveDay]int),
	}
	err = s.read(ctx, store.Reports, func(t *txn) error { return v.run(ctx, t, progress) })
	if err != nil {
		return nil, fmt.Errorf("waits: verify: %w", err)
	}
	return v.found, nil
}

// verifier counts everything anew.
type verifier struct {
	hours     map[models.WaitHourKey]models.WaitSums
	days      map[models.WaitHourKey]models.WaitSums // Hour is the first second, no staff
	responses map[models.ResponseKey]int64
	bands     map[models.ResponseKey][2]int64 // count and sum; Seconds is the lower end
	active    map[models.ActiveDay]int        // Messages is 0 in the key
	waits     int                             // that should be there
	clicks    int64                           // the same
	agedUntil int64                           // the latest AgeAt of an aged wait
	pending   []pendingTime
	found     []string
}

// pendingTime is a time of which the answered waits of an account, "" = all, are to be remeasured.
type pendingTime struct {
	appID        string
	since, until int64
}

// isPending reports whether the office seconds of a stored wait are still to be counted anew.
func (v *verifier) isPending(w *models.Wait) bool {
	return slices.ContainsFunc(v.pending, func(p pendingTime) bool {
		return (p.appID == "" || p.appID == w.AppID) && w.AnswerAt > p.since && w.OpenAt < p.until
	})
}

func (v *verifier) report(format string, args ...any) {
	if len(v.found) < maxDifferences {
		v.found = append(v.found, fmt.Sprintf(format, args...))
	}
}

func (v *verifier) run(ctx context.Context, t *txn, progress func(done, total int)) error {
	m, err := t.s.measures(ctx, t)
	if err != nil {
		return err
	}
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var p pendingTime
		err := rows.Scan(&p.appID, &p.since, &p.until)
		v.pending = append(v.pending, p)
		return err
	}, "SELECT app_id, since_at, until_at FROM remeasure")
	if err != nil {
		return err
	}
	var walk threadWalk
	total, err := walk.count(ctx, t)
	if err != nil {
		return err
	}
	for done := 0; ; {
		page, err := walk.next(ctx, t)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		if err := v.page(ctx, t, m, page); err != nil {
			return err
		}
		if done += len(page); progress != nil {
			progress(min(done, total), total)
		}
	}
	return v.compare(ctx, t)
}

func (v *verifier) page(ctx context.Context, t *txn, m *measures, page []subject) error {
	list, err := t.wholeSpans(ctx, page, "")
	if err != nil {
		return err
	}
	if err := t.load(ctx, m, list); err != nil {
		return err
	}
	for _, part := range byAccount(list) {
		v.account(m.of(part[0].appID), part)
	}
	return v.readings(ctx, t, m, list)
}

func (v *verifier) account(m *measure, list []*span) {
	var rows []models.Interaction
	var old []models.Wait
	for _, s := range list {
		rows = s.inside(rows)
		old = append(old, s.waits...)
	}
	rebuilt := m.rebuild(rows)
	for _, id := range indices.Carry(old, rebuilt, math.MaxInt64) {
		v.report("waits：诉求 %d 不应存在", id)
	}
	rate(list, rebuilt)
	stored := make(map[int64]*models.Wait, len(old))
	for i := range old {
		stored[old[i].ID] = &old[i]
	}
	for i := range rebuilt {
		w := &rebuilt[i]
		v.waits++
		o := stored[w.ID]
		if o == nil {
			v.report("waits：缺少 %s %s 在 %s 开始的诉求", w.AppID, w.Channel, clockText(w.OpenAt))
			continue
		}
		// The sweeper may come late, and may have been told a later hour than now.
		w.Rolled = indices.Rolled(w, 0) || o.Rolled && indices.Rolled(w, math.MaxInt64)
		w.Aged, w.Repeated = w.Aged && w.Rolled, w.Repeated && w.Rolled
		if w.OfficeRT != o.OfficeRT && v.isPending(o) {
			w.OfficeRT = o.OfficeRT
		}
		if *w != *o {
			v.report("waits：诉求 %d 应为 %+v，现为 %+v", w.ID, *w, *o)
		}
	}
	v.add(m.diff(nil, rebuilt), indices.ActiveDays(citizensRows(list)))
}

// citizensRows are the loaded rows that some citizen sent or got.
func citizensRows(list []*span) []models.Interaction {
	var rows []models.Interaction
	for _, s := range list {
		for i := range s.rows {
			if s.rows[i].UID != "" {
				rows = append(rows, s.rows[i].Interaction)
			}
		}
	}
	return rows
}

func (v *verifier) add(r models.Rollup, days []models.ActiveDay) {
	sum := func(into map[models.WaitHourKey]models.WaitSums, list []models.WaitHour) {
		for i := range list {
			sums := into[list[i].WaitHourKey]
			sums.Add(&list[i].WaitSums, 1)
			into[list[i].WaitHourKey] = sums
		}
	}
	sum(v.hours, r.Hours)
	sum(v.days, daysOf(r.Hours))
	for _, c := range r.Responses {
		v.responses[c.ResponseKey] += c.Count
	}
	for _, b := range bandRows(r.Responses) {
		sum := v.bands[b.ResponseKey]
		v.bands[b.ResponseKey] = [2]int64{sum[0] + b.count, sum[1] + b.sum}
	}
	for _, d := range days {
		n := d.Messages
		d.Messages = 0
		v.active[d] += n
	}
}

// compare holds the tables against what was counted.
func (v *verifier) compare(ctx context.Context, t *txn) error {
	waits := 0
	err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&waits) }, "SELECT COUNT(*) FROM waits")
	if err != nil {
		return err
	}
	if waits != v.waits {
		v.report("waits：应有 %d 条，现有 %d 条", v.waits, waits)
	}
	if err := v.compareSums(ctx, t, "wait_hours", hourKey, v.hours); err != nil {
		return err
	}
	if err := v.compareSums(ctx, t, "wait_days", dayKey+", ''", v.days); err != nil {
		return err
	}
	if err := v.compareReadings(ctx, t); err != nil {
		return err
	}
	if err := v.compareResponses(ctx, t); err != nil {
		return err
	}
	return v.compareActive(ctx, t)
}

// missing names what is left, in order.
func missing[K comparable, V any](left map[K]V) []string {
	out := make([]string, 0, len(left))
	for k := range maps.Keys(left) {
		out = append(out, fmt.Sprintf("%+v", k))
	}
	slices.Sort(out)
	return out
}

func scanHour(rows *sql.Rows) (models.WaitHour, error) {
	var h models.WaitHour
	dest := []any{&h.AppID, &h.Channel, &h.Hour, &h.Topic, &h.Staff}
	for _, f := range sumFields(&h.WaitSums) {
		dest = append(dest, f)
	}
	return h, rows.Scan(dest...)
}

func clockText(sec int64) string {
	return time.Unix(sec, 0).In(models.Shanghai()).Format(time.DateTime)
}
