package store

import (
	"context"
	"database/sql"

	"github.com/wenzheng/wenzheng/models"
)

// maxAgain bounds the repetitions of a batch whose keys another instance inserted first,
// or whose transaction was chosen as the victim of a deadlock.
const maxAgain = 8

// Record stores a batch in one transaction: rows whose key is new are inserted, rows
// already there only gain deliveries, a late outcome, and the answer of another instance that was
// sent before theirs, so a batch may be repeated any number of times, and batches come in any order. Errors are *models.StoreFault; whatever the class, the outcome is
// unknown and only a repetition settles it. Keep batches at 200 rows or 1 MiB.
func (s *Store) Record(ctx context.Context, batch []models.Interaction) error {
	_, err := s.record(ctx, batch)
	return fault(err)
}

// RecordReduced stores what can always be stored of a row that is poison: key, account,
// citizen, time, raw bytes and the cause. The cause is masked and kept as a warning.
func (s *Store) RecordReduced(ctx context.Context, i models.Interaction, cause string) error {
	reduced := models.Interaction{
		AppID: i.AppID, OpenID: i.OpenID, UID: i.UID, Channel: i.Channel, Dir: i.Dir, Actor: i.Actor,
		Kind: "unknown", At: i.ReceivedAt, ReceivedAt: i.ReceivedAt, MsgKey: i.MsgKey, Raw: i.Raw,
		ParseStatus: ParseReduced, Outcome: i.Outcome, Deliveries: i.Deliveries,
	}
	if reduced.MsgKey == "" {
		reduced.MsgKey = contentKey(&i)
	}
	if cause != "" {
		reduced.Warnings = []string{"store: " + cause[:min(len(cause), 500)]}
	}
	return s.Record(ctx, []models.Interaction{reduced})
}

// ParseReduced marks a row of which only the reduced form could be stored.
const ParseReduced models.ParseStatus = "reduced"

// record returns the rows that are new.
func (s *Store) record(ctx context.Context, batch []models.Interaction) ([]*row, error) {
	if len(batch) == 0 {
		return nil, nil
	}
	rows, err := s.rows(batch)
	if err != nil {
		return nil, err
	}
	return s.recordRows(ctx, rows)
}

func (s *Store) recordRows(ctx context.Context, rows []*row) ([]*row, error) {
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	for again := 0; ; again++ {
		fresh, err := s.attempt(ctx, rows, again > 0)
		if err == nil {
			s.tell(rows)
			return fresh, nil
		}
		s.doubt()
		race := raced(err)
		if race == raceNone || again == maxAgain || ctx.Err() != nil {
			return nil, err
		}
		if race == raceID {
			if err := s.renumber(rows); err != nil {
				return nil, err
			}
		}
	}
}

func (s *Store) attempt(ctx context.Context, rows []*row, again bool) (fresh []*row, err error) {
	err = s.transact(ctx, s.drain, func(t *Tx) (err error) {
		fresh, err = t.store(ctx, rows, again)
		return err
	})
	return fresh, err
}

// renumber gives every row another id after a collision.
func (s *Store) renumber(rows []*row) error {
	if err := s.ids.redraw(); err != nil {
		return err
	}
	for _, r := range rows {
		if r.in.Amend {
			continue
		}
		if err := s.number(r, s.opt.Now()); err != nil {
			return err
		}
	}
	return nil
}

// stored is what the log already knows of a key.
type stored struct {
	id      int64
	outcome string
	retries int64
	step    bool
	sent    int64 // when its answer was, as sentAt
}

type rowKey struct{ app, key string }

func (r *row) rowKey() rowKey { return rowKey{r.in.AppID, r.key} }

// arrival is what a batch brings, as far as waits are concerned.
type arrival struct {
	fresh     []*row          // not in the database yet
	moved     []slim          // stored rows that stand in another thread or are others now, as they were and as they are
	settled   []string        // keys of stored rows whose topic an amendment may have set
	steps     []subject       // citizens of stored rows that are steps now, or no longer
	newcomers map[string]bool // citizens of whom nothing was stored before
}

