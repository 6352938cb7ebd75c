package waits

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// MarkWait marks the wait that the row of a msg_key opens as one that needs no answer, or takes the
// mark back (MarkNone), audited. The wait leaves every rate and index at once, and is counted
// apart; what the citizen writes after the mark opens a wait of its own. The mark is the row's: it
// survives rebuilding, whatever arrives late. changed says whether it was another before. A row
// that opens no wait is a *models.Error that names the one to mark.
func (s *Waits) MarkWait(ctx context.Context, appID, msgKey string, mark models.WaitMark, by models.Who) (changed bool, err error) {
	if mark != models.MarkNone && !slices.Contains(models.WaitMarks(), mark) {
		return false, models.NewError(models.CodeInvalid, "标记只能是 thanks（感谢）、spam（广告骚扰）或 test（测试）")
	}
	key := store.RowKey{AppID: appID, MsgKey: store.NormalKey(appID, msgKey)}
	err = s.transact(ctx, func(t *txn) error {
		before, err := t.markWait(ctx, key, mark, by)
		if changed = before != mark; err != nil || !changed {
			return err
		}
		return t.Audit(ctx, models.AuditEntry{
			Who: by, Action: "wait.mark", ObjectType: "interaction", ObjectID: key.MsgKey, AppID: key.AppID,
			Before: models.JSON(map[string]any{"mark": before}), After: models.JSON(map[string]any{"mark": mark}),
		})
	})
	return changed && err == nil, models.Wrap("waits: mark wait", err)
}

// WithdrawIn marks the wait that a row opens as withdrawn, within a transaction of another room, which tells
// who did and audits what is to be audited.
func (s *Waits) WithdrawIn(ctx context.Context, in *store.Tx, key store.RowKey) error {
	_, err := (&txn{Tx: in, s: s}).markWait(ctx, key, models.MarkWithdrawn, models.Who{Name: "市民"})
	return err
}

// markWait returns the mark that the wait had.
func (t *txn) markWait(ctx context.Context, key store.RowKey, mark models.WaitMark, by models.Who) (before models.WaitMark, err error) {
	m, err := t.s.measures(ctx, t)
	if err != nil {
		return before, err
	}
	row, err := t.lockedRow(ctx, key)
	switch {
	case err != nil || row.Mark == mark:
		return mark, err
	case row.Mark == models.MarkWithdrawn:
		return mark, models.NewError(models.CodeInvalid, key.MsgKey+" 开始的诉求由市民撤回了，不能改标记")
	}
	if mark != models.MarkNone {
		if err := t.opensWait(ctx, row); err != nil {
			return before, err
		}
	}
	now := t.Now()
	until := row.MarkedAt // another reason moves no bound: what came since stays a wait of its own
	switch {
	case mark == models.MarkNone:
		until = 0
	case row.Mark == models.MarkNone:
		until = now.Unix()
	}
	err = t.Exec(ctx, "UPDATE interactions SET mark = ?, marked_at = ? WHERE event_key = ? AND app_id = ?", string(mark), until, key.MsgKey, key.AppID)
	if err != nil {
		return before, err
	}
	if err := t.keepMark(ctx, key, mark, by, now); err != nil {
		return before, err
	}
	return row.Mark, t.fold(ctx, m, []store.SlimRow{*row})
}

// keepMark keeps who marked, and when.
func (t *txn) keepMark(ctx context.Context, key store.RowKey, mark models.WaitMark, by models.Who, at time.Time) error {
	if mark == models.MarkNone {
		return t.Exec(ctx, "DELETE FROM wait_marks WHERE app_id = ? AND event_key = ?", key.AppID, key.MsgKey)
	}
	return t.Upsert(ctx, "wait_marks", "app_id, event_key, mark, name, marked_at", 5,
		[]any{key.AppID, key.MsgKey, string(mark), store.FitName(by.Name), at.Unix()},
		t.Dialect().OnConflict("app_id, event_key", "mark", "name", "marked_at"))
}

// opensWait is nil where the row opens a wait, else the error that says which row does.
func (t *txn) opensWait(ctx context.Context, row *store.SlimRow) error {
	th, ok := threadOf(&row.Interaction)
	opens, latest := false, ""
	err := t.Query(ctx, func(rows *sql.Rows) error {
		w, err := scanWait(rows)
		if err == nil && ok && waitThread(&w) == th {
			opens = opens || w.OpenKey == row.MsgKey
			latest = w.OpenKey
		}
		return err
	}, "SELECT "+waitColumns+" FROM waits WHERE uid = ? AND open_at <= ? ORDER BY open_at, id", row.UID, row.EffectiveAt)
	switch {
	case err != nil || opens:
		return err
	case row.Dir == models.DirIn && latest != "":
		return models.NewError(models.CodeInvalid, fmt.Sprintf("%s 不是一轮诉求的第一条消息；它之前最近一轮的第一条是 %s，请标记那一条", row.MsgKey, latest))
	}
	return models.NewError(models.CodeInvalid, row.MsgKey+" 没有开始一轮诉求，不能标记；用 wenzheng waits list 可查各轮第一条的 msg_key")
}

// Opening is the first message of a wait, and the mark that a person gave the wait.
type Opening struct {
	Content   string // masked
	Corrected string // see models.Interaction
	Rule      string // the name of the rule that answered it, "" = none
	Mark      models.WaitMark
	MarkedBy  string
	MarkedAt  time.Time // zero = not marked
}

// Openings returns the rows of an account by their msg_key.
func (s *Waits) Openings(ctx context.Context, appID string, keys []string) (map[string]Opening, error) {
	found := make(map[string]Opening, len(keys))
	err := s.read(ctx, store.Console, func(t *txn) error {
		return t.QueryIn(ctx, func(rows *sql.Rows) error {
			var key string
			var o Opening
			var at int64
			err := rows.Scan(&key, &o.Content, &o.Corrected, &o.Rule, &o.Mark, &o.MarkedBy, &at)
			if at > 0 {
				o.MarkedAt = time.Unix(at, 0).In(models.Shanghai())
			}
			found[key] = o
			return err
		}, sortedUnique(keys), "SELECT i.event_key, i.content, i.corrected, i.rule_name, i.mark, COALESCE(k.name, ''), COALESCE(k.marked_at, 0) FROM interactions i "+
			"LEFT JOIN wait_marks k ON k.app_id = i.app_id AND k.event_key = i.event_key WHERE i.event_key IN (?) AND i.app_id = ?", appID)
	})
	if err != nil {
		return nil, fmt.Errorf("waits: openings: %w", err)
	}
	return found, nil
}
