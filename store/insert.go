package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"

	"github.com/wenzheng/wenzheng/models"
)

// insertRows inserts the new rows. Never INSERT IGNORE: it cuts and drops without an
// error.
func (t *Tx) insertRows(ctx context.Context, fresh []*NewRow) error {
	values := make([]any, 0, len(fresh)*argColumns)
	for _, r := range fresh {
		values = append(values, r.args...)
	}
	return duplicateRow(t.insert(ctx, "interactions", interactionColumns, argColumns, values, ""))
}

// merge completes every new row by the further rows of its key within the batch, as amend
// completes rows that are stored.
func merge(fresh, within []*NewRow) {
	first := make(map[RowKey]*NewRow, len(within))
	for _, r := range within {
		first[r.Key()] = nil
	}
	for _, r := range fresh {
		if _, more := first[r.Key()]; more {
			first[r.Key()] = r
		}
	}
	retries := make(map[*NewRow]int64, len(within))
	for _, r := range within {
		f := first[r.Key()]
		f.newOnes += r.newOnes
		r.newOnes = 0
		retries[f] = max(retries[f], int64(r.in.RetryCount))
		f.answeredBy(r)
	}
	for _, r := range fresh {
		r.args[argRetryCount] = max(int64(r.in.RetryCount), r.newOnes-1, retries[r])
	}
}

// EnsureCitizens makes sure that the citizens of rows are there, and locks them in uid order: whoever
// recomputes what follows from a citizen's rows does so alone. Rows carry the pseudonym. It returns
// those who were not there. Of a citizen known by pseudonym only, the OpenID is left empty until a
// row brings it. An amendment makes nobody a citizen.
func (t *Tx) EnsureCitizens(ctx context.Context, rows []*models.Interaction) (newcomers map[string]bool, err error) {
	byUID := make(map[string]*models.Interaction, len(rows))
	for _, r := range rows {
		if old := byUID[r.UID]; r.UID != "" && (old == nil || old.Amend || old.OpenID == "") {
			byUID[r.UID] = r
		}
	}
	uids := sortedKeys(byUID)
	there, err := t.LockCitizens(ctx, uids)
	if err != nil {
		return nil, err
	}
	newcomers = make(map[string]bool, len(uids))
	var absent, nameless []any
	for _, uid := range uids {
		r := byUID[uid]
		named, old := there[uid]
		if old && (named || r.OpenID == "") || !old && r.Amend {
			continue
		}
		var c cutter
		openID, err := t.s.seal("citizens", "openid", uid, []byte(c.bytes(r.OpenID, openIDBytes)))
		if err != nil {
			return nil, err
		}
		values := []any{uid, r.AppID, openID, Micros(t.s.opt.Now())}
		if old {
			nameless = append(nameless, values...)
			continue
		}
		newcomers[uid] = true
		absent = append(absent, values...)
	}
	const columns = "uid, app_id, openid, created_at"
	if err := t.Upsert(ctx, "citizens", columns, 4, absent, ""); err != nil {
		return nil, err
	}
	return newcomers, t.Upsert(ctx, "citizens", columns, 4, nameless, t.s.dialect.OnConflict("uid", "openid"))
}

// LockCitizens locks those that are there, and says of each whether its OpenID is known.
func (t *Tx) LockCitizens(ctx context.Context, uids []string) (map[string]bool, error) {
	there := make(map[string]bool, len(uids))
	err := t.QueryIn(ctx, func(rows *sql.Rows) error {
		var uid string
		var known bool
		if err := rows.Scan(&uid, &known); err != nil {
			return err
		}
		there[uid] = known
		return nil
	}, uids, "SELECT uid, CASE WHEN openid = ? THEN 0 ELSE 1 END FROM citizens WHERE uid IN (?) ORDER BY uid"+t.s.dialect.ForUpdate, []byte{})
	return there, err
}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