// store is one attempt: find what is there, work out what follows, insert what is new, complete
// what is not. Locks are taken in one order: citizens by uid, named threads, interactions by key,
// then the rest. Of newcomers nothing is looked up, nor of rows that are new: that their keys and
// deliveries are new as well is left to the unique indexes, which have the batch repeated and
// everything looked up.
func (t *Tx) store(ctx context.Context, rows []*row, again bool) ([]*row, error) {
	newcomers, err := t.citizens(ctx, rows)
	if err != nil {
		return nil, err
	}
	doubtful := rows
	if !again {
		doubtful = ofOthers(rows, newcomers)
	}
	known, err := t.known(ctx, doubtful)
	if err != nil {
		return nil, err
	}
	fresh, within, rest := split(rows, known)
	if !again {
		doubtful = rest
	}
	absent, err := t.absentDeliveries(ctx, rows, doubtful)
	if err != nil {
		return nil, err
	}
	countDeliveries(rows, absent)
	merge(fresh, within)
	steps, err := t.amend(ctx, rest, known)
	if err != nil {
		return nil, err
	}
	m, err := t.measuresLooking(ctx)
	if err != nil {
		return nil, err
	}
	moved, err := t.rethread(ctx, fresh)
	if err != nil {
		return nil, err
	}
	replaced, err := t.replaceAnswers(ctx, m, rest, known)
	if err != nil {
		return nil, err
	}
	place(m, fresh)
	write, err := t.s.fold(ctx, t, m, &arrival{fresh, append(moved, replaced...), settledKeys(rest), steps, newcomers})
	if err != nil {
		return nil, err
	}
	if err := t.insertRows(ctx, fresh); err != nil {
		return nil, err
	}
	if err := t.noteUnfollows(ctx, unfollowsOf(fresh)); err != nil {
		return nil, err
	}
	if err := t.insertDeliveries(ctx, absent); err != nil {
		return nil, err
	}
	if err := t.dialogues(ctx, rows); err != nil {
		return nil, err
	}
	return fresh, write()
}

// ofOthers are the rows that are not of the citizens.
func ofOthers(rows []*row, citizens map[string]bool) []*row {
	others := make([]*row, 0, len(rows))
	for _, r := range rows {
		if !citizens[r.uid] {
			others = append(others, r)
		}
	}
	return others
}

func (t *Tx) known(ctx context.Context, rows []*row) (map[rowKey]stored, error) {
	known := make(map[rowKey]stored)
	keys := make([]string, 0, len(rows))
	for i, r := range rows {
		if i == 0 || rows[i-1].key != r.key {
			keys = append(keys, r.key)
		}
	}
	err := t.QueryIn(ctx, func(rows *sql.Rows) error {
		var k rowKey
		var v stored
		if err := rows.Scan(&k.app, &k.key, &v.id, &v.outcome, &v.retries, &v.step, &v.sent); err != nil {
			return err
		}
		known[k] = v
		return nil
	}, keys, "SELECT app_id, event_key, id, outcome, retry_count, step, CASE WHEN dir = 'out' THEN at ELSE received_at + latency_us END "+
		"FROM interactions WHERE event_key IN (?)")
	return known, err
}

// split separates the first row of every new key from all that only completes a row:
// further rows of such a key within the batch, and the rest, amendments and repetitions.
func split(rows []*row, known map[rowKey]stored) (fresh, within, rest []*row) {
	first := make(map[rowKey]bool, len(rows))
	for _, r := range rows {
		k := r.rowKey()
		_, there := known[k]
		switch {
		case first[k]:
			within = append(within, r)
		case there || r.in.Amend:
			rest = append(rest, r)
		default:
			first[k] = true
			fresh = append(fresh, r)
		}
	}
	return fresh, within, rest
}
