package desk

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/store"
)

// The boxes of the list: what the caller holds, what waits for somebody, all that is open, what is over.
const (
	BoxMine  = "mine"
	BoxQueue = "queue"
	BoxAll   = "all"
	BoxFinal = "final"
)

// Boxes lists them.
func Boxes() []string { return []string{BoxMine, BoxQueue, BoxAll, BoxFinal} }

// Query asks for conversations.
type Query struct {
	Box      string
	Accounts []string // none = all; the caller may see them
	Mine     string   // the caller's sign-in name
	Topic    string
	Assignee string
	After    string // the Next of the page before
	Limit    int    // 0 = 50, at most 200
}

// Row is a conversation of a list.
type Row struct {
	Conversation
	Unread    int       `json:"unread"`     // messages that the caller has not seen
	ExpiresAt time.Time `json:"expires_at"` // until when the citizen can be written to
}

// Page is a piece of a list.
type Page struct {
	Rows   []Row          `json:"rows"`
	Next   string         `json:"next"`   // "" = this is the last
	Counts map[string]int `json:"counts"` // of the boxes but the last, whatever else is asked
}

const (
	usualPage   = 50
	longestPage = 200
)

// List returns conversations, the longest owed reply first, then those without, the last changed
// first; what is over, the last closed first.
func (d *Desk) List(ctx context.Context, q Query) (p Page, err error) {
	limit := q.Limit
	if limit <= 0 || limit > longestPage {
		limit = usualPage
	}
	where, args, err := q.condition()
	if err != nil {
		return p, err
	}
	p.Rows = []Row{}
	order := " ORDER BY (CASE WHEN owed_at = 0 THEN 1 ELSE 0 END), (CASE WHEN owed_at = 0 THEN -changed_at ELSE owed_at END), id"
	if q.Box == BoxFinal {
		order = " ORDER BY closed_at DESC, id DESC"
	}
	skip := 0
	if q.After != "" {
		if skip, err = strconv.Atoi(q.After); err != nil || skip < 0 || skip > 10_000 {
			return p, faulty("after", "不是上一页给出的位置")
		}
	}
	err = d.store.Read(ctx, store.Console, func(t *store.Tx) error {
		p.Rows = p.Rows[:0]
		list, err := conversations(ctx, t, where+order+fmt.Sprintf(" LIMIT %d OFFSET %d", limit+1, skip), args...)
		if err != nil {
			return err
		}
		if len(list) > limit {
			list, p.Next = list[:limit], strconv.Itoa(skip+limit)
		}
		for _, c := range list {
			p.Rows = append(p.Rows, Row{Conversation: c, ExpiresAt: c.LastInAt.Add(window)})
		}
		if err := unread(ctx, t, q.Mine, p.Rows); err != nil {
			return err
		}
		p.Counts, err = counts(ctx, t, &q)
		return err
	})
	return p, models.Wrap("desk: list", err)
}

func (q *Query) condition() (where string, args []any, err error) {
	switch q.Box {
	case BoxMine:
		where, args = "open_key IS NOT NULL AND assignee = ?", []any{q.Mine}
	case BoxQueue:
		where = "open_key IS NOT NULL AND state = 'queued'"
	case BoxAll, "":
		where = "open_key IS NOT NULL"
	case BoxFinal:
		where = "open_key IS NULL"
	default:
		return "", nil, faulty("box", "应为 "+strings.Join(Boxes(), "、"))
	}
	if len(q.Accounts) > 0 {
		where += " AND app_id IN (?" + strings.Repeat(",?", len(q.Accounts)-1) + ")"
		for _, a := range q.Accounts {
			args = append(args, a)
		}
	}
	if q.Topic != "" {
		where, args = where+" AND topic = ?", append(args, q.Topic)
	}
	if q.Assignee != "" {
		where, args = where+" AND assignee = ?", append(args, q.Assignee)
	}
	return where, args, nil
}

