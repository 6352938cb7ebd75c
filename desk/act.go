package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/desk/kf"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Reasons that a conflict gives to programs, beside its text for people.
const (
	CodeNewer    = "newer"          // the citizen wrote again
	CodeNotYours = "not_yours"      // somebody else has the conversation
	CodeFinal    = "final"          // it is over
	CodeWindow   = "window"         // the citizen can not be reached
	CodeWeChat   = "held_by_wechat" // WeChat's own client has the citizen
)

// takes is the one change of what WeChat's own client has.
const takes = "desk.take"

func errHeldByWeChat(c *Conversation) *models.Error {
	return models.NewError(CodeWeChat, "这位市民正在微信客服工具里由 "+c.Assignee+" 接待，请先结束并接过来")
}

// refusal is models.Error under a name that leaves its method visible where it is embedded.
type refusal = models.Error

// Act names a conversation and its version as the caller saw it.
type Act struct {
	ID       int64
	Version  int64
	Accounts []string // that the caller may act for; nil = all
}

func (q *Act) covers(appID string) bool {
	return q.Accounts == nil || slices.Contains(q.Accounts, appID)
}

// Transfer passes a conversation on: to somebody, or back to the queue where To is "".
type Transfer struct {
	Act
	To     string // a sign-in name
	Reason string
}

// Close ends a conversation. Code is CloseDone, or where the citizen still waits one of CloseNoReply,
// CloseSpam, CloseCase and CloseOther, the last with a text.
type Close struct {
	Act
	Code string
	Text string
}

// Take makes the caller the holder of a conversation, whoever had it before; WeChat's own client is told
// that its session ends. Who was away is there now, and busy.
func (d *Desk) Take(ctx context.Context, who models.Who, q Act) (Conversation, error) {
	if err := d.endSession(ctx, q); err != nil {
		return Conversation{}, models.Wrap("desk: take", err)
	}
	return d.change(ctx, who, q, takes, "", func(ctx context.Context, t *store.Tx, c *Conversation) error {
		if c.Assignee == who.Name && c.State != Queued && c.Holder == HolderDesk {
			return nil
		}
		if err := errors.Join(d.shows(ctx, t, who.Name), attends(ctx, t, who.Name)); err != nil {
			return err
		}
		if err := kf.Close(ctx, t, c.UID, d.o.Now()); err != nil {
			return err
		}
		return d.hand(ctx, t, c, who.Name, d.o.Now())
	})
}

// endSession ends what WeChat's own client has with the citizen of a conversation that is as the caller
// saw it.
func (d *Desk) endSession(ctx context.Context, q Act) error {
	var session kf.Session
	var open bool
	err := d.store.Read(ctx, store.Console, func(t *store.Tx) error {
		c, err := read(ctx, t, q)
		if err != nil || c.Holder != HolderWeChat || c.Version != q.Version {
			return err
		}
		session, open, err = kf.OpenWith(ctx, t, c.UID)
		return err
	})
	if err != nil || !open || d.o.WeChat == nil {
		return err
	}
	return d.o.WeChat.End(ctx, session)
}

// Transfer gives a conversation to somebody who may answer for its account and is there, or back to the
// queue.
func (d *Desk) Transfer(ctx context.Context, who models.Who, q Transfer) (Conversation, error) {
	if q.Reason == "" {
		return Conversation{}, faulty("reason", "reason_missing", "请写明为什么转交")
	}
	s, err := d.staff(ctx, d.o.Now())
	if err != nil {
		return Conversation{}, models.Wrap("desk: transfer", err)
	}
	return d.change(ctx, who, q.Act, "desk.transfer", q.Reason, func(ctx context.Context, t *store.Tx, c *Conversation) error {
		if q.To == "" {
			return d.release(ctx, t, c, ReasonTransfer, d.o.Now())
		}
		switch {
		case !s.may(c.AppID, q.To):
			return models.NewError(models.CodeNotFound, "这个账号没有坐席 "+q.To)
		case !s.here(q.To):
			return models.NewError(models.CodeConflict, q.To+" 现在不在，请转给在的坐席，或放回待接入")
		}
		c.Reason = ReasonTransfer
		return d.hand(ctx, t, c, q.To, d.o.Now())
	})
}

// Close ends a conversation. The citizen goes on waiting where nobody answered.
func (d *Desk) Close(ctx context.Context, who models.Who, q Close) (Conversation, error) {
	if !slices.Contains([]string{CloseDone, CloseNoReply, CloseSpam, CloseCase, CloseOther}, q.Code) {
		return Conversation{}, faulty("code", "choice_unknown", "应为 done、no_reply、spam、case 或 other")
	}
	if q.Code == CloseOther && q.Text == "" {
		return Conversation{}, faulty("text", "reason_missing", "请写明为什么结束")
	}
	if len([]rune(q.Text)) > 200 {
		return Conversation{}, faulty("text", "most_characters", "最长 {max} 字", "max", "200")
	}
	return d.change(ctx, who, q.Act, "desk.close", q.Text, func(ctx context.Context, t *store.Tx, c *Conversation) error {
		if q.Code == CloseDone && c.Owes() {
			return models.NewError(models.CodeConflict, "市民仍在等待答复：请先答复，或写明为什么不答复；结束不会停止计时")
		}
		c.close(Closed, q.Code, q.Text, d.o.Now())
		return d.save(ctx, t, c)
	})
}

