package rulebook

import (
	"context"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/store"
)

const (
	// gapPatience is how long somebody waits for the first figures of an account.
	gapPatience = 2 * time.Second
	// gapTime bounds one computation: 100,000 questions take some seconds.
	gapTime = 5 * time.Minute
	// gapFresh is how old figures become before they are computed anew for what was asked since.
	gapFresh = 5 * time.Minute
	// gapKept bounds how many boards are kept; one has some hundred KB.
	gapKept = 64
)

// gapCache keeps what was computed last of each account and span. Grouping takes memory: one is
// computed at a time. The zero value is empty.
type gapCache struct {
	mu     sync.Mutex
	turn   sync.Mutex
	kept   map[gapSpan]*gapEntry
	closed bool
	quit   chan struct{} // closed with it
	under  sync.WaitGroup
}

type gapSpan struct {
	appID string
	days  int
}

type gapEntry struct {
	board GapBoard
	rules store.RulesStamp // of those it was computed with
	err   error
	done  chan struct{} // open while it is being computed
	used  time.Time
}

// board is what is known, and whether newer is on its way.
func (c *gapCache) board(ctx context.Context, b *Book, q GapsRequest) (GapBoard, error) {
	states, err := b.store.RulesStates(ctx)
	if err != nil {
		return GapBoard{}, err
	}
	rules := states[q.Account.AppID].RulesStamp
	now := b.options.Now()
	e := c.entry(gapSpan{q.Account.AppID, q.Days}, now)
	c.mu.Lock()
	first := e.board.AsOf.IsZero()
	stale := first || e.err != nil || e.rules != rules || now.Sub(e.board.AsOf) > gapFresh
	if e.done == nil && stale && !c.closed {
		e.done, e.err = make(chan struct{}), nil
		c.under.Go(func() { c.compute(context.WithoutCancel(ctx), b, q, e, rules) })
	}
	done := e.done
	c.mu.Unlock()
	if done != nil && (first || q.Patient) {
		late := time.After(gapPatience)
		if q.Patient {
			late = nil
		}
		select {
		case <-done:
		case <-ctx.Done():
		case <-late:
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e.err != nil {
		return GapBoard{}, e.err
	}
	board := e.board
	board.Computing = e.done != nil
	if board.AsOf.IsZero() {
		board.Gaps, board.Days, board.AsOf, board.From = []Gap{}, q.Days, now, now.AddDate(0, 0, -q.Days)
	}
	return board, nil
}

// entry finds the place of a span; the one not used for the longest gives way.
func (c *gapCache) entry(span gapSpan, now time.Time) *gapEntry {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil {
		c.kept, c.quit = map[gapSpan]*gapEntry{}, make(chan struct{})
	}
	e := c.kept[span]
	if e == nil {
		if len(c.kept) >= gapKept {
			var oldest gapSpan
			for s, other := range c.kept {
				if c.kept[oldest] == nil || other.used.Before(c.kept[oldest].used) {
					oldest = s
				}
			}
			delete(c.kept, oldest)
		}
		e = &gapEntry{}
		c.kept[span] = e
	}
	e.used = now
	return e
}

func (c *gapCache) compute(ctx context.Context, b *Book, q GapsRequest, e *gapEntry, rules store.RulesStamp) {
	ctx, cancel := context.WithTimeout(ctx, gapTime)
	defer cancel()
	c.under.Go(func() {
		select {
		case <-c.quit:
			cancel()
		case <-ctx.Done():
		}
	})
	c.turn.Lock()
	board, err := b.findGaps(ctx, q)
	c.turn.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	if e.err = err; err == nil {
		e.board, e.rules = board, rules
	}
	close(e.done)
	e.done = nil
}

// close ends what is being computed and waits for it.
func (c *gapCache) close() {
	c.mu.Lock()
	if !c.closed && c.quit != nil {
		close(c.quit)
	}
	c.closed = true
	c.mu.Unlock()
	c.under.Wait()
}
