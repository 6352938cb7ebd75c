package outbox

import (
	"context"
	"strconv"
	"strings"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/waits"
)

// CodeTooLate says that the message is no longer in a state in which this can be done to it.
const CodeTooLate = "too_late"

// CodeWarning says that it is to be confirmed that the citizen may have the message already.
const CodeWarning = "warning"

// Act names the message that a person does something to, as they saw it.
type Act struct {
	ID      int64
	Version int64  // of the Item; another is a conflict
	Reason  string // why, in their words
}

// act does something to one message: it locks the citizen, compares the version, and writes the
// audit entry.
func (b *Outbox) act(ctx context.Context, who models.Who, s Scope, q Act, action string, do func(t *store.Tx, i *item) error) (out Item, err error) {
	err = b.store.Transact(ctx, func(t *store.Tx) error {
		i, err := find(ctx, t, &s, q.ID)
		if err != nil {
			return err
		}
		if _, err := t.LockCitizens(ctx, []string{i.UID}); err != nil {
			return err
		}
		if i, err = b.again(ctx, t, q); err != nil {
			return err
		}
		before := i.Item
		if err := do(t, i); err != nil {
			return err
		}
		out = i.Item
		return t.Audit(ctx, models.AuditEntry{
			Who: who, Action: action, ObjectType: "outbox", ObjectID: strconv.FormatInt(i.ID, 10), AppID: i.AppID, Reason: q.Reason,
			Before: models.JSON(summary(&before)), After: models.JSON(summary(&i.Item)),
		})
	})
	return out, models.Wrap("outbox: "+action, err)
}

// again reads a message behind the lock of its citizen.
func (b *Outbox) again(ctx context.Context, t *store.Tx, q Act) (*item, error) {
	list, err := items(ctx, t, "id = ?"+t.Dialect().ForUpdate, q.ID)
	switch {
	case err != nil:
		return nil, err
	case len(list) == 0:
		return nil, models.NewError(models.CodeNotFound, "没有这条消息")
	case list[0].Version != q.Version:
		return nil, models.NewError(models.CodeConflict, "这条消息的状态刚刚变了，现在是“"+StateTitle(list[0].State)+"”，请看过再操作")
	}
	return list[0], nil
}

func summary(i *Item) map[string]any {
	return map[string]any{"state": i.State, "channel": i.Channel, "errcode": i.ErrCode, "staff": i.Staff, "part": i.Part, "parts": i.Parts}
}

func tooLate(i *item) error {
	return models.NewError(CodeTooLate, "这条消息“"+StateTitle(i.State)+"”，不能再这样处理")
}

func unreadable() error {
	return models.NewError(models.CodeConflict, againstTitle(ReasonUnread, ""))
}

// Cancel takes back a message that was not sent, with the later parts of its text.
func (b *Outbox) Cancel(ctx context.Context, who models.Who, s Scope, q Act) (Item, error) {
	return b.act(ctx, who, s, q, "outbox.cancel", func(t *store.Tx, i *item) error {
		if i.State != Queued && i.State != Held {
			return tooLate(i)
		}
		i.State, i.Reason = Cancelled, ReasonPerson
		return b.move(ctx, t, i)
	})
}

func (b *Outbox) move(ctx context.Context, t *store.Tx, i *item) error {
	if err := b.save(ctx, t, i); err != nil {
		return err
	}
	return b.followParts(ctx, t, i)
}

// Resolve says of a message of which nobody knew whether it had arrived, as somebody found out. One that
// arrived did so when it was sent: its row of the log is corrected.
func (b *Outbox) Resolve(ctx context.Context, who models.Who, s Scope, q Act, arrived bool) (Item, error) {
	if q.Reason = strings.TrimSpace(q.Reason); q.Reason == "" {
		return Item{}, models.Faulty("请写明怎样查明的", models.Fault("reason", "required", "不能为空"))
	}
	return b.act(ctx, who, s, q, "outbox.resolve", func(t *store.Tx, i *item) error {
		if i.State != Unknown {
			return tooLate(i)
		}
		if !arrived {
			i.State, i.Reason = Failed, ReasonPerson
			if err := giveBack(ctx, t, i); err != nil {
				return err
			}
			return b.move(ctx, t, i)
		}
		i.State, i.Reason, i.ErrCode = Sent, ReasonPerson, 0
		if i.open(t) == nil && i.announces() {
			i.State, i.Reason = Held, ReasonTold
		}
		yes, none := true, 0
		if _, err := b.waits.CorrectIn(ctx, t, waits.Correction{AppID: i.AppID, MsgKey: i.rowKey, OK: &yes, ErrCode: &none}); err != nil {
			return err
		}
		return b.move(ctx, t, i)
	})
}

// Resend makes a new message of one that did not arrive, under a new send key, and of the later parts
// that wait behind it. Of one that may have arrived, warned says that who asks knows.
func (b *Outbox) Resend(ctx context.Context, who models.Who, s Scope, q Act, sendKey string, warned bool) (list []Item, err error) {
	_, err = b.act(ctx, who, s, q, "outbox.resend", func(t *store.Tx, i *item) error {
		switch {
		case i.State != Unknown && i.State != Failed && i.State != Cancelled:
			return tooLate(i)
		case i.State == Unknown && !warned:
			return models.NewError(CodeWarning, "市民可能已收到这条消息；确要再发一次，请确认")
		}
		content, err := b.rest(ctx, t, i)
		if err != nil {
			return err
		}
		channel := i.Channel
		if i.byNotice() { // which it goes by is found anew
			channel = CustomerService
		}
		list, err = b.EnqueueIn(ctx, t, models.Who{}, Request{
			AppID: i.AppID, UID: i.UID, SendKey: sendKey, Conversation: i.Conversation, Case: i.Case, Staff: i.Staff,
			Purpose: i.Purpose, Channel: channel, Content: content, ReplyTo: i.ReplyTo, resendOf: i.ID,
		})
		if err == nil { // whoever saw it as it was does not send it once more
			err = b.save(ctx, t, i)
		}
		return err
	})
	if models.ErrorCode(err) == models.CodeConflict {
		if again, fault := b.resent(ctx, &s, q.ID, sendKey); fault == nil && len(again) > 0 {
			return again, nil
		}
	}
	return list, err
}

// resent are the messages that a request made of one when it came the first time.
func (b *Outbox) resent(ctx context.Context, s *Scope, id int64, sendKey string) (list []Item, err error) {
	err = b.store.Read(ctx, store.Console, func(t *store.Tx) error {
		i, err := find(ctx, t, s, id)
		if err != nil {
			return err
		}
		known, err := items(ctx, t, "resend_of = ? AND "+bySendKey, id, i.AppID, sendKey, i.AppID, sendKey)
		list = shown(known)
		return err
	})
	return list, err
}

// rest is what a message says with the later parts that did not go out, which are cancelled: they go
// out with it.
func (b *Outbox) rest(ctx context.Context, t *store.Tx, i *item) (Content, error) {
	if i.open(t) != nil {
		return Content{}, unreadable()
	}
	content := i.content
	later, err := items(ctx, t, "uid = ? AND first_part = ? AND part > ? AND state <> 'sent' ORDER BY part", i.UID, i.FirstPart, i.Part)
	if err != nil {
		return content, err
	}
	for _, l := range later {
		if l.open(t) != nil {
			return content, unreadable()
		}
		content.Reply.Text += "\n" + l.content.Reply.Text
		if l.State == Cancelled {
			continue
		}
		l.State, l.Reason = Cancelled, ReasonPart
		if err := b.save(ctx, t, l); err != nil {
			return content, err
		}
	}
	return content, nil
}
