package menu

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// maxVersions is how many versions of a menu are listed.
const maxVersions = 50

const versionColumns = "version, state, spec, author, reviewer, reason, changed_at, published_at"

// versions reads the versions of an account's menu, the newest first.
func (b *Book) versions(ctx context.Context, appID string) ([]Version, error) {
	var list []Version
	err := b.store.Query(ctx, store.Console, func(rows *sql.Rows) error {
		v, err := scanMenu(rows)
		list = append(list, v)
		return err
	}, "SELECT "+versionColumns+" FROM menu_versions WHERE app_id = ? ORDER BY version DESC LIMIT "+strconv.Itoa(maxVersions), appID)
	if err != nil {
		return nil, fmt.Errorf("menu: versions: %w", err)
	}
	return list, nil
}

// latestMenu locks the newest version of an account's menu; nil when there is none.
func latestMenu(ctx context.Context, t *store.Tx, appID string) (latest *Version, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error {
		v, err := scanMenu(rows)
		latest = &v
		return err
	}, "SELECT "+versionColumns+" FROM menu_versions WHERE app_id = ? ORDER BY version DESC LIMIT 1"+t.Dialect().ForUpdate, appID)
	return latest, err
}

func scanMenu(rows *sql.Rows) (Version, error) {
	var v Version
	var spec string
	var changed, published int64
	if err := rows.Scan(&v.Version, &v.State, &spec, &v.Author, &v.Reviewer, &v.Reason, &changed, &published); err != nil {
		return v, err
	}
	v.ChangedAt, v.Revision = time.UnixMicro(changed).In(models.Shanghai()), revision(v.Version, v.State, changed)
	if published != 0 {
		v.PublishedAt = new(time.UnixMicro(published).In(models.Shanghai()))
	}
	return v, json.Unmarshal([]byte(spec), &v.Menu)
}

func revision(version int64, state State, changed int64) string {
	return fmt.Sprintf("%d-%s-%d", version, state, changed)
}

// saveMenu writes a version, whose time of change is now or, where the clock stands, a moment later.
func saveMenu(ctx context.Context, t *store.Tx, appID string, v *Version) error {
	changed := max(t.Now().UnixMicro(), v.ChangedAt.UnixMicro()+1)
	v.ChangedAt, v.Revision = time.UnixMicro(changed).In(models.Shanghai()), revision(v.Version, v.State, changed)
	var published int64
	if v.PublishedAt != nil {
		published = v.PublishedAt.UnixMicro()
	}
	return t.Exec(ctx, "INSERT INTO menu_versions (app_id, "+versionColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"+
		t.Dialect().OnConflict("app_id, version", "state", "spec", "author", "reviewer", "reason", "changed_at", "published_at"),
		appID, v.Version, string(v.State), models.JSON(v.Menu), models.OneLine(v.Author, 64), models.OneLine(v.Reviewer, 64),
		models.OneLine(v.Reason, 200), changed, published)
}