func counts(ctx context.Context, t *store.Tx, q *Query) (map[string]int, error) {
	out := map[string]int{}
	for _, box := range []string{BoxMine, BoxQueue, BoxAll} {
		in := Query{Box: box, Accounts: q.Accounts, Mine: q.Mine}
		where, args, err := in.condition()
		if err != nil {
			return nil, err
		}
		var n int
		err = t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&n) }, "SELECT COUNT(*) FROM conversations WHERE "+where, args...)
		if err != nil {
			return nil, err
		}
		out[box] = n
	}
	return out, nil
}

// unread counts what the caller has not seen of citizens' messages.
func unread(ctx context.Context, t *store.Tx, operator string, list []Row) error {
	for i := range list {
		c := &list[i]
		var seen int64
		err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&seen) },
			"SELECT seen_at FROM conversation_seen WHERE operator = ? AND conversation = ?", operator, c.ID)
		if err != nil {
			return err
		}
		if c.LastInAt.UnixMicro() <= seen {
			continue
		}
		from := max(seen, micros(c.QueuedAt)-1)
		err = t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&c.Unread) },
			"SELECT COUNT(*) FROM interactions WHERE uid = ? AND effective_at >= ? AND at > ? AND app_id = ? AND dir = 'in' AND channel = 'chat' "+
				"AND kind IN ('text', 'image', 'voice', 'video', 'shortvideo', 'location', 'link')", c.UID, from/1_000_000, from, c.AppID)
		if err != nil {
			return err
		}
	}
	return nil
}

// Detail is a conversation with all that stands beside it.
type Detail struct {
	Row
	Window     outbox.Window  `json:"window"`
	Outbox     []outbox.Item  `json:"outbox"` // what is on its way, or did not arrive
	Notes      []Note         `json:"notes"`
	Drafts     []Draft        `json:"drafts"` // of the caller
	Colleagues []Colleague    `json:"colleagues"`
	Earlier    []Conversation `json:"earlier"` // of the same citizen, the last first
}

// Conversation reads one; accounts are those that the caller may see, nil = all.
func (d *Desk) Conversation(ctx context.Context, id int64, accounts []string, operator string) (out Detail, err error) {
	err = d.store.Read(ctx, store.Console, func(t *store.Tx) error {
		list, err := conversations(ctx, t, "id = ?", id)
		if err == nil && (len(list) == 0 || accounts != nil && !slices.Contains(accounts, list[0].AppID)) {
			err = errNoConversation()
		}
		if err != nil {
			return err
		}
		rows := []Row{{Conversation: list[0], ExpiresAt: list[0].LastInAt.Add(window)}}
		if err := unread(ctx, t, operator, rows); err != nil {
			return err
		}
		out.Row = rows[0]
		if out.Notes, err = notesOf(ctx, t, id); err != nil {
			return err
		}
		out.Drafts = []Draft{}
		for _, kind := range []string{DraftReply, DraftNote} {
			draft, err := draftOf(ctx, t, operator, id, kind)
			if err != nil {
				return err
			}
			if draft.Version > 0 {
				out.Drafts = append(out.Drafts, draft)
			}
		}
		earlier, err := conversations(ctx, t, "uid = ? AND app_id = ? AND id <> ? ORDER BY queued_at DESC LIMIT 10", out.UID, out.AppID, id)
		out.Earlier = append([]Conversation{}, earlier...)
		return err
	})
	if err != nil {
		return out, models.Wrap("desk: conversation", err)
	}
	if out.Window, err = d.outbox.WindowOf(ctx, out.UID); err != nil {
		return out, err
	}
	page, err := d.outbox.List(ctx, outbox.Everything(), outbox.Filter{Conversation: id, Limit: longestPage})
	if err != nil {
		return out, err
	}
	out.Outbox = slices.DeleteFunc(page.Items, func(i outbox.Item) bool { return i.State == outbox.Sent })
	out.Colleagues, err = d.Colleagues(ctx, out.AppID)
	return out, err
}
