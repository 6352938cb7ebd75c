package menu

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook/review"
	"github.com/wenzheng/wenzheng/store"
)

// maxVersions is how many versions of a menu are listed.
const maxVersions = 50

const versionColumns = review.Columns + ", spec, published_at"

// versions reads the versions of an account's menu, the newest first.
func (b *Book) versions(ctx context.Context, appID string) (list []Version, err error) {
	err = b.store.Read(ctx, store.Console, func(t *store.Tx) error {
		list, err = readVersions(ctx, t, appID, maxVersions)
		return err
	})
	return list, models.Wrap("menu: versions", err)
}

// latest locks the menu of an account and reads its newest version; nil when there is none.
func latest(ctx context.Context, t *store.Tx, appID string) (*Version, error) {
	if err := review.Lock(ctx, t, appID); err != nil {
		return nil, err
	}
	list, err := readVersions(ctx, t, appID, 1)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

func readVersions(ctx context.Context, t *store.Tx, appID string, n int) (list []Version, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var v Version
		var spec string
		var published int64
		if err := v.Scan(rows, &spec, &published); err != nil {
			return err
		}
		if v.Revision = v.Edition(); published != 0 {
			v.PublishedAt = new(time.UnixMicro(published).In(models.Shanghai()))
		}
		err := json.Unmarshal([]byte(spec), &v.Menu)
		list = append(list, v)
		return err
	}, "SELECT "+versionColumns+" FROM menu_versions WHERE app_id = ? ORDER BY version DESC LIMIT ?", appID, n)
	return list, err
}

// save writes a version.
func (v *Version) save(ctx context.Context, t *store.Tx, appID string) error {
	values := append([]any{appID}, v.Values(t.Now())...)
	var published int64
	if v.PublishedAt != nil {
		published = v.PublishedAt.UnixMicro()
	}
	v.Revision = v.Edition()
	return t.Exec(ctx, "INSERT INTO menu_versions (app_id, "+versionColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"+
		t.Dialect().OnConflict("app_id, version", "state", "spec", "author", "reviewer", "reason", "changed_at", "published_at"),
		append(values, models.JSON(v.Menu), published)...)
}
