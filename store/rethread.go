package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/wenzheng/wenzheng/models"
)

// A comment or a case is one thread, named by its first question or by the office. A row may name
// as its thread any row of it, the one it replies to: then it stands in that row's thread. Rows
// come in any order, so that a row whose place becomes known later takes those with it that
// stand in a thread of its own name.

// rethread gives the fresh rows the threads they stand in, and moves older rows that came before
// the row that tells where they stand. It returns what was touched, as the rows were and as they are.
func (t *Tx) rethread(ctx context.Context, fresh []*row) ([]slim, error) {
	threads := make(map[rowKey]*row)
	var names []string
	for _, r := range fresh {
		if r.in.Channel != models.ChannelChat && r.in.Thread != "" {
			threads[r.rowKey()] = r
			names = append(names, normalKey(r.in.AppID, r.slim().Thread))
		}
	}
	if len(names) == 0 {
		return nil, nil
	}
	stored, err := t.threadsByKey(ctx, sortedUnique(names))
	if err != nil {
		return nil, err
	}
	roots := make(map[*row]string, len(threads))
	for _, r := range threads {
		roots[r] = rootOf(r, threads, stored)
	}
	moves := make(map[rowKey]threadPlace)
	for r, root := range roots {
		r.args[argThread] = root
		for _, name := range []string{r.key, r.in.MsgKey} { // a thread may be named by a key as it was written
			if name != root {
				moves[rowKey{r.in.AppID, name}] = threadPlace{r.slim().Channel, root}
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

func (t *Tx) threadsByKey(ctx context.Context, keys []string) (map[rowKey]threadPlace, error) {
	found := make(map[rowKey]threadPlace, len(keys))
	err := t.QueryIn(ctx, func(rows *sql.Rows) error {
		var k rowKey
		var p threadPlace
		err := rows.Scan(&k.app, &k.key, &p.channel, &p.thread)
		found[k] = p
		return err
	}, keys, "SELECT app_id, event_key, channel, thread FROM interactions WHERE event_key IN (?) AND channel <> 'chat' AND thread <> ''")
	return found, err
}

// rootOf follows threads that name rows to one that names none, or a row of its own name. Of
// rows that name each other in a circle all end at the same.
func rootOf(r *row, fresh map[rowKey]*row, stored map[rowKey]threadPlace) string {
	s := r.slim()
	var way []string
	for name := s.Thread; ; {
		if i := slices.Index(way, name); i >= 0 {
			return slices.Min(way[i:])
		}
		way = append(way, name)
		key := rowKey{s.AppID, normalKey(s.AppID, name)}
		next := stored[key]
		if f := fresh[key]; f != nil {
			place := f.slim()
			next = threadPlace{place.Channel, place.Thread}
		}
		switch {
		case next.thread == "" || next.channel != s.Channel:
			return name
		case normalKey(s.AppID, next.thread) == key.key:
			return next.thread
		}
		name = next.thread
	}
}

// moveThreads moves stored rows that stand in a thread of the name of a fresh row to that row's.
func (t *Tx) moveThreads(ctx context.Context, moves map[rowKey]threadPlace) ([]slim, error) {
	names := make([]string, 0, len(moves))
	for k := range moves {
		names = append(names, k.key)
	}
	var found []*slim
	err := t.QueryIn(ctx, func(rows *sql.Rows) error {
		s, err := scanSlim(rows)
		found = append(found, s)
		return err
	}, sortedUnique(names), "SELECT "+slimColumns+" FROM interactions WHERE thread IN (?) AND thread <> '' AND channel <> 'chat'")
	if err != nil {
		return nil, err
	}
	var touched []slim
	for _, s := range found {
		to, ok := moves[rowKey{s.AppID, s.Thread}]
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

// Unattached counts the answers by people or the bot to comments and forms in whose thread there is
// no question, so that they close no wait, and names the latest, at most limit, by their msg_key.
func (s *Store) Unattached(ctx context.Context, limit int) (n int, keys []string, err error) {
	const from = " FROM interactions a WHERE a.thread <> '' AND a.channel <> 'chat' AND a.dir = 'out' AND a.actor IN ('human', 'bot') " +
		"AND a.probe = 0 AND NOT EXISTS (SELECT 1 FROM interactions q WHERE q.thread = a.thread AND q.app_id = a.app_id " +
		"AND q.channel = a.channel AND q.dir = 'in' AND q.probe = 0)"
	err = each(ctx, s.report, func(rows *sql.Rows) error { return rows.Scan(&n) }, "SELECT COUNT(*)"+from)
	if err == nil && n > 0 {
		err = each(ctx, s.report, func(rows *sql.Rows) error {
			var key string
			err := rows.Scan(&key)
			keys = append(keys, key)
			return err
		}, "SELECT a.event_key"+from+" ORDER BY a.at DESC, a.id DESC LIMIT ?", limit)
	}
	if err != nil {
		return 0, nil, fmt.Errorf("store: unattached answers: %w", err)
	}
	return n, keys, nil
}
