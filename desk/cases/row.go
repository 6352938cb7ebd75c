package cases

import (
	"context"
	"database/sql"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

const columns = "app_id, id, category, topic, title, spells, opened_at, closed_at, feedback, solved, satisfied, state, source, source_key, uid, " +
	"conversation, kind, district, unit, handler, place, photos, phone, public, complex, accepted_at, due_accept_at, due_at, extended_to, due, returns, " +
	"urges, pending, author, extend_days, extend_by, extend_reason, extend_at, draft, version, changed_at, " +
	"source_number, reminded_at"

// width counts columns.
const width = 43

func scan(rows *sql.Rows) (*Case, error) {
	c := &Case{}
	var category, spells, photos string
	var opened, closed, accepted, dueAccept, dueAt, extended, due, asked, changed, reminded int64
	var rated, solved, satisfied bool
	var sourceKey sql.NullString
	var e Extension
	err := rows.Scan(&c.AppID, &c.Number, &category, &c.Topic, &c.Title, &spells, &opened, &closed, &rated, &solved, &satisfied, &c.State, &c.Source,
		&sourceKey, &c.UID, &c.Conversation, &c.Kind, &c.District, &c.Unit, &c.Handler, &c.place, &photos, &c.phone, &c.Public, &c.Complex, &accepted,
		&dueAccept, &dueAt, &extended, &due, &c.Returns, &c.Urges, &c.Pending, &c.Author, &e.Days, &e.By, &e.Reason, &asked, &c.draft, &c.Version, &changed,
		&c.SourceNumber, &reminded)
	if err != nil {
		return nil, err
	}
	c.Shown, c.Citizen, c.sourceKey = models.ShownNumber(c.Number), c.UID[:min(6, len(c.UID))], sourceKey.String
	c.SubmittedAt, c.ClosedAt, c.AcceptedAt, c.DueAcceptAt = store.FromMicros(opened), store.FromMicros(closed), store.FromMicros(accepted), store.FromMicros(dueAccept)
	c.DueAt, c.ExtendedTo, c.Due, c.ChangedAt, e.At = store.FromMicros(dueAt), store.FromMicros(extended), store.FromMicros(due), store.FromMicros(changed), store.FromMicros(asked)
	c.RemindedAt = store.FromMicros(reminded)
	if rated {
		c.Solved, c.Satisfied = &solved, &satisfied
	}
	if e.Days > 0 && c.ExtendedTo.IsZero() {
		c.Extension = &e
	}
	if photos != "" {
		c.photos = strings.Split(photos, " ")
	}
	if err := json.Unmarshal([]byte(spells), &c.spells); err != nil {
		return nil, err
	}
	c.Reopened = len(c.spells) - 1
	return c, nil
}

// values are the columns of a case, of which due is worked out.
func (c *Case) values() ([]any, error) {
	spells, err := json.Marshal(c.spells)
	if err != nil {
		return nil, err
	}
	e := Extension{}
	if c.Extension != nil {
		e = *c.Extension
	}
	var sourceKey any
	if c.sourceKey != "" {
		sourceKey = c.sourceKey
	}
	c.Due = c.due()
	return []any{
		c.AppID, c.Number, c.category(), c.Topic, c.Title, string(spells), store.Micros(c.SubmittedAt), store.Micros(c.ClosedAt), bit(c.Solved != nil),
		bit(c.Solved != nil && *c.Solved), bit(c.Satisfied != nil && *c.Satisfied), string(c.State), c.Source, sourceKey, c.UID, c.Conversation,
		string(c.Kind), c.District, c.Unit, c.Handler, c.place, strings.Join(c.photos, " "), c.phone, bit(c.Public), bit(c.Complex),
		store.Micros(c.AcceptedAt), store.Micros(c.DueAcceptAt), store.Micros(c.DueAt), store.Micros(c.ExtendedTo), store.Micros(c.Due), int64(c.Returns), int64(c.Urges),
		string(c.Pending), c.Author, int64(e.Days), e.By, e.Reason, store.Micros(e.At), c.draft, c.Version, store.Micros(c.ChangedAt),
		c.SourceNumber, store.Micros(c.RemindedAt),
	}, nil
}

// insert writes a new case.
func (b *Cases) insert(ctx context.Context, t *store.Tx, c *Case) error {
	c.Version, c.ChangedAt = 1, b.o.Now()
	values, err := c.values()
	if err != nil {
		return err
	}
	return t.Upsert(ctx, "cases", columns, width, values, "")
}

// save writes a case that was locked.
func (b *Cases) save(ctx context.Context, t *store.Tx, c *Case) error {
	c.Version, c.ChangedAt, c.Shown, c.Reopened = c.Version+1, b.o.Now(), models.ShownNumber(c.Number), len(c.spells)-1
	values, err := c.values()
	if err != nil {
		return err
	}
	return t.Exec(ctx, "UPDATE cases SET "+strings.ReplaceAll(columns, ",", " = ?,")+" = ? WHERE app_id = ? AND id = ?", append(values, c.AppID, c.Number)...)
}

// list reads cases of the desk; where begins with a condition.
func list(ctx context.Context, t *store.Tx, where string, args ...any) (found []*Case, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error {
		c, err := scan(rows)
		found = append(found, c)
		return err
	}, "SELECT "+columns+" FROM cases WHERE "+where, args...)
	return found, err
}

