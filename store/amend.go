package store

import (
	"context"
	"log/slog"

	"github.com/wenzheng/wenzheng/models"
)

// amend completes rows that are in the log: deliveries counted, and an outcome where
// none was known. An outcome that is known stays: the first answer is what the citizen saw. It returns
// the citizens whose rows turned out to be steps.
func (t *txn) amend(ctx context.Context, rest []*row, known map[rowKey]stored) (steps []subject, err error) {
	lost := 0
	for _, r := range rest {
		v, there := known[r.rowKey()]
		if !there && r.in.Amend && len(r.in.Deliveries) == 0 && !settled(&r.in) && r.in.RetryCount == 0 {
			lost++
			continue
		}
		if err := t.countRetries(ctx, r, v); err != nil {
			return nil, err
		}
		if there && !open(v.outcome) || !settled(&r.in) {
			continue
		}
		if err := t.settle(ctx, r); err != nil {
			return nil, err
		}
		if there && r.in.Step && !v.step {
			steps = append(steps, subject{uid: r.uid})
		}
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

func (t *txn) countRetries(ctx context.Context, r *row, v stored) error {
	atLeast := int64(r.in.RetryCount)
	if r.newOnes == 0 && atLeast <= v.retries {
		return nil
	}
	return t.exec(ctx, "UPDATE interactions SET retry_count = CASE WHEN retry_count + ? < ? THEN ? ELSE retry_count + ? END "+
		"WHERE event_key = ? AND app_id = ?", r.newOnes, atLeast, atLeast, r.newOnes, r.key, r.in.AppID)
}

func (t *txn) settle(ctx context.Context, r *row) error {
	return t.exec(ctx, "UPDATE interactions SET topic = ?, rule_id = ?, rule_name = ?, rules_version = ?, outcome = ?, latency_us = ?, "+
		"step = ? WHERE event_key = ? AND app_id = ? AND outcome IN ('', 'unknown')",
		append(answerArgs(&r.in), bit(r.in.Step), r.key, r.in.AppID)...)
}
