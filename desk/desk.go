package desk

import (
	"cmp"
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/wenzheng/wenzheng/desk/kf"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/waits"
)

// Options are what a Desk needs. A zero field has its default.
type Options struct {
	Now func() time.Time // nil: time.Now
	// Accounts are those of this installation with their settings, from memory; nil: read each time.
	Accounts func() []models.Account
	Calendar *indices.LiveCalendar // nil: the built-in one
	Logger   *slog.Logger          // nil: nothing is logged
	WeChat   *kf.Client            // WeChat's own customer-service client; nil: its sessions are not ended from here
	Undo     time.Duration         // how long a message waits before it is sent; 5 s, negative = not at all
}

const (
	load       = 8                 // conversations that one person owes replies in at one time
	quietAfter = 30 * time.Minute  // an answered conversation closes after so long without a word
	returnIn   = 30 * time.Minute  // an owed reply goes back to the queue after so much office time
	awayAfter  = 180 * time.Second // without a heartbeat for so long somebody is away
)

// window is how long after a citizen's last message the platform lets the office write.
const window = 48 * time.Hour

// Desk is safe for concurrent use.
type Desk struct {
	store  *store.Store
	waits  *waits.Waits
	outbox *outbox.Outbox
	o      Options
	closed []Ended
	causes chan struct{}
	queued atomic.Bool // a hand-over was written; told of once it is stored
}

// Causes says that something waits to be given to somebody, or that somebody may take it, so that Tick is worth while
// before its time: one receiver hears of this instance's own causes.
func (d *Desk) Causes() <-chan struct{} { return d.causes }

func (d *Desk) assignSoon() {
	select {
	case d.causes <- struct{}{}:
	default: // it is said already
	}
}

// Ended hears of a conversation that is over, in the transaction that ends it.
type Ended func(ctx context.Context, t *store.Tx, c *Conversation) error

// OnEnded adds f to those who hear. Call it before the first conversation ends.
func (d *Desk) OnEnded(f Ended) { d.closed = append(d.closed, f) }

// New returns the desk of a store. From then on hand-overs in rows that w records become
// conversations, and messages that b sent are replies in them; it is to be called before the first row
// is recorded.
func New(s *store.Store, w *waits.Waits, b *outbox.Outbox, o Options) (*Desk, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Calendar == nil {
		calendar, err := indices.NewLiveCalendar()
		if err != nil {
			return nil, err
		}
		o.Calendar = calendar
	}
	o.Undo = cmp.Or(o.Undo, 5*time.Second)
	d := &Desk{store: s, waits: w, outbox: b, o: o, causes: make(chan struct{}, 1)}
	w.Also(d.follow)
	b.OnMoved(d.sent)
	s.OnStored(func([]string) {
		if d.queued.Swap(false) {
			d.assignSoon()
		}
	})
	return d, nil
}
