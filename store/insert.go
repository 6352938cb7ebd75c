package store

import (
	"context"
	"database/sql"
	"sort"
	"strconv"
	"strings"
)

// insertRows inserts the new rows. Never INSERT IGNORE: it cuts and drops without an
// error.
func (t *txn) insertRows(ctx context.Context, fresh, rest []*row) error {
	merge(fresh, rest)
	for start := 0; start < len(fresh); start += t.s.dialect.chunk {
		part := fresh[start:min(start+t.s.dialect.chunk, len(fresh))]
		values := make([]any, 0, len(part)*argColumns)
		for _, r := range part {
			values = append(values, r.args...)
		}
		if err := t.insert(ctx, "interactions", interactionColumns, argColumns, values, ""); err != nil {
			return duplicateRow(err)
		}
	}
	return nil
}

// merge counts the deliveries of every new row beyond the first.
func merge(fresh, rest []*row) {
	byKey := make(map[rowKey]*row, len(fresh))
	for _, r := range fresh {
		byKey[r.rowKey()] = r
	}
	for _, r := range rest {
		if first := byKey[r.rowKey()]; first != nil {
			first.newOnes += r.newOnes
			r.newOnes = 0
		}
	}
	for _, r := range fresh {
		r.args[argRetryCount] = max(int64(r.in.RetryCount), r.newOnes-1)
	}
}

// insertInto is a multi-row INSERT of values, width of which make a row, and the arguments
// left to bind. Integers stand in the statement itself: the SQLite driver's work grows
// with the square of the number of arguments.
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

// insert runs a multi-row INSERT, with a clause behind it or "".
func (t *txn) insert(ctx context.Context, table, columns string, width int, values []any, clause string) error {
	query, args := insertInto(table, columns, width, values)
	return t.exec(ctx, query+clause, args...)
}

// citizens makes sure every citizen of the new rows is there, and locks them in uid
// order: whoever recomputes what follows from a citizen's rows does so alone.
func (t *txn) citizens(ctx context.Context, fresh []*row) error {
	byUID := make(map[string]*row)
	for _, r := range fresh {
		if r.uid != "" && r.in.OpenID != "" {
			byUID[r.uid] = r
		}
	}
	if len(byUID) == 0 {
		return nil
	}
	uids := make([]string, 0, len(byUID))
	for uid := range byUID {
		uids = append(uids, uid)
	}
	sort.Strings(uids)
	there := make(map[string]bool, len(uids))
	err := t.query(ctx, func(rows *sql.Rows) error {
		var uid string
		if err := rows.Scan(&uid); err != nil {
			return err
		}
		there[uid] = true
		return nil
	}, "SELECT uid FROM citizens WHERE uid IN ("+marks(len(uids))+") ORDER BY uid"+t.s.dialect.forUpdate, anys(uids)...)
	if err != nil {
		return err
	}
	var args []any
	for _, uid := range uids {
		if there[uid] {
			continue
		}
		r := byUID[uid]
		var c cutter
		openID, err := t.s.seal("citizens", "openid", uid, []byte(c.bytes(r.in.OpenID, openIDBytes)))
		if err != nil {
			return err
		}
		args = append(args, uid, r.in.AppID, openID, micros(t.s.opt.Now()))
	}
	if len(args) == 0 {
		return nil
	}
	return t.insert(ctx, "citizens", "uid, app_id, openid, created_at", 4, args, t.s.dialect.onConflict("uid"))
}
