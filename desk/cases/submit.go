package cases

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Submission is a new case.
type Submission struct {
	AppID    string
	Key      string // its maker's own: the same again is the same case
	Source   string // "" = SourceAgent
	Kind     Kind
	Text     string
	Topic    string
	District string
	Place    string
	Phone    string
	Photos   []string  // media ids
	PhotosAt time.Time // when the first was sent, zero = with the case
	Exact    string    // latitude,longitude of Place, "" = not known
	Public   bool
	Complex  bool
	UID      string // the citizen, "" = nobody whom the account knows
	Rights   Rights // of the caller, for what the answer says

	// Conversation is the one that becomes the case: its citizen is the case's, and it is closed.
	Conversation        int64
	ConversationVersion int64
}

// Submit makes a case, audited, and returns it; with a key that is known, the case of then.
func (b *Cases) Submit(ctx context.Context, who models.Who, q Submission) (out Detail, err error) {
	if err := q.check(); err != nil {
		return out, err
	}
	account, err := b.account(ctx, q.AppID)
	if err != nil {
		return out, models.Wrap("cases: submit", err)
	}
	var number string
	err = b.store.Transact(ctx, func(t *store.Tx) error {
		c, err := b.submitIn(ctx, t, who, account, &q)
		if err == nil {
			number = c.Number
		}
		return err
	})
	if err != nil {
		return out, models.Wrap("cases: submit", err)
	}
	return b.Case(ctx, who, q.Rights, q.AppID, number)
}

func (q *Submission) check() error {
	var faults []models.FieldError
	fault := func(field, code, text string, pairs ...string) {
		faults = append(faults, models.Fault(field, code, text, pairs...))
	}
	q.Text, q.Phone = strings.TrimSpace(models.CleanText(q.Text)), models.OneLine(q.Phone, 40)
	q.Topic, q.District, q.Place = models.OneLine(q.Topic, 100), models.OneLine(q.District, 100), models.OneLine(q.Place, 200)
	if q.Source == "" {
		q.Source = SourceAgent
	}
	if q.Key == "" || len(q.Key) > 96 || strings.ContainsFunc(q.Key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		fault("key", "key_form", "须为 1 至 96 个可见的 ASCII 字符，例如一个 UUID")
	}
	if !slices.Contains(models.CaseKinds(), q.Kind) {
		fault("kind", "choice_unknown", "应为 consult、complaint、suggestion、report、help 或 praise")
	}
	switch n := len([]rune(q.Text)); {
	case n == 0:
		fault("text", "required", "不能为空")
	case n > models.CaseText:
		fault("text", "most_characters", "最长 {max} 字", "max", fmt.Sprint(models.CaseText))
	}
	if len(faults) > 0 {
		return &models.Error{Code: models.CodeInvalid, Message: "工单有误", Fields: faults}
	}
	return nil
}

// submitIn makes the case within a transaction.
func (b *Cases) submitIn(ctx context.Context, t *store.Tx, who models.Who, account *models.Account, q *Submission) (c *Case, err error) {
	known, err := list(ctx, t, "app_id = ? AND source_key = ?", q.AppID, q.Source+":"+q.Key)
	if err != nil {
		return nil, err
	}
	if len(known) > 0 {
		return known[0], nil
	}
	if q.Conversation != 0 {
		act := desk.Act{ID: q.Conversation, Version: q.ConversationVersion, Accounts: []string{q.AppID}}
		err = b.desk.IntoCase(ctx, t, who, act, func(uid string) (string, error) {
			q.UID = uid
			c, err = b.begin(ctx, t, account, q, b.o.Now(), "")
			if err != nil {
				return "", err
			}
			return models.ShownNumber(c.Number), nil
		})
	} else {
		c, err = b.beginFor(ctx, t, account, q)
	}
	if err != nil {
		return nil, err
	}
	if err := c.happens(ctx, t, Event{At: c.SubmittedAt, Kind: "submitted", By: who.Name, Text: q.Text}); err != nil {
		return nil, err
	}
	if err := b.registered(ctx, t, c); err != nil {
		return nil, err
	}
	return c, t.Audit(ctx, models.AuditEntry{
		Who: who, Action: "case.open", ObjectType: "case", ObjectID: c.Number, AppID: c.AppID, After: c.audited(),
	})
}

// registered tells the citizen number and limits.
func (b *Cases) registered(ctx context.Context, t *store.Tx, c *Case) error {
	return b.notice(ctx, t, c, "submitted", "已登记，将在 "+dayText(c.DueAcceptAt)+" 前受理，"+dayText(c.DueAt)+" 前答复。",
		brief("已登记", dayText(c.DueAt)+" 前答复"))
}

// beginFor is begin of a citizen who is named, or of nobody whom the account knows.
func (b *Cases) beginFor(ctx context.Context, t *store.Tx, account *models.Account, q *Submission) (*Case, error) {
	if q.UID != "" {
		there, err := t.LockCitizens(ctx, []string{q.UID})
		if err != nil {
			return nil, err
		}
		if _, ok := there[q.UID]; !ok {
			return nil, models.NewError(models.CodeNotFound, "没有这位市民")
		}
	}
	return b.begin(ctx, t, account, q, b.o.Now(), "")
}

// begin writes a new case and its row of the log; number "" takes the next one.
func (b *Cases) begin(ctx context.Context, t *store.Tx, account *models.Account, q *Submission, at time.Time, number string) (c *Case, err error) {
	if number == "" {
		if number, err = nextNumber(ctx, t, q.AppID, at); err != nil {
			return nil, err
		}
	}
	l, err := b.limitsOf(account, at)
	if err != nil {
		return nil, err
	}
	c = &Case{
		AppID: q.AppID, Number: number, State: Submitted, Kind: q.Kind, Topic: q.Topic, District: q.District, UID: q.UID, Conversation: q.Conversation,
		Source: q.Source, Public: q.Public, Complex: q.Complex, SubmittedAt: at, Title: models.OneLine(models.Mask(q.Text), 80),
		place: models.Mask(q.Place), photos: q.Photos, sourceKey: q.Source + ":" + q.Key,
	}
	c.opens(at)
	l.set(c)
	if c.phone, err = t.Seal("cases", "phone", c.AppID+c.Number, []byte(q.Phone)); err != nil {
		return nil, err
	}
	if err := b.insert(ctx, t, c); err != nil {
		return nil, err
	}
	if err := b.notePhotos(ctx, t, c, q.PhotosAt); err != nil {
		return nil, err
	}
	if err := b.notePlace(ctx, t, c, q.Exact); err != nil {
		return nil, err
	}
	return c, b.begins(ctx, t, c, q.Text)
}

// handlers are who may handle cases of an account.
func handlers(ctx context.Context, t *store.Tx, appID string) (names []string, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		names = append(names, name)
		return err
	}, "SELECT o.name FROM roles r JOIN operators o ON o.id = r.operator_id WHERE r.role = 'case_handler' AND r.app_id = ? AND o.state = 'active' "+
		"AND o.asleep = 0 ORDER BY o.name", appID)
	return names, err
}
