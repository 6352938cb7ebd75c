package waits

import (
	"context"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Measured is what the report of one account over one window is computed from, read in one
// transaction. What is not known is zero or nil.
type Measured struct {
	Inbound        int64 // content rows, by their own time
	ActiveCitizens int64 // distinct
	Followers      int64 // of the day before; 0 = not known
	// Permille30 are the active citizens per 1000 followers of the 30-day windows ending on
	// each day of the window and not beginning before the log; nil when the window itself has
	// 30 days, or without followers.
	Permille30 []float64

	Sums      models.WaitSums // of decided waits
	Responses []models.ResponseBand
	Live      []models.Wait // of the window, not in Sums
	Backlog   []models.Wait // every wait that is not decided, whenever opened
	// The same for the 14 days before the window's end, or before AsOf while it runs.
	RecentSums models.WaitSums
	RecentLive []models.Wait
	Asks       map[string]int64 // waits of the window by topic
	// AskHours are waits with a topic by hour and topic, where a topic may have surged. What
	// lies before AsksFrom, a Unix second, is what the rest is held against.
	AskHours []indices.Asks
	AsksFrom int64

	Articles []store.Article // published in the window, not after AsOf
	// LaterArticles were published after the window, up to AsOf, as soon as may still answer what
	// was asked in it.
	LaterArticles []store.Article
	Publications  []time.Time  // of the window, the latest before it and the latest up to AsOf
	Cases         []store.Case // opened in the window, as they stood at AsOf

	ItemsStarted, ItemsDone int64 // service items started in the window, and of these completed by AsOf
	ProbeDays, ProbesPassed int64 // days with a self-test, and those whose last one passed
	LatestProbe             *bool // before the window's end
	Callbacks, Failures     int64 // of WeChat's interface summary
	Log                     []indices.LogDay
	Incident                bool // a security incident stood at the window's end, or stands at AsOf while it runs
}

// Measured reads everything the report of the window needs. The window is one of whole
// Asia/Shanghai days where it can be: other windows are read wait by wait at their ends.
func (s *Waits) Measured(ctx context.Context, w Window) (Measured, error) {
	var out Measured
	err := s.windowed(ctx, w, func(t *txn, in *window) error {
		for _, read := range []func(context.Context, *window, *Measured) error{
			t.readWaits, t.readRecent, t.readAsks, t.readActive, t.readArticles, t.readCases, t.readProbes, t.readPlatform,
		} {
			if err := read(ctx, in, &out); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Measured{}, fmt.Errorf("waits: measured: %w", err)
	}
	return out, nil
}

// MeasuredNow reads, of several windows of one account, channel and AsOf, what moves with every row of
// the log: waits, response times, backlog and active citizens. What is undecided is read once.
func (s *Waits) MeasuredNow(ctx context.Context, windows ...Window) ([]Measured, error) {
	list := make([]Measured, len(windows))
	err := s.windowed(ctx, windows[0], func(t *txn, in *window) error {
		for i := range windows {
			one := *in
			one.From, one.To, one.from, one.to = windows[i].From, windows[i].To, windows[i].From.Unix(), windows[i].To.Unix()
			if err := t.readWaits(ctx, &one, &list[i]); err != nil {
				return err
			}
			if err := t.readActive(ctx, &one, &list[i]); err != nil {
				return err
			}
			in.undecided, in.undecidedRead = one.undecided, one.undecidedRead
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("waits: measured now: %w", err)
	}
	return list, nil
}

func (t *txn) readWaits(ctx context.Context, w *window, out *Measured) error {
	if !w.undecidedRead {
		if err := t.readUndecided(ctx, w); err != nil {
			return err
		}
	}
	f, err := t.figuresOfDays(ctx, w, w.from, w.to, byTopic)
	if err != nil {
		return err
	}
	out.Sums, out.Responses, out.Live = f.sums(), f.responses, f.live
	out.Asks = make(map[string]int64)
	for i := range f.hours {
		out.Asks[f.hours[i].Topic] += f.hours[i].Opened
	}
	for i := range f.live {
		if f.live[i].Mark == models.MarkNone {
			out.Asks[f.live[i].Topic]++
		}
	}
	out.Backlog, err = t.backlog(ctx, w)
	for _, list := range [][]models.Wait{out.Live, out.Backlog} {
		sortWaits(list)
	}
	return err
}

// readRecent reads what the veto on missing interaction needs.
func (t *txn) readRecent(ctx context.Context, w *window, out *Measured) error {
	whole := *w // vetoes are of the account
	whole.Topic, whole.Staff = nil, nil
	recent, err := t.figures(ctx, &whole, w.end()-recentDays*daySeconds, w.end(), byNothing)
	if err != nil {
		return err
	}
	out.RecentSums, out.RecentLive = recent.sums(), recent.live
	sortWaits(out.RecentLive)
	return nil
}

// backlog are the undecided waits, whenever opened. It is never nil.
func (t *txn) backlog(ctx context.Context, w *window) ([]models.Wait, error) {
	list := []models.Wait{}
	open, err := t.undecided(ctx, w, firstTime, lastTime)
	for i := range open {
		open[i].Rolled = false
	}
	list = append(list, open...)
	for _, v := range w.inside(w.shift.then, firstTime, lastTime) {
		if !v.Rolled {
			list = append(list, v)
		}
	}
	return list, err
}
