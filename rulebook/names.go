package rulebook

import (
	"context"
	"database/sql"
	"strconv"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// giveNames gives rules the names back that they had, where they have others by now. A name that another
// rule has is a conflict, unless that one was discarded.
func giveNames(ctx context.Context, t *store.Tx, appID string, rules []models.Rule) error {
	known := make(map[int64]string, len(rules))
	err := t.QueryIDs(ctx, func(rows *sql.Rows) error {
		var id int64
		var name string
		err := rows.Scan(&id, &name)
		known[id] = name
		return err
	}, ids(rules), "SELECT id, name FROM rules WHERE id IN (?)")
	for i := range rules {
		if r := &rules[i]; err == nil && known[r.ID] != r.Name {
			err = giveName(ctx, t, appID, r, known[r.ID])
		}
	}
	return err
}

func giveName(ctx context.Context, t *store.Tx, appID string, r *models.Rule, now string) error {
	var other int64
	var state models.RuleState
	err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&other, &state) },
		"SELECT id, state FROM rules WHERE app_id = ? AND name_key = ?", appID, store.NameKey(r.Name))
	switch {
	case err != nil:
		return err
	case state == models.RuleDiscarded:
		aside := store.NameKey(r.Name + "\x00" + strconv.FormatInt(other, 10)) // what no name can be
		if err := t.Exec(ctx, "UPDATE rules SET name_key = ? WHERE id = ?", aside, other); err != nil {
			return err
		}
	case other != 0:
		return models.NewError(models.CodeConflict, "“"+now+"”那时叫“"+r.Name+"”，这个名称现在是另一条规则的，请先给那一条改名")
	}
	return t.Exec(ctx, "UPDATE rules SET name = ?, name_key = ? WHERE id = ?", r.Name, store.NameKey(r.Name), r.ID)
}
