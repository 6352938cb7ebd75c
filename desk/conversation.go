package desk

import (
	"cmp"
	"context"
	"database/sql"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// State is whose turn it is.
type State string

// The states: nobody has it; somebody has it and owes a reply; somebody has it and replied; over; over
// because the citizen can not be reached any more.
const (
	Queued   State = "queued"
	Assigned State = "assigned"
	Answered State = "answered"
	Closed   State = "closed"
	Expired  State = "expired"
)

// Open reports whether the conversation goes on.
func (s State) Open() bool { return s == Queued || s == Assigned || s == Answered }

// Why a conversation is where it is: the hand-over's reason at first (models.HandoverRule and the like).
const (
	ReasonTransfer = "transfer" // somebody passed it on
	ReasonAway     = "away"     // its holder left the desk
	ReasonReturn   = "return"   // its holder owed a reply for too long
	ReasonDuty     = "duty"     // its holder's duty ended
	ReasonSession  = "session"  // WeChat's own client let it go
)

// Codes with which a conversation is closed.
const (
	CloseDone     = "done"     // answered
	CloseQuiet    = "quiet"    // nothing was said for a while after the answer
	CloseLeft     = "left"     // the citizen said so
	CloseUnfollow = "unfollow" // the citizen left the account
	CloseNoReply  = "no_reply" // needs no answer
	CloseSpam     = "spam"
	CloseCase     = "case" // it became a case
	CloseOther    = "other"
)

// Holder is where whoever has a conversation answers.
type Holder string

// The holders: the desk, and WeChat's own customer-service client, which keeps what the citizen writes
// from the account's callback.
const (
	HolderDesk   Holder = "desk"
	HolderWeChat Holder = "wechat"
)

// Conversation is what a citizen has with people.
type Conversation struct {
	ID         int64     `json:"id,string"`
	AppID      string    `json:"account"`
	UID        string    `json:"uid"`
	SourceKey  string    `json:"source_key"` // the message that was handed over
	State      State     `json:"state"`
	Reason     string    `json:"reason"`
	Topic      string    `json:"topic"`
	Assignee   string    `json:"assignee"` // a sign-in name, "" = nobody
	QueuedAt   time.Time `json:"queued_at"`
	PromisedAt time.Time `json:"promised_at,omitzero"` // when the citizen was told that somebody reads it
	AssignedAt time.Time `json:"assigned_at,omitzero"`
	Holder     Holder    `json:"holder"`
	LostBy     string    `json:"-"`          // who had it last before it went back to the queue
	LastInAt   time.Time `json:"last_in_at"` // the citizen's last message
	LastInKey  string    `json:"last_in_key"`
	LastText   string    `json:"last_text"`        // of it, masked
	OwedAt     time.Time `json:"owed_at,omitzero"` // since when a reply is owed, zero = none is
	AnsweredAt time.Time `json:"answered_at,omitzero"`
	ClosedAt   time.Time `json:"closed_at,omitzero"`
	CloseCode  string    `json:"close_code"`
	CloseText  string    `json:"close_text"`
	Nudge      Nudge     `json:"nudge"`               // what its people were last told
	OfferedTo  string    `json:"offered_to"`          // a sign-in name: who is asked to take it, "" = nobody
	OfferedAt  time.Time `json:"offered_at,omitzero"` // since when
	Version    int64     `json:"version,string"`
	ChangedAt  time.Time `json:"changed_at"`
}

// Owes reports whether a reply is owed.
func (c *Conversation) Owes() bool { return c.State == Queued || c.State == Assigned }

const columns = "id, app_id, uid, source_key, state, reason, topic, assignee, queued_at, promised_at, assigned_at, last_in_at, last_in_key, last_text, " +
	"owed_at, answered_at, closed_at, close_code, close_text, version, changed_at, lost_by, holder, nudge, offered_to, offered_at"

// width counts columns and open_key.
const width = 27

func scan(rows *sql.Rows, more ...any) (Conversation, error) {
	var c Conversation
	var queued, promised, assigned, lastIn, owed, answered, closed, changed, offered int64
	err := rows.Scan(append([]any{
		&c.ID, &c.AppID, &c.UID, &c.SourceKey, &c.State, &c.Reason, &c.Topic, &c.Assignee, &queued, &promised, &assigned, &lastIn, &c.LastInKey,
		&c.LastText, &owed, &answered, &closed, &c.CloseCode, &c.CloseText, &c.Version, &changed, &c.LostBy, &c.Holder, &c.Nudge, &c.OfferedTo, &offered,
	}, more...)...)
	c.QueuedAt, c.PromisedAt, c.AssignedAt, c.LastInAt = store.FromMicros(queued), store.FromMicros(promised), store.FromMicros(assigned), store.FromMicros(lastIn)
	c.OwedAt, c.AnsweredAt, c.ClosedAt, c.ChangedAt = store.FromMicros(owed), store.FromMicros(answered), store.FromMicros(closed), store.FromMicros(changed)
	c.OfferedAt = store.FromMicros(offered)
	return c, err
}

// conversations reads rows; where begins with a condition.
func conversations(ctx context.Context, t *store.Tx, where string, args ...any) (list []Conversation, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error {
		c, err := scan(rows)
		list = append(list, c)
		return err
	}, "SELECT "+columns+" FROM conversations WHERE "+where, args...)
	return list, err
}

// openOf are the open conversations of citizens, by uid.
func openOf(ctx context.Context, t *store.Tx, uids []string) (map[string]*Conversation, error) {
	open := map[string]*Conversation{}
	err := t.QueryIn(ctx, func(rows *sql.Rows) error {
		c, err := scan(rows)
		open[c.UID] = &c
		return err
	}, uids, "SELECT "+columns+" FROM conversations WHERE open_key IN (?)"+t.Dialect().ForUpdate)
	return open, err
}

