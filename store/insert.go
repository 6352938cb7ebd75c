package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// insertRows inserts the new rows. Never INSERT IGNORE: it cuts and drops without an
// error.
func (t *txn) insertRows(ctx context.Context, fresh []*row) error {
	values := make([]any, 0, len(fresh)*argColumns)
	for _, r := range fresh {
		values = append(values, r.args...)
	}
	return duplicateRow(t.upsert(ctx, "interactions", interactionColumns, argColumns, values, ""))
}

// merge completes every new row by the further rows of its key within the batch, as amend
// completes rows that are stored.
func merge(fresh, within []*row) {
	first := make(map[rowKey]*row, len(within))
	for _, r := range within {
		first[r.rowKey()] = nil
	}
	for _, r := range fresh {
		if _, more := first[r.rowKey()]; more {
			first[r.rowKey()] = r
		}
	}
	retries := make(map[*row]int64, len(within))
	for _, r := range within {
		f := first[r.rowKey()]
		f.newOnes += r.newOnes
		r.newOnes = 0
		retries[f] = max(retries[f], int64(r.in.RetryCount))
		f.answeredBy(r)
	}
	for _, r := range fresh {
		r.args[argRetryCount] = max(int64(r.in.RetryCount), r.newOnes-1, retries[r])
	}
}

// insertInto is a multi-row INSERT of width columns a row with integers in the statement itself,
// and the arguments left to bind: MySQL's driver writes them there anyway, value by value.
func insertInto(table, columns string, width int, values []any) (string, []any) {
	var b strings.Builder
	b.Grow(len(table) + len(columns) + 32 + 8*len(values))
	b.WriteString("INSERT INTO " + table + " (" + columns + ") VALUES ")
	args := make([]any, 0, len(values))
	var digits [20]byte
	for i, v := range values {
		switch {
		case i == 0:
			b.WriteByte('(')
		case i%width == 0:
			b.WriteString("),(")
		default:
			b.WriteByte(',')
		}
		if n, ok := v.(int64); ok {
			b.Write(strconv.AppendInt(digits[:0], n, 10))
			continue
		}
		b.WriteByte('?')
		args = append(args, v)
	}
	b.WriteByte(')')
	return b.String(), args
}

// insertChunk is the rows of one INSERT of MySQL; longer statements gain nothing.
const insertChunk = 200

// upsert inserts rows of width values, with a clause behind the INSERT or ""; nothing when there
// are no values. SQLite runs one prepared statement for every row.
func (t *txn) upsert(ctx context.Context, table, columns string, width int, values []any, clause string) error {
	if len(values) == 0 {
		return nil
	}
	if !t.s.dialect.mysql() {
		return t.exec(ctx, "INSERT INTO "+table+" ("+columns+") VALUES ("+marks(width)+")"+clause, rowsOf{values, width})
	}
	for len(values) > 0 {
		n := min(width*insertChunk, len(values))
		query, args := insertInto(table, columns, width, values[:n])
		if err := t.exec(ctx, query+clause, args...); err != nil {
			return err
		}
		values = values[n:]
	}
	return nil
}

// citizens makes sure every citizen of the rows is there, and locks them in uid order: whoever
// recomputes what follows from a citizen's rows does so alone. It returns those who were not there.
// Of a citizen known by pseudonym only, the OpenID is left empty until a row brings it. An
// amendment makes nobody a citizen.
func (t *txn) citizens(ctx context.Context, rows []*row) (newcomers map[string]bool, err error) {
	byUID := make(map[string]*row, len(rows))
	for _, r := range rows {
		if old := byUID[r.uid]; r.uid != "" && (old == nil || old.in.Amend || old.in.OpenID == "") {
			byUID[r.uid] = r
		}
	}
	uids := sortedKeys(byUID)
	there, err := t.lockCitizens(ctx, uids)
	if err != nil {
		return nil, err
	}
	newcomers = make(map[string]bool, len(uids))
	var absent, nameless []any
	for _, uid := range uids {
		r := byUID[uid]
		named, old := there[uid]
		if old && (named || r.in.OpenID == "") || !old && r.in.Amend {
			continue
		}
		var c cutter
		openID, err := t.s.seal("citizens", "openid", uid, []byte(c.bytes(r.in.OpenID, openIDBytes)))
		if err != nil {
			return nil, err
		}
		values := []any{uid, r.in.AppID, openID, micros(t.s.opt.Now())}
		if old {
			nameless = append(nameless, values...)
			continue
		}
		newcomers[uid] = true
		absent = append(absent, values...)
	}
	const columns = "uid, app_id, openid, created_at"
	if err := t.upsert(ctx, "citizens", columns, 4, absent, ""); err != nil {
		return nil, duplicate(err)
	}
	return newcomers, t.upsert(ctx, "citizens", columns, 4, nameless, t.s.dialect.onConflict("uid", "openid"))
}

// lockCitizens locks those that are there, and says of each whether its OpenID is known.
func (t *txn) lockCitizens(ctx context.Context, uids []string) (map[string]bool, error) {
	there := make(map[string]bool, len(uids))
	err := t.queryIn(ctx, func(rows *sql.Rows) error {
		var uid string
		var known bool
		if err := rows.Scan(&uid, &known); err != nil {
			return err
		}
		there[uid] = known
		return nil
	}, uids, "SELECT uid, CASE WHEN openid = ? THEN 0 ELSE 1 END FROM citizens WHERE uid IN (?) ORDER BY uid"+t.s.dialect.forUpdate, []byte{})
	return there, err
}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
