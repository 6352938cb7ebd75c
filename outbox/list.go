package outbox

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Scope is whose messages somebody may see and settle: all of Accounts (nil: of every account), and
// of Own those that Staff wrote. What is beyond it is not found.
type Scope struct {
	Accounts []string
	Own      []string
	Staff    string
}

// Everything is the scope of who runs the program.
func Everything() Scope { return Scope{} }

// condition is the scope as a condition on o.
func (s *Scope) condition() (string, []any) {
	if s.Accounts == nil {
		return "1 = 1", nil
	}
	var args []any
	for _, a := range s.Accounts {
		args = append(args, a)
	}
	for _, a := range s.Own {
		args = append(args, a)
	}
	return "(o.app_id IN (" + store.Marks(len(s.Accounts)) + ") OR o.app_id IN (" + store.Marks(len(s.Own)) + ") AND o.staff = ?)", append(args, s.Staff)
}

// Filter chooses messages; a zero field chooses nothing.
type Filter struct {
	States       []State
	Accounts     []string
	Staff        string
	Purpose      Purpose
	Conversation int64
	UID          string
	After        string // the Next of the page before
	Limit        int    // 0 = 50, 200 at most
}

// Page is a piece of a list.
type Page struct {
	Items []Item          `json:"items"`
	Next  string          `json:"next"`   // "" = this is the last
	Count map[State]int64 `json:"counts"` // of what is not over, whatever the filter says
}

const (
	usualPage   = 50
	longestPage = 200
)

// List returns messages, the newest first, with their texts masked.
func (b *Outbox) List(ctx context.Context, s Scope, f Filter) (Page, error) {
	limit := f.Limit
	if limit <= 0 || limit > longestPage {
		limit = usualPage
	}
	where, args := s.condition()
	scope, scoped := where, args
	add := func(condition string, values ...any) {
		where, args = where+" AND "+condition, append(args[:len(args):len(args)], values...)
	}
	if len(f.States) > 0 {
		add("o.state IN ("+store.Marks(len(f.States))+")", store.Anys(f.States)...)
	}
	if len(f.Accounts) > 0 {
		add("o.app_id IN ("+store.Marks(len(f.Accounts))+")", store.Anys(f.Accounts)...)
	}
	if f.Staff != "" {
		add("o.staff = ?", f.Staff)
	}
	if f.Purpose != "" {
		add("o.purpose = ?", string(f.Purpose))
	}
	if f.Conversation != 0 {
		add("o.conversation = ?", f.Conversation)
	}
	if f.UID != "" {
		add("o.uid = ?", f.UID)
	}
	if f.After != "" {
		id, err := strconv.ParseInt(f.After, 10, 64)
		if err != nil {
			return Page{}, models.FieldFault("查询有误", "after", "应为上一页的 next")
		}
		add("o.id < ?", id)
	}
	page := Page{Items: []Item{}, Count: map[State]int64{Queued: 0, Sending: 0, Held: 0, Unknown: 0}}
	err := b.store.Read(ctx, store.Console, func(t *store.Tx) error {
		err := t.Query(ctx, func(rows *sql.Rows) error {
			i, err := scanItem(rows)
			page.Items = append(page.Items, i.Item)
			return err
		}, "SELECT "+itemColumns+" FROM outbox o WHERE "+where+" ORDER BY o.id DESC LIMIT ?", append(args, limit+1)...)
		if err != nil {
			return err
		}
		return t.Query(ctx, func(rows *sql.Rows) error {
			var state State
			var n int64
			err := rows.Scan(&state, &n)
			page.Count[state] = n
			return err
		}, "SELECT o.state, COUNT(*) FROM outbox o WHERE o.state IN ('queued', 'sending', 'held', 'unknown') AND "+scope+" GROUP BY o.state", scoped...)
	})
	if len(page.Items) > limit {
		page.Items = page.Items[:limit]
		page.Next = strconv.FormatInt(page.Items[limit-1].ID, 10)
	}
	return page, models.Wrap("outbox: list", err)
}

// Item returns one message.
func (b *Outbox) Item(ctx context.Context, s Scope, id int64) (out Item, err error) {
	err = b.store.Read(ctx, store.Console, func(t *store.Tx) error {
		i, err := find(ctx, t, &s, id)
		if err == nil {
			out = i.Item
		}
		return err
	})
	return out, models.Wrap("outbox: message", err)
}

// Text returns what a message says, unmasked: the caller has written down who wants to know and why.
func (b *Outbox) Text(ctx context.Context, s Scope, id int64) (text string, err error) {
	err = b.store.Read(ctx, store.Console, func(t *store.Tx) error {
		i, err := find(ctx, t, &s, id)
		switch {
		case err != nil:
			return err
		case i.open(t) != nil:
			return unreadable()
		}
		text = i.content.summary()
		return nil
	})
	return text, models.Wrap("outbox: text", err)
}

// find reads a message within the scope.
func find(ctx context.Context, t *store.Tx, s *Scope, id int64) (found *item, err error) {
	where, args := s.condition()
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var sealed []byte
		found, err = scanItem(rows, &sealed)
		found.sealed = sealed
		return err
	}, "SELECT "+itemColumns+", payload FROM outbox o WHERE o.id = ? AND "+where, append([]any{id}, args...)...)
	if err == nil && found == nil {
		err = models.NewError(models.CodeNotFound, "没有这条消息")
	}
	return found, err
}

// StateTitle is a state in Chinese.
func StateTitle(s State) string {
	return map[State]string{
		Queued: "待发送", Sending: "发送中", Sent: "已送达", Failed: "没有送达", Held: "等待取件", Unknown: "不知是否送达", Cancelled: "已取消",
	}[s]
}

// Rows lists messages for people, a row each.
func Rows(list []Item) [][]string {
	if len(list) == 0 {
		return [][]string{{"没有这样的消息"}}
	}
	rows := make([][]string, len(list))
	for n := range list {
		i := &list[n]
		state := StateTitle(i.State)
		if i.ErrCode > 0 {
			state += "（" + strconv.FormatInt(i.ErrCode, 10) + "）"
		}
		text := strings.Join(strings.Fields(i.Text), " ")
		rows[n] = []string{
			strconv.FormatInt(i.ID, 10), i.CreatedAt.Format("01-02 15:04:05"), state, i.Staff, i.Citizen, models.OneLine(text, 60),
		}
	}
	return rows
}
