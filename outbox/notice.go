package outbox

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/waits"
	"github.com/wenzheng/wenzheng/wechat"
)

// way is a channel of an account.
type way struct {
	appID   string
	channel Channel
}

// toldWithin is how old a notice may be that goes by the notice channel: an older one is news to nobody.
const toldWithin = 7 * 24 * time.Hour

// byNotice reports whether the message went by the account's notice channel, or was to.
func (i *item) byNotice() bool { return i.Channel == Template || i.Channel == Subscription }

// announces reports whether what went by the notice channel says only that there is a text, which the
// citizen gets when they write.
func (i *item) announces() bool { return i.byNotice() && i.content.Card != nil && i.content.Card.More }

// take claims a message for the channel by which it can go now, or holds it: a customer-service message
// where a window of the citizen has a place, and else what is a notice goes by the account's notice channel.
func (b *Outbox) take(ctx context.Context, t *store.Tx, a *attempt) error {
	i := a.item
	place := ""
	switch {
	case i.Channel != CustomerService: // a person chose
		a.without = ReasonWindow
	case b.shut(i.AppID, CustomerService):
		a.without = ReasonRight
	default:
		found, reason, err := b.reserve(ctx, t, i.UID)
		if err != nil {
			return err
		}
		place, a.without = found, reason
	}
	if place == "" {
		if a.notice = b.notice(a); a.notice == nil {
			i.State, i.Reason, i.Channel = Held, a.without, CustomerService
			return nil
		}
		i.Channel, i.card = Channel(a.notice.Channel), false
	}
	now := b.o.Now()
	i.State, i.Reason, i.ErrCode, i.place = Sending, "", 0, place
	i.AttemptAt, i.leaseUntil, i.claim = now, now.Add(leaseFor), t.NextID()
	return nil
}

// notice is what a message says by the account's notice channel, nil where that can not be.
func (b *Outbox) notice(a *attempt) *wechat.NoticeMessage {
	i := a.item
	w, ok := b.noticeWay(&a.account)
	if !ok || !i.card || i.content.Card == nil || i.byNotice() && string(i.Channel) != string(w.Channel) {
		return nil
	}
	return &wechat.NoticeMessage{Channel: w.Channel, TemplateID: w.TemplateID, Fields: w.Fill(i.content.Card), Key: strconv.FormatInt(i.ID, 10)}
}

// noticeWay is the notice channel of an account; false: it has none that takes anything now.
func (b *Outbox) noticeWay(a *models.Account) (w models.NoticeWay, ok bool) {
	w, ok = models.NoticeWayOf(a.Settings)
	return w, ok && a.Secret != "" && !b.shut(a.AppID, Channel(w.Channel))
}

// told is what the outcome of a call means for a notice that went by the notice channel. What stands in the way
// of the account alone leaves it as it was before the call.
func (o *outcome) told(v verdict) verdict {
	switch v.reason {
	case ReasonWindow, ReasonCount:
		v.reason = ReasonConsent
	case ReasonRight, ReasonQuota:
		v.state, v.reason = Held, o.without
	}
	if v.state == Sent && o.announces() {
		v.state, v.reason = Held, ReasonTold
	}
	return v
}

// reactToNotice does to the notice and to its channel what an outcome asks for. No place was spent.
func (b *Outbox) reactToNotice(ctx context.Context, t *store.Tx, i *item, o *outcome, v verdict) error {
	i.noticeID = o.noticeID
	i.card = v.state == Queued || v.state == Held && v.reason == o.without
	until := stoppedUntil(v.code, b.o.Now())
	if until.IsZero() {
		return nil
	}
	return stop(ctx, t, way{i.AppID, i.Channel}, until, v.code)
}

// stoppedUntil is until when a notice channel is left alone after an error, zero = it is not: what is used up
// comes back, a right may be granted and a template be put right.
func stoppedUntil(code int64, now time.Time) time.Time {
	switch code {
	case codeDay, codeMinute:
		return resetOf(code, now)
	case codeUnauthorized, codeUserRefuses, codeNoTemplate:
		return now.Add(rightAgain)
	}
	return time.Time{}
}

