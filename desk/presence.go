package desk

import (
	"cmp"
	"context"
	"database/sql"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// PresenceState is whether somebody takes on something new.
type PresenceState string

// The states: new conversations come; none do; nobody is there.
const (
	Online PresenceState = "online"
	Busy   PresenceState = "busy"
	Away   PresenceState = "away"
)

// viewedFor is how long somebody counts as looking at a conversation after they said so.
const viewedFor = 25 * time.Second

// Presence is somebody at the desk.
type Presence struct {
	Operator string        `json:"operator"` // sign-in name
	State    PresenceState `json:"state"`
	SeenAt   time.Time     `json:"seen_at"`
	Viewing  int64         `json:"viewing,string"` // a conversation, 0 = none
	Typing   bool          `json:"typing"`
}

// presences are those who showed themselves since a time.
func presences(ctx context.Context, t *store.Tx, since time.Time) (map[string]Presence, error) {
	out := map[string]Presence{}
	err := t.Query(ctx, func(rows *sql.Rows) error {
		var p Presence
		var seen, viewed int64
		if err := rows.Scan(&p.Operator, &p.State, &seen, &p.Viewing, &p.Typing, &viewed); err != nil {
			return err
		}
		p.SeenAt = store.FromMicros(seen)
		if t.Now().Sub(store.FromMicros(viewed)) > viewedFor {
			p.Viewing, p.Typing = 0, false
		}
		out[p.Operator] = p
		return nil
	}, "SELECT operator, state, seen_at, viewing, typing, viewed_at FROM presence WHERE seen_at >= ?", store.Micros(since))
	return out, err
}

// SetPresence says that somebody is there and whether they take on something new; Away says that they
// go. "" keeps the state and only shows that they are still there.
func (d *Desk) SetPresence(ctx context.Context, who models.Who, state PresenceState) (p Presence, err error) {
	switch state {
	case "", Online, Busy, Away:
	default:
		return p, models.NewError(models.CodeInvalid, "状态应为 online、busy 或 away")
	}
	err = d.store.Transact(ctx, func(t *store.Tx) error {
		now, changed := store.Micros(d.o.Now()), []string{"seen_at"}
		if state != "" {
			changed = append(changed, "state")
		}
		err := t.Upsert(ctx, "presence", presenceColumns, 6, []any{who.Name, string(cmp.Or(state, Away)), now, 0, 0, 0}, t.Dialect().OnConflict("operator", changed...))
		if err != nil {
			return err
		}
		if state == Online {
			if err := attends(ctx, t, who.Name); err != nil {
				return err
			}
		}
		known, err := presences(ctx, t, time.Time{})
		p = known[who.Name]
		return err
	})
	if state == Online && err == nil {
		d.assignSoon()
	}
	return p, models.Wrap("desk: presence", err)
}

const presenceColumns = "operator, state, seen_at, viewing, typing, viewed_at"

// shows has somebody who takes a conversation be at the desk: busy, where they were away.
func (d *Desk) shows(ctx context.Context, t *store.Tx, operator string) error {
	since := store.Micros(d.o.Now().Add(-awayAfter))
	err := t.Exec(ctx, "UPDATE presence SET state = 'busy' WHERE operator = ? AND (state = 'away' OR seen_at < ?)", operator, since)
	if err != nil {
		return err
	}
	return t.Upsert(ctx, "presence", presenceColumns, 6, []any{operator, string(Busy), store.Micros(d.o.Now()), 0, 0, 0},
		t.Dialect().OnConflict("operator", "seen_at"))
}

// View says that somebody looks at a conversation, and types in it or not. It is gone after 25 seconds.
func (d *Desk) View(ctx context.Context, who models.Who, q Act, typing bool) error {
	now := store.Micros(d.o.Now())
	err := d.store.Transact(ctx, func(t *store.Tx) error {
		if _, err := owned(ctx, t, q); err != nil {
			return err
		}
		return t.Upsert(ctx, "presence", presenceColumns, 6, []any{who.Name, string(Away), now, q.ID, typing, now},
			t.Dialect().OnConflict("operator", "seen_at", "viewing", "typing", "viewed_at"))
	})
	return models.Wrap("desk: view", err)
}

// Colleagues are the people who may answer for an account, with what they do now.
func (d *Desk) Colleagues(ctx context.Context, appID string) ([]Colleague, error) {
	s, err := d.staff(ctx, d.o.Now())
	if err != nil {
		return nil, models.Wrap("desk: colleagues", err)
	}
	out := []Colleague{}
	for _, h := range s.handlers[appID] {
		c := Colleague{Name: h.Name, DisplayName: h.DisplayName, State: Away, OnDuty: s.onDuty(appID, h.Name, s.now)}
		if p, ok := s.presence[h.Name]; ok {
			c.State, c.Viewing, c.Typing = p.State, p.Viewing, p.Typing
		}
		out = append(out, c)
	}
	return out, nil
}

// Colleague is somebody who may answer for an account.
type Colleague struct {
	Name        string        `json:"name"`
	DisplayName string        `json:"display_name"`
	State       PresenceState `json:"state"`
	OnDuty      bool          `json:"on_duty"`
	Viewing     int64         `json:"viewing,string"`
	Typing      bool          `json:"typing"`
}
