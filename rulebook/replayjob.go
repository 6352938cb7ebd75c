package rulebook

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// MaxReplayDays and MaxReplayed bound a replay: of more questions the latest are asked.
const (
	MaxReplayDays = 90
	MaxReplayed   = 20_000
	replayDays    = 30 // what submitting asks for
)

// CodeReplayNeeded is the code where a rule is submitted that has not been replayed as it is now: 409.
const CodeReplayNeeded = "replay_needed"

// ReplayStart asks for a replay of rules on their way.
type ReplayStart struct {
	Account models.Account
	Days    int     // back from now
	IDs     []int64 // none: all that have a version on its way
}

// ReplayJob is a replay: how far it is, and what came of it.
type ReplayJob struct {
	ID        int64         `json:"id,string"`
	State     string        `json:"state"` // running, done, cancelled, failed
	Done      int           `json:"done"`
	Total     int           `json:"total"`
	Days      int           `json:"days"`
	Rules     []PlannedRule `json:"rules"`
	By        string        `json:"by"`
	At        time.Time     `json:"at"`
	MatchRate *MatchRate    `json:"match_rate"` // null until it is done
	Groups    *ReplayGroups `json:"groups"`
}

// MatchRate is the share of questions that a rule answers, in percent.
type MatchRate struct {
	Before float64 `json:"before"`
	After  float64 `json:"after"`
}

// ReplayGroups are the questions by what changes for them, the worst kind first.
type ReplayGroups struct {
	NoLonger   ReplayGroup `json:"no_longer"`
	OtherRule  ReplayGroup `json:"other_rule"`
	OtherWords ReplayGroup `json:"other_words"`
	Now        ReplayGroup `json:"now"`
	Same       ReplayGroup `json:"same"`
}

// ReplayGroup is one kind of change, the most frequent questions first.
type ReplayGroup struct {
	N    int         `json:"n"`
	Rows []ReplayRow `json:"rows"`
}

// ReplayRow is a question and both answers to it.
type ReplayRow struct {
	Question string       `json:"question"`
	Times    int          `json:"times"`
	Last     time.Time    `json:"last"`
	Before   ReplayAnswer `json:"before"`
	After    ReplayAnswer `json:"after"`
}

// ReplayAnswer is what a rule answers, "" = none does.
type ReplayAnswer struct {
	Rule string `json:"rule"`
	Text string `json:"text"`
}

// States of a replay.
const (
	replayRunning   = "running"
	replayDone      = "done"
	replayCancelled = "cancelled"
	replayFailed    = "failed"
)

// lostAfter is how long a replay that nobody works on counts as running.
const lostAfter = 15 * time.Second

// replays reads those that fit a condition.
func replays(ctx context.Context, t *store.Tx, tail string, args ...any) ([]ReplayJob, error) {
	var list []ReplayJob
	err := t.Query(ctx, func(rows *sql.Rows) error {
		var j ReplayJob
		var at, touched int64
		var rules, result string
		if err := rows.Scan(&j.ID, &j.State, &rules, &j.Days, &j.By, &at, &touched, &j.Done, &j.Total, &result); err != nil {
			return err
		}
		j.At = time.UnixMicro(at).In(models.Shanghai())
		if j.State == replayRunning && t.Now().Sub(time.UnixMicro(touched)) > lostAfter {
			j.State = replayFailed // its instance is gone
		}
		list = append(list, j)
		last := &list[len(list)-1]
		err := json.Unmarshal([]byte(rules), &last.Rules)
		if result != "" {
			err = errors.Join(err, json.Unmarshal([]byte(result), last))
		}
		return err
	}, "SELECT id, state, rules, days, asked_by, asked_at, touched_at, done, total, result FROM rule_replays WHERE "+tail, args...)
	return list, err
}

// ReplayOf is one replay of an account.
func (b *Book) ReplayOf(ctx context.Context, appID string, id int64) (ReplayJob, error) {
	var list []ReplayJob
	err := b.store.Read(ctx, store.Console, func(t *store.Tx) (err error) {
		list, err = replays(ctx, t, "app_id = ? AND id = ?", appID, id)
		return err
	})
	switch {
	case err != nil:
		return ReplayJob{}, models.Wrap("rulebook: replay", err)
	case len(list) == 0:
		return ReplayJob{}, models.NewError(models.CodeNotFound, "没有这次试跑")
	}
	return list[0], nil
}

// CancelReplay ends a replay that runs, at whatever instance; it stops within a second.
func (b *Book) CancelReplay(ctx context.Context, appID string, id int64) error {
	if _, err := b.ReplayOf(ctx, appID, id); err != nil {
		return err
	}
	err := b.store.Transact(ctx, func(t *store.Tx) error {
		return t.Exec(ctx, "UPDATE rule_replays SET state = 'cancelled' WHERE app_id = ? AND id = ? AND state = 'running'", appID, id)
	})
	return models.Wrap("rulebook: cancel replay", err)
}

// replayed are the editions of rules that a replay was done of, by id. Only the latest replays count.
func (b *Book) replayed(ctx context.Context, appID string) (map[PlannedRule]bool, error) {
	known := make(map[PlannedRule]bool)
	err := b.store.Query(ctx, store.Console, func(rows *sql.Rows) error {
		var text string
		var rules []PlannedRule
		if err := rows.Scan(&text); err != nil {
			return err
		}
		err := json.Unmarshal([]byte(text), &rules)
		for _, r := range rules {
			known[PlannedRule{ID: r.ID, Edition: r.Edition}] = true
		}
		return err
	}, "SELECT rules FROM rule_replays WHERE app_id = ? AND state = 'done' ORDER BY id DESC LIMIT 200", appID)
	return known, models.Wrap("rulebook: replays", err)
}
