package journal

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

var errIncomplete = errors.New("sealer and recorder are required")

// Journal is an open spool with its committer and its drain. It is safe for concurrent use.
type Journal struct {
	o          Options
	cipher     *recordCipher
	spool      *spool
	quarantine *quarantine
	memory     *memory
	sequence   *sequencer
	sealing    sealings
	metrics    *metrics
	committer  *committer
	drain      *drain
	closed     atomic.Bool
	closing    sync.Once
	closeErr   error
}

// Open takes the spool of o.Dir into use, salvaging a damaged one, and starts the committer
// and the drain; Close ends them. A folder that another process uses, that others may read
// or that is volatile is refused with a *models.Error.
func Open(o Options) (*Journal, error) {
	if o.Sealer == nil || o.Recorder == nil {
		return nil, fmt.Errorf("journal: open: %w", errIncomplete)
	}
	// A page the disk can not give is an error here, not the end of the process.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	o = withDefaults(o)
	if err := prepareDir(o.Dir, o.AllowVolatile); err != nil {
		return nil, err
	}
	j := assemble(o)
	if err := j.quarantine.count(); err != nil {
		return nil, err
	}
	if err := j.openSpool(); err != nil {
		return nil, err
	}
	if err := j.checkKey(); err != nil {
		j.spool.close()
		return nil, err
	}
	if err := j.metrics.register(o.Registerer, j.Backlog); err != nil {
		j.spool.close()
		return nil, err
	}
	if err := j.rebuild(); err != nil {
		o.Logger.Error("journal: memory not rebuilt", "error", err)
	}
	o.Logger.Info("journal: open", "instance", j.cipher.instance, "backlog", j.spool.count.events, "damaged", j.spool.damaged.Load())
	go j.committer.run()
	go j.drain.run()
	return j, nil
}

// assemble connects the parts; nothing runs yet.
func assemble(o Options) *Journal {
	j := &Journal{o: o, metrics: newMetrics(), memory: newMemory(o.Memory)}
	j.cipher = &recordCipher{sealer: o.Sealer}
	j.quarantine = &quarantine{dir: filepath.Join(o.Dir, quarantineDir), now: o.Now, metrics: j.metrics, fault: func(err error) {
		o.Logger.Error("journal: quarantine can not be written", "error", err)
	}}
	j.spool = &spool{o: &j.o, cipher: j.cipher, quarantine: j.quarantine}
	j.committer = &committer{
		spool: j.spool, reserve: newReserve(&j.o), metrics: j.metrics, o: &j.o, logger: o.Logger,
		wake: make(chan struct{}, 1), done: make(chan struct{}), eventCount: eventCount{dir: o.Dir},
	}
	ctx, stop := context.WithCancel(context.Background())
	j.drain = &drain{
		o: &j.o, spool: j.spool, cipher: j.cipher, committer: j.committer, quarantine: j.quarantine, metrics: j.metrics, logger: o.Logger,
		wake: make(chan struct{}, 1), directs: make(chan *direct, directQueue), retries: make(chan *retryRequest),
		done: make(chan struct{}), ctx: ctx, stop: stop, held: make(map[string]*group),
	}
	j.committer.onCommit = j.drain.signal
	j.committer.onRefused = j.keepRefused
	j.committer.onReopened = func() {
		j.drain.reopened.Store(true)
		j.drain.signal()
	}
	return j
}

const (
	openTries   = 3
	directQueue = 1024
	closeGrace  = 2 * time.Second // for the last commit, beyond the context of Close
)

// openSpool opens the file, more than once where the disk refuses, giving up the reserve
// when it is full.
func (j *Journal) openSpool() error {
	c := j.committer
	err := j.spool.open()
	for try := 1; err != nil && diskFault(err) && try < openTries; try++ {
		j.o.Logger.Error("journal: spool does not open, trying again", "error", err)
		if diskFull(err) && c.reserve.release() {
			c.state.low = true
		}
		err = j.spool.open()
	}
	if err != nil {
		return err
	}
	if !c.state.low {
		if err := c.reserve.make(); err != nil {
			j.o.Logger.Error("journal: no room for the reserve", "error", err)
		} else if err := j.spool.preallocate(); err != nil {
			j.o.Logger.Error("journal: spool not written ahead", "error", err)
		}
	}
	c.state.events, c.state.answers = j.spool.count.events, j.spool.count.answers
	c.state.used = j.spool.used()
	// Numbers of direct inserts are not in the spool, so every start begins at the clock.
	next := max(j.spool.count.last+1, uint64(max(j.o.Now().UnixMicro(), 1)))
	j.sequence = newSequencer(next)
	c.sequence, j.drain.sequence = j.sequence, j.sequence
	return nil
}

