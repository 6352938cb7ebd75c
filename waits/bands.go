package waits

import (
	"context"
	"database/sql"
	"math/bits"
	"slices"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// The histogram of response times is kept twice: rt_hist has every second, which quantiles
// need, rt_bands has some hundred bands of seconds. A reader takes the bands, and the single
// seconds of those few in which a rank falls.

// bandBits: from each power of two to the next there are 1 << bandBits bands. Step 4 of the
// migrations knows the bounds too.
const bandBits = 3

// bandOf is the band of a response time: its first and last second.
func bandOf(sec int64) (low, high int64) {
	width := int64(1)
	if n := bits.Len64(uint64(max(0, sec))); n > bandBits+1 {
		width <<= n - 1 - bandBits
	}
	low = sec / width * width
	return low, low + width - 1
}

const bandKey = "app_id, channel, day, first_wait, low"

// bandRow is one row of rt_bands, or a change to it; Seconds in the key is the lower end.
type bandRow struct {
	models.ResponseKey
	count, sum int64
}

// bandRows are counts of single seconds, sorted by key, by bands.
func bandRows(list []models.ResponseCount) []bandRow {
	var out []bandRow
	for _, c := range list {
		k := c.ResponseKey
		k.Seconds, _ = bandOf(c.Seconds)
		if n := len(out); n == 0 || out[n-1].ResponseKey != k {
			out = append(out, bandRow{ResponseKey: k})
		}
		b := &out[len(out)-1]
		b.count += c.Count
		b.sum += c.Count * c.Seconds
	}
	return out
}

// addBands adds the changes of rt_hist, which are sorted, to rt_bands.
func (t *txn) addBands(ctx context.Context, list []models.ResponseCount) error {
	var values []any
	var emptied [][]any
	for _, b := range bandRows(list) {
		key := []any{b.AppID, string(b.Channel), b.Day, b.First, b.Seconds}
		values = append(append(values, key...), b.count, b.sum)
		if b.count < 0 {
			emptied = append(emptied, key)
		}
	}
	err := t.Upsert(ctx, "rt_bands", bandKey+", cnt, seconds", 7, values, t.Dialect().Adding("rt_bands", bandKey, "cnt", "seconds"))
	if err != nil {
		return err
	}
	return t.deleteKeys(ctx, "rt_bands", "cnt = 0", bandKey, emptied)
}

// histogram reads the response times of the days in [from, to) after everything else of the
// figures: bands, and seconds where the measure needs them. Only human waits are in it, and
// those are never rolled early. Edges are seconds at which a reader divides the answers.
func (t *txn) histogram(ctx context.Context, w *window, from, to int64, f *figures, edges []int64) error {
	var bands []models.ResponseBand
	err := t.Query(ctx, func(rows *sql.Rows) error {
		var b models.ResponseBand
		err := rows.Scan(&b.First, &b.Low, &b.Count, &b.Seconds)
		_, b.High = bandOf(b.Low)
		bands = append(bands, b)
		return err
	}, "SELECT first_wait, low, SUM(cnt), SUM(seconds) FROM rt_bands WHERE app_id = ? AND channel = ? AND day >= ? AND day < ? "+
		"GROUP BY first_wait, low", w.AppID, string(w.Channel), indices.DayOf(from), indices.DayOf(to))
	if err != nil {
		return err
	}
	later := w.m.diff(w.inside(w.shift.waits, from, to), nil).Responses // counted in the tables, not known at asOf
	for _, c := range bandRows(later) {
		_, high := bandOf(c.Seconds)
		bands = append(bands, models.ResponseBand{First: c.First, Low: c.Seconds, High: high, Count: c.count, Seconds: c.sum})
	}
	sums := f.sums()
	fine := indices.Ranked(&w.m.limits, &sums, bands, f.live, w.asOf)
	for _, edge := range edges {
		if low, high := bandOf(edge); edge < high {
			fine = append(fine, low)
		}
	}
	slices.Sort(fine)
	fine = slices.Compact(fine)
	for _, b := range bands {
		if _, found := slices.BinarySearch(fine, b.Low); !found {
			f.responses = append(f.responses, b)
		}
	}
	for i := range later {
		if low, _ := bandOf(later[i].Seconds); slices.Contains(fine, low) {
			f.responses = append(f.responses, later[i].Band())
		}
	}
	for _, low := range fine {
		if err := t.fineSeconds(ctx, w, daysBetween(from, to), low, f); err != nil {
			return err
		}
	}
	return nil
}

// fineSeconds reads one band second by second. Days one by one keep the database to the
// seconds of the band: a range of days would make it read all of them.
func (t *txn) fineSeconds(ctx context.Context, w *window, days []string, low int64, f *figures) error {
	_, high := bandOf(low)
	return t.QueryIn(ctx, func(rows *sql.Rows) error {
		var c models.ResponseCount
		err := rows.Scan(&c.First, &c.Seconds, &c.Count)
		f.responses = append(f.responses, c.Band())
		return err
	}, days, "SELECT first_wait, sec, SUM(cnt) FROM rt_hist WHERE app_id = ? AND channel = ? AND day IN (?) AND first_wait IN (0, 1) "+
		"AND sec >= ? AND sec <= ? GROUP BY first_wait, sec", w.AppID, string(w.Channel), low, high)
}

// daysBetween are the Shanghai days of [from, to), which begin and end with days.
func daysBetween(from, to int64) []string {
	var days []string
	for at := from; at < to; at += daySeconds {
		days = append(days, indices.DayOf(at))
	}
	return days
}
