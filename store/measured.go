package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Measured is what the report of one account over one window is computed from, read in one
// transaction. What is not known is zero or nil.
type Measured struct {
	Inbound        int64 // content rows, by their own time
	ActiveCitizens int64 // distinct
	Followers      int64 // of the day before; 0 = not known
	// Permille30 are the active citizens per 1000 followers of the 30-day windows ending on
	// each day of the window; nil when the window itself has 30 days, or without followers.
	Permille30 []float64

	Sums      models.WaitSums // of decided waits
	Responses []models.ResponseCount
	Live      []models.Wait // of the window, not in Sums
	Backlog   []models.Wait // every wait that is not decided, whenever opened
	// The same for the 14 days before AsOf.
	RecentSums models.WaitSums
	RecentLive []models.Wait
	Asks       map[string]int64 // waits of the window by topic
	AskHours   []AskHour        // waits with a topic, from 8 days before the window, by hour and topic

	Articles     []Article   // published in the window, not after AsOf
	Publications []time.Time // of the window and the latest before it
	Cases        []Case      // opened in the window, as they stood at AsOf

	ItemsStarted, ItemsDone int64 // service items started in the window, and of these completed by AsOf
	ProbeDays, ProbesPassed int64 // days with a self-test, and those whose last one passed
	LatestProbe             *bool
	Callbacks, Failures     int64 // of WeChat's interface summary
	Log                     []LogDay
	Incident                bool // a security incident stands at AsOf

	Exact bool // AsOf lies before the newest row: rebuilt from the rows up to it
}

// LogDay holds the log against WeChat's own count, for one day and type of message.
type LogDay struct {
	Day, Type    string
	Logged, Sent int64
}