// insert writes a new conversation. Where another instance was first, nothing is written.
func (d *Desk) insert(ctx context.Context, t *store.Tx, c *Conversation) error {
	c.Version, c.ChangedAt, c.Holder = 1, d.o.Now(), cmp.Or(c.Holder, HolderDesk)
	return t.Upsert(ctx, "conversations", columns+", open_key", width, []any{
		c.ID, c.AppID, c.UID, c.SourceKey, string(c.State), c.Reason, c.Topic, c.Assignee, store.Micros(c.QueuedAt), store.Micros(c.PromisedAt),
		store.Micros(c.AssignedAt), store.Micros(c.LastInAt), c.LastInKey, c.LastText, store.Micros(c.OwedAt), store.Micros(c.AnsweredAt), store.Micros(c.ClosedAt),
		c.CloseCode, c.CloseText, c.Version, store.Micros(c.ChangedAt), c.LostBy, string(c.Holder), string(c.Nudge), c.OfferedTo, store.Micros(c.OfferedAt), c.UID,
	}, "")
}

// save writes what changes in a conversation that was read with its citizen locked.
func (d *Desk) save(ctx context.Context, t *store.Tx, c *Conversation) error {
	var open any
	if c.State.Open() {
		open = c.UID
	}
	c.Version, c.ChangedAt = c.Version+1, d.o.Now()
	err := t.Exec(ctx, "UPDATE conversations SET open_key = ?, state = ?, reason = ?, topic = ?, assignee = ?, assigned_at = ?, last_in_at = ?, "+
		"last_in_key = ?, last_text = ?, owed_at = ?, answered_at = ?, closed_at = ?, close_code = ?, close_text = ?, version = ?, changed_at = ?, lost_by = ?, holder = ?, nudge = ?, "+
		"offered_to = ?, offered_at = ? "+
		"WHERE id = ? AND version = ?",
		open, string(c.State), c.Reason, c.Topic, c.Assignee, store.Micros(c.AssignedAt), store.Micros(c.LastInAt), c.LastInKey, c.LastText,
		store.Micros(c.OwedAt), store.Micros(c.AnsweredAt), store.Micros(c.ClosedAt), c.CloseCode, c.CloseText, c.Version, store.Micros(c.ChangedAt), c.LostBy, string(c.Holder),
		string(c.Nudge), c.OfferedTo, store.Micros(c.OfferedAt), c.ID, c.Version-1)
	for i := 0; err == nil && i < len(d.closed) && !c.State.Open(); i++ {
		err = d.closed[i](ctx, t, c)
	}
	return err
}

// close ends a conversation. The wait runs on.
func (c *Conversation) close(state State, code, text string, at time.Time) {
	c.State, c.CloseCode, c.CloseText, c.ClosedAt = state, code, text, at
	c.quiet()
}

// release puts a conversation back into the queue, where it stands by the time it first came. From now
// on it is owed a look, at the least, and nobody answers for what its citizen waits for.
func (d *Desk) release(ctx context.Context, t *store.Tx, c *Conversation, reason string, now time.Time) error {
	c.back(reason, now)
	if err := d.save(ctx, t, c); err != nil {
		return err
	}
	return d.waits.AssignIn(ctx, t, c.AppID, c.UID, "")
}

func (c *Conversation) back(reason string, now time.Time) {
	c.State, c.Reason, c.Holder, c.LostBy, c.Assignee, c.AssignedAt = Queued, reason, HolderDesk, c.Assignee, "", time.Time{}
	c.quiet()
	if c.OwedAt.IsZero() {
		c.OwedAt = now
	}
}

// quiet takes back what people were told and asked: whose turn it is has changed.
func (c *Conversation) quiet() { c.Nudge, c.OfferedTo, c.OfferedAt = NudgeNone, "", time.Time{} }

// lock reads a conversation after locking its citizen, as whoever stores rows of theirs does.
func (d *Desk) lock(ctx context.Context, t *store.Tx, id int64) (Conversation, error) {
	list, err := conversations(ctx, t, "id = ?", id)
	if err == nil && len(list) == 0 {
		err = errNoConversation()
	}
	if err != nil {
		return Conversation{}, err
	}
	return d.lockOf(ctx, t, id, list[0].UID)
}

// lockOf is lock where the citizen is known.
func (d *Desk) lockOf(ctx context.Context, t *store.Tx, id int64, uid string) (Conversation, error) {
	if _, err := t.LockCitizens(ctx, []string{uid}); err != nil {
		return Conversation{}, err
	}
	list, err := conversations(ctx, t, "id = ?"+t.Dialect().ForUpdate, id)
	if err == nil && len(list) == 0 {
		err = errNoConversation()
	}
	if err != nil {
		return Conversation{}, err
	}
	return list[0], nil
}

// owned reads a conversation of an account of the caller, and locks it.
func owned(ctx context.Context, t *store.Tx, q Act) (Conversation, error) {
	return one(ctx, t, q, t.Dialect().ForUpdate)
}

// read is owned without the lock.
func read(ctx context.Context, t *store.Tx, q Act) (Conversation, error) { return one(ctx, t, q, "") }

func one(ctx context.Context, t *store.Tx, q Act, lock string) (Conversation, error) {
	list, err := conversations(ctx, t, "id = ?"+lock, q.ID)
	if err == nil && (len(list) == 0 || !q.covers(list[0].AppID)) {
		err = errNoConversation()
	}
	if err != nil {
		return Conversation{}, err
	}
	return list[0], nil
}

func errNoConversation() *models.Error {
	return models.NewError(models.CodeNotFound, "没有这个接待")
}
