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
	counted, countedArgs := q.among("open_key IS NOT NULL")
	order := " ORDER BY (CASE WHEN owed_at = 0 THEN 1 ELSE 0 END), owed_at, (CASE WHEN owed_at = 0 THEN -changed_at ELSE 0 END), id"
	if q.Box == BoxFinal {
		order = " ORDER BY closed_at DESC, id DESC"
	}
	p.Rows, p.Counts = []Row{}, map[string]int{}
	err = d.store.Read(ctx, store.Console, func(t *store.Tx) error {
		list, err := conversations(ctx, t, where+order+fmt.Sprintf(" LIMIT %d", limit+1), args...)
		if err != nil {
			return err
		}
		if len(list) > limit {
			list, p.Next = list[:limit], q.placeOf(&list[limit-1])
		}
		for _, c := range list {
			p.Rows = append(p.Rows, Row{Conversation: c, ExpiresAt: c.LastInAt.Add(window)})
		}
		if q.Box != BoxFinal {
			if err := unread(ctx, t, q.Mine, p.Rows); err != nil {
				return err
			}
		}
		return t.Query(ctx, func(rows *sql.Rows) error {
			var all, queue, mine int
			err := rows.Scan(&all, &queue, &mine)
			p.Counts[BoxAll], p.Counts[BoxQueue], p.Counts[BoxMine] = all, queue, mine
			return err
		}, "SELECT COUNT(*), COALESCE(SUM(CASE WHEN state = 'queued' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN assignee = ? THEN 1 ELSE 0 END), 0) "+
			"FROM conversations WHERE "+counted, append([]any{q.Mine}, countedArgs...)...)
	})
	return p, models.Wrap("desk: list", err)
}

// placeOf is the place of a conversation in the order of the list, as Query.After names it.
func (q *Query) placeOf(c *Conversation) string {
	if q.Box == BoxFinal {
		return fmt.Sprintf("%d.%d", store.Micros(c.ClosedAt), c.ID)
	}
	return fmt.Sprintf("%d.%d.%d", store.Micros(c.OwedAt), store.Micros(c.ChangedAt), c.ID)
}

// behind is the condition of what comes after a place.
func (q *Query) behind() (where string, args []any, err error) {
	var at [3]int64
	parts := strings.Split(q.After, ".")
	known := 3
	if q.Box == BoxFinal {
		known = 2
	}
	for i, part := range parts {
		if len(parts) != known || err != nil {
			return "", nil, faulty("after", "place_unknown", "不是上一页给出的位置")
		}
		at[i], err = strconv.ParseInt(part, 10, 64)
	}
	switch owed, changed, id := at[0], at[1], at[2]; {
	case err != nil:
		return "", nil, faulty("after", "place_unknown", "不是上一页给出的位置")
	case q.Box == BoxFinal:
		return "(closed_at < ? OR closed_at = ? AND id < ?)", []any{at[0], at[0], at[1]}, nil
	case owed == 0:
		return "owed_at = 0 AND (changed_at < ? OR changed_at = ? AND id > ?)", []any{changed, changed, id}, nil
	default:
		return "(owed_at = 0 OR owed_at > ? OR owed_at = ? AND id > ?)", []any{owed, owed, id}, nil
	}
}

// condition is that of the page.
func (q *Query) condition() (where string, args []any, err error) {
	switch q.Box {
	case BoxMine:
		where, args = q.among("open_key IS NOT NULL AND assignee = ?", q.Mine)
	case BoxQueue:
		where, args = q.among("open_key IS NOT NULL AND state = 'queued'")
	case BoxAll, "":
		where, args = q.among("open_key IS NOT NULL")
	case BoxFinal:
		where, args = q.among("closed_at > 0")
	default:
		return "", nil, faulty("box", "choice_unknown", "应为 "+strings.Join(Boxes(), "、"))
	}
	if q.Topic != "" {
		where, args = where+" AND topic = ?", append(args, q.Topic)
	}
	if q.Assignee != "" {
		where, args = where+" AND assignee = ?", append(args, q.Assignee)
	}
	if q.After != "" {
		more, values, err := q.behind()
		return where + " AND " + more, append(args, values...), err
	}
	return where, args, nil
}

// among bounds a condition to the accounts that are asked about.
func (q *Query) among(where string, args ...any) (bounded string, all []any) {
	if len(q.Accounts) == 0 {
		return where, args
	}
	return where + " AND app_id IN (" + store.Marks(len(q.Accounts)) + ")", append(args, store.Anys(q.Accounts)...)
}

// unread counts what the caller has not seen of citizens' messages since each conversation began.
func unread(ctx context.Context, t *store.Tx, operator string, list []Row) error {
	byID := map[int64]*Row{}
	ids := make([]int64, 0, len(list))
	for i := range list {
		byID[list[i].ID] = &list[i]
		ids = append(ids, list[i].ID)
	}
	return t.QueryIDs(ctx, func(rows *sql.Rows) error {
		var id int64
		var n int
		err := rows.Scan(&id, &n)
		byID[id].Unread = n
		return err
	}, ids, "SELECT c.id, COUNT(*) FROM conversations c LEFT JOIN conversation_seen s ON s.operator = ? AND s.conversation = c.id "+
		"JOIN interactions i ON i.uid = c.uid AND i.effective_at >= "+t.Dialect().Seconds("c.queued_at")+" AND i.at >= c.queued_at "+
		"AND i.at > COALESCE(s.seen_at, 0) AND i.app_id = c.app_id AND i.dir = 'in' AND i.channel = 'chat' "+
		"AND i.kind IN ('text', 'image', 'voice', 'video', 'shortvideo', 'location', 'link') WHERE c.id IN (?) AND c.last_in_at > COALESCE(s.seen_at, 0) GROUP BY c.id",
		operator)
}

// Citizen is whose conversation it is; accounts are those that the caller may see, nil = all.
func (d *Desk) Citizen(ctx context.Context, id int64, accounts []string) (appID, uid string, err error) {
	err = d.store.Read(ctx, store.Console, func(t *store.Tx) error {
		c, err := read(ctx, t, Act{ID: id, Accounts: accounts})
		appID, uid = c.AppID, c.UID
		return err
	})
	return appID, uid, models.Wrap("desk: citizen", err)
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
		c, err := read(ctx, t, Act{ID: id, Accounts: accounts})
		if err != nil {
			return err
		}
		rows := []Row{{Conversation: c, ExpiresAt: c.LastInAt.Add(window)}}
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
