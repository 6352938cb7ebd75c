package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Case is one 办件 with every stretch of time it was open, in order.
type Case struct {
	AppID    string    `json:"account"`
	ID       string    `json:"id"`
	Category string    `json:"category"`
	Topic    string    `json:"topic"`
	Title    string    `json:"title"`
	Spells   []Spell   `json:"spells"`
	Feedback *Feedback `json:"feedback"` // nil: none was given
}

// Spell is one stretch in which a case was open; To is zero while it still is.
type Spell struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Feedback is what the citizen said of a closed case.
type Feedback struct {
	Solved    bool `json:"solved"`
	Satisfied bool `json:"satisfied"`
}

// opened and closed are when the case was first opened and last closed, 0 = still open.
func (c *Case) opened() int64 { return Micros(c.Spells[0].From) }

func (c *Case) closed() int64 { return Micros(c.Spells[len(c.Spells)-1].To) }

const caseColumns = "app_id, id, category, topic, title, spells, opened_at, closed_at, feedback, solved, satisfied"

// SaveCase stores a case in place of an older version of it. It must have a spell.
func (s *Store) SaveCase(ctx context.Context, c Case) error {
	if c.AppID == "" || c.ID == "" || len(c.Spells) == 0 || c.Spells[0].From.IsZero() {
		return models.NewError(models.CodeInvalid, "办件须有账号、编号和受理时间")
	}
	spells, err := json.Marshal(c.Spells)
	if err != nil {
		return fmt.Errorf("store: save case: %w", err)
	}
	var cut cutter
	given := Feedback{}
	if c.Feedback != nil {
		given = *c.Feedback
	}
	values := []any{
		cut.ascii(c.AppID, appIDChars), cut.chars(c.ID, nameChars), cut.chars(c.Category, shortChars), cut.chars(c.Topic, nameChars),
		cut.chars(models.Mask(c.Title), 512), string(spells), c.opened(), c.closed(), bit(c.Feedback != nil), bit(given.Solved), bit(given.Satisfied),
	}
	err = s.Transact(ctx, func(t *Tx) error {
		return t.Upsert(ctx, "cases", caseColumns, len(values), values, s.dialect.OnConflict("app_id, id", "category", "topic", "title",
			"spells", "opened_at", "closed_at", "feedback", "solved", "satisfied"))
	})
	return models.Wrap("store: save case", err)
}

// At is the case as it stood at an instant.
func (c *Case) At(asOf time.Time) Case {
	out := *c
	out.Spells = nil
	for _, s := range c.Spells {
		if s.From.After(asOf) {
			break
		}
		if s.To.After(asOf) {
			s.To = time.Time{}
		}
		out.Spells = append(out.Spells, s)
	}
	return out
}

// ServiceItem is one 事务 a citizen started through the account.
type ServiceItem struct {
	AppID       string    `json:"account"`
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	UID         string    `json:"uid"` // pseudonym of the citizen, may be empty
	StartedAt   time.Time `json:"started_at"`
	CompletedAt time.Time `json:"completed_at"` // zero: not yet
}

// SaveServiceItem stores an item in place of an older version of it.
func (s *Store) SaveServiceItem(ctx context.Context, i ServiceItem) error {
	if i.AppID == "" || i.ID == "" || i.StartedAt.IsZero() {
		return models.NewError(models.CodeInvalid, "办事事项须有账号、编号和开始时间")
	}
	var c cutter
	values := []any{
		c.ascii(i.AppID, appIDChars), c.chars(i.ID, nameChars), c.chars(i.Name, nameChars), c.ascii(i.UID, shortChars),
		Micros(i.StartedAt), Micros(i.CompletedAt),
	}
	err := s.Transact(ctx, func(t *Tx) error {
		return t.Upsert(ctx, "service_items", "app_id, id, name, uid, started_at, completed_at", len(values), values,
			s.dialect.OnConflict("app_id, id", "name", "uid", "started_at", "completed_at"))
	})
	return models.Wrap("store: save service item", err)
}

// Cases reads the cases of an account first opened in [from, to), the oldest first; none that was withdrawn.
func (t *Tx) Cases(ctx context.Context, appID string, from, to time.Time) ([]Case, error) {
	var list []Case
	err := t.Query(ctx, func(rows *sql.Rows) error {
		var c Case
		var spells string
		var opened, closed int64
		var given bool
		var f Feedback
		err := rows.Scan(&c.AppID, &c.ID, &c.Category, &c.Topic, &c.Title, &spells, &opened, &closed, &given, &f.Solved, &f.Satisfied)
		if err != nil {
			return err
		}
		if given {
			c.Feedback = &f
		}
		list = append(list, c)
		return json.Unmarshal([]byte(spells), &list[len(list)-1].Spells)
	}, "SELECT "+caseColumns+" FROM cases WHERE app_id = ? AND opened_at >= ? AND opened_at < ? AND state <> 'withdrawn' ORDER BY opened_at, id",
		appID, Micros(from), Micros(to))
	return list, err
}

// ServiceItems counts the items of an account started in [from, to), and those of them completed
// before done.
func (t *Tx) ServiceItems(ctx context.Context, appID string, from, to, done time.Time) (started, completed int64, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&started, &completed) },
		"SELECT COUNT(*), COALESCE(SUM(CASE WHEN completed_at > 0 AND completed_at < ? THEN 1 ELSE 0 END), 0) FROM service_items "+
			"WHERE app_id = ? AND started_at >= ? AND started_at < ?", Micros(done), appID, Micros(from), Micros(to))
	return started, completed, err
}
