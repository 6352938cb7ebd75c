package desk

import (
	"context"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/store"
)

// news is what a batch of the log brings of one citizen.
type news struct {
	handover *store.NewRow // the answer that handed over
	source   *store.NewRow // what it answered, where the batch has it
	said     *store.NewRow // the newest message
	replied  *store.NewRow // the newest answer of a person
	left     time.Time     // when the citizen left the conversation, or the account
	code     string        // CloseLeft or CloseUnfollow
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
			n = &news{}
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
			n := of(r)
			n.left, n.code = m.At, CloseUnfollow
		case m.Actor == models.ActorHuman && indices.IsAnswer(m):
			if n := of(r); n.replied == nil || n.replied.In().At.Before(m.At) {
				n.replied = r
			}
		case m.Handover != nil:
			of(r).handover = r
		case m.Left:
			n := of(r)
			n.left, n.code = m.At, CloseLeft
		}
	}
	for _, n := range byUID {
		if n.handover != nil {
			if key, ok := n.handover.ReplyTo(); ok {
				n.source = byKey[key]
			}
		}
	}
	return byUID
}

// take brings a conversation up to date; nil where none is open.
func (d *Desk) take(ctx context.Context, t *store.Tx, c *Conversation, n *news) error {
	if c == nil {
		if n.handover == nil {
			return nil
		}
		var err error
		if c, err = d.begin(ctx, t, n); err != nil || c == nil {
			return err
		}
	}
	changed := false
	if n.said != nil && n.said.In().At.After(c.LastInAt) {
		c.hears(n.said)
		changed = true
	}
	if n.replied != nil && c.hearsReply(n.replied.In().At, n.replied.In().Staff) {
		changed = true
	}
	if !n.left.IsZero() && !n.left.Before(c.QueuedAt) {
		c.close(Closed, n.code, "", n.left)
		changed = true
	}
	if !changed {
		return nil
	}
	return d.save(ctx, t, c)
}

// begin opens a conversation, nil where the message has had one.
func (d *Desk) begin(ctx context.Context, t *store.Tx, n *news) (*Conversation, error) {
	m := n.handover.In()
	source, _ := n.handover.ReplyTo()
	known, err := conversations(ctx, t, "app_id = ? AND source_key = ?", m.AppID, source.MsgKey)
	if err != nil || len(known) > 0 {
		return nil, err
	}
	c := &Conversation{
		ID: t.NextID(), AppID: m.AppID, UID: m.UID, SourceKey: source.MsgKey, State: Queued, Reason: m.Handover.Reason, Topic: m.Topic,
		QueuedAt: m.At, OwedAt: m.At, PromisedAt: m.Handover.PromisedAt, LastInAt: m.At, LastInKey: source.MsgKey,
	}
	if n.source != nil {
		c.QueuedAt = n.source.In().At
		c.OwedAt = c.QueuedAt
		c.hears(n.source)
	}
	return c, d.insert(ctx, t, c)
}

// hears takes a message of the citizen: whoever replied owes a reply again.
func (c *Conversation) hears(r *store.NewRow) {
	m := r.In()
	c.LastInAt, c.LastInKey, c.LastText = m.At, r.Key().MsgKey, excerpt(m)
	if c.State == Answered && m.At.After(c.AnsweredAt) {
		c.State, c.AssignedAt, c.OwedAt = Assigned, m.At, m.At
	}
}

// hearsReply takes a person's answer, false where it changes nothing.
func (c *Conversation) hearsReply(at time.Time, staff string) bool {
	if !c.State.Open() || at.Before(c.LastInAt) || !at.After(c.AnsweredAt) {
		return false
	}
	c.AnsweredAt, c.OwedAt = at, time.Time{}
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
		err := t.Exec(ctx, "DELETE FROM desk_drafts WHERE conversation = ? AND operator = ? AND kind = 'reply' AND saved_at <= ?", c.ID, i.Staff, micros(i.CreatedAt))
		if err != nil {
			return err
		}
	}
	if !c.hearsReply(i.AttemptAt, i.Staff) {
		return nil
	}
	return d.save(ctx, t, c)
}

// excerpt is a message as lists show it, masked.
func excerpt(m *models.Interaction) string {
	const longest = 120 // characters
	text := []rune(models.Mask(m.Content))
	switch {
	case m.Kind == models.MsgTypeText || m.Kind == models.MsgTypeLink:
	case m.Kind == models.MsgTypeLocation:
		return "[位置]"
	case m.Kind == models.MsgTypeImage:
		return "[图片]"
	case m.Kind == models.MsgTypeVoice && len(text) == 0:
		return "[语音]"
	case m.Kind == models.MsgTypeVideo || m.Kind == models.MsgTypeShortVideo:
		return "[视频]"
	}
	if len(text) > longest {
		return string(text[:longest]) + "……"
	}
	return string(text)
}
