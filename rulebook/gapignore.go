package rulebook

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/topics"
)

// GapIgnored says who looks away from a gap, and until when: it comes back then, or when it has grown.
type GapIgnored struct {
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Until  time.Time `json:"until"`
	Reason string    `json:"reason"`

	count int // questions when it was ignored
}

const (
	// ignoreDays is how long a gap is ignored.
	ignoreDays = 30
	// A gap is back when it has grown by half and by at least leastGrowth questions.
	leastGrowth = 5
)

// outgrown reports whether a gap of so many questions is another one than the one ignored.
func (g *GapIgnored) outgrown(count int) bool {
	return 2*count >= 3*g.count && count >= g.count+leastGrowth
}

// IgnoreRequest looks away from a gap, or looks at it again.
type IgnoreRequest struct {
	GapsRequest
	Key    string
	Reason string
}

// IgnoreGap leaves a gap out of the list for 30 days, audited. It is back before when it grows.
func (b *Book) IgnoreGap(ctx context.Context, by models.Who, q IgnoreRequest) (GapIgnored, error) {
	q.Reason = strings.TrimSpace(q.Reason)
	switch {
	case q.Reason == "":
		return GapIgnored{}, models.Faulty("忽略有误", models.Fault("reason", "reason_missing", "请写为什么忽略"))
	case len([]rune(q.Reason)) > maxReason:
		return GapIgnored{}, models.Faulty("忽略有误", models.Fault("reason", "most_characters", "最长 {max} 字", "max", "200"))
	}
	g, err := b.gap(ctx, q.GapsRequest, q.Key)
	if err != nil {
		return GapIgnored{}, err
	}
	now := b.options.Now()
	out := GapIgnored{By: by.Name, At: now, Until: now.AddDate(0, 0, ignoreDays), Reason: q.Reason, count: g.Count}
	err = b.store.Transact(ctx, func(t *store.Tx) error {
		err := t.Upsert(ctx, "gap_ignores", "app_id, gap_key, questions, by_name, reason, at, until", 7, []any{
			q.Account.AppID, g.Key, g.Count, out.By, out.Reason, out.At.UnixMicro(), out.Until.UnixMicro(),
		}, t.Dialect().OnConflict("app_id, gap_key", "questions", "by_name", "reason", "at", "until"))
		if err != nil {
			return err
		}
		return t.Audit(ctx, models.AuditEntry{
			Who: by, Action: "gap.ignore", ObjectType: "gap", ObjectID: g.Key, AppID: q.Account.AppID, Reason: q.Reason,
			After: models.JSON(map[string]any{"questions": g.Count, "until": out.Until}),
		})
	})
	return out, models.Wrap("rulebook: ignore gap", err)
}

const maxReason = 200

// RecallGap brings an ignored gap, of a key or a name, back into the list, audited.
func (b *Book) RecallGap(ctx context.Context, by models.Who, appID, key string) error {
	err := b.store.Transact(ctx, func(t *store.Tx) error {
		found := ""
		err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&found) },
			"SELECT gap_key FROM gap_ignores WHERE app_id = ? AND (gap_key = ? OR gap_key = ? OR gap_key = ?)",
			appID, key, gapKey(topics.KindName, key), gapKey(topics.KindMatter, key))
		if err == nil && found == "" {
			err = models.NewError(models.CodeNotFound, "这一组没有被忽略")
		}
		if err == nil {
			err = t.Exec(ctx, "DELETE FROM gap_ignores WHERE app_id = ? AND gap_key = ?", appID, found)
		}
		if err != nil {
			return err
		}
		return t.Audit(ctx, models.AuditEntry{Who: by, Action: "gap.recall", ObjectType: "gap", ObjectID: found, AppID: appID})
	})
	return models.Wrap("rulebook: recall gap", err)
}

// markIgnored says of each gap whether it is ignored now.
func (b *Book) markIgnored(ctx context.Context, appID string, gaps []Gap) error {
	now := b.options.Now()
	ignored := map[string]GapIgnored{}
	err := b.store.Query(ctx, store.Console, func(rows *sql.Rows) error {
		var key string
		var g GapIgnored
		var at, until int64
		if err := rows.Scan(&key, &g.count, &g.By, &g.Reason, &at, &until); err != nil {
			return err
		}
		g.At, g.Until = time.UnixMicro(at), time.UnixMicro(until)
		ignored[key] = g
		return nil
	}, "SELECT gap_key, questions, by_name, reason, at, until FROM gap_ignores WHERE app_id = ? AND until > ?", appID, now.UnixMicro())
	for i := range gaps {
		g := &gaps[i]
		g.Ignored = nil
		if told, ok := ignored[g.Key]; ok && !told.outgrown(g.Count) {
			g.Ignored = &told
		}
	}
	return err
}
