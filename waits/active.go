package waits

import (
	"context"
	"database/sql"
	"maps"
	"slices"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// readActive counts content rows and distinct citizens: whole days from active_returns, less what
// came after asOf, days that are not whole from the rows.
func (t *txn) readActive(ctx context.Context, w *window, out *Measured) error {
	to := min(w.to, w.dayEnd()) // no day that is still to come
	a, b := ceilTo(w.from, daySeconds), floorTo(to, daySeconds)
	if a >= b {
		a, b = to, to
	}
	var err error
	if out.ActiveCitizens, out.Inbound, err = t.activeDays(ctx, w, a, b); err != nil {
		return err
	}
	late, err := t.lateDay(ctx, w, a, b)
	if err != nil {
		return err
	}
	out.Inbound -= late.messages
	gone, err := t.notActive(ctx, w, a, b-daySeconds, late.citizens)
	if err != nil {
		return err
	}
	out.ActiveCitizens -= gone
	seen := make(map[string]bool)
	for _, edge := range [][2]int64{{w.from, a}, {b, to}} {
		n, err := t.activeRows(ctx, w, edge[0], min(edge[1], w.asOf+1), seen)
		if err != nil {
			return err
		}
		out.Inbound += n
	}
	more, err := t.notActive(ctx, w, a, b, seen)
	if err != nil {
		return err
	}
	maps.DeleteFunc(seen, func(uid string, _ bool) bool { return !late.citizens[uid] })
	again, err := t.notActive(ctx, w, a, b-daySeconds, seen) // taken off above as gone
	if err != nil {
		return err
	}
	out.ActiveCitizens += again
	out.ActiveCitizens += more
	return t.readPermille(ctx, w, a, b, late, out)
}

// readPermille reads the followers, and what the active citizens of the days of [a, b) are of them.
func (t *txn) readPermille(ctx context.Context, w *window, a, b int64, late lateDay, out *Measured) error {
	followers, err := t.Followers(ctx, w.AppID, indices.DayOf(w.asOf))
	if err != nil || len(followers) == 0 {
		return err
	}
	out.Followers = followersBefore(followers, indices.DayOf(min(w.to-1, w.asOf)))
	if b-a == permilleDays*daySeconds || a >= b {
		return nil
	}
	first, err := t.firstDay(ctx, w)
	if err != nil {
		return err
	}
	out.Permille30, err = t.permille(ctx, w, followers, max(a, first+(permilleDays-1)*daySeconds), b)
	if n := len(out.Permille30); err == nil && n > 0 && len(late.citizens) > 0 {
		gone, err := t.notActive(ctx, w, b-permilleDays*daySeconds, b-daySeconds, late.citizens)
		if err != nil {
			return err
		}
		if f := followersBefore(followers, indices.DayOf(b-daySeconds)); f > 0 {
			out.Permille30[n-1] -= 1000 * float64(gone) / float64(f)
		}
	}
	return err
}

// lateDay is what the tables have of the day of asOf that came after asOf.
type lateDay struct {
	messages int64           // content rows
	citizens map[string]bool // those who wrote on that day only afterwards
}

// lateDay reads what came after asOf on the last of the days of [from, end); nothing if asOf is of
// another day.
func (t *txn) lateDay(ctx context.Context, w *window, from, end int64) (late lateDay, err error) {
	if from >= end || end != w.dayEnd() {
		return late, nil
	}
	late.citizens = make(map[string]bool)
	if late.messages, err = t.activeRows(ctx, w, w.asOf+1, end, late.citizens); err != nil {
		return late, err
	}
	var before []models.Interaction
	err = t.QueryIn(ctx, func(rows *sql.Rows) error {
		r, err := store.ScanSlim(rows)
		if r.AppID == w.AppID && r.Channel == w.Channel && r.At.Unix() <= w.asOf {
			before = append(before, r.Interaction)
		}
		return err
	}, slices.Sorted(maps.Keys(late.citizens)), "SELECT "+store.SlimColumns+" FROM interactions WHERE uid IN (?) AND effective_at >= ? AND effective_at <= ? AND dir = 'in'",
		end-daySeconds, w.asOf)
	for _, d := range indices.ActiveDays(before) {
		delete(late.citizens, d.UID)
	}
	return late, err
}

// firstDay is the second at which the first day of the account's log began.
func (t *txn) firstDay(ctx context.Context, w *window) (day int64, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error {
		err := rows.Scan(&day)
		day = floorTo(day/1_000_000, daySeconds)
		return err
	}, "SELECT at FROM interactions WHERE app_id = ? AND at > 0 ORDER BY at LIMIT 1", w.AppID)
	return day, err
}

