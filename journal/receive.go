package journal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

var (
	errClosed = errors.New("journal: closed")
	errSlow   = errors.New("journal: the spool did not sync in time")
)

// Receive returns when the event is durable: synced in the spool or, where the spool refuses
// or takes too long, committed in the database. m.Key must be set; Receive completes
// m.Delivery with spool, number and sequence. A nil error means durable, without exception;
// an error means that nothing is known to be kept and nothing may be answered.
//
// A repeat waits for the first delivery's answer. When there is none, because the program
// was killed, the first delivery failed, or ctx ends first, the receipt says Repeat without
// Answered and no error: the event is durable, and the caller decides anew.
func (j *Journal) Receive(ctx context.Context, m *models.Message) (models.Receipt, error) {
	o := originOf(m)
	body := j.memory.hash(m.Raw)
	for {
		if j.closed.Load() {
			return models.Receipt{}, errClosed
		}
		e, owner, conflict := j.memory.claim(m.Key, body, o, j.o.Now())
		if conflict {
			j.metrics.conflicts.Inc()
			j.o.OnSecurity("key_conflict")
		}
		if owner {
			return models.Receipt{}, j.first(ctx, m, e)
		}
		durable, err := e.awaitDisk(ctx)
		if err != nil {
			return models.Receipt{}, err
		}
		if durable {
			return j.repeat(ctx, m, e, &o), nil
		}
	}
}

func originOf(m *models.Message) origin {
	at, _ := m.SentAt()
	return origin{AppID: m.AppID, OpenID: m.OpenID, At: at, ReceivedAt: m.Delivery.ReceivedAt}
}

// first makes the event durable, or forgets it.
func (j *Journal) first(ctx context.Context, m *models.Message, e *entry) error {
	p := &pendingRecord{seq: j.sequence.next(), kind: kindReceived, done: make(chan error, 1)}
	j.drain.arrived.Add(1)
	m.Delivery.SpoolID, m.Delivery.Seq, m.Delivery.Number = j.cipher.instance, p.seq, 1
	if err := j.append(p, m.Key, j.at(m.Delivery.ReceivedAt), func(b []byte) []byte { return appendMessage(b, m) }); err != nil {
		e.fail()
		return err
	}
	err := j.await(ctx, p)
	if err != nil && ctx.Err() == nil {
		err = j.direct(ctx, m, p, errors.Is(err, errSlow))
	}
	if err != nil {
		e.fail()
		return err
	}
	e.durable()
	return nil
}

// append seals in the caller's goroutine what write appends, and hands it to the committer.
func (j *Journal) append(p *pendingRecord, key string, at time.Time, write func(b []byte) []byte) error {
	s := j.sealing.take()
	s.plain = write(s.plain)
	value, err := j.cipher.seal(p.seq, header{Kind: p.kind, At: at, Key: key}, s)
	j.sealing.give(s)
	if err != nil {
		j.sequence.finish(p)
		return err
	}
	p.value = value
	j.committer.add(p)
	return nil
}

// await waits for the sync.
func (j *Journal) await(ctx context.Context, p *pendingRecord) error {
	timer := time.NewTimer(j.o.AppendTimeout)
	defer timer.Stop()
	select {
	case err := <-p.done:
		return err
	case <-timer.C:
		return errSlow
	case <-ctx.Done():
		return ctx.Err()
	}
}

// direct puts the event into the database ahead of the backlog. pending says that the spool
// may still take it; whichever is first keeps the promise.
func (j *Journal) direct(ctx context.Context, m *models.Message, p *pendingRecord, pending bool) error {
	ctx, cancel := context.WithTimeout(ctx, j.o.DirectTimeout)
	defer cancel()
	x := &direct{row: models.Inbound(m), done: make(chan error, 1), gone: ctx.Done()}
	x.row.Deliveries = []models.Delivery{m.Delivery}
	x.row.Deliveries[0].BodySHA256 = bodySum(m.Raw)
	var stored, spooled <-chan error = x.done, nil
	if pending {
		spooled = p.done
	}
	select {
	case j.drain.directs <- x:
	case <-ctx.Done():
		return errNotStored
	}
	for {
		select {
		case err := <-stored:
			if err == nil {
				return nil
			}
			stored = nil
		case err := <-spooled:
			if err == nil {
				return nil
			}
			spooled = nil
		case <-ctx.Done():
			return errNotStored
		case <-j.drain.done:
			return errClosed
		}
		if stored == nil && spooled == nil {
			return errNotStored
		}
	}
}

// repeat records the further delivery and finds the answer. Its own record is worth waiting
// for, but not worth an error: the event is durable.
func (j *Journal) repeat(ctx context.Context, m *models.Message, e *entry, o *origin) models.Receipt {
	p := &pendingRecord{seq: j.sequence.next(), kind: kindRepeat, done: make(chan error, 1)}
	m.Delivery.SpoolID, m.Delivery.Seq, m.Delivery.Number = j.cipher.instance, p.seq, e.nextDelivery()
	r := repeatRecord{Origin: *o, Delivery: m.Delivery}
	r.Delivery.Outcome, r.Delivery.BodySHA256 = "repeat", bodySum(m.Raw)
	appended := j.append(p, m.Key, j.at(m.Delivery.ReceivedAt), func(b []byte) []byte { return appendRepeat(b, &r) }) == nil
	plain, answered := e.awaitAnswer(ctx)
	if appended {
		_ = j.await(ctx, p)
	}
	return models.Receipt{Repeat: true, Answered: answered, Plain: plain}
}

// Answer hands over what was decided for an event that Receive returned: it is there for
// repeats at once, and is written with the next group. The first answer of a key counts; a
// fault counts only when no other delivery of the event is still at work. The journal keeps
// a.Plain: the caller must not change it any more. Answer never blocks on a disk.
func (j *Journal) Answer(key string, a models.Answer) {
	if j.closed.Load() && j.committer.stopped() {
		return
	}
	r := answerRecord{Answer: a}
	if e := j.memory.recall(key); e != nil {
		if !e.answer(&a) {
			return
		}
		r.Origin = e.question()
	}
	// gofail: var beforeAnswer struct{}
	p := &pendingRecord{seq: j.sequence.next(), kind: kindAnswer}
	if err := j.append(p, key, j.at(a.At), func(b []byte) []byte { return appendAnswer(b, &r) }); err != nil {
		j.metrics.unknown.Inc()
		j.o.Logger.Error("journal: answer not kept", "error", err)
	}
	// gofail: var afterAnswer struct{}
}

// bodySum is the sha256 of a decrypted body in hex. An answer does not wait for it: the
// drain takes it of the body in the spool, and only repeats, whose body is not kept, bring
// it along.
func bodySum(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// at is the time of a record: a missing one is now.
func (j *Journal) at(t time.Time) time.Time {
	if t.IsZero() {
		return j.o.Now()
	}
	return t
}
