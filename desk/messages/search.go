package messages

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

const (
	slice       = 7 * 24 * time.Hour // of the log that is searched at one time
	enough      = 50                 // hits, with which a search stops
	shortest    = 2                  // characters that are searched for
	longest     = 50                 // likewise
	shownBefore = 30                 // characters of a long text before what was searched for
	shownOf     = 120
)

// Search asks for messages that hold a text, the newest first.
type Search struct {
	Accounts []string // none = all; the caller may see them
	Text     string
	Before   string // the Next of the search before, "" = begin with the newest
}

// Hit is a message that holds what was searched for.
type Hit struct {
	ID           int64        `json:"id,string"`
	AppID        string       `json:"account"`
	UID          string       `json:"uid"`
	Conversation int64        `json:"conversation,string"` // in which it was said, 0 = in none
	MsgKey       string       `json:"msg_key"`
	At           time.Time    `json:"at"`
	Dir          models.Dir   `json:"dir"`
	Actor        models.Actor `json:"actor"`
	Staff        string       `json:"staff"`
	Text         string       `json:"text"` // masked; of a long one the part that holds it
}

// Found is how far a search came.
type Found struct {
	Hits []Hit `json:"hits"`
	// SearchedTo is the time from which on all that holds the text is among the hits, or those of the searches before.
	SearchedTo time.Time `json:"searched_to"`
	Next       string    `json:"next"` // goes on from there; "" = there is nothing older
}

// place is where a search goes on: before the message id of a time.
type place struct {
	at time.Time
	id int64
}

func (p place) String() string { return fmt.Sprintf("%d.%d", store.Micros(p.at), p.id) }

func parsePlace(s string) (p place, ok bool) {
	at, id, _ := strings.Cut(s, ".")
	micros, err := strconv.ParseInt(at, 10, 64)
	n, bad := strconv.ParseInt(id, 10, 64)
	return place{store.FromMicros(micros), n}, err == nil && bad == nil && micros > 0
}

// Search looks through the masked texts of the chat, week by week, until there are 50 hits, two seconds are over or
// nothing older is left. It does not look into numbers that are masked.
func (b *Book) Search(ctx context.Context, q Search) (f Found, err error) {
	text := models.OneLine(q.Text, longest+1)
	switch n := utf8.RuneCountInString(text); {
	case n < shortest:
		return f, models.FieldFault("查询有误", "q", fmt.Sprintf("至少写 %d 个字", shortest))
	case n > longest:
		return f, models.FieldFault("查询有误", "q", fmt.Sprintf("最长 %d 个字", longest))
	}
	newest := b.o.Now().Add(time.Second)
	from := place{at: newest}
	if q.Before != "" {
		var ok bool
		if from, ok = parsePlace(q.Before); !ok || from.at.After(newest) {
			return f, models.FieldFault("查询有误", "before", "不是上次查到的位置")
		}
	}
	f.Hits = []Hit{}
	if err := b.find(ctx, &q, text, from, &f); err != nil {
		return f, models.Wrap("messages: search", err)
	}
	err = b.store.Read(ctx, store.Console, func(t *store.Tx) error { return f.conversations(ctx, t) })
	return f, models.Wrap("messages: search", err)
}

// find looks through one week after the other. The first takes the time it needs; one that is under way when the time of
// the search is over is broken off, and what was found before stays.
func (b *Book) find(ctx context.Context, q *Search, text string, from place, f *Found) error {
	bounded, cancel := context.WithTimeout(ctx, b.searchTime)
	defer cancel()
	var first time.Time
	err := b.store.Read(ctx, store.Console, func(t *store.Tx) (err error) {
		first, err = oldest(ctx, t, q.Accounts)
		return err
	})
	for week := ctx; err == nil; week = bounded {
		var found []Hit
		err = b.store.Read(week, store.Console, func(t *store.Tx) (err error) {
			found, err = q.within(week, t, text, from, enough+1-len(f.Hits))
			return err
		})
		if err != nil {
			break
		}
		if f.Hits = append(f.Hits, found...); len(f.Hits) > enough {
			f.Hits = f.Hits[:enough]
			last := f.Hits[enough-1]
			f.SearchedTo, f.Next = last.At, place{last.At, last.ID}.String()
			return nil
		}
		from = place{at: from.at.Add(-slice)}
		f.SearchedTo = from.at
		if first.IsZero() || !from.at.After(first) {
			return nil
		}
	}
	if bounded.Err() != nil && ctx.Err() == nil && !f.SearchedTo.IsZero() {
		f.Next, err = from.String(), nil
	}
	return err
}

