package waits

import (
	"context"
	"database/sql"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// A row of the log counts at its effective second: an answer never before the question it
// names, should two clocks disagree. Only a question of the same thread counts as asked.

// place gives new answers the second at which they count, where the question is in the
// same batch.
func place(fresh []*store.NewRow) {
	asked := make(map[store.RowKey]*store.NewRow)
	for _, r := range fresh {
		if r.In().Dir == models.DirIn {
			asked[r.Key()] = r
		}
	}
	for _, r := range fresh {
		to, ok := r.ReplyTo()
		q := asked[to]
		if !ok || q == nil {
			continue
		}
		answer, question := r.Slim(), q.Slim()
		r.CountAt(effective(&answer, &question))
	}
}

// effective is when answer counts, given the row it names. A self-test asks nothing.
func effective(answer, question *store.SlimRow) int64 {
	a, okA := threadOf(&answer.Interaction)
	q, okQ := threadOf(&question.Interaction)
	if !okA || !okQ || a != q || question.Dir != models.DirIn || question.Probe {
		return answer.At.Unix()
	}
	at, _ := indices.EffectiveAt(&answer.Interaction, question.At.Unix())
	return at
}

// placeReplaced has answers that were written over others count when they should, and returns the
// rows as they were and as they are.
func (t *txn) placeReplaced(ctx context.Context, list []store.Replaced) ([]store.SlimRow, error) {
	touched := make([]store.SlimRow, 0, 2*len(list))
	for _, r := range list {
		after := r.After
		questions, err := t.RowsByKey(ctx, []string{after.ReplyTo})
		if err != nil {
			return nil, err
		}
		if q := questions[store.RowKey{AppID: after.AppID, MsgKey: after.ReplyTo}]; q != nil {
			after.EffectiveAt = effective(&after, q)
		}
		if after.EffectiveAt != r.After.EffectiveAt {
			err := t.Exec(ctx, "UPDATE interactions SET effective_at = ? WHERE event_key = ? AND app_id = ?", after.EffectiveAt, after.MsgKey, after.AppID)
			if err != nil {
				return nil, err
			}
		}
		touched = append(touched, r.Before, after)
	}
	return touched, nil
}

// moveAnswers settles what a batch, not yet inserted, changes in effective times beyond itself:
// new answers to older questions, and older answers whose question came only now. It returns the
// threads and seconds that rows left or came to. The citizens must be locked.
func (t *txn) moveAnswers(ctx context.Context, fresh []*store.NewRow) ([]store.SlimRow, error) {
	inBatch := make(map[store.RowKey]bool, len(fresh))
	var asked []string
	for _, r := range fresh {
		inBatch[r.Key()] = true
		if r.In().Dir == models.DirIn {
			asked = append(asked, r.Key().MsgKey)
		}
	}
	waiting := make(map[store.RowKey][]*store.NewRow)
	var wanted []string
	for _, r := range fresh {
		k, ok := r.ReplyTo()
		if !ok || r.In().Dir != models.DirOut || inBatch[k] {
			continue
		}
		if waiting[k] == nil {
			wanted = append(wanted, k.MsgKey)
		}
		waiting[k] = append(waiting[k], r)
	}
	touched, err := t.adopt(ctx, fresh, asked)
	if err != nil || len(wanted) == 0 {
		return touched, err
	}
	questions, err := t.RowsByKey(ctx, wanted)
	if err != nil {
		return nil, err
	}
	return touched, t.answer(ctx, waiting, questions)
}

// answer moves new answers to the second of their question; those whose question is not
// in the log yet are noted.
func (t *txn) answer(ctx context.Context, waiting map[store.RowKey][]*store.NewRow, questions map[store.RowKey]*store.SlimRow) error {
	var orphans []any
	for k, answers := range waiting {
		q := questions[k]
		for _, r := range answers {
			if q == nil {
				orphans = append(orphans, k.AppID, k.MsgKey, r.ID())
				continue
			}
			a := r.Slim()
			r.CountAt(effective(&a, q))
		}
	}
	return t.Upsert(ctx, "orphans", "app_id, reply_to, id", 3, orphans, t.Dialect().OnConflict("reply_to, app_id, id"))
}

// adopt moves older answers to the questions that came only now.
func (t *txn) adopt(ctx context.Context, fresh []*store.NewRow, asked []string) ([]store.SlimRow, error) {
	type orphan struct {
		store.SlimRow
		id int64
	}
	if t.state != nil && !t.state.orphans {
		return nil, nil
	}
	var found []orphan
	err := t.QueryIn(ctx, func(rows *sql.Rows) error {
		var o orphan
		var at int64
		err := rows.Scan(&o.AppID, &o.MsgKey, &o.UID, &o.Thread, &o.Channel, &o.Dir, &at, &o.ReplyTo, &o.Probe, &o.EffectiveAt, &o.id)
		o.At = time.UnixMicro(at)
		found = append(found, o)
		return err
	}, asked, "SELECT i.app_id, i.event_key, i.uid, i.thread, i.channel, i.dir, i.at, i.reply_to, i.probe, i.effective_at, i.id "+
		"FROM orphans o JOIN interactions i ON i.id = o.id WHERE o.reply_to IN (?)")
	if err != nil || len(found) == 0 {
		return nil, err
	}
	questions := make(map[store.RowKey]store.SlimRow)
	for _, r := range fresh {
		questions[r.Key()] = r.Slim()
	}
	var touched []store.SlimRow
	for _, o := range found {
		q, ok := questions[store.RowKey{AppID: o.AppID, MsgKey: o.ReplyTo}]
		if !ok {
			continue
		}
		err := t.Exec(ctx, "DELETE FROM orphans WHERE reply_to = ? AND app_id = ? AND id = ?", o.ReplyTo, o.AppID, o.id)
		if err != nil {
			return nil, err
		}
		at := effective(&o.SlimRow, &q)
		if at == o.EffectiveAt {
			continue
		}
		if err := t.Exec(ctx, "UPDATE interactions SET effective_at = ? WHERE id = ?", at, o.id); err != nil {
			return nil, err
		}
		moved := o.SlimRow
		moved.EffectiveAt = at
		touched = append(touched, o.SlimRow, moved)
	}
	return touched, nil
}
