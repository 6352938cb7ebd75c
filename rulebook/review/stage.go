package review

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// State is how far a version has come.
type State string

// A version is drafted, submitted, approved by a second person and published, until the next one replaces
// it; or it is discarded on the way.
const (
	Draft     State = "draft"
	Waiting   State = "review"
	Approved  State = "approved"
	Published State = "published"
	Replaced  State = "replaced"
	Discarded State = "discarded"
)

// Open reports whether the version is on its way.
func (s State) Open() bool { return s == Draft || s == Waiting || s == Approved }

// Title is the state in Chinese.
func (s State) Title() string {
	return map[State]string{
		Draft: "草稿", Waiting: "待审", Approved: "待发布", Published: "已发布", Replaced: "曾经发布", Discarded: "已丢弃",
	}[s]
}

// Stage is how far one version of what is reviewed has come; what it says is its kind's.
type Stage struct {
	Version   int64     `json:"version,string"` // of this thing of the account, from 1
	State     State     `json:"state"`
	Author    string    `json:"author"`
	Reviewer  string    `json:"reviewer"`
	Reason    string    `json:"reason"` // why it was returned
	ChangedAt time.Time `json:"changed_at"`
}

// Edition is another one after each change of the version; whoever changes it says which one they saw.
func (v *Stage) Edition() string {
	return fmt.Sprintf("%d-%s-%d", v.Version, v.State, v.ChangedAt.UnixMicro())
}

// Columns are those that Scan reads, beside further ones of who calls.
const Columns = "version, state, author, reviewer, reason, changed_at"

// Scan reads a row.
func (v *Stage) Scan(rows *sql.Rows, more ...any) error {
	var changed int64
	err := rows.Scan(append([]any{&v.Version, &v.State, &v.Author, &v.Reviewer, &v.Reason, &changed}, more...)...)
	v.ChangedAt = micros(changed)
	return err
}

// Values are what is written into Columns by a change now or, where the clock stands, a moment later.
func (v *Stage) Values(now time.Time) []any {
	changed := max(now.UnixMicro(), v.ChangedAt.UnixMicro()+1)
	v.ChangedAt = micros(changed)
	return []any{v.Version, string(v.State), models.Clip(v.Author, 64), models.Clip(v.Reviewer, 64), models.Clip(v.Reason, 1024), changed}
}

func micros(n int64) time.Time { return time.UnixMicro(n).In(models.Shanghai()) }

// Lock has nobody else change what is reviewed of an account until the transaction ends. A row that is
// not there yet can not be locked itself.
func Lock(ctx context.Context, t *store.Tx, appID string) error {
	return t.Query(ctx, func(*sql.Rows) error { return nil }, "SELECT app_id FROM accounts WHERE app_id = ?"+t.Dialect().ForUpdate, appID)
}
