package store

import (
	"context"
	"database/sql"

	"github.com/wenzheng/wenzheng/models"
)

// SlimRow is a row of the log without its content: what waits are made from.
type SlimRow struct {
	models.Interaction
	EffectiveAt int64 // the Unix second at which it counts
}

// SlimColumns are the columns that ScanSlim reads.
const SlimColumns = "app_id, event_key, uid, thread, channel, dir, actor, kind, at, reply_to, matched, ok, topic, staff, probe, " +
	"menu_click, step, mark, marked_at, effective_at"

// ScanSlim reads the SlimColumns of a row of interactions.
func ScanSlim(rows *sql.Rows) (*SlimRow, error) {
	r := &SlimRow{}
	var at int64
	err := rows.Scan(&r.AppID, &r.MsgKey, &r.UID, &r.Thread, &r.Channel, &r.Dir, &r.Actor, &r.Kind, &at, &r.ReplyTo, &r.Matched,
		&r.OK, &r.Topic, &r.Staff, &r.Probe, &r.MenuClick, &r.Step, &r.Mark, &r.MarkedAt, &r.EffectiveAt)
	r.At = FromMicros(at)
	return r, err
}

// RowsByKey reads the rows of the log that have one of the keys, of whatever account.
func (t *Tx) RowsByKey(ctx context.Context, keys []string) (map[RowKey]*SlimRow, error) {
	found := make(map[RowKey]*SlimRow)
	err := t.QueryIn(ctx, func(rows *sql.Rows) error {
		r, err := ScanSlim(rows)
		found[RowKey{r.AppID, r.MsgKey}] = r
		return err
	}, keys, "SELECT "+SlimColumns+" FROM interactions WHERE event_key IN (?)")
	return found, err
}

// Slim is the row as RowsByKey would read it once it is stored.
func (r *NewRow) Slim() SlimRow {
	text := func(i int) string { s, _ := r.args[i].(string); return s }
	flag := func(i int) bool { n, _ := r.args[i].(int64); return n == 1 }
	at, _ := r.args[argAt].(int64)
	effective, _ := r.args[argEffective].(int64)
	return SlimRow{EffectiveAt: effective, Interaction: models.Interaction{
		AppID: r.in.AppID, MsgKey: r.key, UID: r.in.UID, Thread: text(argThread), Channel: models.Channel(text(5)), Dir: models.Dir(text(6)),
		Actor: models.Actor(text(7)), Kind: text(8), At: FromMicros(at), ReplyTo: r.to, Matched: flag(18), OK: flag(19),
		Topic: text(21), Staff: text(22), Probe: flag(24), MenuClick: flag(25), Step: flag(argStep),
	}}
}
