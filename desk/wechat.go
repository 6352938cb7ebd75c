package desk

import (
	"context"

	"github.com/wenzheng/wenzheng/desk/kf"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// isSession reports whether a row tells of a session of WeChat's own client.
func isSession(m *models.Interaction) bool { return begins(m) || m.Kind == models.EventKfClose }

// begins reports whether the client has the citizen from now on.
func begins(m *models.Interaction) bool {
	return m.Kind == models.EventKfCreate || m.Kind == models.EventKfSwitch
}

// trackSession keeps what an event tells of a session.
func trackSession(ctx context.Context, t *store.Tx, m *models.Interaction) error {
	if begins(m) {
		return kf.Open(ctx, t, kf.Session{AppID: m.AppID, UID: m.UID, Worker: m.Content, OpenedAt: m.At})
	}
	return kf.Close(ctx, t, m.UID, m.At)
}

// passes gives a conversation to WeChat's own client. That a session is closed changes nothing yet: what
// was said in it is read first.
func (c *Conversation) passes(ctx context.Context, t *store.Tx, m *models.Interaction) error {
	if !begins(m) {
		return nil
	}
	name, err := kf.Operator(ctx, t, m.AppID, m.Content)
	if err != nil {
		return err
	}
	c.Holder, c.Assignee, c.AssignedAt = HolderWeChat, name, m.At
	c.quiet()
	if c.State == Queued {
		c.State = Assigned
	}
	return nil
}

// beginInWeChat opens a conversation that somebody began in WeChat's own client.
func (d *Desk) beginInWeChat(ctx context.Context, t *store.Tx, event *store.NewRow) (*Conversation, error) {
	m := event.In()
	c := &Conversation{
		ID: t.NextID(), AppID: m.AppID, UID: m.UID, SourceKey: event.Key().MsgKey, State: Answered, Reason: models.HandoverAgent,
		QueuedAt: m.At, LastInAt: m.At, LastInKey: event.Key().MsgKey, AnsweredAt: m.At,
	}
	last, err := lastMessage(ctx, t, m.AppID, m.UID)
	switch {
	case models.ErrorCode(err) == models.CodeNotFound: // they have not written yet
	case err != nil:
		return nil, err
	default:
		c.LastInAt, c.LastInKey, c.LastText = last.at, last.key, last.text
		if last.waits {
			c.State, c.OwedAt = Assigned, last.at
		}
	}
	return c, d.insert(ctx, t, c)
}
