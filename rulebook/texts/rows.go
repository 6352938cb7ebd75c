package texts

import (
	"context"
	"database/sql"
	"strconv"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook/review"
	"github.com/wenzheng/wenzheng/store"
)

// Version is one version of a text.
type Version struct {
	review.Stage
	Key  Key    `json:"key"`
	Body string `json:"text"` // a word a line; "" = what is built in
}

// holding is what there is of a text.
type holding struct{ live, open *Version }

const versionColumns = review.Columns + ", name, body"

// standing is what holds and what is on its way.
func standing(ctx context.Context, t *store.Tx, appID string) (map[Key]holding, error) {
	known := map[Key]holding{}
	list, err := versions(ctx, t, "app_id = ? AND state IN ('draft', 'review', 'published')", appID)
	for i := range list {
		v := &list[i]
		h := known[v.Key]
		if v.State.Open() {
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
		err := v.Scan(rows, &v.Key, &v.Body)
		list = append(list, v)
		return err
	}, "SELECT "+versionColumns+" FROM account_texts WHERE "+tail, args...)
	return list, err
}

// latest locks the texts of an account and reads the newest version of one; nil when there is none.
func latest(ctx context.Context, t *store.Tx, appID string, key Key) (*Version, error) {
	if err := review.Lock(ctx, t, appID); err != nil {
		return nil, err
	}
	list, err := versions(ctx, t, "app_id = ? AND name = ? ORDER BY version DESC LIMIT 1", appID, string(key))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// save writes a version.
func (v *Version) save(ctx context.Context, t *store.Tx, appID string) error {
	values := append([]any{appID}, v.Values(t.Now())...)
	return t.Exec(ctx, "INSERT INTO account_texts (app_id, "+versionColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"+
		t.Dialect().OnConflict("app_id, name, version", "state", "body", "author", "reviewer", "reason", "changed_at"),
		append(values, string(v.Key), v.Body)...)
}

// takeEffect makes a version what holds.
func (v *Version) takeEffect(ctx context.Context, t *store.Tx, appID, setting string) error {
	err := t.Exec(ctx, "UPDATE account_texts SET state = 'replaced' WHERE app_id = ? AND name = ? AND state = 'published'", appID, string(v.Key))
	if err != nil {
		return err
	}
	return t.WriteSetting(ctx, appID, models.Setting{Name: setting, Value: v.Body}, v.Body == "")
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
