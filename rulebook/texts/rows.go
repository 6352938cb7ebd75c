package texts

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// State is how far a version of a text has come.
type State string

// A version is drafted, submitted, and in effect once a second person approves it, until the next one
// replaces it; or it is discarded on the way.
const (
	Drafted   State = "draft"
	Review    State = "review"
	Published State = "published"
	Replaced  State = "replaced"
	Discarded State = "discarded"
)

// Version is one version of a text.
type Version struct {
	Key       Key       `json:"key"`
	Version   int64     `json:"version,string"` // of this text, from 1
	State     State     `json:"state"`
	Body      string    `json:"text"` // a word a line; "" = what is built in
	Author    string    `json:"author"`
	Reviewer  string    `json:"reviewer"`
	Reason    string    `json:"reason"` // why it was returned
	ChangedAt time.Time `json:"changed_at"`
}

// edition is another one after each change.
func (v *Version) edition() string {
	return fmt.Sprintf("%d-%s-%d", v.Version, v.State, v.ChangedAt.UnixMicro())
}

func (v *Version) open() bool { return v.State == Drafted || v.State == Review }

// holding is what there is of a text.
type holding struct{ live, open *Version }

const versionColumns = "name, version, state, body, author, reviewer, reason, changed_at"

// standing is what holds and what is on its way.
func standing(ctx context.Context, t *store.Tx, appID string) (map[Key]holding, error) {
	known := map[Key]holding{}
	list, err := versions(ctx, t, "app_id = ? AND state IN ('draft', 'review', 'published')", appID)
	for i := range list {
		v := &list[i]
		h := known[v.Key]
		if v.open() {
			h.open = v
		} else {
			h.live = v
		}
		known[v.Key] = h
	}
	return known, err
}

func versions(ctx context.Context, t *store.Tx, tail string, args ...any) ([]Version, error) {
	var list []Version
	err := t.Query(ctx, func(rows *sql.Rows) error {
		var v Version
		var changed int64
		err := rows.Scan(&v.Key, &v.Version, &v.State, &v.Body, &v.Author, &v.Reviewer, &v.Reason, &changed)
		v.ChangedAt = time.UnixMicro(changed).In(models.Shanghai())
		list = append(list, v)
		return err
	}, "SELECT "+versionColumns+" FROM account_texts WHERE "+tail, args...)
	return list, err
}

// latest locks the texts of an account and reads the newest version of one; nil when there is none.
func latest(ctx context.Context, t *store.Tx, appID string, key Key) (*Version, error) {
	err := t.Query(ctx, func(*sql.Rows) error { return nil }, "SELECT app_id FROM accounts WHERE app_id = ?"+t.Dialect().ForUpdate, appID)
	if err != nil {
		return nil, err
	}
	list, err := versions(ctx, t, "app_id = ? AND name = ? ORDER BY version DESC LIMIT 1", appID, string(key))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// save writes a version, whose time of change is now or, where the clock stands, a moment later.
func (v *Version) save(ctx context.Context, t *store.Tx, appID string) error {
	changed := max(t.Now().UnixMicro(), v.ChangedAt.UnixMicro()+1)
	v.ChangedAt = time.UnixMicro(changed).In(models.Shanghai())
	return t.Exec(ctx, "INSERT INTO account_texts (app_id, "+versionColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"+
		t.Dialect().OnConflict("app_id, name, version", "state", "body", "author", "reviewer", "reason", "changed_at"),
		appID, string(v.Key), v.Version, string(v.State), v.Body, models.Clip(v.Author, 64), models.Clip(v.Reviewer, 64),
		models.Clip(v.Reason, 1024), changed)
}

// takeEffect makes a version what holds.
func (v *Version) takeEffect(ctx context.Context, t *store.Tx, appID, setting string) error {
	err := t.Exec(ctx, "UPDATE account_texts SET state = 'replaced' WHERE app_id = ? AND name = ? AND state = 'published'", appID, string(v.Key))
	if err != nil {
		return err
	}
	err = t.Exec(ctx, "DELETE FROM account_settings WHERE app_id = ? AND name = ? AND valid_from = ''", appID, setting)
	if err != nil || v.Body == "" {
		return err
	}
	return t.Exec(ctx, "INSERT INTO account_settings (app_id, name, valid_from, value) VALUES (?, ?, '', ?)", appID, setting, v.Body)
}

// maxVersions is how many versions of a text are listed.
const maxVersions = 50

// Versions are those of a text, the newest first.
func (b *Book) Versions(ctx context.Context, appID string, key Key) ([]Version, error) {
	if _, err := ownKind(key); err != nil {
		return nil, err
	}
	list := []Version{}
	err := b.store.Read(ctx, store.Console, func(t *store.Tx) error {
		read, err := versions(ctx, t, "app_id = ? AND name = ? ORDER BY version DESC LIMIT "+strconv.Itoa(maxVersions), appID, string(key))
		list = append(list[:0], read...)
		return err
	})
	return list, models.Wrap("texts: versions", err)
}
