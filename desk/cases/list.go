package cases

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// The boxes of the list: all that is open, what the caller handles, what waits for another person's
// review, what is late, what is over.
const (
	BoxOpen    = "open"
	BoxMine    = "mine"
	BoxReview  = "review"
	BoxOverdue = "overdue"
	BoxFinal   = "final"
	BoxAll     = "all"
)

// Boxes lists them.
func Boxes() []string { return []string{BoxOpen, BoxMine, BoxReview, BoxOverdue, BoxFinal, BoxAll} }

// The orders of the list: what is owed first, or what came last.
const (
	ByDue    = "due"
	ByNewest = "newest"
)

// Query asks for cases. Zero fields do not matter.
type Query struct {
	Box          string
	Accounts     []string // none = all; the caller may see them
	Mine         string   // the caller's sign-in name
	State        State
	Kind         Kind
	Topic        string // with all below it
	District     string
	Unit         string
	Handler      string
	UID          string
	Conversation int64
	Text         string    // a number, or a piece of the masked title
	From, To     time.Time // of the submission, To not included
	Sort         string
	After        string // the Next of the page before
	Limit        int    // 0 = 50, at most 200
}

// Page is a piece of a list.
type Page struct {
	Cases  []Case         `json:"cases"`
	Next   string         `json:"next"`   // "" = this is the last
	Counts map[string]int `json:"counts"` // of the accounts, whatever else is asked
}

const (
	usualPage   = 50
	longestPage = 200
	farthest    = 20_000
)

// List returns cases.
func (b *Cases) List(ctx context.Context, q Query) (p Page, err error) {
	p.Cases = []Case{}
	f, err := q.filter(b.o.Now())
	if err != nil {
		return p, err
	}
	err = b.store.Read(ctx, store.Console, func(t *store.Tx) error {
		if p.Cases, p.Next, err = b.page(ctx, t, f, q.After, q.Limit); err != nil {
			return err
		}
		p.Counts, err = b.counts(ctx, t, q.Accounts, q.Mine)
		return err
	})
	return p, models.Wrap("cases: list", err)
}

// filter is a condition with what it is about, and an order.
type filter struct {
	where string
	args  []any
	order string
}

func (f *filter) and(condition string, args ...any) {
	f.where += " AND " + condition
	f.args = append(f.args, args...)
}

func of(accounts []string) *filter {
	f := &filter{where: "state <> ''"}
	if len(accounts) > 0 {
		f.and("app_id IN ("+store.Marks(len(accounts))+")", store.Anys(accounts)...)
	}
	return f
}

func (q *Query) filter(now time.Time) (*filter, error) {
	f := of(q.Accounts)
	switch q.Box {
	case BoxOpen, "":
		f.and("due > 0")
	case BoxMine:
		f.and("due > 0 AND handler = ?", q.Mine)
	case BoxReview:
		f.and("due > 0 AND (state = 'review' OR extend_days > 0)")
	case BoxOverdue:
		f.and("due > 0 AND due < ?", store.Micros(now))
	case BoxFinal:
		f.and("due = 0")
	case BoxAll:
	default:
		return nil, faulty("box", "choice_unknown", "应为 "+strings.Join(Boxes(), "、"))
	}
	for column, value := range map[string]string{
		"state": string(q.State), "kind": string(q.Kind), "district": q.District, "unit": q.Unit, "handler": q.Handler, "uid": q.UID,
	} {
		if value != "" {
			f.and(column+" = ?", value)
		}
	}
	if q.Topic != "" {
		f.and("(topic = ? OR SUBSTR(topic, 1, ?) = ?)", q.Topic, int64(len([]rune(q.Topic))+1), q.Topic+"/")
	}
	if q.Conversation != 0 {
		f.and("conversation = ?", q.Conversation)
	}
	if !q.From.IsZero() {
		f.and("opened_at >= ?", store.Micros(q.From))
	}
	if !q.To.IsZero() {
		f.and("opened_at < ?", store.Micros(q.To))
	}
	f.order = "(CASE WHEN due = 0 THEN 1 ELSE 0 END), (CASE WHEN due = 0 THEN -closed_at ELSE due END), id"
	if q.Sort == ByNewest {
		f.order = "opened_at DESC, id DESC"
	}
	err := f.search(q.Text)
	return f, err
}

// search looks for a number, or for a piece of a title.
func (f *filter) search(text string) error {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil
	}
	if strings.Trim(text, "0123456789０１２３４５６７８９ 　-－") == "" {
		number, err := ParseNumber(text)
		if err != nil {
			return faulty("q", "case_number", "编号有误：应为 12 位数字，例 2603 0200 0013，请核对")
		}
		f.and("id = ?", number)
		return nil
	}
	if len([]rune(text)) < 2 {
		return faulty("q", "least_characters", "至少写两个字", "min", "2")
	}
	f.and("title LIKE ? ESCAPE '!'", "%"+strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text)+"%")
	return nil
}

// page reads a piece of a list.
func (b *Cases) page(ctx context.Context, t *store.Tx, f *filter, after string, limit int) (found []Case, next string, err error) {
	if limit <= 0 || limit > longestPage {
		limit = usualPage
	}
	skip := 0
	if after != "" {
		if skip, err = strconv.Atoi(after); err != nil || skip < 0 || skip > farthest {
			return nil, "", faulty("after", "place_unknown", "不是上一页给出的位置")
		}
	}
	rows, err := list(ctx, t, f.where+" ORDER BY "+f.order+" LIMIT "+strconv.Itoa(limit+1)+" OFFSET "+strconv.Itoa(skip), f.args...)
	if err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows, next = rows[:limit], strconv.Itoa(skip+limit)
	}
	found = make([]Case, 0, len(rows))
	for _, c := range rows {
		if err := b.look(ctx, c); err != nil {
			return nil, "", err
		}
		found = append(found, *c)
	}
	return found, next, nil
}

// look fills in what depends on the time and the account's hours.
func (b *Cases) look(ctx context.Context, c *Case) error {
	account, err := b.account(ctx, c.AppID)
	if err != nil {
		return err
	}
	l, err := b.limitsOf(account, c.SubmittedAt)
	if err == nil {
		l.look(c, b.o.Now())
	}
	return err
}

func (b *Cases) counts(ctx context.Context, t *store.Tx, accounts []string, mine string) (map[string]int, error) {
	f := of(accounts)
	var open, own, review, overdue, submitted int
	err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&open, &own, &review, &overdue, &submitted) },
		"SELECT COUNT(*), COALESCE(SUM(CASE WHEN handler = ? THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN state = 'review' OR extend_days > 0 THEN 1 ELSE 0 END), 0), "+
			"COALESCE(SUM(CASE WHEN due < ? THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN state = 'submitted' THEN 1 ELSE 0 END), 0) FROM cases WHERE due > 0 AND "+f.where,
		slices.Concat([]any{mine, store.Micros(b.o.Now())}, f.args)...)
	return map[string]int{BoxOpen: open, BoxMine: own, BoxReview: review, BoxOverdue: overdue, string(Submitted): submitted}, err
}
