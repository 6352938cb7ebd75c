package outbox

import (
	"context"
	"errors"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/waits"
	"github.com/wenzheng/wenzheng/wechat"
)

// settleWithin is how long a transaction of outcomes may take; settleTries how often it is tried
// before the lease is left to say that nobody knows.
const (
	settleWithin = 10 * time.Second
	settleTries  = 3
)

// settle commits outcomes with their rows of the log, together, or one by one where that fails. What
// can not be committed stays claimed and becomes unknown with its lease, unless the database is back
// before.
func (b *Outbox) settle(ctx context.Context, done []outcome) (fault error) {
	ctx = context.WithoutCancel(ctx)
	done = append(b.takeUnsettled(), done...)
	if len(done) == 0 {
		return nil
	}
	if b.settleTogether(ctx, done) == nil {
		return nil
	}
	for _, o := range done {
		if err := b.settleTogether(ctx, []outcome{o}); err != nil {
			fault = errors.Join(fault, err)
			b.keepUnsettled(o)
		}
	}
	return models.Wrap("outbox: the outcome of a message is not stored yet", fault)
}

// takeUnsettled takes the outcomes that could not be committed.
func (b *Outbox) takeUnsettled() (list []outcome) {
	b.mu.Lock()
	defer b.mu.Unlock()
	list, b.unsettled = b.unsettled, nil
	return list
}

// unsettledMost bounds the outcomes that wait for the database; beyond it the oldest become unknown.
const unsettledMost = 10_000

func (b *Outbox) keepUnsettled(o outcome) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.unsettled = append(b.unsettled, o)
	if over := len(b.unsettled) - unsettledMost; over > 0 {
		b.unsettled = b.unsettled[over:]
	}
}

func (b *Outbox) settleTogether(ctx context.Context, done []outcome) error {
	ctx, cancel := context.WithTimeout(ctx, settleWithin)
	defer cancel()
	which, by := make([]place, len(done)), make(map[int64]outcome, len(done))
	for n, o := range done {
		which[n], by[o.ID] = place{o.ID, o.UID}, o
	}
	var counts []counted
	err := b.store.Transact(ctx, func(t *store.Tx) error {
		counts = nil
		list, err := b.lock(ctx, t, which, "o.state IN ('sending', 'unknown')")
		if err != nil {
			return err
		}
		var rows []models.Interaction
		for _, i := range list {
			o := by[i.ID]
			late := i.State == Unknown && i.Reason == ReasonLost
			if i.claim != o.claim || i.State == Unknown && !late {
				continue // settled already
			}
			i.content, i.opened = o.content, o.opened
			v := judge(o.err)
			if o.notice != nil {
				v = o.told(v)
			}
			row, err := b.conclude(ctx, t, i, &o, v, late)
			if err != nil {
				return err
			}
			rows = append(rows, row...)
			counts = append(counts, counted{i.AppID, o.notice, v})
		}
		return b.waits.RecordIn(ctx, t, rows)
	})
	if err != nil {
		return err
	}
	for _, c := range counts {
		b.learn(c)
	}
	return nil
}

type counted struct {
	appID  string
	notice *wechat.NoticeMessage
	verdict
}

// learn takes from the outcome of a call what it says of the account and of the line.
func (b *Outbox) learn(c counted) {
	b.metrics.attempts.WithLabelValues(c.appID, string(c.state)).Inc()
	if c.reason == ReasonOffline {
		b.breaker.failed(c.appID)
		return
	}
	b.breaker.worked(c.appID)
	switch {
	case c.notice != nil:
		if !stoppedUntil(c.code, b.o.Now()).IsZero() {
			b.setShut(way{c.appID, Channel(c.notice.Channel)})
		}
	case c.reason == ReasonWindow, c.reason == ReasonCount:
		b.metrics.drift.WithLabelValues(c.appID).Inc()
	case c.reason == ReasonRight:
		b.setShut(way{c.appID, CustomerService})
	}
}

// conclude writes what an outcome means for its message, and returns the row of the log. late: the
// lease was over first, so that a row is there that says that nobody knows; it is corrected.
func (b *Outbox) conclude(ctx context.Context, t *store.Tx, i *item, o *outcome, v verdict, late bool) (rows []models.Interaction, err error) {
	if o.notice != nil {
		err = b.reactToNotice(ctx, t, i, o, v)
	} else {
		err = b.react(ctx, t, i, v)
	}
	if err != nil {
		return nil, err
	}
	i.State, i.Reason, i.ErrCode, i.leaseUntil = v.state, v.reason, v.code, time.Time{}
	at := o.at
	if v.state == Unknown {
		at = i.AttemptAt
	}
	if v.state == Sent {
		i.AttemptAt = at
	}
	switch {
	case late:
		ok, code := i.arrived(), int(v.code)
		if v.state == Unknown || v.state == Queued {
			code = codeUnknown
		}
		_, err = b.waits.CorrectIn(ctx, t, waits.Correction{AppID: i.AppID, MsgKey: i.rowKey, OK: &ok, ErrCode: &code})
	case v.state != Queued:
		rows = []models.Interaction{i.logRow(at)}
		i.rowKey = rows[0].MsgKey
	}
	if i.card { // which channel it goes by is found anew
		i.Channel = CustomerService
	}
	if err == nil {
		err = b.move(ctx, t, i)
	}
	return rows, err
}

