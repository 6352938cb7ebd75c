package store

import (
	"context"
	"log/slog"

	"github.com/wenzheng/wenzheng/models"
)

// amend completes rows that are in the log: deliveries counted, and an outcome where none was known
// or where the answer was sent before the known one. It returns the citizens whose rows turned out
// to be steps, or not to be.
func (t *Tx) amend(ctx context.Context, rest []*NewRow, known map[RowKey]stored) (steps []string, err error) {
	lost := 0
	for _, r := range rest {
		v, there := known[r.Key()]
		if !there && r.in.Amend && len(r.in.Deliveries) == 0 && !settled(&r.in) && r.in.RetryCount == 0 {
			lost++
			continue
		}
		if err := t.countRetries(ctx, r, v); err != nil {
			return nil, err
		}
		if !there || !settled(&r.in) || !open(v.outcome) && !sentBefore(r, v.sent) {
			continue
		}
		if err := t.settle(ctx, r); err != nil {
			return nil, err
		}
		if r.in.Step != v.step {
			steps = append(steps, r.in.UID)
		}
		v.outcome, v.step, v.sent = string(r.in.Outcome), r.in.Step, Micros(r.in.ReceivedAt)+r.in.Latency.Microseconds()
		known[r.Key()] = v
	}
	if lost > 0 {
		t.s.opt.Logger.LogAttrs(ctx, slog.LevelWarn, "amendments that change nothing", slog.Int("rows", lost))
	}
	return steps, nil
}

// settled reports whether the row says what became of its question.
func settled(i *models.Interaction) bool { return !open(string(i.Outcome)) }

func open(outcome string) bool {
	return outcome == string(models.OutcomeNone) || outcome == string(models.OutcomeUnknown)
}

func (t *Tx) countRetries(ctx context.Context, r *NewRow, v stored) error {
	atLeast := int64(r.in.RetryCount)
	if r.newOnes == 0 && atLeast <= v.retries {
		return nil
	}
	return t.Exec(ctx, "UPDATE interactions SET retry_count = CASE WHEN retry_count + ? < ? THEN ? ELSE retry_count + ? END "+
		"WHERE event_key = ? AND app_id = ?", r.newOnes, atLeast, atLeast, r.newOnes, r.key, r.in.AppID)
}

// settle writes the answer into its question, and when the delivery came that got it.
func (t *Tx) settle(ctx context.Context, r *NewRow) error {
	at := Micros(r.in.ReceivedAt)
	return t.Exec(ctx, "UPDATE interactions SET topic = ?, rule_id = ?, rule_name = ?, rules_version = ?, outcome = ?, latency_us = ?, "+
		"corrected = ?, step = ?, received_at = CASE WHEN ? = 0 THEN received_at ELSE ? END WHERE event_key = ? AND app_id = ?",
		append(answerArgs(&r.in), bit(r.in.Step), at, at, r.key, r.in.AppID)...)
}
