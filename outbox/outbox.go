package outbox

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/waits"
	"github.com/wenzheng/wenzheng/wechat"
)

// Options are what an Outbox needs; every field has a default. One without Accounts and Client
// queues, lists and settles, and sends nothing.
type Options struct {
	Now func() time.Time // nil: time.Now
	// Accounts are those that messages are sent for, with their settings, from memory.
	Accounts func() []models.Account
	// Client is the one client of an account towards WeChat's API.
	Client func(ctx context.Context, a models.Account) *wechat.Client

	Limits     Limits
	Logger     *slog.Logger          // nil: nothing is logged
	Registerer prometheus.Registerer // nil: no figures
}

// Limits are WeChat's and our own; a zero field has its default.
type Limits struct {
	MessageCount  int           // messages that may be sent after a citizen's message; 5
	MessageWindow time.Duration // for so long; 48 h
	EventCount    int           // after a click, a scan, a subscription, a clicked item of a menu message; 3
	EventWindow   time.Duration // for so long; 60 s
	TextBytes     int           // of one part of a text; 2,048
	PerSecond     int           // messages that this process sends in a second; 200
}

// Outbox is safe for concurrent use.
type Outbox struct {
	store *store.Store
	waits *waits.Waits
	o     Options

	moved   []Moved
	metrics *metrics
	pace    pace
	breaker breaker
	locked  atomic.Int64

	mu        sync.Mutex
	unsettled []outcome    // that the database did not take
	closed    map[way]bool // by which nothing can be sent, as last read or heard
	forgot    time.Time    // when old rows were last looked for
}

// Moved hears of a message that came to be or changed its state, as it is now, within the
// transaction that changes it, in which the citizen's row is locked. An error undoes the change.
type Moved func(ctx context.Context, t *store.Tx, i *Item) error

// OnMoved has f hear of every message. It is to be called before anything is sent.
func (b *Outbox) OnMoved(f Moved) { b.moved = append(b.moved, f) }

// New returns the outbox of a store; w writes its rows of the log and tells it of citizens' rows.
func New(s *store.Store, w *waits.Waits, o Options) *Outbox {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Accounts == nil {
		o.Accounts = func() []models.Account { return nil }
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Registerer == nil {
		o.Registerer = prometheus.NewRegistry()
	}
	o.Limits = o.Limits.withDefaults()
	b := &Outbox{store: s, waits: w, o: o, metrics: newMetrics(o.Registerer), pace: pace{perSecond: o.Limits.PerSecond}}
	b.breaker.now = o.Now
	w.Also(b.follow)
	return b
}

func (l Limits) withDefaults() Limits {
	orInt := func(n *int, usual int) {
		if *n <= 0 {
			*n = usual
		}
	}
	orInt(&l.MessageCount, 5)
	orInt(&l.EventCount, 3)
	orInt(&l.TextBytes, models.MaxTextBytes)
	orInt(&l.PerSecond, 200)
	l.TextBytes = min(l.TextBytes, models.MaxTextBytes)
	if l.MessageWindow <= 0 {
		l.MessageWindow = 48 * time.Hour
	}
	if l.EventWindow <= 0 {
		l.EventWindow = time.Minute
	}
	return l
}
