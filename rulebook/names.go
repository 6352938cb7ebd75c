package rulebook

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// giveNames gives rules the names back that they had, where they have others by now. Another rule that
// does not answer makes room and is called otherwise; one that answers is a conflict.
func giveNames(ctx context.Context, t *store.Tx, by models.Who, appID string, rules []models.Rule) error {
	known := make(map[int64]string, len(rules))
	err := t.QueryIDs(ctx, func(rows *sql.Rows) error {
		var id int64
		var name string
		err := rows.Scan(&id, &name)
		known[id] = name
		return err
	}, ids(rules), "SELECT id, name FROM rules WHERE id IN (?)")
	if err != nil {
		return err
	}
	renamed := slices.DeleteFunc(slices.Clone(rules), func(r models.Rule) bool { return known[r.ID] == r.Name })
	for i := range renamed { // two of them may have swapped their names
		if err := setAside(ctx, t, renamed[i].ID, known[renamed[i].ID]); err != nil {
			return err
		}
	}
	for i := range renamed {
		r := &renamed[i]
		if err := makeRoom(ctx, t, by, appID, r, known[r.ID]); err != nil {
			return err
		}
		if err := rename(ctx, t, r.ID, r.Name); err != nil {
			return err
		}
	}
	return nil
}

// setAside frees the name of a rule that gets another or that nobody sees.
func setAside(ctx context.Context, t *store.Tx, id int64, name string) error {
	aside := store.NameKey(name + "\x00" + strconv.FormatInt(id, 10)) // what no name can be
	return t.Exec(ctx, "UPDATE rules SET name_key = ? WHERE id = ?", aside, id)
}

func rename(ctx context.Context, t *store.Tx, id int64, name string) error {
	now := store.Micros(t.Now())
	return t.Exec(ctx, "UPDATE rules SET name = ?, name_key = ?, updated_at = CASE WHEN updated_at < ? THEN ? ELSE updated_at + 1 END WHERE id = ?",
		name, store.NameKey(name), now, now, id)
}

// makeRoom has the rule that has the name of r now be called otherwise.
func makeRoom(ctx context.Context, t *store.Tx, by models.Who, appID string, r *models.Rule, now string) error {
	other, live := models.Rule{}, int64(0)
	err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&other.ID, &live, &other.Version, &other.State) },
		"SELECT id, live_version, last_version, state FROM rules WHERE app_id = ? AND name_key = ?", appID, store.NameKey(r.Name))
	switch {
	case err != nil || other.ID == 0:
		return err
	case other.State == models.RuleDiscarded:
		return setAside(ctx, t, other.ID, r.Name)
	case live != 0:
		return models.NewError(models.CodeConflict, "“"+now+"”那时叫“"+r.Name+"”，这个名称现在是另一条规则的，请先给那一条改名")
	}
	if other.Name, err = nameBeside(ctx, t, appID, r.Name); err != nil {
		return err
	}
	if err := callOtherwise(ctx, t, &other); err != nil {
		return err
	}
	if err := rename(ctx, t, other.ID, other.Name); err != nil || other.State == models.RuleArchived {
		return err
	}
	return tell(ctx, t, appID, by, &other, NoticeRolledBack, "原来的名称“"+r.Name+"”还给了回滚的规则")
}

// nameBeside is a name that no rule of the account has, made of one that a rule has.
func nameBeside(ctx context.Context, t *store.Tx, appID, taken string) (name string, err error) {
	const longest = 240 // leaves room for the number
	for n := 2; ; n++ {
		free := true
		name = models.Clip(taken, longest) + "（" + strconv.Itoa(n) + "）"
		err = t.Query(ctx, func(*sql.Rows) error { free = false; return nil },
			"SELECT 1 FROM rules WHERE app_id = ? AND name_key = ?", appID, store.NameKey(name))
		if err != nil || free {
			return name, err
		}
	}
}

// callOtherwise gives what is newest of a rule its name, and finds its author. What answered once stays as
// it was: a copy of it is the newest then.
func callOtherwise(ctx context.Context, t *store.Tx, r *models.Rule) error {
	var spec, reviewer string
	var next int64
	err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&spec, &r.Author, &reviewer, &next) },
		"SELECT spec, author, reviewer, (SELECT MAX(version) + 1 FROM rule_versions WHERE rule_id = ?) FROM rule_versions WHERE rule_id = ? AND version = ?",
		r.ID, r.ID, r.Version)
	var newest models.Rule
	if err == nil {
		err = json.Unmarshal([]byte(spec), &newest)
	}
	if err != nil {
		return err
	}
	newest.Name = r.Name
	if r.State != models.RuleArchived {
		return t.Exec(ctx, "UPDATE rule_versions SET spec = ? WHERE rule_id = ? AND version = ?", models.JSON(newest), r.ID, r.Version)
	}
	now := store.Micros(t.Now())
	err = t.Exec(ctx, "INSERT INTO rule_versions (rule_id, version, app_id, state, spec, author, reviewer, created_at, changed_at) "+
		"SELECT id, ?, app_id, state, ?, ?, ?, ?, ? FROM rules WHERE id = ?", next, models.JSON(newest), r.Author, reviewer, now, now, r.ID)
	if err != nil {
		return err
	}
	return t.Exec(ctx, "UPDATE rules SET last_version = ? WHERE id = ?", next, r.ID)
}
