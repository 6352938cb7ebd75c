package desk

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/desk/kf"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/store"
)

// news is what a batch of the log brings of one citizen.
type news struct {
	handover *store.NewRow   // the answer that handed over
	said     *store.NewRow   // the newest message
	replied  *store.NewRow   // the newest answer of a person
	left     *store.NewRow   // with which the citizen left the conversation, or the account
	sessions []*store.NewRow // the events of WeChat's own client, in the order of time
	byKey    map[store.RowKey]*store.NewRow
}

// follow is what the desk does in the transaction that stores rows: it opens conversations, once for
// the message that was handed over, and says whose turn it is in those that are open. The citizens of
// the batch are locked.
func (d *Desk) follow(ctx context.Context, t *store.Tx, a *store.Arrival) (write func() error, err error) {
	return func() error {
		byUID := newsOf(a.Fresh)
		if len(byUID) == 0 {
			return nil
		}
		uids := make([]string, 0, len(byUID))
		for uid := range byUID {
			uids = append(uids, uid)
		}
		open, err := openOf(ctx, t, uids)
		if err != nil {
			return err
		}
		for uid, n := range byUID {
			if err := d.take(ctx, t, open[uid], n); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// newsOf sorts the new rows of a batch by citizen; who only got answers of the program is left out.
func newsOf(rows []*store.NewRow) map[string]*news {
	byUID, byKey := map[string]*news{}, map[store.RowKey]*store.NewRow{}
	of := func(r *store.NewRow) *news {
		n := byUID[r.In().UID]
		if n == nil {
			n = &news{byKey: byKey}
			byUID[r.In().UID] = n
		}
		return n
	}
	for _, r := range rows {
		m := r.In()
		if m.UID == "" || m.Channel != models.ChannelChat {
			continue
		}
		byKey[r.Key()] = r
		switch {
		case indices.IsContent(m):
			if n := of(r); n.said == nil || n.said.In().At.Before(m.At) {
				n.said = r
			}
		case m.Dir == models.DirIn && m.Kind == models.EventUnsubscribe:
			of(r).left = r
		case m.Dir == models.DirIn && isSession(m):
			n := of(r)
			n.sessions = append(n.sessions, r)
		case m.Actor == models.ActorHuman && indices.IsAnswer(m):
			if n := of(r); n.replied == nil || n.replied.In().At.Before(m.At) {
				n.replied = r
			}
		case m.Handover != nil:
			of(r).handover = r
		case m.Left:
			of(r).left = r
		}
	}
	for _, n := range byUID {
		slices.SortStableFunc(n.sessions, func(a, b *store.NewRow) int { return a.In().At.Compare(b.In().At) })
	}
	return byUID
}

// take brings a conversation up to date; nil where none is open.
func (d *Desk) take(ctx context.Context, t *store.Tx, c *Conversation, n *news) (err error) {
	var begun *store.NewRow // the first session that began
	for _, r := range n.sessions {
		if err := trackSession(ctx, t, r.In()); err != nil {
			return err
		}
		if begun == nil && begins(r.In()) {
			begun = r
		}
	}
	if c == nil {
		switch {
		case n.handover != nil:
			c, err = d.begin(ctx, t, n)
		case begun != nil:
			c, err = d.beginInWeChat(ctx, t, begun)
		}
		if err != nil || c == nil {
			return err
		}
	}
	before := *c
	for _, s := range n.steps() {
		if err := s.do(ctx, t, c); err != nil {
			return err
		}
	}
	if *c == before {
		return nil
	}
	if err := d.save(ctx, t, c); err != nil || n.said == nil && len(n.sessions) == 0 || !c.State.Open() {
		return err
	}
	return d.waits.AssignIn(ctx, t, c.AppID, c.UID, c.Assignee)
}

// step is something new of a conversation.
type step struct {
	at time.Time
	do changing
}

// steps are what is new, in the order in which it happened.
func (n *news) steps() (steps []step) {
	if n.said != nil {
		steps = append(steps, step{n.said.In().At, n.says})
	}
	for _, r := range n.sessions {
		steps = append(steps, step{r.In().At, func(ctx context.Context, t *store.Tx, c *Conversation) error { return c.passes(ctx, t, r.In()) }})
	}
	if n.replied != nil {
		at := n.replied.In().At
		if n.said != nil && replyTo(n.replied) == n.said.Key().MsgKey && at.Before(n.said.In().At) {
			at = n.said.In().At
		}
		steps = append(steps, step{at, func(_ context.Context, _ *store.Tx, c *Conversation) error {
			c.hearsReply(n.replied.In().At, n.replied.In().Staff, replyTo(n.replied))
			return nil
		}})
	}
	if n.left != nil {
		steps = append(steps, step{n.left.In().At, func(ctx context.Context, t *store.Tx, c *Conversation) error { return c.ends(ctx, t, n) }})
	}
	slices.SortStableFunc(steps, func(a, b step) int { return a.at.Compare(b.at) })
	return steps
}

// says takes a message of the citizen. One that came by callback says that WeChat's own client has let
// the citizen go: while it has a session, the platform keeps what they write.
func (n *news) says(ctx context.Context, t *store.Tx, c *Conversation) error {
	m := n.said.In()
	if !m.At.After(c.LastInAt) {
		return nil
	}
	c.hears(saidBy(n.said))
	if c.Holder != HolderWeChat || m.Pulled || !m.At.After(c.AssignedAt) {
		return nil
	}
	c.back(ReasonSession, m.At)
	return kf.Close(ctx, t, c.UID, m.At)
}

// begin opens a conversation, nil where the message has had one.
func (d *Desk) begin(ctx context.Context, t *store.Tx, n *news) (*Conversation, error) {
	m := n.handover.In()
	source := replyTo(n.handover)
	known, err := conversations(ctx, t, "app_id = ? AND source_key = ?", m.AppID, source)
	if err != nil || len(known) > 0 {
		return nil, err
	}
	asked, err := n.question(ctx, t, n.handover)
	if err != nil {
		return nil, err
	}
	c := &Conversation{
		ID: t.NextID(), AppID: m.AppID, UID: m.UID, SourceKey: source, State: Queued, Reason: m.Handover.Reason, Topic: m.Topic,
		QueuedAt: asked.at, OwedAt: asked.at, PromisedAt: m.Handover.PromisedAt,
	}
	c.hears(asked)
	d.queued.Store(true)
	return c, d.insert(ctx, t, c)
}

// said is a message of a citizen.
type said struct {
	at        time.Time // by the platform's clock
	key, text string    // the text as lists show it
}

func saidBy(r *store.NewRow) said { return said{r.In().At, r.Key().MsgKey, excerpt(r.In())} }

func replyTo(r *store.NewRow) string {
	key, _ := r.ReplyTo()
	return key.MsgKey
}

// question is what an answer of the program answered. It is stored before its answer, or with it.
func (n *news) question(ctx context.Context, t *store.Tx, answer *store.NewRow) (said, error) {
	m := answer.In()
	q := said{at: m.At, key: replyTo(answer)}
	if r := n.byKey[store.RowKey{AppID: m.AppID, MsgKey: q.key}]; r != nil {
		return saidBy(r), nil
	}
	err := t.Query(ctx, func(rows *sql.Rows) error {
		var at int64
		var kind, content string
		err := rows.Scan(&at, &kind, &content)
		q.at, q.text = store.FromMicros(at), excerpt(&models.Interaction{Kind: kind, Content: content})
		return err
	}, "SELECT at, kind, content FROM interactions WHERE event_key = ? AND app_id = ?", q.key, m.AppID)
	return q, err
}

// ends closes a conversation that its citizen left, unless they left before it began.
func (c *Conversation) ends(ctx context.Context, t *store.Tx, n *news) error {
	code, at := CloseUnfollow, n.left.In().At
	if n.left.In().Left {
		asked, err := n.question(ctx, t, n.left)
		if err != nil {
			return err
		}
		code, at = CloseLeft, asked.at
	}
	if !at.Before(c.QueuedAt) {
		c.close(Closed, code, "", at)
	}
	return nil
}

// hears takes a message of the citizen: whoever replied owes a reply again, whatever the clock said
// when they did, for they had not seen it.
func (c *Conversation) hears(m said) {
	c.LastInAt, c.LastInKey, c.LastText = m.at, m.key, m.text
	if c.State == Answered {
		c.State, c.OwedAt = Assigned, m.at
		c.quiet()
	}
}

// hearsReply takes a person's answer, false where it changes nothing. An answer to the newest message
// comes behind it whatever the clock says.
func (c *Conversation) hearsReply(at time.Time, staff, to string) bool {
	if to == c.LastInKey && at.Before(c.LastInAt) {
		at = c.LastInAt
	}
	if !c.State.Open() || at.Before(c.LastInAt) || c.State == Answered && !at.After(c.AnsweredAt) {
		return false
	}
	c.AnsweredAt, c.OwedAt = at, time.Time{}
	c.quiet()
	if c.Assignee == "" {
		c.Assignee = staff
	}
	if c.Assignee != "" {
		c.State = Answered
	}
	return true
}

// sent hears from the outbox that a message reached its citizen.
func (d *Desk) sent(ctx context.Context, t *store.Tx, i *outbox.Item) error {
	if i.State != outbox.Sent || i.Purpose != outbox.Answer {
		return nil
	}
	open, err := openOf(ctx, t, []string{i.UID})
	c := open[i.UID]
	if err != nil || c == nil {
		return err
	}
	if i.Conversation == c.ID {
		err := t.Exec(ctx, "DELETE FROM desk_drafts WHERE conversation = ? AND operator = ? AND kind = 'reply' AND saved_at <= ?", c.ID, i.Staff, store.Micros(i.CreatedAt))
		if err != nil {
			return err
		}
	}
	if !c.hearsReply(i.AttemptAt, i.Staff, i.ReplyTo) {
		return nil
	}
	return d.save(ctx, t, c)
}