// releaseNotices queues held notices again that the notice channel of their account can take now: it was set
// since, or a stop is over.
func (b *Outbox) releaseNotices(ctx context.Context) error {
	const able = "o.state = 'held' AND o.card = 1 AND o.purpose = 'notice' AND o.channel = 'kf' AND o.reason IN ('window', 'count', 'right') AND o.created_at > ?"
	oldest := store.Micros(b.o.Now().Add(-toldWithin))
	var list []place
	for _, a := range b.sendable() {
		if _, ok := b.noticeWay(&a); !ok {
			continue
		}
		found, err := b.places(ctx, able+" AND o.app_id = ?", oldest, a.AppID)
		if err != nil {
			return err
		}
		list = append(list, found...)
	}
	return b.queueAgain(ctx, list, able, oldest)
}

// jobs takes what WeChat tells later of notices: one that did not arrive did not, whatever the call said.
func (b *Outbox) jobs(ctx context.Context, t *store.Tx, fresh []*store.NewRow) error {
	for _, r := range fresh {
		m := r.In()
		if m.Dir != models.DirIn || m.Kind != models.EventTemplateSent && m.Kind != models.EventSubscriptionSent {
			continue
		}
		for _, o := range wechat.NoticeOutcomes(m.Raw) {
			if o.Arrived || o.ID == "" {
				continue
			}
			list, err := items(ctx, t, "uid = ? AND notice_id = ? AND state IN ('sent', 'held')", m.UID, o.ID)
			if err != nil {
				return err
			}
			for _, i := range list {
				if err := b.failedLater(ctx, t, i); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (b *Outbox) failedLater(ctx context.Context, t *store.Tx, i *item) error {
	if i.State == Held && i.Reason != ReasonTold {
		return nil
	}
	if i.Reason = ReasonRefused; i.State == Held {
		i.Reason = ReasonConsent
	} else {
		i.State = Failed
	}
	no := false
	if _, err := b.waits.CorrectIn(ctx, t, waits.Correction{AppID: i.AppID, MsgKey: i.rowKey, OK: &no}); err != nil {
		return err
	}
	return b.move(ctx, t, i)
}

// consents has the notice channel try again what a citizen had not agreed to, once they do.
func (b *Outbox) consents(ctx context.Context, t *store.Tx, fresh []*store.NewRow) error {
	for _, r := range fresh {
		m := r.In()
		if m.Dir != models.DirIn || m.Kind != models.EventConsentAsked && m.Kind != models.EventConsentChanged {
			continue
		}
		at := slices.IndexFunc(b.o.Accounts(), func(a models.Account) bool {
			w, ok := models.NoticeWayOf(a.Settings)
			return a.AppID == m.AppID && ok && slices.Contains(wechat.Agreed(m.Raw), w.TemplateID)
		})
		if at < 0 {
			continue
		}
		list, err := items(ctx, t, "uid = ? AND state = 'held' AND reason = ? ORDER BY id", m.UID, ReasonConsent)
		if err != nil {
			return err
		}
		for _, i := range list {
			i.Reason, i.Channel, i.card = ReasonWindow, CustomerService, true
			if err := b.save(ctx, t, i); err != nil {
				return err
			}
		}
	}
	return nil
}

// againstTelling is why a person can not have a message go by a notice channel, "" where they can.
func (b *Outbox) againstTelling(t *store.Tx, i *item, by Channel) string {
	a := b.account(i.AppID)
	w, set := models.NoticeWayOf(a.Settings)
	switch {
	case i.Purpose != Notice:
		return againstPurpose
	case i.Reason == ReasonTold || i.noticeID != "":
		return ReasonTold
	case i.open(t) != nil:
		return ReasonUnread
	case i.content.Card == nil:
		return againstContent
	case !set || string(w.Channel) != string(by):
		return againstUnset
	case a.Secret == "":
		return ReasonSecret
	case b.shut(i.AppID, by):
		return againstShut
	}
	return ""
}
