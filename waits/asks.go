package waits

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// askLead is how far before an hour the asks are that it is held against, in seconds.
const askLead = models.SurgeLead * daySeconds

// asksBefore is how far before the day in which a window begins the asks reach, in seconds: a rise
// that began on the day before is known as such.
const asksBefore = daySeconds + askLead

// askKey is a topic and the beginning of an hour.
type askKey struct {
	topic string
	hour  int64
}

// readAsks counts the waits by topic and hour. Days tell whether there is anything to see.
func (t *txn) readAsks(ctx context.Context, w *window, out *Measured) error {
	from, to := floorTo(w.from, daySeconds)-asksBefore, min(ceilTo(w.to, hourSeconds), w.dayEnd())
	out.AsksFrom = from + askLead
	if from >= to {
		return nil
	}
	day, rising, err := t.risingDay(ctx, w, from, to)
	if err != nil || !rising {
		return err
	}
	from, out.AsksFrom = day-askLead, day
	counts, err := t.countAsks(ctx, w, from, to)
	if err != nil {
		return err
	}
	for k, n := range counts {
		if k.topic != "" && n != 0 {
			out.AskHours = append(out.AskHours, indices.Asks{Topic: k.topic, Hour: k.hour, Waits: n})
		}
	}
	slices.SortFunc(out.AskHours, func(a, b indices.Asks) int {
		return cmp.Or(cmp.Compare(a.Hour, b.Hour), strings.Compare(a.Topic, b.Topic))
	})
	return nil
}

// risingDay is the first day on which some topic may have surged.
func (t *txn) risingDay(ctx context.Context, w *window, from, to int64) (day int64, rising bool, err error) {
	days := make(map[string][]int64)
	add := func(topic string, at, n int64) {
		if days[topic] == nil {
			days[topic] = make([]int64, (ceilTo(to, daySeconds)-from)/daySeconds)
		}
		days[topic][(at-from)/daySeconds] += n
	}
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var topic string
		var at, n int64
		err := rows.Scan(&topic, &at, &n)
		add(topic, at, n)
		return err
	}, "SELECT topic, day_at, opened FROM wait_days WHERE app_id = ? AND channel = ? AND day_at >= ? AND day_at < ? AND topic <> ''",
		w.AppID, string(w.Channel), from, to)
	if err != nil {
		return 0, false, err
	}
	live, err := t.undecided(ctx, w, from, to)
	for i := range live {
		if v := &live[i]; !v.Rolled && v.Topic != "" && v.Mark == models.MarkNone {
			add(v.Topic, v.OpenAt, 1)
		}
	}
	w.shiftAsks(from, ceilTo(to, daySeconds), func(v *models.Wait, n int64) { add(v.Topic, v.OpenAt, n) })
	bounds := indices.DefaultThresholds()
	for _, counts := range days {
		if first, ok := indices.Rising(counts, &bounds); ok && (!rising || from+int64(first)*daySeconds < day) {
			day, rising = from+int64(first)*daySeconds, true
		}
	}
	return day, rising, err
}

func (t *txn) countAsks(ctx context.Context, w *window, from, to int64) (map[askKey]int64, error) {
	counts := make(map[askKey]int64)
	also, args := w.condition("staff")
	err := t.Query(ctx, func(rows *sql.Rows) error {
		var k askKey
		var n int64
		err := rows.Scan(&k.topic, &k.hour, &n)
		counts[k] += n
		return err
	}, "SELECT topic, hour, SUM(opened) FROM wait_hours WHERE app_id = ? AND channel = ? AND hour >= ? AND hour < ? AND topic <> ''"+also+
		" GROUP BY topic, hour", append([]any{w.AppID, string(w.Channel), from, to}, args...)...)
	if err != nil {
		return nil, err
	}
	live, err := t.undecided(ctx, w, from, to)
	for i := range live {
		if !live[i].Rolled && live[i].Mark == models.MarkNone { // else the table has it
			counts[askKey{live[i].Topic, floorTo(live[i].OpenAt, hourSeconds)}]++
		}
	}
	w.shiftAsks(from, to, func(v *models.Wait, n int64) { counts[askKey{v.Topic, floorTo(v.OpenAt, hourSeconds)}] += n })
	return counts, err
}

// shiftAsks hands out what was counted otherwise at asOf of the asks opened in [from, to).
func (w *window) shiftAsks(from, to int64, add func(v *models.Wait, n int64)) {
	for n, list := range map[int64][]models.Wait{-1: w.shift.waits, 1: w.shift.then} {
		for _, v := range w.inside(list, from, to) {
			if v.Topic != "" && v.Mark == models.MarkNone && (v.Rolled || n > 0) {
				add(&v, n)
			}
		}
	}
}
