package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Episode is one stretch in which a diagnosis rule fired, with what proves it.
type Episode struct {
	ID           int64     `json:"id,string"`
	AppID        string    `json:"account"`
	Problem      string    `json:"problem"`
	RuleVersion  string    `json:"rule_version"`
	Severity     string    `json:"severity"`
	Inputs       string    `json:"inputs"` // JSON: measures, thresholds and the rows behind them
	N            int64     `json:"n"`
	First        time.Time `json:"first_seen"`
	Last         time.Time `json:"last_seen"`
	Cleared      time.Time `json:"cleared_at"`    // zero: it still fires
	CleanWindows int       `json:"clean_windows"` // since it last fired
}

const episodeColumns = "id, app_id, problem, rule_version, severity, inputs, n, first_seen, last_seen, cleared_at, clean_windows"

// SaveEpisode stores an episode, a new one when its ID is zero, and returns its id.
func (s *Store) SaveEpisode(ctx context.Context, e Episode) (id int64, err error) {
	if e.AppID == "" || e.Problem == "" {
		return 0, models.NewError(models.CodeInvalid, "诊断记录须有账号和问题")
	}
	if e.ID == 0 {
		e.ID = s.ids.next()
	}
	var c cutter
	values := []any{
		e.ID, c.ascii(e.AppID, appIDChars), c.ascii(e.Problem, shortChars), c.ascii(e.RuleVersion, shortChars),
		c.ascii(e.Severity, 16), e.Inputs, e.N, micros(e.First), micros(e.Last), micros(e.Cleared), int64(e.CleanWindows),
	}
	err = s.Transact(ctx, func(t *Tx) error {
		return t.Upsert(ctx, "episodes", episodeColumns, len(values), values, s.dialect.OnConflict("id", "rule_version", "severity", "inputs",
			"n", "first_seen", "last_seen", "cleared_at", "clean_windows"))
	})
	return e.ID, models.Wrap("store: save episode", err)
}

// Episodes returns the episodes of an account, newest first.
func (s *Store) Episodes(ctx context.Context, appID string, openOnly bool) ([]Episode, error) {
	var list []Episode
	also := ""
	if openOnly {
		also = " AND cleared_at = 0"
	}
	err := each(ctx, s.reader, func(rows *sql.Rows) error {
		var e Episode
		var first, last, cleared int64
		err := rows.Scan(&e.ID, &e.AppID, &e.Problem, &e.RuleVersion, &e.Severity, &e.Inputs, &e.N, &first, &last, &cleared, &e.CleanWindows)
		e.First, e.Last, e.Cleared = fromMicros(first), fromMicros(last), fromMicros(cleared)
		list = append(list, e)
		return err
	}, "SELECT "+episodeColumns+" FROM episodes WHERE app_id = ?"+also+" ORDER BY first_seen DESC, id DESC", appID)
	if err != nil {
		return nil, fmt.Errorf("store: episodes: %w", err)
	}
	return list, nil
}
