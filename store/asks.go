package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"
)

// AskHour counts the waits on one topic that opened in one hour.
type AskHour struct {
	Topic string
	Hour  int64 // Unix seconds of its beginning
	Waits int64
}

// asksBefore is how far before a window the asks by hour reach, in seconds: a rise shows against
// the 8 days before it.
const asksBefore = 8 * daySeconds

// askKey is a topic and the beginning of an hour.
type askKey struct {
	topic string
	hour  int64
}

// readAsks counts the waits by topic and hour, from 8 days before the window, in whole hours.
func (t *txn) readAsks(ctx context.Context, w *window, out *Measured) error {
	from, to := floorTo(w.from-asksBefore, hourSeconds), ceilTo(w.to, hourSeconds)
	counts, err := t.countAsks(ctx, w, from, to)
	if err != nil {
		return err
	}
	for k, n := range counts {
		if k.topic != "" && n != 0 {
			out.AskHours = append(out.AskHours, AskHour{k.topic, k.hour, n})
		}
	}
	slices.SortFunc(out.AskHours, func(a, b AskHour) int {
		return cmp.Or(cmp.Compare(a.Hour, b.Hour), strings.Compare(a.Topic, b.Topic))
	})
	return nil
}

func (t *txn) countAsks(ctx context.Context, w *window, from, to int64) (map[askKey]int64, error) {
	counts := make(map[askKey]int64)
	if w.exact {
		past, err := t.past(ctx, w, from, to)
		if err != nil {
			return nil, err
		}
		for i := range past.hours {
			counts[askKey{past.hours[i].Topic, past.hours[i].Hour}] += past.hours[i].Opened
		}
		for i := range past.live {
			counts[askKey{past.live[i].Topic, floorTo(past.live[i].OpenAt, hourSeconds)}]++
		}
		return counts, nil
	}
	also, args := w.condition("staff")
	err := t.query(ctx, func(rows *sql.Rows) error {
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
		if !live[i].Rolled { // else the table has it
			counts[askKey{live[i].Topic, floorTo(live[i].OpenAt, hourSeconds)}]++
		}
	}
	return counts, err
}
