package cases

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/wechat"
)

const (
	// ratingKey begins the send keys of questions for a rating, and the ids of their choices: see bot.RatingMenu.
	ratingKey = "rate-"
	// placesForRating are how many messages the window must leave: that one, and one for an answer.
	placesForRating = 2
	// ratingEvery is how often a citizen is asked about conversations.
	ratingEvery = 7 * 24 * time.Hour
	// typedWithin is for how long a typed number is a rating.
	typedWithin = 24 * time.Hour
	// reopenWithin are the working days in which a citizen has a case opened again by saying that it is
	// not solved.
	reopenWithin = 15
)

// conversationClosed asks for a rating where a person answered: one that somebody of the desk began counts
// as answered from its beginning, so that it ends when nothing is said.
func (b *Cases) conversationClosed(ctx context.Context, t *store.Tx, c *desk.Conversation) error {
	if !c.AnsweredAt.After(c.QueuedAt) || c.CloseCode != desk.CloseDone && c.CloseCode != desk.CloseQuiet {
		return nil
	}
	var n int
	err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&n) },
		"SELECT COUNT(*) FROM outbox WHERE uid = ? AND purpose = 'rating' AND created_at > ?", c.UID, store.Micros(b.o.Now().Add(-ratingEvery)))
	if err != nil || n > 0 {
		return err
	}
	return b.asksRating(ctx, t, outbox.Request{AppID: c.AppID, UID: c.UID, SendKey: fmt.Sprint(ratingKey, c.ID), Conversation: c.ID, Staff: c.Assignee}, "请评价这次答复：")
}

// asksRating sends the menu of choices, where the citizen can be reached by it.
func (b *Cases) asksRating(ctx context.Context, t *store.Tx, r outbox.Request, head string) error {
	w, err := b.outbox.WindowIn(ctx, t, r.UID)
	if err != nil || !w.Open || w.Quota-w.Used < placesForRating {
		return err
	}
	menu := &wechat.MenuMessage{Head: head, Tail: "也可以直接回复 1、2 或 3。"}
	for i, choice := range models.RatingChoices() {
		menu.Items = append(menu.Items, wechat.MenuItem{ID: fmt.Sprintf("%s%d-%s", ratingKey, i+1, strings.TrimPrefix(r.SendKey, ratingKey)), Content: fmt.Sprintf("%d %s", i+1, choice)})
	}
	r.Purpose, r.Content = outbox.Rating, outbox.Content{Menu: menu}
	_, err = b.outbox.EnqueueIn(ctx, t, models.Who{}, r)
	return err
}

// follow hears of ratings, and of cases that citizens told, in the transaction that stores the rows: the
// program's answers say which.
func (b *Cases) follow(ctx context.Context, t *store.Tx, a *store.Arrival) (write func() error, err error) {
	return func() error {
		for _, r := range a.Fresh {
			m := r.In()
			if m.Case != nil && m.Dir == models.DirOut && m.UID != "" {
				if err := b.told(ctx, t, m); err != nil {
					return err
				}
			}
			said, ok := strings.CutPrefix(m.RuleName, models.RatingRule)
			if !ok || m.RuleID != 0 || m.Dir != models.DirOut || m.UID == "" {
				continue
			}
			for i, choice := range models.RatingChoices() {
				if said != choice {
					continue
				}
				_, item, _ := strings.Cut(strings.TrimPrefix(m.Keyword, ratingKey), "-")
				if err := b.rated(ctx, t, item, models.Rating{AppID: m.AppID, UID: m.UID, At: m.At, Solved: i < 2, Satisfied: i == 0}); err != nil {
					return err
				}
			}
		}
		return nil
	}, nil
}

// rated stores a rating, once: of what the clicked item names, else of what the citizen was asked last
// and has not rated. Their citizen is locked.
func (b *Cases) rated(ctx context.Context, t *store.Tx, clicked string, r models.Rating) error {
	which, arg := "o.state IN ('sent', 'unknown') AND o.attempt_at > ?", any(store.Micros(r.At.Add(-typedWithin)))
	if clicked != "" { // it came, then, whatever is known of it
		which, arg = "o.send_key = ?", ratingKey+clicked
	}
	var item, conversation int64
	var number, staff string
	err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&item, &conversation, &number, &staff) },
		"SELECT o.id, o.conversation, o.case_number, o.staff FROM outbox o LEFT JOIN rating_answers r ON r.item = o.id WHERE o.uid = ? AND o.app_id = ? "+
			"AND o.purpose = 'rating' AND r.item IS NULL AND "+which+" ORDER BY o.id DESC LIMIT 1", r.UID, r.AppID, arg)
	if err != nil || item == 0 {
		return err
	}
	// The books of all instances see by its question that it is rated.
	if err := t.Exec(ctx, "UPDATE outbox SET updated_at = ? WHERE id = ?", store.Micros(b.o.Now()), item); err != nil {
		return err
	}
	err = t.Upsert(ctx, "rating_answers", "item, app_id, uid, at, number, conversation, staff, solved, satisfied", 9, []any{
		item, r.AppID, r.UID, store.Micros(r.At), number, conversation, staff, bit(r.Solved), bit(r.Satisfied),
	}, "")
	if err != nil {
		return err
	}
	if number == "" {
		return b.waits.RateIn(ctx, t, r)
	}
	return b.ratedCase(ctx, t, number, &r)
}