func faulty(field, code, text string, pairs ...string) *models.Error {
	return models.Faulty("填写有误", models.Fault(field, code, text, pairs...))
}

// change does one thing to an open conversation that is still as the caller saw it, audited.
func (d *Desk) change(ctx context.Context, who models.Who, q Act, action, reason string, do changing) (c Conversation, err error) {
	err = d.store.Transact(ctx, func(t *store.Tx) error {
		c, err = d.changeIn(ctx, t, who, q, action, reason, do)
		return err
	})
	if err == nil {
		d.assignSoon()
	}
	return c, models.Wrap(fmt.Sprintf("desk: %s", action), err)
}

// changing is what is done to a conversation, or what the time does to it.
type changing func(ctx context.Context, t *store.Tx, c *Conversation) error

func (d *Desk) changeIn(ctx context.Context, t *store.Tx, who models.Who, q Act, action, reason string, do changing) (Conversation, error) {
	c, err := d.lock(ctx, t, q.ID)
	if err != nil {
		return c, err
	}
	before := c
	switch {
	case !q.covers(c.AppID):
		return c, errNoConversation()
	case !c.State.Open():
		return c, models.NewError(CodeFinal, "这个接待已经结束")
	case c.Version != q.Version:
		return c, models.NewError(models.CodeConflict, "这个接待刚刚有变化，请看过再操作")
	case c.Holder == HolderWeChat && action != takes:
		err := errHeldByWeChat(&c)
		return c, err
	}
	if err := do(ctx, t, &c); err != nil {
		return c, err
	}
	return c, t.Audit(ctx, models.AuditEntry{
		Who: who, Action: action, ObjectType: "conversation", ObjectID: strconv.FormatInt(c.ID, 10), AppID: c.AppID, Reason: reason,
		Before: before.audited(), After: c.audited(),
	})
}

// IntoCase closes a conversation within the transaction in which begin makes a case of it, for its
// citizen, and says what the case is called. The citizen goes on waiting for an answer in the chat
// where none was given.
func (d *Desk) IntoCase(ctx context.Context, t *store.Tx, who models.Who, q Act, begin func(uid string) (name string, err error)) error {
	_, err := d.changeIn(ctx, t, who, q, "desk.close", "", func(ctx context.Context, t *store.Tx, c *Conversation) error {
		name, err := begin(c.UID)
		if err != nil {
			return err
		}
		c.close(Closed, CloseCase, name, d.o.Now())
		return d.save(ctx, t, c)
	})
	return err
}

// audited is what the audit log says of a conversation: nothing that the citizen wrote.
func (c *Conversation) audited() string {
	return models.JSON(map[string]any{"state": c.State, "assignee": c.Assignee, "close_code": c.CloseCode})
}

// Begin is a conversation that somebody at the desk opens with a citizen who wrote within 48 hours.
type Begin struct{ AppID, UID string }

// Begin opens a conversation, or takes the one that is open, audited.
func (d *Desk) Begin(ctx context.Context, who models.Who, q Begin) (c Conversation, err error) {
	err = d.store.Transact(ctx, func(t *store.Tx) error {
		if _, err := t.LockCitizens(ctx, []string{q.UID}); err != nil {
			return err
		}
		open, err := openOf(ctx, t, []string{q.UID})
		if err != nil {
			return err
		}
		before := ""
		if was := open[q.UID]; was != nil && was.AppID == q.AppID {
			c, before = *was, was.audited()
			if c.Holder == HolderWeChat || c.Assignee != "" && c.Assignee != who.Name {
				return models.NewError(CodeNotYours, "这位市民正由别人接待，可以接过来")
			}
			err = d.hand(ctx, t, &c, who.Name, d.o.Now())
		} else {
			c, err = d.opened(ctx, t, who, q)
		}
		if err == nil {
			err = d.shows(ctx, t, who.Name)
		}
		if err != nil {
			return err
		}
		return t.Audit(ctx, models.AuditEntry{
			Who: who, Action: "desk.begin", ObjectType: "conversation", ObjectID: strconv.FormatInt(c.ID, 10), AppID: c.AppID,
			Before: before, After: c.audited(),
		})
	})
	return c, models.Wrap("desk: begin", err)
}

// opened is a new conversation of somebody at the desk with a citizen who can be written to.
func (d *Desk) opened(ctx context.Context, t *store.Tx, who models.Who, q Begin) (c Conversation, err error) {
	last, err := lastMessage(ctx, t, q.AppID, q.UID)
	if err != nil {
		return c, err
	}
	now := d.o.Now()
	if !now.Before(last.at.Add(window)) {
		return c, models.NewError(CodeWindow, "这位市民 48 小时内没有来信，现在发不出消息；市民下次来信时可以答复")
	}
	c = Conversation{
		ID: t.NextID(), AppID: q.AppID, UID: q.UID, SourceKey: fmt.Sprintf("agent:%d", t.NextID()), State: Answered, Reason: models.HandoverAgent,
		QueuedAt: now, LastInAt: last.at, LastInKey: last.key, LastText: last.text, Assignee: who.Name, AssignedAt: now, AnsweredAt: now,
	}
	if last.waits {
		c.State, c.AnsweredAt, c.OwedAt = Assigned, time.Time{}, last.at
	}
	if err := d.insert(ctx, t, &c); err != nil {
		return c, err
	}
	return c, d.waits.AssignIn(ctx, t, c.AppID, c.UID, who.Name)
}
