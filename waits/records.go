package waits

import (
	"context"
	"database/sql"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// laterArticleDays is how long after the window a post may still be the first word on what was
// asked in it: the longest limit for that is 48 hours.
const laterArticleDays = 2

func (t *txn) readArticles(ctx context.Context, w *window, out *Measured) (err error) {
	from, end, asOf := time.Unix(w.from, 0), time.Unix(w.end(), 0), time.Unix(w.asOf+1, 0)
	if out.Articles, err = t.Articles(ctx, w.AppID, from, end); err != nil {
		return err
	}
	later := time.Unix(min(w.asOf+1, w.end()+laterArticleDays*daySeconds), 0)
	if out.LaterArticles, err = t.Articles(ctx, w.AppID, end, later); err != nil {
		return err
	}
	for i := range out.Articles {
		out.Publications = append(out.Publications, out.Articles[i].PublishedAt)
	}
	before := time.Unix(min(w.from, w.end()), 0)
	for _, outside := range [][2]time.Time{{time.Unix(0, 0), before}, {end, asOf}} {
		at, err := t.LastPublished(ctx, w.AppID, outside[0], outside[1])
		if err != nil {
			return err
		}
		if !at.IsZero() {
			out.Publications = append(out.Publications, at)
		}
	}
	return nil
}

func (t *txn) readCases(ctx context.Context, w *window, out *Measured) error {
	from, to, asOf := time.Unix(w.from, 0), time.Unix(min(w.to, w.asOf+1), 0), time.Unix(w.asOf+1, 0)
	list, err := t.Cases(ctx, w.AppID, from, to)
	if err != nil {
		return err
	}
	for i := range list {
		out.Cases = append(out.Cases, list[i].At(w.AsOf))
	}
	out.ItemsStarted, out.ItemsDone, err = t.ServiceItems(ctx, w.AppID, from, to, asOf)
	return err
}

// readProbes: a day passed when its last self-test did.
func (t *txn) readProbes(ctx context.Context, w *window, out *Measured) error {
	end := time.Unix(w.end(), 0)
	list, err := t.Probes(ctx, w.AppID, time.Unix(w.from, 0), end)
	if err != nil {
		return err
	}
	for i, p := range list {
		day := p.At.Format(time.DateOnly)
		if i+1 < len(list) && list[i+1].At.Format(time.DateOnly) == day {
			continue
		}
		out.ProbeDays++
		if p.Passed {
			out.ProbesPassed++
		}
	}
	if out.LatestProbe, err = t.ProbePassed(ctx, w.AppID, end); err != nil {
		return err
	}
	out.Incident, err = t.IncidentBefore(ctx, w.AppID, end)
	return err
}

// readPlatform reads WeChat's own counts of the window's days, and holds the log against them.
func (t *txn) readPlatform(ctx context.Context, w *window, out *Measured) (err error) {
	first, last := indices.DayOf(w.from), indices.DayOf(min(w.to-1, w.asOf))
	if out.Callbacks, out.Failures, err = t.InterfaceTotals(ctx, w.AppID, first, last); err != nil {
		return err
	}
	days, err := t.UpstreamDays(ctx, w.AppID, first, last)
	if err != nil {
		return err
	}
	for _, sent := range days {
		d := indices.LogDay{Day: sent.Day, Type: sent.Type, Sent: sent.Messages}
		from := models.DayStart(d.Day)
		err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&d.Logged) },
			"SELECT COUNT(*) FROM interactions WHERE app_id = ? AND at >= ? AND at < ? AND dir = 'in' AND channel = 'chat' AND kind = ?",
			w.AppID, from*1_000_000, (from+daySeconds)*1_000_000, d.Type)
		if err != nil {
			return err
		}
		out.Log = append(out.Log, d)
	}
	return nil
}
