package store

import (
	"context"
	"database/sql"

	"github.com/wenzheng/wenzheng/models"
)

// A row of the log counts at its effective second: an answer never before the question it
// names, should two clocks disagree. Only a question of the same thread counts as asked.

func (t *Tx) measuresIfAny(ctx context.Context) (*measures, error) {
	if t.s.opt.Measure == nil {
		return nil, nil
	}
	return t.s.measures(ctx, t)
}

// measuresLooking is measuresIfAny with a look at the state.
func (t *Tx) measuresLooking(ctx context.Context) (*measures, error) {
	if t.s.opt.Measure == nil {
		return nil, nil
	}
	if err := t.look(ctx); err != nil {
		return nil, err
	}
	return t.s.measuresOf(ctx, t, t.state.version)
}

// place gives new answers the second at which they count, where the question is in the
// same batch.
func place(m *measures, fresh []*row) {
	if m == nil {
		return
	}
	asked := make(map[rowKey]*row)
	for _, r := range fresh {
		if r.in.Dir == models.DirIn {
			asked[r.rowKey()] = r
		}
	}
	for _, r := range fresh {
		q := asked[rowKey{r.in.AppID, r.to}]
		if r.to == "" || q == nil {
			continue
		}
		answer, question := r.slim(), q.slim()
		r.args[argEffective] = effective(m, &answer, &question)
	}
}

// effective is when answer counts, given the row it names. A self-test asks nothing.
func effective(m *measures, answer, question *slim) int64 {
	a, okA := threadOf(&answer.Interaction)
	q, okQ := threadOf(&question.Interaction)
	if !okA || !okQ || a != q || question.Dir != models.DirIn || question.Probe {
		return answer.At.Unix()
	}
	at, _ := m.of(answer.AppID).EffectiveAt(&answer.Interaction, question.At.Unix())
	return at
}

// moveAnswers settles what a batch, not yet inserted, changes in effective times beyond itself:
// new answers to older questions, and older answers whose question came only now. It returns the
// threads and seconds that rows left or came to. The citizens must be locked.
func (t *Tx) moveAnswers(ctx context.Context, m *measures, fresh []*row) ([]slim, error) {
	inBatch := make(map[rowKey]bool, len(fresh))
	var asked []string
	for _, r := range fresh {
		inBatch[r.rowKey()] = true
		if r.in.Dir == models.DirIn {
			asked = append(asked, r.key)
		}
	}
	waiting := make(map[rowKey][]*row)
	var wanted []string
	for _, r := range fresh {
		k := rowKey{r.in.AppID, r.to}
		if r.to == "" || r.in.Dir != models.DirOut || inBatch[k] {
			continue
		}
		if waiting[k] == nil {
			wanted = append(wanted, r.to)
		}
		waiting[k] = append(waiting[k], r)
	}
	touched, err := t.adopt(ctx, m, fresh, asked)
	if err != nil || len(wanted) == 0 {
		return touched, err
	}
	questions, err := t.rowsByKey(ctx, wanted)
	if err != nil {
		return nil, err
	}
	return touched, t.answer(ctx, m, waiting, questions)
}

func (t *Tx) rowsByKey(ctx context.Context, keys []string) (map[rowKey]*slim, error) {
	found := make(map[rowKey]*slim)
	err := t.QueryIn(ctx, func(rows *sql.Rows) error {
		q, err := scanSlim(rows)
		found[rowKey{q.AppID, q.MsgKey}] = q
		return err
	}, keys, "SELECT "+slimColumns+" FROM interactions WHERE event_key IN (?)")
	return found, err
}

// answer moves new answers to the second of their question; those whose question is not
// in the log yet are noted.
func (t *Tx) answer(ctx context.Context, m *measures, waiting map[rowKey][]*row, questions map[rowKey]*slim) error {
	var orphans []any
	for k, answers := range waiting {
		q := questions[k]
		for _, r := range answers {
			if q == nil {
				orphans = append(orphans, r.in.AppID, r.to, r.id)
				continue
			}
			a := r.slim()
			r.args[argEffective] = effective(m, &a, q)
		}
	}
	return t.Upsert(ctx, "orphans", "app_id, reply_to, id", 3, orphans, t.s.dialect.OnConflict("reply_to, app_id, id"))
}

// adopt moves older answers to the questions that came only now.
func (t *Tx) adopt(ctx context.Context, m *measures, fresh []*row, asked []string) ([]slim, error) {
	type orphan struct {
		slim
		id int64
	}
	if t.state != nil && !t.state.orphans {
		return nil, nil
	}
	var found []orphan
	err := t.QueryIn(ctx, func(rows *sql.Rows) error {
		var o orphan
		var at int64
		err := rows.Scan(&o.AppID, &o.MsgKey, &o.UID, &o.Thread, &o.Channel, &o.Dir, &at, &o.ReplyTo, &o.Probe, &o.at, &o.id)
		o.At = fromMicros(at)
		found = append(found, o)
		return err
	}, asked, "SELECT i.app_id, i.event_key, i.uid, i.thread, i.channel, i.dir, i.at, i.reply_to, i.probe, i.effective_at, i.id "+
		"FROM orphans o JOIN interactions i ON i.id = o.id WHERE o.reply_to IN (?)")
	if err != nil || len(found) == 0 {
		return nil, err
	}
	questions := make(map[rowKey]slim)
	for _, r := range fresh {
		questions[r.rowKey()] = r.slim()
	}
	var touched []slim
	for _, o := range found {
		q, ok := questions[rowKey{o.AppID, o.ReplyTo}]
		if !ok {
			continue
		}
		err := t.Exec(ctx, "DELETE FROM orphans WHERE reply_to = ? AND app_id = ? AND id = ?", o.ReplyTo, o.AppID, o.id)
		if err != nil {
			return nil, err
		}
		at := effective(m, &o.slim, &q)
		if at == o.at {
			continue
		}
		if err := t.Exec(ctx, "UPDATE interactions SET effective_at = ? WHERE id = ?", at, o.id); err != nil {
			return nil, err
		}
		moved := o.slim
		moved.at = at
		touched = append(touched, o.slim, moved)
	}
	return touched, nil
}

// settledKeys are the keys of stored rows whose topic or step an amendment may have set.
func settledKeys(rest []*row) []string {
	var keys []string
	for _, r := range rest {
		if settled(&r.in) {
			keys = append(keys, r.key)
		}
	}
	return keys
}
