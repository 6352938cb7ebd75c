package waits

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// A comment or a case is one thread, named by its first question or by the office. A row may name
// as its thread any row of it, the one it replies to: then it stands in that row's thread. Rows
// come in any order, so that a row whose place becomes known later takes those with it that
// stand in a thread of its own name.

// rethread gives the fresh rows the threads they stand in, and moves older rows that came before
// the row that tells where they stand. It returns what was touched, as the rows were and as they are.
func (t *txn) rethread(ctx context.Context, fresh []*store.NewRow) ([]store.SlimRow, error) {
	threads := make(map[store.RowKey]*store.NewRow)
	var names []string
	for _, r := range fresh {
		if i := r.In(); i.Channel != models.ChannelChat && i.Thread != "" {
			threads[r.Key()] = r
			names = append(names, store.NormalKey(i.AppID, r.Slim().Thread))
		}
	}
	if len(names) == 0 {
		return nil, nil
	}
	stored, err := t.threadsByKey(ctx, sortedUnique(names))
	if err != nil {
		return nil, err
	}
	roots := make(map[*store.NewRow]string, len(threads))
	for _, r := range threads {
		roots[r] = rootOf(r, threads, stored)
	}
	moves := make(map[store.RowKey]threadPlace)
	for r, root := range roots {
		r.Stand(root)
		for _, name := range []string{r.Key().MsgKey, r.In().MsgKey} { // a thread may be named by a key as it was written
			if name != root {
				moves[store.RowKey{AppID: r.In().AppID, MsgKey: name}] = threadPlace{r.Slim().Channel, root}
			}
		}
	}
	return t.moveThreads(ctx, moves)
}

// threadPlace is where a row of a comment or a case stands.
type threadPlace struct {
	channel models.Channel
	thread  string
}

func (t *txn) threadsByKey(ctx context.Context, keys []string) (map[store.RowKey]threadPlace, error) {
	found := make(map[store.RowKey]threadPlace, len(keys))
	err := t.QueryIn(ctx, func(rows *sql.Rows) error {
		var k store.RowKey
		var p threadPlace
		err := rows.Scan(&k.AppID, &k.MsgKey, &p.channel, &p.thread)
		found[k] = p
		return err
	}, keys, "SELECT app_id, event_key, channel, thread FROM interactions WHERE event_key IN (?) AND channel <> 'chat' AND thread <> ''")
	return found, err
}

// rootOf follows threads that name rows to one that names none, or a row of its own name. Of
// rows that name each other in a circle all end at the same.
func rootOf(r *store.NewRow, fresh map[store.RowKey]*store.NewRow, stored map[store.RowKey]threadPlace) string {
	s := r.Slim()
	var way []string
	for name := s.Thread; ; {
		if i := slices.Index(way, name); i >= 0 {
			return slices.Min(way[i:])
		}
		way = append(way, name)
		key := store.RowKey{AppID: s.AppID, MsgKey: store.NormalKey(s.AppID, name)}
		next := stored[key]
		if f := fresh[key]; f != nil {
			place := f.Slim()
			next = threadPlace{place.Channel, place.Thread}
		}
		switch {
		case next.thread == "" || next.channel != s.Channel:
			return name
		case store.NormalKey(s.AppID, next.thread) == key.MsgKey:
			return next.thread
		}
		name = next.thread
	}
}

// moveThreads moves stored rows that stand in a thread of the name of a fresh row to that row's.
func (t *txn) moveThreads(ctx context.Context, moves map[store.RowKey]threadPlace) ([]store.SlimRow, error) {
	names := make([]string, 0, len(moves))
	for k := range moves {
		names = append(names, k.MsgKey)
	}
	var found []*store.SlimRow
	err := t.QueryIn(ctx, func(rows *sql.Rows) error {
		s, err := store.ScanSlim(rows)
		found = append(found, s)
		return err
	}, sortedUnique(names), "SELECT "+store.SlimColumns+" FROM interactions WHERE thread IN (?) AND thread <> '' AND channel <> 'chat'")
	if err != nil {
		return nil, err
	}
	var touched []store.SlimRow
	for _, s := range found {
		to, ok := moves[store.RowKey{AppID: s.AppID, MsgKey: s.Thread}]
		if !ok || to.channel != s.Channel {
			continue
		}
		err := t.Exec(ctx, "UPDATE interactions SET thread = ? WHERE event_key = ? AND app_id = ?", to.thread, s.MsgKey, s.AppID)
		if err != nil {
			return nil, err
		}
		moved := *s
		moved.Thread = to.thread
		touched = append(touched, *s, moved)
	}
	return touched, nil
}

// fromUnattached says twice that a thread has a name: SQLite reads the index of threads only then.
const fromUnattached = " FROM interactions a WHERE a.thread <> '' AND a.channel <> 'chat' AND a.dir = 'out' AND a.actor IN ('human', 'bot') " +
	"AND a.probe = 0 AND NOT EXISTS (SELECT 1 FROM interactions q WHERE q.thread = a.thread AND q.thread <> '' AND q.app_id = a.app_id " +
	"AND q.channel = a.channel AND q.dir = 'in' AND q.probe = 0)"

// Unattached counts the answers by people or the bot to comments and forms in whose thread there is
// no question, so that they close no wait, and names the latest, at most limit, by their msg_key.
func (s *Waits) Unattached(ctx context.Context, limit int) (n int, keys []string, err error) {
	err = s.store.Query(ctx, store.Reports, func(rows *sql.Rows) error { return rows.Scan(&n) }, "SELECT COUNT(*)"+fromUnattached)
	if err == nil && n > 0 {
		err = s.store.Query(ctx, store.Reports, func(rows *sql.Rows) error {
			var key string
			err := rows.Scan(&key)
			keys = append(keys, key)
			return err
		}, "SELECT a.event_key"+fromUnattached+" ORDER BY a.at DESC, a.id DESC LIMIT ?", limit)
	}
	if err != nil {
		return 0, nil, fmt.Errorf("waits: unattached answers: %w", err)
	}
	return n, keys, nil
}