// activeRows counts the content rows of [from, to) and notes whose they are.
func (t *txn) activeRows(ctx context.Context, w *window, from, to int64, seen map[string]bool) (messages int64, err error) {
	if from >= to {
		return 0, nil
	}
	var rows []models.Interaction
	err = t.Query(ctx, func(r *sql.Rows) error {
		row, err := store.ScanSlim(r)
		if row.UID != "" {
			rows = append(rows, row.Interaction)
		}
		return err
	}, "SELECT "+store.SlimColumns+" FROM interactions WHERE app_id = ? AND at >= ? AND at < ? AND channel = ? AND dir = 'in'",
		w.AppID, from*1_000_000, to*1_000_000, string(w.Channel))
	for _, d := range indices.ActiveDays(rows) {
		messages += int64(d.Messages)
		seen[d.UID] = true
	}
	return messages, err
}

// activeDays counts the distinct citizens of the days of [from, to), and their content rows:
// all of each day, less those who were active on an earlier day of the same days. Days one by
// one keep the database to the pairs of days it needs, however long the log is.
func (t *txn) activeDays(ctx context.Context, w *window, from, to int64) (citizens, messages int64, err error) {
	err = t.QueryIn(ctx, func(rows *sql.Rows) error {
		var n, msgs int64
		err := rows.Scan(&n, &msgs)
		citizens, messages = citizens+n, messages+msgs
		return err
	}, daysBetween(from, to), "SELECT COALESCE(SUM(CASE WHEN previous_day = day THEN citizens ELSE -citizens END), 0), COALESCE(SUM(msgs), 0) "+
		"FROM active_returns WHERE app_id = ? AND channel = ? AND day IN (?) AND previous_day >= ?", w.AppID, string(w.Channel), indices.DayOf(from))
	return citizens, messages, err
}

// notActive counts those of the citizens who were not active on a day of [from, to).
func (t *txn) notActive(ctx context.Context, w *window, from, to int64, citizens map[string]bool) (n int64, err error) {
	n = int64(len(citizens))
	err = t.QueryIn(ctx, func(rows *sql.Rows) error {
		var known int64
		err := rows.Scan(&known)
		n -= known
		return err
	}, slices.Sorted(maps.Keys(citizens)), "SELECT COUNT(DISTINCT uid) FROM active_days WHERE app_id = ? AND channel = ? AND uid IN (?) AND day >= ? AND day < ?",
		w.AppID, string(w.Channel), indices.DayOf(from), indices.DayOf(to))
	return n, err
}

// permilleDays is the length of the windows that the active citizens per 1000 followers are of.
const permilleDays = 30

// permille are the active citizens per 1000 followers of the 30 days ending on each day of
// [from, to), which the account must have been logged throughout. All citizens of a day count in the 30 windows that hold it; those who were
// active before, on a day that a window holds as well, are taken back from that window.
func (t *txn) permille(ctx context.Context, w *window, followers []store.Followers, from, to int64) ([]float64, error) {
	const span = permilleDays
	if from >= to {
		return nil, nil
	}
	start := from - (span-1)*daySeconds
	days := daysBetween(start, to)
	change := make([]int64, len(days)+span) // of the count of the window that ends on each day
	add := func(first, last int, n int64) {
		change[first] += n
		change[last+1] -= n
	}
	for first := 0; first < len(days); first += span {
		piece := days[first:min(first+span, len(days))]
		err := t.QueryIn(ctx, func(rows *sql.Rows) error {
			var text, previous string
			var n int64
			if err := rows.Scan(&text, &previous, &n); err != nil {
				return err
			}
			day, before := int((models.DayStart(text)-start)/daySeconds), int((models.DayStart(previous)-start)/daySeconds)
			switch last := before + span - 1; {
			case before == day:
				add(day, last, n)
			case before >= 0 && last >= day:
				add(day, last, -n)
			}
			return nil
		}, piece, "SELECT day, previous_day, citizens FROM active_returns WHERE app_id = ? AND channel = ? AND day IN (?) AND previous_day >= ?",
			w.AppID, string(w.Channel), indices.DayOf(models.DayStart(piece[0])-(span-1)*daySeconds))
		if err != nil {
			return nil, err
		}
	}
	var out []float64
	n := int64(0)
	for day, text := range days {
		n += change[day]
		if f := followersBefore(followers, text); day >= span-1 && f > 0 {
			out = append(out, 1000*float64(n)/float64(f))
		}
	}
	return out, nil
}

// eachDay hands out the citizens and content rows of the days of [from, to) that had any.
func (t *txn) eachDay(ctx context.Context, w *window, from, to int64, add func(sec, citizens, messages int64)) error {
	return t.QueryIn(ctx, func(rows *sql.Rows) error {
		var day string
		var citizens, messages int64
		err := rows.Scan(&day, &citizens, &messages)
		add(models.DayStart(day), citizens, messages)
		return err
	}, daysBetween(from, to), "SELECT day, citizens, msgs FROM active_returns WHERE app_id = ? AND channel = ? AND day IN (?) AND previous_day >= ? AND previous_day = day",
		w.AppID, string(w.Channel), indices.DayOf(from))
}

// followersBefore is the latest count of a day before day, else the first one known.
func followersBefore(list []store.Followers, day string) int64 {
	var n int64
	for i, f := range list {
		if f.Day >= day && i > 0 {
			break
		}
		n = f.Count
	}
	return n
}