// keepRefused hands an answer that the spool refused to the drain.
func (j *Journal) keepRefused(p *pendingRecord) {
	r, err := j.cipher.open(p.seq, p.value)
	if err != nil {
		j.metrics.unknown.Inc()
		return
	}
	r.value = p.value
	j.drain.keepRefused(r)
}

// Close refuses new events, writes what lingers, brings everything into the database that
// gets there before ctx ends, and stops; the rest stays on the disk for the next start. It
// returns the error of ctx when something is left. Call it after the last answer was given.
func (j *Journal) Close(ctx context.Context) error {
	j.closing.Do(func() { j.closeErr = j.close(ctx) })
	return j.closeErr
}

func (j *Journal) close(ctx context.Context) error {
	j.closed.Store(true)
	// gofail: var duringShutdown struct{}
	j.committer.flush()
	j.drain.ending.Store(true)
	j.drain.signal()
	var err error
	select {
	case <-j.drain.done:
	case <-ctx.Done():
		err = fmt.Errorf("journal: closed with a backlog: %w", ctx.Err())
		j.drain.stop()
		<-j.drain.done
	}
	j.drain.stop()
	j.committer.stop()
	grace := time.NewTimer(closeGrace)
	defer grace.Stop()
	select {
	case <-j.committer.done:
	case <-grace.C:
		// A sync that hangs in the kernel can not be interrupted.
		err = fmt.Errorf("journal: close: %w", errSlow)
	}
	j.o.Logger.Info("journal: closed", "backlog", j.Backlog().Events)
	return err
}

// Stats are what people see of the journal.
type Stats struct {
	Instance       string        `json:"instance"`
	Events         int64         `json:"events"` // kept here, perhaps not in the database yet
	Answers        int64         `json:"answers"`
	OldestUnstored time.Time     `json:"oldest_unstored,omitzero"`
	OldestAge      time.Duration `json:"-"`
	Bytes          int64         `json:"bytes"`
	MaxBytes       int64         `json:"max_bytes"`
	Quarantined    int64         `json:"quarantined"` // records in quarantine
	Damaged        int64         `json:"damaged"`     // records or pages found unreadable at the last check
	Missing        int64         `json:"missing"`     // answered events that a damaged or emptied spool lost, within a second's worth
	Reopened       int64         `json:"reopened"`    // since start
	Broken         bool          `json:"broken"`      // the spool refuses; events go straight to the database
	DiskLow        bool          `json:"disk_low"`    // the reserve is given up
}

// Backlog returns the state of the spool.
func (j *Journal) Backlog() Stats {
	c := j.committer
	c.mu.Lock()
	state := c.state
	c.mu.Unlock()
	s := Stats{
		Instance: j.cipher.instance, Events: state.events, Answers: state.answers, Bytes: state.used, MaxBytes: j.o.MaxBytes,
		Quarantined: j.quarantine.records.Load(), Damaged: j.spool.damaged.Load(), Missing: j.spool.missing.Load(), Reopened: state.reopened, Broken: state.broken, DiskLow: state.low,
	}
	if s.Events == 0 {
		return s
	}
	at, err := j.spool.oldest()
	if err == nil && !at.IsZero() {
		s.OldestUnstored, s.OldestAge = at, max(j.o.Now().Sub(at), 0)
	}
	return s
}

// Retry brings the records in quarantine to the database once more and returns how many
// entries are stored now and how many remain. Damaged files are not touched.
func (j *Journal) Retry(ctx context.Context) (stored, remaining int, err error) {
	r := &retryRequest{ctx: ctx, done: make(chan struct{})}
	select {
	case j.drain.retries <- r:
	case <-j.drain.done:
		return 0, 0, models.NewError(models.CodeUnavailable, "日志正在关闭，请在下次启动后重试")
	case <-ctx.Done():
		return 0, 0, ctx.Err()
	}
	<-r.done
	return r.stored, r.remaining, r.err
}
