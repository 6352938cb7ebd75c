package outbox

import (
	"context"
	"errors"
	"time"

	"github.com/wenzheng/wenzheng/wechat"
)

const (
	atOnce     = 64               // messages under way at one time
	callWithin = 10 * time.Second // the longest a call may take, with its token
	lookAgain  = 100 * time.Millisecond
)

// outcome is what came of an attempt.
type outcome struct {
	*attempt
	at       time.Time // when the answer was there
	err      error     // nil: it arrived
	noticeID string    // of what went by the notice channel, as WeChat names it
}

// errTooLate: so much of the lease is over that another instance might take the message for lost
// while it is being sent.
var errTooLate = errors.New("outbox: claimed too long ago to be sent")

// Send sends what is due until nothing is, or until ctx ends; then it waits for the calls under way.
// It returns how many attempts came to an end. One goroutine of the process calls it.
func (b *Outbox) Send(ctx context.Context) (n int, err error) {
	results := make(chan outcome, atOnce)
	under := 0
	err = b.settle(ctx, nil)
	for {
		claimed, looked := []*attempt(nil), 0
		if ctx.Err() == nil && err == nil {
			allowed := b.pace.take(b.o.Now(), atOnce-under)
			claimed, looked, err = b.claim(ctx, allowed)
			b.pace.putBack(allowed - len(claimed))
		}
		for _, a := range claimed {
			under++
			go func() { results <- b.call(ctx, a) }()
		}
		if under == 0 && looked == 0 {
			return n, err
		}
		done := collect(results, under, looked > 0)
		under -= len(done)
		n += len(done)
		if fault := b.settle(ctx, done); fault != nil {
			err = errors.Join(err, fault)
		}
	}
}

// collect takes the outcomes that are there; without other work it waits a little for the first.
func collect(results <-chan outcome, under int, busy bool) (done []outcome) {
	if under == 0 {
		return nil
	}
	if !busy || under == atOnce {
		again := time.NewTimer(lookAgain)
		defer again.Stop()
		select {
		case o := <-results:
			done = append(done, o)
		case <-again.C:
			return nil
		}
	}
	for {
		select {
		case o := <-results:
			done = append(done, o)
		default:
			return done
		}
	}
}

// call makes the one call of an attempt. It outlasts ctx: what has begun is brought to its end.
func (b *Outbox) call(ctx context.Context, a *attempt) outcome {
	if b.o.Now().After(a.leaseUntil.Add(-callWithin)) {
		return outcome{attempt: a, at: b.o.Now(), err: errTooLate}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callWithin)
	defer cancel()
	client, done := b.o.Client(ctx, a.account), outcome{attempt: a}
	if a.notice != nil {
		done.noticeID, done.err = client.SendNotice(ctx, a.openID, a.notice)
	} else {
		done.err = client.SendCustom(ctx, a.openID, &wechat.CustomMessage{Reply: a.content.Reply, Menu: a.content.Menu})
	}
	done.at = b.o.Now()
	return done
}
