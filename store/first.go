package store

import (
	"context"
	"strconv"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// Two instances that do not know of each other, because the database is away, may answer one message
// differently. Whichever of them stores its rows first, the log keeps the answer that was sent first: the
// one of an instance's question and answer rows, each compared by the time at which it was sent. Of two
// sent at the same time the stored one stays.

// sentAt is when the answer was sent, in Unix microseconds, that a row of the callback tells of; ok is
// false for a row that tells of none, such as an imported one.
func sentAt(r *NewRow) (at int64, ok bool) {
	i := &r.in
	switch {
	case i.ParseStatus == ParseReduced:
		return 0, false
	case i.Dir == models.DirOut:
		return Micros(i.At), i.Latency > 0 && i.ReplyTo != "" && i.MsgKey == models.ReplyKey(i.ReplyTo)
	}
	return Micros(i.ReceivedAt) + i.Latency.Microseconds(), settled(i) && !i.ReceivedAt.IsZero()
}

func sentBefore(r *NewRow, sent int64) bool {
	at, ok := sentAt(r)
	return ok && at < sent
}

// answeredBy completes a new row by another of its key within the batch.
func (r *NewRow) answeredBy(other *NewRow) {
	outcome, _ := r.args[argOutcome].(string)
	if other.in.Dir == models.DirOut {
		if at, _ := r.args[argAt].(int64); !other.in.Amend && sentBefore(other, at) {
			r.in, r.id, r.args = other.in, other.id, other.args
		}
		return
	}
	received, _ := r.args[argReceivedAt].(int64)
	latency, _ := r.args[argLatency].(int64)
	if !settled(&other.in) || !open(outcome) && !sentBefore(other, received+latency) {
		return
	}
	answer := answerArgs(&other.in)
	r.args[argTopic] = answer[0]
	copy(r.args[argRule:], answer[1:])
	r.args[argStep] = bit(other.in.Step)
	if at := Micros(other.in.ReceivedAt); at != 0 {
		r.args[argReceivedAt] = at
	}
}

// replaceAnswers writes answers over stored ones that were sent after them. The citizens must be
// locked.
func (t *Tx) replaceAnswers(ctx context.Context, rest []*NewRow, known map[RowKey]stored) ([]Replaced, error) {
	var replaced []Replaced
	for _, r := range rest {
		v, there := known[r.Key()]
		if !there || r.in.Dir != models.DirOut || r.in.Amend || !sentBefore(r, v.sent) {
			continue
		}
		rows, err := t.RowsByKey(ctx, []string{r.key})
		if err != nil {
			return nil, err
		}
		before := rows[r.Key()]
		if before == nil {
			continue
		}
		if err := t.replaceAnswer(ctx, r, v.id); err != nil {
			return nil, err
		}
		after := r.Slim()
		after.Mark, after.MarkedAt, after.Thread = before.Mark, before.MarkedAt, before.Thread
		v.sent, _ = sentAt(r)
		known[r.Key()] = v
		replaced = append(replaced, Replaced{*before, after})
	}
	return replaced, nil
}

// answerColumns are those of an answer's row in which two answers to one question may differ.
const answerColumns = "actor, staff, kind, content, at, received_at, local_day, local_hour, local_minute, weekday, matched, ok, err_code, topic, " +
	"parse_status, warnings, rule_id, rule_name, rules_version, outcome, latency_us, corrected, truncated, effective_at, raw"

// replaceAnswer leaves the row its id, to which raw is sealed.
func (t *Tx) replaceAnswer(ctx context.Context, r *NewRow, id int64) error {
	raw, err := t.s.seal("interactions", "raw", strconv.FormatInt(id, 10), r.in.Raw)
	if err != nil {
		return err
	}
	byName := make(map[string]any, argColumns)
	for i, name := range strings.Split(interactionColumns, ", ") {
		byName[name] = r.args[i]
	}
	byName["raw"] = raw
	columns := strings.Split(answerColumns, ", ")
	args := make([]any, 0, len(columns)+1)
	for _, name := range columns {
		args = append(args, byName[name])
	}
	return t.Exec(ctx, "UPDATE interactions SET "+strings.Join(columns, " = ?, ")+" = ? WHERE id = ?", append(args, id)...)
}
