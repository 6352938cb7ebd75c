package journal

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/wenzheng/wenzheng/models"
)

// Sealer encrypts and authenticates records: AES-256-GCM with a fresh random nonce in each
// sealed text. SealTo appends to dst, which overlaps neither plain nor aad. It must be safe
// for concurrent use and must not keep or change its inputs.
type Sealer interface {
	SealTo(dst, plain, aad []byte) ([]byte, error)
	Open(sealed, aad []byte) ([]byte, error)
}

// Recorder is the memory behind the journal: waits.Waits. Record stores all rows or none. A
// row whose key is there already, amending or not, gains the deliveries that are new and,
// where none is known, its outcome; that makes every repetition harmless. Faults are
// *models.StoreFault; after one the outcome is unknown and the same rows come again.
// RecordReduced stores what is left of a row that can not be stored as it is. Both are
// called from one goroutine only.
type Recorder interface {
	Record(ctx context.Context, rows []models.Interaction) error
	RecordReduced(ctx context.Context, row models.Interaction, cause string) error
}

// Options are what a journal needs; a field without a stated default is required. The
// figures are those of reliability sections 1 to 4.
type Options struct {
	Dir      string // of the spool; made with mode 0700
	Instance string // id of this instance; "" = made once and kept beside the spool
	Sealer   Sealer
	Recorder Recorder
	// KeyProven: something else was opened with the key of Sealer, so records that do not open
	// are damaged. Otherwise a spool of which no record opens is refused.
	KeyProven bool
	// KeyDoubted: something else is sealed with another key. A spool in which no record opens is
	// refused then even when it is empty.
	KeyDoubted bool

	Memory           time.Duration // how long an answer is kept for redeliveries, default 60 s
	MaxBytes         int64         // of live data in the spool, default 8 GiB
	ReserveBytes     int64         // given back when the disk is full, default 64 MiB, negative = none
	PreallocateBytes int64         // written into a new spool file before they are needed, default 128 MiB, negative = none
	AllowVolatile    bool          // accept tmpfs, ramfs and overlay
	AppendTimeout    time.Duration // for one event to reach the spool, default 1.5 s
	DirectTimeout    time.Duration // for the direct insert after that, default 1.5 s
	AnswerWait       time.Duration // how long a row waits for its answer, default 5 s
	Pause            time.Duration // between two small batches of the drain, default 20 ms

	Now        func() time.Time      // default time.Now
	Rand       io.Reader             // default crypto/rand.Reader; makes the instance id only
	Logger     *slog.Logger          // default: nothing is logged
	Registerer prometheus.Registerer // default: metrics go nowhere

	// OnStored is called with rows after their commit, in the drain's goroutine: it must return at
	// once and must not change or keep the slice. Rows may come twice.
	OnStored func([]models.Interaction)
	// OnSecurity is called for suspicious deliveries ("key_conflict"); safe for concurrent use.
	OnSecurity func(kind string)

	hooks testHooks
}

// testHooks let the tests of this package fail what a disk or a clock would.
type testHooks struct {
	commit     func(commit func() error) error // around bbolt's commit
	open       func() error                    // before the spool is opened again
	reserve    func() error                    // before the reserve is made again
	reopenMin  time.Duration
	reopenMax  time.Duration
	retryMin   time.Duration
	retryMax   time.Duration
	suspectFor time.Duration
}

const (
	defaultMemory      = 60 * time.Second
	defaultMaxBytes    = 8 << 30
	defaultReserve     = 64 << 20
	defaultPreallocate = 128 << 20
	defaultStep        = 1500 * time.Millisecond
	defaultWait        = 5 * time.Second
	defaultPause       = 20 * time.Millisecond
)

func withDefaults(o Options) Options {
	orDuration(&o.Memory, defaultMemory)
	orDuration(&o.AppendTimeout, defaultStep)
	orDuration(&o.DirectTimeout, defaultStep)
	orDuration(&o.AnswerWait, defaultWait)
	orDuration(&o.Pause, defaultPause)
	orDuration(&o.hooks.reopenMin, time.Second)
	orDuration(&o.hooks.reopenMax, 30*time.Second)
	orDuration(&o.hooks.retryMin, 50*time.Millisecond)
	orDuration(&o.hooks.retryMax, 10*time.Second)
	orDuration(&o.hooks.suspectFor, 10*time.Second)
	if o.MaxBytes <= 0 {
		o.MaxBytes = defaultMaxBytes
	}
	if o.ReserveBytes == 0 {
		o.ReserveBytes = defaultReserve
	}
	if o.PreallocateBytes == 0 {
		o.PreallocateBytes = defaultPreallocate
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Registerer == nil {
		o.Registerer = prometheus.NewRegistry()
	}
	if o.OnStored == nil {
		o.OnStored = func([]models.Interaction) {}
	}
	if o.OnSecurity == nil {
		o.OnSecurity = func(string) {}
	}
	return o
}

func orDuration(d *time.Duration, value time.Duration) {
	if *d <= 0 {
		*d = value
	}
}
