package store

import (
	"context"
	"database/sql"

	"github.com/wenzheng/wenzheng/models"
)

// maxAgain bounds the repetitions of a batch whose keys another instance inserted first,
// or whose transaction was chosen as the victim of a deadlock.
const maxAgain = 8

// Follow works out what is derived from the log, within the transaction that stores a batch: the
// citizens of the batch are locked and its new rows are not inserted yet, so that none need be read
// that is at hand. It may say where new rows stand and when they count. write is called when the
// rows are inserted.
type Follow func(ctx context.Context, t *Tx, a *Arrival) (write func() error, err error)

// Arrival is what a batch brings.
type Arrival struct {
	All       []*NewRow       // the whole batch, by key
	Fresh     []*NewRow       // not in the database yet
	Replaced  []Replaced      // stored answers that an earlier one was written over
	Settled   []string        // keys of stored rows whose topic or step an amendment may have set
	Steps     []string        // citizens of stored rows that are steps now, or no longer
	Newcomers map[string]bool // citizens of whom nothing was stored before
}

// Replaced is a stored answer as it was and as it is.
type Replaced struct{ Before, After SlimRow }

// Append stores a batch of the log in one transaction, with what follow derives from it; nil derives
// nothing. Rows whose key is new are inserted, rows already there only gain deliveries, a late
// outcome, and the answer of another instance that was sent before theirs, so a batch may be
// repeated any number of times, and batches come in any order. Errors are *models.StoreFault;
// whatever the class, the outcome is unknown and only a repetition settles it. Keep batches at 200
// rows or 1 MiB.
func (s *Store) Append(ctx context.Context, batch []models.Interaction, follow Follow) error {
	if len(batch) == 0 {
		return nil
	}
	rows, err := s.rows(batch)
	if err == nil {
		_, err = s.appendRows(ctx, rows, follow)
	}
	return fault(err)
}

// Append stores rows of the log within this transaction, as Store.Append does in its own.
func (t *Tx) Append(ctx context.Context, batch []models.Interaction, follow Follow) error {
	rows, err := t.s.rows(batch)
	if err != nil || len(rows) == 0 {
		return err
	}
	t.appended = append(t.appended, rows...)
	_, err = t.store(ctx, rows, follow, true)
	return err
}

// Reduced is what can always be stored of a row that is poison: key, account, citizen, time, raw
// bytes and the cause. The cause is kept, masked, as a warning.
func Reduced(i models.Interaction, cause string) models.Interaction {
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
	return reduced
}

// ParseReduced marks a row of which only the reduced form could be stored.
const ParseReduced models.ParseStatus = "reduced"

// appendRows returns the rows that are new.
func (s *Store) appendRows(ctx context.Context, rows []*NewRow, follow Follow) ([]*NewRow, error) {
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	for again := 0; ; again++ {
		fresh, err := s.attempt(ctx, rows, follow, again > 0)
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

func (s *Store) attempt(ctx context.Context, rows []*NewRow, follow Follow, again bool) (fresh []*NewRow, err error) {
	err = s.transact(ctx, s.drain, func(t *Tx) (err error) {
		fresh, err = t.store(ctx, rows, follow, again)
		return err
	})
	return fresh, err
}

// renumber gives every row another id after a collision.
func (s *Store) renumber(rows []*NewRow) error {
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

// RowKey names a row of the log.
type RowKey struct{ AppID, MsgKey string }

// store is one attempt: find what is there, work out what follows, insert what is new, complete
// what is not. Locks are taken in one order: citizens by uid, named threads, interactions by key,
// then the rest. Of newcomers nothing is looked up, nor of rows that are new: that their keys and
// deliveries are new as well is left to the unique indexes, which have the batch repeated and
// everything looked up.
func (t *Tx) store(ctx context.Context, rows []*NewRow, follow Follow, again bool) ([]*NewRow, error) {
	newcomers, err := t.EnsureCitizens(ctx, interactionsOf(rows))
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
	arrival := Arrival{All: rows, Fresh: fresh, Settled: settledKeys(rest), Newcomers: newcomers}
	if arrival.Steps, err = t.amend(ctx, rest, known); err != nil {
		return nil, err
	}
	if arrival.Replaced, err = t.replaceAnswers(ctx, rest, known); err != nil {
		return nil, err
	}
	write := func() error { return nil }
	if follow != nil {
		if write, err = follow(ctx, t, &arrival); err != nil {
			return nil, err
		}
	}
	if err := t.insertRows(ctx, fresh); err != nil {
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

// interactionsOf are the rows as they were handed in, with the citizens' pseudonyms.
func interactionsOf(rows []*NewRow) []*models.Interaction {
	list := make([]*models.Interaction, len(rows))
	for i, r := range rows {
		list[i] = &r.in
	}
	return list
}

// settledKeys are the keys of rows that say what became of their question.
func settledKeys(rest []*NewRow) []string {
	var keys []string
	for _, r := range rest {
		if settled(&r.in) {
			keys = append(keys, r.key)
		}
	}
	return keys
}

// ofOthers are the rows that are not of the citizens.
func ofOthers(rows []*NewRow, citizens map[string]bool) []*NewRow {
	others := make([]*NewRow, 0, len(rows))
	for _, r := range rows {
		if !citizens[r.in.UID] {
			others = append(others, r)
		}
	}
	return others
}

func (t *Tx) known(ctx context.Context, rows []*NewRow) (map[RowKey]stored, error) {
	known := make(map[RowKey]stored)
	keys := make([]string, 0, len(rows))
	for i, r := range rows {
		if i == 0 || rows[i-1].key != r.key {
			keys = append(keys, r.key)
		}
	}
	err := t.QueryIn(ctx, func(rows *sql.Rows) error {
		var k RowKey
		var v stored
		if err := rows.Scan(&k.AppID, &k.MsgKey, &v.id, &v.outcome, &v.retries, &v.step, &v.sent); err != nil {
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
func split(rows []*NewRow, known map[RowKey]stored) (fresh, within, rest []*NewRow) {
	first := make(map[RowKey]bool, len(rows))
	for _, r := range rows {
		k := r.Key()
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