// ratedCase writes a rating into its case, and opens the case again where it is not solved.
func (b *Cases) ratedCase(ctx context.Context, t *store.Tx, number string, r *models.Rating) error {
	c, err := lock(ctx, t, r.AppID, number)
	if err != nil {
		return err
	}
	c.Solved, c.Satisfied = &r.Solved, &r.Satisfied
	text := models.RatingChoices()[2]
	if r.Solved {
		text = models.RatingChoices()[map[bool]int{true: 0, false: 1}[r.Satisfied]]
	}
	if err := c.happens(ctx, t, Event{At: r.At, Kind: "rated", Text: text}); err != nil {
		return err
	}
	if !r.Solved && c.State == Closed {
		if err := b.reopenForCitizen(ctx, t, c, r.At); err != nil {
			return err
		}
	}
	return b.save(ctx, t, c)
}

func (b *Cases) reopenForCitizen(ctx context.Context, t *store.Tx, c *Case, at time.Time) error {
	account, err := b.account(ctx, c.AppID)
	if err != nil {
		return err
	}
	l, err := b.limitsOf(account, c.SubmittedAt)
	if err != nil || l.office.Calendar().ElapsedWorkdays(c.ClosedAt, at) > reopenWithin {
		return err
	}
	var before int
	err = t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&before) },
		"SELECT COUNT(*) FROM case_events WHERE app_id = ? AND number = ? AND kind = 'reopened' AND actor = ''", c.AppID, c.Number)
	if err != nil || before > 0 {
		return err
	}
	c.State = Handling
	c.opens(at)
	l.set(c)
	if err := c.happens(ctx, t, Event{At: at, Kind: "reopened", Text: "市民评价没解决"}); err != nil {
		return err
	}
	text, remark := "重新办理。", ""
	if c.DueAt.After(b.o.Now()) { // else the days of before have used it up
		text, remark = "重新办理，将在 "+dayText(c.DueAt)+" 前答复。", dayText(c.DueAt)+" 前答复"
	}
	return b.notice(ctx, t, c, "reopened", text, brief("重新办理", remark))
}

// Rated is a rating as lists show it.
type Rated struct {
	At           time.Time `json:"at"`
	Account      string    `json:"account"`
	Citizen      string    `json:"citizen"`
	Number       string    `json:"number"` // "" = of a conversation
	Conversation int64     `json:"conversation,string"`
	Staff        string    `json:"staff"`
	Solved       bool      `json:"solved"`
	Satisfied    bool      `json:"satisfied"`
}

// Ratings are ratings of accounts in [from, to), the last first, and what all of them come to.
type Ratings struct {
	Ratings   []Rated `json:"ratings"` // at most 200
	N         int     `json:"n"`
	Solved    int     `json:"solved_n"`
	Satisfied int     `json:"satisfied_n"`
}

// Ratings reads them; zero times are no ends.
func (b *Cases) Ratings(ctx context.Context, accounts []string, from, to time.Time) (out Ratings, err error) {
	f := of(accounts)
	f.where = strings.Replace(f.where, "state <> ''", "1 = 1", 1)
	if !from.IsZero() {
		f.and("at >= ?", store.Micros(from))
	}
	if !to.IsZero() {
		f.and("at < ?", store.Micros(to))
	}
	out.Ratings = []Rated{}
	err = b.store.Read(ctx, store.Console, func(t *store.Tx) error {
		err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&out.N, &out.Solved, &out.Satisfied) },
			"SELECT COUNT(*), COALESCE(SUM(solved), 0), COALESCE(SUM(satisfied), 0) FROM rating_answers WHERE "+f.where, f.args...)
		if err != nil {
			return err
		}
		return t.Query(ctx, func(rows *sql.Rows) error {
			var r Rated
			var at int64
			err := rows.Scan(&at, &r.Account, &r.Citizen, &r.Number, &r.Conversation, &r.Staff, &r.Solved, &r.Satisfied)
			r.At, r.Citizen = store.FromMicros(at), r.Citizen[:min(6, len(r.Citizen))]
			out.Ratings = append(out.Ratings, r)
			return err
		}, "SELECT at, app_id, uid, number, conversation, staff, solved, satisfied FROM rating_answers WHERE "+f.where+" ORDER BY at DESC, item DESC LIMIT 200", f.args...)
	})
	return out, models.Wrap("cases: ratings", err)
}