// Measured reads everything the report of the window needs. The window is one of whole
// Asia/Shanghai days where it can be: other windows are read wait by wait at their ends.
func (s *Store) Measured(ctx context.Context, w Window) (Measured, error) {
	var out Measured
	err := s.windowed(ctx, w, func(t *txn, in *window) error {
		out.Exact = in.exact
		for _, read := range []func(context.Context, *window, *Measured) error{
			t.readWaits, t.readAsks, t.readActive, t.readArticles, t.readCases, t.readProbes, t.readPlatform,
		} {
			if err := read(ctx, in, &out); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Measured{}, fmt.Errorf("store: measured: %w", err)
	}
	return out, nil
}

func (t *txn) readWaits(ctx context.Context, w *window, out *Measured) error {
	if w.exact { // once for all that is asked below
		since := floorTo(min(w.from-asksBefore, w.asOf-recentDays*daySeconds), hourSeconds)
		if _, err := t.historyOf(ctx, w, since); err != nil {
			return err
		}
	}
	f, err := t.figures(ctx, w, w.from, w.to, daySeconds)
	if err != nil {
		return err
	}
	out.Sums, out.Responses, out.Live = f.sums(), f.responses, f.live
	out.Asks = make(map[string]int64)
	for i := range f.hours {
		out.Asks[f.hours[i].Topic] += f.hours[i].Opened
	}
	for i := range f.live {
		out.Asks[f.live[i].Topic]++
	}
	whole := *w // vetoes and backlog are of the account
	whole.Topic, whole.Staff = nil, nil
	recent, err := t.figures(ctx, &whole, w.asOf-recentDays*daySeconds, w.asOf+1, hourSeconds)
	if err != nil {
		return err
	}
	out.RecentSums, out.RecentLive = recent.sums(), recent.live
	out.Backlog, err = t.backlog(ctx, w)
	for _, list := range [][]models.Wait{out.Live, out.RecentLive, out.Backlog} {
		sortWaits(list)
	}
	return err
}

// backlog are the undecided waits, whenever opened. It is never nil.
func (t *txn) backlog(ctx context.Context, w *window) ([]models.Wait, error) {
	const first, last = -1 << 40, 1 << 40
	list := []models.Wait{}
	if w.exact {
		h, err := t.historyOf(ctx, w, w.asOf)
		for _, v := range w.inside(h.waits, first, last) {
			if !v.Rolled {
				list = append(list, v)
			}
		}
		return list, err
	}
	open, err := t.waitsBetween(ctx, w, first, last, false)
	if err != nil {
		return nil, err
	}
	early, err := t.early(ctx, w, first, last)
	for i := range early {
		early[i].Rolled = false
	}
	return append(append(list, open...), early...), err
}

// readActive counts content rows and distinct citizens. Days that are not whole, or not over
// at an earlier AsOf, are counted from the rows.
func (t *txn) readActive(ctx context.Context, w *window, out *Measured) error {
	to := w.to
	if w.exact {
		to = min(to, w.asOf+1)
	}
	a, b := ceilTo(w.from, daySeconds), floorTo(to, daySeconds)
	active := activity{last: make(map[string]int)}
	if a >= b {
		a, b = to, to
	}
	for _, edge := range [][2]int64{{w.from, a}, {b, to}} {
		if err := t.activeRows(ctx, w, edge[0], edge[1], &active); err != nil {
			return err
		}
	}
	if a < b {
		simple, err := t.activeDays(ctx, w, a, b, &active)
		if err != nil {
			return err
		}
		active.citizens += simple
	}
	out.Inbound, out.ActiveCitizens = active.messages, int64(len(active.last))+active.citizens
	followers, err := t.followers(ctx, w)
	if err != nil || len(followers) == 0 {
		return err
	}
	out.Followers = followersBefore(followers, dayText(min(w.to-1, w.asOf)))
	if b-a != 30*daySeconds && a < b {
		out.Permille30, err = t.permille(ctx, w, followers, a, min(b, ceilTo(w.asOf+1, daySeconds)))
	}
	return err
}

// activity collects content rows.
type activity struct {
	messages int64
	citizens int64          // counted by the database
	last     map[string]int // citizens seen one by one
}

func (t *txn) activeRows(ctx context.Context, w *window, from, to int64, a *activity) error {
	if from >= to {
		return nil
	}
	var rows []models.Interaction
	err := t.query(ctx, func(r *sql.Rows) error {
		row, err := scanSlim(r)
		if row.UID != "" {
			rows = append(rows, row.Interaction)
		}
		return err
	}, "SELECT "+slimColumns+" FROM interactions WHERE app_id = ? AND at >= ? AND at < ? AND channel = ? AND dir = 'in'",
		w.AppID, from*1_000_000, to*1_000_000, string(w.Channel))
	for _, d := range w.m.ActiveDays(rows) {
		a.messages += int64(d.Messages)
		a.last[d.UID] = 0
	}
	return err
}

// activeDays adds whole days. It returns the distinct citizens, unless some were seen in the
// rows already: then all are collected one by one.
func (t *txn) activeDays(ctx context.Context, w *window, from, to int64, a *activity) (citizens int64, err error) {
	where := " FROM active_days WHERE app_id = ? AND channel = ? AND day >= ? AND day < ?"
	args := []any{w.AppID, string(w.Channel), dayText(from), dayText(to)}
	var messages int64
	err = t.query(ctx, func(rows *sql.Rows) error { return rows.Scan(&messages) }, "SELECT COALESCE(SUM(msgs), 0)"+where, args...)
	if err != nil {
		return 0, err
	}
	a.messages += messages
	if len(a.last) == 0 {
		err = t.query(ctx, func(rows *sql.Rows) error { return rows.Scan(&citizens) }, "SELECT COUNT(DISTINCT uid)"+where, args...)
		return citizens, err
	}
	return 0, t.query(ctx, func(rows *sql.Rows) error {
		var uid string
		err := rows.Scan(&uid)
		a.last[uid] = 0
		return err
	}, "SELECT DISTINCT uid"+where, args...)
}

// permille are the active citizens per 1000 followers of the 30 days ending on each day of
// [from, to). A citizen counts on the last day seen; each window adds up 30 of those counts.
func (t *txn) permille(ctx context.Context, w *window, followers []Followers, from, to int64) ([]float64, error) {
	const span = 30
	start := from - (span-1)*daySeconds
	days := int((to - start) / daySeconds)
	counts := make([]int64, max(0, days))
	last := make(map[string]int)
	var out []float64
	day := 0
	end := func(until int) {
		for ; day < until && day < days; day++ {
			if day < span-1 {
				continue
			}
			var n int64
			for _, c := range counts[day-span+1 : day+1] {
				n += c
			}
			if f := followersBefore(followers, dayText(start+int64(day)*daySeconds)); f > 0 {
				out = append(out, 1000*float64(n)/float64(f))
			}
		}
	}
	err := t.query(ctx, func(rows *sql.Rows) error {
		var text, uid string
		if err := rows.Scan(&text, &uid); err != nil {
			return err
		}
		at, err := time.ParseInLocation(time.DateOnly, text, shanghai())
		if err != nil {
			return err
		}
		d := int((at.Unix() - start) / daySeconds)
		end(d)
		if old, ok := last[uid]; ok {
			counts[old]--
		}
		last[uid] = d
		counts[d]++
		return nil
	}, "SELECT day, uid FROM active_days WHERE app_id = ? AND channel = ? AND day >= ? AND day < ? ORDER BY day",
		w.AppID, string(w.Channel), dayText(start), dayText(to))
	end(days)
	return out, err
}