// lock reads a case after locking its citizen, as whoever stores rows of theirs does.
func lock(ctx context.Context, t *store.Tx, appID, number string) (*Case, error) {
	const one = "app_id = ? AND id = ? AND state <> ''"
	found, err := list(ctx, t, one, appID, number)
	if err == nil && len(found) == 0 {
		err = errNoCase()
	}
	if err != nil {
		return nil, err
	}
	if uid := found[0].UID; uid != "" {
		if _, err := t.LockCitizens(ctx, []string{uid}); err != nil {
			return nil, err
		}
	}
	if found, err = list(ctx, t, one+t.Dialect().ForUpdate, appID, number); err != nil {
		return nil, err
	}
	return found[0], nil
}

func errNoCase() *models.Error { return models.NewError(models.CodeNotFound, "没有这个工单") }

// Event is something that happened to a case.
type Event struct {
	ID    int64     `json:"id,string"`
	At    time.Time `json:"at"`
	Kind  string    `json:"kind"`
	By    string    `json:"by"`   // a sign-in name, "" = the citizen or the program
	Text  string    `json:"text"` // masked
	Unit  string    `json:"unit"`
	Days  int       `json:"days"`
	State State     `json:"state"` // after it
}

// tell appends an event of a case.
func (c *Case) happens(ctx context.Context, t *store.Tx, e Event) error {
	e.ID, e.State = t.NextID(), c.State
	sealed, err := t.Seal("case_events", "text", strconv.FormatInt(e.ID, 10), []byte(e.Text))
	if err != nil {
		return err
	}
	return t.Upsert(ctx, "case_events", "id, app_id, number, at, kind, actor, unit, days, state, text, masked", 11, []any{
		e.ID, c.AppID, c.Number, store.Micros(e.At), e.Kind, e.By, e.Unit, int64(e.Days), string(e.State), sealed, models.Mask(e.Text),
	}, "")
}

// events are those of a case, in order.
func (c *Case) events(ctx context.Context, t *store.Tx) (found []Event, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var e Event
		var at int64
		err := rows.Scan(&e.ID, &at, &e.Kind, &e.By, &e.Unit, &e.Days, &e.State, &e.Text)
		e.At = store.FromMicros(at)
		found = append(found, e)
		return err
	}, "SELECT id, at, kind, actor, unit, days, state, masked FROM case_events WHERE app_id = ? AND number = ? ORDER BY id", c.AppID, c.Number)
	return found, err
}

// said is the text of the last event of a kind as it was written.
func (c *Case) said(ctx context.Context, t *store.Tx, kind string) (string, error) {
	var id int64
	var sealed []byte
	err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&id, &sealed) },
		"SELECT id, text FROM case_events WHERE app_id = ? AND number = ? AND kind = ? ORDER BY id DESC LIMIT 1", c.AppID, c.Number, kind)
	if err != nil {
		return "", err
	}
	plain, err := t.Unseal("case_events", "text", strconv.FormatInt(id, 10), sealed)
	return string(plain), err
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// sealedTexts are what was written of a case by event, and which event began it.
func (c *Case) sealedTexts(ctx context.Context, t *store.Tx) (texts map[int64][]byte, first int64, err error) {
	texts = map[int64][]byte{}
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var id int64
		var kind string
		var text []byte
		err := rows.Scan(&id, &kind, &text)
		if texts[id] = text; kind == "submitted" {
			first = id
		}
		return err
	}, "SELECT id, kind, text FROM case_events WHERE app_id = ? AND number = ? AND text <> ?", c.AppID, c.Number, []byte{})
	return texts, first, err
}

// saidOf finds what was said of cases of an account by their index.
const saidOf = "SELECT number, kind, masked FROM case_events WHERE app_id = ? AND number IN (?) AND kind IN ('submitted', 'closed', 'rejected') ORDER BY id"

// said are the masked texts with which cases began, and their last replies, by account and number.
func said(ctx context.Context, t *store.Tx, found []*Case) (texts, replies map[string]string, err error) {
	texts, replies = map[string]string{}, map[string]string{}
	numbers := map[string][]string{}
	for _, c := range found {
		numbers[c.AppID] = append(numbers[c.AppID], c.Number)
	}
	for appID, of := range numbers {
		err := t.QueryIn(ctx, func(rows *sql.Rows) error {
			var number, kind, text string
			err := rows.Scan(&number, &kind, &text)
			if kind == "submitted" {
				texts[appID+number] = text
			} else {
				replies[appID+number] = text
			}
			return err
		}, of, saidOf, appID)
		if err != nil {
			return nil, nil, err
		}
	}
	return texts, replies, nil
}
