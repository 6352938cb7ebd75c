package rulebook

import (
	"context"
	"database/sql"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// What an author is told.
const (
	NoticeReturned   = "returned"
	NoticePublished  = "published"
	NoticeRolledBack = "rolled_back"
	NoticeArchived   = "archived"
	NoticeFailed     = "publish_failed" // at the time for which it was planned
)

// Notice tells an author what became of a rule of theirs by somebody else's act, or by the clock.
type Notice struct {
	ID     int64     `json:"id,string"`
	At     time.Time `json:"at"`
	Kind   string    `json:"kind"`
	RuleID int64     `json:"rule_id,string"` // 0: the whole set
	Rule   string    `json:"rule"`
	By     string    `json:"by"`
	Reason string    `json:"reason"`
}

// tell notes for the author of a version what was done with it, unless they did it themselves.
func tell(ctx context.Context, t *store.Tx, appID string, by models.Who, r *models.Rule, kind, reason string) error {
	if r.Author == by.Name || r.Author == "" {
		return nil
	}
	return tellPerson(ctx, t, appID, by, r.Author, r, kind, reason)
}

func tellPerson(ctx context.Context, t *store.Tx, appID string, by models.Who, person string, r *models.Rule, kind, reason string) error {
	return t.Exec(ctx, "INSERT INTO rule_notices (id, app_id, person, at, kind, rule_id, rule_name, actor, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		t.NextID(), appID, models.Clip(person, 64), t.Now().UnixMicro(), kind, r.ID, models.Clip(r.Name, 256), models.Clip(by.Name, 64), models.Clip(reason, 1024))
}

// maxNotices is how many notices are shown; older ones follow when these are seen.
const maxNotices = 100

// Notices are what a person has not been told yet, the newest first.
func (b *Book) Notices(ctx context.Context, by models.Who, appID string) ([]Notice, error) {
	list := []Notice{}
	err := b.store.Query(ctx, store.Console, func(rows *sql.Rows) error {
		var n Notice
		var at int64
		err := rows.Scan(&n.ID, &at, &n.Kind, &n.RuleID, &n.Rule, &n.By, &n.Reason)
		n.At = time.UnixMicro(at).In(models.Shanghai())
		list = append(list, n)
		return err
	}, "SELECT id, at, kind, rule_id, rule_name, actor, reason FROM rule_notices WHERE app_id = ? AND person = ? ORDER BY id DESC LIMIT ?", appID, by.Name, maxNotices)
	return list, models.Wrap("rulebook: notices", err)
}

// Seen takes the notices of a person away, those up to an id.
func (b *Book) Seen(ctx context.Context, by models.Who, appID string, upTo int64) error {
	err := b.store.Transact(ctx, func(t *store.Tx) error {
		return t.Exec(ctx, "DELETE FROM rule_notices WHERE app_id = ? AND person = ? AND id <= ?", appID, by.Name, upTo)
	})
	return models.Wrap("rulebook: notices", err)
}