// arrived reports whether the citizen got what was sent.
func (i *item) arrived() bool { return i.State == Sent || i.State == Held && i.Reason == ReasonTold }

// logRow is the row of the log that tells of the message as it is now.
func (i *item) logRow(at time.Time) models.Interaction {
	row := models.Interaction{
		AppID: i.AppID, UID: i.UID, Channel: models.ChannelChat, Dir: models.DirOut, Actor: models.ActorSystem,
		Kind: i.Kind, Content: i.said(), At: at, ReceivedAt: at, MsgKey: i.attemptKey(), ReplyTo: i.ReplyTo,
		OK: i.arrived(), ErrCode: int(i.ErrCode), Raw: []byte(i.said()), ParseStatus: models.ParseOK,
	}
	if i.Purpose == Answer {
		row.Actor, row.Staff = models.ActorHuman, i.Staff
	}
	if i.State == Unknown {
		row.ErrCode = codeUnknown
	}
	if i.byNotice() && i.content.Card != nil { // that is all of it that went out
		row.Kind, row.Content = string(i.Channel), i.content.Card.Summary()
		row.Raw = []byte(row.Content)
	}
	return row
}

// verdict is what an error of the call means.
type verdict struct {
	state  State
	reason string
	code   int64
}

// judge reads the answer of a call (protocol of WeChat's error codes: package wechat).
func judge(err error) verdict {
	var e *wechat.APIError
	switch {
	case err == nil:
		return verdict{state: Sent}
	case errors.Is(err, errTooLate):
		return verdict{state: Queued, reason: ReasonOffline}
	case !errors.As(err, &e):
		return verdict{state: Failed, reason: ReasonRefused}
	}
	switch e.Delivery() {
	case wechat.NotSent:
		return verdict{Queued, ReasonOffline, e.Code}
	case wechat.Unknown:
		return verdict{Unknown, ReasonTimeout, codeUnknown}
	case wechat.Refused:
	}
	switch e.Code {
	case codeDay, codeMinute:
		return verdict{Queued, ReasonQuota, e.Code}
	case codeOutOfTime, codeNotFollowing, codeRefusedByCitizen:
		return verdict{Held, ReasonWindow, e.Code}
	case codeOutOfCount:
		return verdict{Held, ReasonCount, e.Code}
	case codeUnauthorized, codeUserRefuses:
		return verdict{Held, ReasonRight, e.Code}
	}
	return verdict{Failed, ReasonRefused, e.Code}
}

// The error codes that are answered by more than a failure.
const (
	codeNotFollowing     = 43004
	codeRefusedByCitizen = 43101
	codeNoTemplate       = 40037
	codeDay              = 45009
	codeMinute           = 45011
	codeOutOfTime        = 45015
	codeOutOfCount       = 45047
	codeUnauthorized     = 48001
	codeUserRefuses      = 48004
)

// react does to the ledger and to the account's queue what an outcome asks for.
func (b *Outbox) react(ctx context.Context, t *store.Tx, i *item, v verdict) error {
	now := b.o.Now()
	switch v.reason {
	case ReasonWindow:
		return closeWindows(ctx, t, i, now)
	case ReasonCount:
		return spendWindows(ctx, t, i, now)
	case ReasonQuota:
		i.NotBefore = resetOf(v.code, now)
		if err := stop(ctx, t, way{i.AppID, CustomerService}, i.NotBefore, v.code); err != nil {
			return err
		}
	case ReasonRight:
		if err := stop(ctx, t, way{i.AppID, CustomerService}, now.Add(rightAgain), v.code); err != nil {
			return err
		}
	}
	if v.state == Sent || v.state == Unknown {
		return nil
	}
	return giveBack(ctx, t, i)
}

// stop keeps every instance from sending by a channel of an account for a while, for one reason among others.
func stop(ctx context.Context, t *store.Tx, w way, until time.Time, code int64) error {
	return t.Exec(ctx, "INSERT INTO outbox_stops (app_id, channel, errcode, until) VALUES (?, ?, ?, ?)"+t.Dialect().OnConflict("app_id, channel, errcode", "until"),
		w.appID, string(w.channel), code, store.Micros(until))
}

// resetOf is when a quota that is used up is there again: the day's at midnight in Shanghai, the minute's
// with the next minute.
func resetOf(code int64, now time.Time) time.Time {
	if code == codeMinute {
		return now.Truncate(time.Minute).Add(time.Minute)
	}
	y, m, d := now.In(models.Shanghai()).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, models.Shanghai())
}
