package analytics

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// storedEpisode is an episode with its row.
type storedEpisode struct {
	id int64
	*indices.Episode
}

// keepEpisodes takes into an account's episodes what its window that ends at end shows.
func keepEpisodes(ctx context.Context, t *store.Tx, appID string, findings []indices.Finding, end time.Time) error {
	known, err := episodesOf(ctx, t, appID, end)
	if err != nil {
		return err
	}
	for i := range findings {
		f := &findings[i]
		var was storedEpisode
		for _, e := range known {
			if e.Problem == f.Problem && (was.Episode == nil || e.FirstSeen.After(was.FirstSeen)) {
				was = e
			}
		}
		now := indices.Advance(was.Episode, *f, end)
		if now == nil || now == was.Episode {
			continue
		}
		id := was.id
		if was.Episode == nil || !now.FirstSeen.Equal(was.FirstSeen) {
			id = t.NextID()
		}
		if err := keepEpisode(ctx, t, appID, storedEpisode{id, now}); err != nil {
			return err
		}
	}
	return nil
}

const episodeColumns = "id, app_id, problem, rule_version, severity, inputs, n, first_seen, last_seen, cleared_at, clean_windows"

func keepEpisode(ctx context.Context, t *store.Tx, appID string, e storedEpisode) error {
	inputs, err := json.Marshal(e.Finding.Evidence)
	if err != nil {
		return fmt.Errorf("analytics: evidence of an episode: %w", err)
	}
	var n, cleared int64
	for i := range e.Finding.Evidence {
		n = max(n, e.Finding.Evidence[i].N)
	}
	if e.Cleared != nil {
		cleared = e.Cleared.Unix()
	}
	severity := ""
	if e.Finding.Severity != nil {
		severity = string(*e.Finding.Severity)
	}
	return t.Upsert(ctx, "episodes", episodeColumns, 11, []any{
		e.id, appID, string(e.Problem), e.Finding.RuleVersion, severity, string(inputs), n, e.FirstSeen.Unix(), e.LastSeen.Unix(), cleared, int64(e.Clean),
	}, t.Dialect().OnConflict("id", "rule_version", "severity", "inputs", "n", "last_seen", "cleared_at", "clean_windows"))
}

// episodesOf are the episodes of an account that began by end; they were looked at through the day before.
func episodesOf(ctx context.Context, t *store.Tx, appID string, end time.Time) (list []storedEpisode, err error) {
	at := func(sec int64) time.Time { return time.Unix(sec, 0).In(indices.Shanghai()) }
	err = t.Query(ctx, func(rows *sql.Rows) error {
		e := storedEpisode{Episode: &indices.Episode{Through: end.AddDate(0, 0, -1)}}
		var first, last, cleared int64
		var inputs, severity string
		if err := rows.Scan(&e.id, &e.Problem, &e.Finding.RuleVersion, &severity, &inputs, &first, &last, &cleared, &e.Clean); err != nil {
			return err
		}
		e.FirstSeen, e.LastSeen = at(first), at(last)
		if cleared != 0 {
			e.Cleared = new(at(cleared))
		}
		if severity != "" {
			e.Finding.Severity = new(indices.Severity(severity))
		}
		list = append(list, e)
		return json.Unmarshal([]byte(inputs), &e.Finding.Evidence)
	}, "SELECT id, problem, rule_version, severity, inputs, first_seen, last_seen, cleared_at, clean_windows FROM episodes WHERE app_id = ? AND first_seen <= ?",
		appID, end.Unix())
	return list, err
}

// addSince tells of the problems that fired in the window of the question since when they do.
func (m *Analytics) addSince(ctx context.Context, q *IndicesQuery, r *indices.Report) error {
	if q.Undiagnosed || cmp.Or(q.Channel, models.ChannelChat) != models.ChannelChat {
		return nil
	}
	end := indices.FinalEnd(m.now()) // where the window goes further, that is the latest that is known
	if q.To.Before(end) {
		end = q.To
	}
	return m.store.Read(ctx, store.Console, func(t *store.Tx) error {
		for i := range r.Accounts {
			if err := addSinceOf(ctx, t, end, &r.Accounts[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// addSinceOf tells it of one account. The windows up to end must have been looked at, but for the last.
func addSinceOf(ctx context.Context, t *store.Tx, end time.Time, a *indices.AccountReport) error {
	was, err := lookedAt(ctx, t, a.Account)
	if err != nil || was.through.AddDate(0, 0, 1).Before(end) {
		return err
	}
	if was.through.Before(end) {
		end = was.through
	}
	list, err := episodesOf(ctx, t, a.Account, end)
	if err != nil {
		return err
	}
	day := func(end time.Time) string { return end.AddDate(0, 0, -1).Format(time.DateOnly) }
	for i := range a.Diagnosis {
		f := &a.Diagnosis[i]
		for _, e := range list {
			if f.Fired && e.Problem == f.Problem && e.At(end) {
				f.Since = &indices.Since{First: day(e.FirstSeen), Last: day(e.LastSeen), AtLeast: e.FirstSeen.Equal(was.began)}
			}
		}
	}
	return nil
}
