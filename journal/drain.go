package journal

import (
	"context"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"

	"github.com/wenzheng/wenzheng/models"
)

// The bounds of the drain: of one batch, of one look into the spool, and of what may wait
// for its answer in memory.
const (
	batchRows   = 200
	batchBytes  = 1 << 20
	readRecords = 600
	heldBytes   = 16 << 20
	refusedMax  = 10000
	recordLimit = 30 * time.Second
)

// drain is the only writer of the database: it reads the spool in order, pairs questions
// with their answers, and has records deleted once the database has committed them.
type drain struct {
	o          *Options
	spool      *spool
	cipher     *recordCipher
	sequence   *sequencer
	committer  *committer
	quarantine *quarantine
	metrics    *metrics
	logger     *slog.Logger

	wake     chan struct{}
	directs  chan *direct
	retries  chan *retryRequest
	done     chan struct{}
	ctx      context.Context //nolint:containedctx // the life of the goroutine, ended by stop
	stop     context.CancelFunc
	ending   atomic.Bool  // store everything that is there, wait for no answer, then return
	reopened atomic.Bool  // the spool was opened anew
	arrived  atomic.Int64 // events received since the start

	mu      sync.Mutex
	refused []*record // answers the spool did not take

	// Owned by the goroutine.
	next     uint64 // the first sequence number not yet read
	held     map[string]*group
	order    []*group // held, by arrival
	ready    []*group
	bytes    int
	suspects []*row
	retryAt  time.Time // of the suspects
	commits  int64
	backoff  time.Duration
	paced    time.Time // when restWhenBusy last looked
	seen     int64     // arrived, at that moment
}

func (d *drain) signal() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// keepRefused takes an answer that the spool refused: it can still reach the database from memory.
func (d *drain) keepRefused(r *record) {
	d.mu.Lock()
	full := len(d.refused) >= refusedMax
	if !full {
		d.refused = append(d.refused, r)
	}
	d.mu.Unlock()
	if full {
		d.metrics.unknown.Inc()
	}
	d.signal()
}

func (d *drain) run() {
	debug.SetPanicOnFault(true) // a page the disk can not give is a fault of one read
	defer close(d.done)
	for d.ctx.Err() == nil {
		d.serveWaiting()
		more := d.read()
		d.expireHeld()
		if batch := d.batch(); len(batch) > 0 {
			begun := time.Now()
			d.store(batch)
			d.restWhenBusy(time.Since(begun))
			if len(d.ready) == 0 && !more && !d.ending.Load() {
				d.sleep(d.o.Pause)
			}
			continue
		}
		d.retrySuspects()
		if more {
			continue
		}
		if d.ending.Load() && d.empty() {
			return
		}
		d.idle()
	}
}

// empty reports whether nothing is left that could be stored.
func (d *drain) empty() bool {
	d.mu.Lock()
	refused := len(d.refused)
	d.mu.Unlock()
	return refused == 0 && len(d.held) == 0 && len(d.ready) == 0 && len(d.directs) == 0 && len(d.suspects) == 0 &&
		d.sequence.idle() && d.next >= d.sequence.settled()
}

// read takes what is new from the spool and reports whether there is more.
func (d *drain) read() bool {
	if d.reopened.Swap(false) {
		d.next = 0 // a commit that reported a fault may be there after all
	}
	d.mu.Lock()
	refused := d.refused
	d.refused = nil
	d.mu.Unlock()
	for _, r := range refused {
		d.absorb(r)
	}
	if len(d.ready) >= batchRows || len(d.suspects) >= batchRows {
		return false
	}
	below := d.sequence.settled()
	if d.next >= below {
		return false
	}
	n, err := d.scan(below)
	if err != nil {
		if d.ctx.Err() == nil && d.spoolThere() {
			d.committer.report(err)
		}
		return false
	}
	if n < readRecords {
		d.next = below
	}
	return n == readRecords
}

func (d *drain) spoolThere() bool {
	d.spool.mu.RLock()
	defer d.spool.mu.RUnlock()
	return d.spool.db != nil
}

// scan reads up to readRecords records below a number at which everything is settled.
func (d *drain) scan(below uint64) (n int, err error) {
	var damaged []removal
	err = d.spool.view(func(tx *bbolt.Tx) error {
		cursor := tx.Bucket(bucketEvents).Cursor()
		for key, value := cursor.Seek(seqKey(d.next)); key != nil && n < readRecords; key, value = cursor.Next() {
			seq := sequenceOf(key)
			if seq >= below {
				break
			}
			n++
			r, err := d.cipher.open(seq, value)
			if err != nil {
				d.logger.Error("journal: record does not open and goes to quarantine", "seq", seq, "error", err)
				d.spool.damaged.Add(1)
				if d.quarantine.damaged(seq, value) {
					damaged = append(damaged, removal{seq: seq})
				}
			} else {
				d.absorb(r)
			}
			d.next = max(d.next, seq+1)
		}
		return nil
	})
	if len(damaged) > 0 {
		d.committer.remove(damaged)
	}
	return n, err
}

// absorb puts a record to the others of its key.
func (d *drain) absorb(r *record) {
	g := d.held[r.Key]
	if g == nil {
		g = &group{key: r.Key}
		d.held[r.Key] = g
		d.order = append(d.order, g)
	}
	if g.has(r.seq) {
		return
	}
	now := d.o.Now()
	before := g.bytes
	g.absorb(r, now.Add(-d.o.Memory))
	d.bytes += g.bytes - before
	if g.ready {
		return
	}
	switch {
	case g.answered || !g.question:
		d.markReady(g)
	case g.due.IsZero():
		g.due = r.At.Add(d.o.AnswerWait)
		if latest := now.Add(d.o.AnswerWait); g.due.After(latest) {
			g.due = latest
		}
	}
}

func (d *drain) markReady(g *group) {
	g.ready = true
	d.ready = append(d.ready, g)
}

// expireHeld gives up waiting for answers that are overdue, or that memory has no room for.
func (d *drain) expireHeld() {
	now, ending := d.o.Now(), d.ending.Load()
	for len(d.order) > 0 {
		g := d.order[0]
		if !g.ready {
			if g.due.After(now) && d.bytes <= heldBytes && !ending {
				return
			}
			d.metrics.unknown.Inc()
			d.markReady(g)
		}
		d.order[0] = nil
		d.order = d.order[1:]
	}
}

// batch cuts the next groups from what is ready.
func (d *drain) batch() []*group {
	rows, size, n := 0, 0, 0
	for _, g := range d.ready {
		rows++
		if g.out != nil {
			rows++
		}
		if size += g.bytes; n > 0 && (rows > batchRows || size > batchBytes) {
			break
		}
		n++
	}
	batch := d.ready[:n:n]
	d.ready = d.ready[n:]
	for _, g := range batch {
		delete(d.held, g.key)
		d.bytes -= g.bytes
	}
	return batch
}

// acknowledge has the records of a stored group deleted.
func (d *drain) acknowledge(g *group) {
	d.metrics.stored.Inc()
	d.committer.remove(g.removals)
	*g = group{ready: true} // it may still stand in d.order behind one that waits
}

func (d *drain) notifyStored(rows []models.Interaction) {
	defer func() {
		if fault := recover(); fault != nil {
			d.logger.Error("journal: listener panicked", "fault", fault)
		}
	}()
	d.o.OnStored(rows)
}
