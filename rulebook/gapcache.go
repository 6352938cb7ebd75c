package rulebook

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

const (
	// gapPatience is how long somebody waits for the first figures of an account.
	gapPatience = 2 * time.Second
	// gapTime bounds one computation: 100,000 questions take some seconds.
	gapTime = 5 * time.Minute
	// gapAge is when figures are computed anew although nothing was asked: the span moves on.
	gapAge = time.Hour
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
	place string // of the log and the rules it was computed from
	err   error
	done  chan struct{} // open while it is being computed
	used  time.Time
}

// board is what is known, and whether newer is on its way.
func (c *gapCache) board(ctx context.Context, b *Book, q GapsRequest) (GapBoard, error) {
	place, err := b.gapPlace(ctx, q.Account.AppID)
	if err != nil {
		return GapBoard{}, err
	}
	now := b.options.Now()
	e := c.entry(gapSpan{q.Account.AppID, q.Days}, now)
	c.mu.Lock()
	first := e.board.AsOf.IsZero()
	if e.done == nil && (first || e.err != nil || e.place != place || now.Sub(e.board.AsOf) > gapAge) && !c.closed {
		e.done, e.err = make(chan struct{}), nil
		c.under.Go(func() { c.compute(context.WithoutCancel(ctx), b, q, e, place) })
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

func (c *gapCache) compute(ctx context.Context, b *Book, q GapsRequest, e *gapEntry, place string) {
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
		e.board, e.place = board, place
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

// gapPlace changes when a question or another set of rules has come.
func (b *Book) gapPlace(ctx context.Context, appID string) (string, error) {
	states, err := b.store.RulesStates(ctx)
	if err != nil {
		return "", err
	}
	var at, id int64
	err = b.store.Query(ctx, store.Console, func(rows *sql.Rows) error { return rows.Scan(&at, &id) },
		"SELECT at, id FROM interactions WHERE app_id = ? AND dir = ? ORDER BY at DESC, id DESC LIMIT 1", appID, string(models.DirIn))
	return fmt.Sprint(states[appID].RulesStamp, at, id), err
}