// oldest is when the first message of the accounts was written, zero where there is none.
func oldest(ctx context.Context, t *store.Tx, accounts []string) (at time.Time, err error) {
	where, args := among("1 = 1", accounts)
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var first sql.NullInt64
		err := rows.Scan(&first)
		at = store.FromMicros(first.Int64)
		return err
	}, "SELECT MIN(i.at) FROM interactions i WHERE "+where, args...)
	return at, err
}

// among bounds a condition to accounts; none = all.
func among(where string, accounts []string, args ...any) (bounded string, all []any) {
	if len(accounts) == 0 {
		return where, args
	}
	return where + " AND i.app_id IN (" + store.Marks(len(accounts)) + ")", append(args, store.Anys(accounts)...)
}

// within are hits of the week before a place, the newest first. Letters are equal in both cases.
func (q *Search) within(ctx context.Context, t *store.Tx, text string, before place, limit int) (list []Hit, err error) {
	until := store.Micros(before.at)
	where, args := among("i.at >= ? AND (i.at < ? OR i.at = ? AND i.id < ?) AND LOWER(i.content) LIKE LOWER(?) ESCAPE '!'", q.Accounts,
		store.Micros(before.at.Add(-slice)), until, until, before.id, "%"+strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text)+"%")
	index := "interactions_time"
	if len(q.Accounts) != 1 {
		index = "interactions_at"
	}
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var h Hit
		var at int64
		err := rows.Scan(&h.ID, &h.AppID, &h.UID, &h.MsgKey, &at, &h.Dir, &h.Actor, &h.Staff, &h.Text)
		h.At, h.Text = store.FromMicros(at), around(h.Text, text)
		list = append(list, h)
		return err
	}, "SELECT i.id, i.app_id, i.uid, i.event_key, i.at, i.dir, i.actor, i.staff, i.content FROM interactions i"+t.Dialect().By(index)+" WHERE "+where+
		" AND i.channel = 'chat' AND i.probe = 0 AND (i.dir = 'out' OR i.kind IN ('text', 'voice', 'location', 'link')) ORDER BY i.at DESC, i.id DESC LIMIT ?",
		append(args, limit)...)
	return list, err
}

// around is the part of a text that holds what was searched for.
func around(text, wanted string) string {
	runes := []rune(text)
	if len(runes) <= shownOf {
		return text
	}
	at := 0
	if i := strings.Index(strings.ToLower(text), strings.ToLower(wanted)); i >= 0 && len(strings.ToLower(text)) == len(text) {
		at = utf8.RuneCountInString(text[:i])
	}
	from := max(0, min(at-shownBefore, len(runes)-shownOf))
	part := string(runes[from : from+shownOf])
	if from > 0 {
		part = "……" + part
	}
	if from+shownOf < len(runes) {
		part += "……"
	}
	return part
}

// conversations finds in which conversation each hit was said.
func (f *Found) conversations(ctx context.Context, t *store.Tx) error {
	byUID := map[string][]*Hit{}
	for i := range f.Hits {
		h := &f.Hits[i]
		byUID[h.UID] = append(byUID[h.UID], h)
	}
	uids := make([]string, 0, len(byUID))
	for uid := range byUID {
		uids = append(uids, uid)
	}
	return t.QueryIn(ctx, func(rows *sql.Rows) error {
		var id, queued, closed int64
		var appID, uid string
		if err := rows.Scan(&id, &appID, &uid, &queued, &closed); err != nil {
			return err
		}
		for _, h := range byUID[uid] {
			if at := store.Micros(h.At); h.AppID == appID && queued <= at && (closed == 0 || at <= closed) {
				h.Conversation = id
			}
		}
		return nil
	}, uids, "SELECT id, app_id, uid, queued_at, closed_at FROM conversations WHERE uid IN (?)")
}
