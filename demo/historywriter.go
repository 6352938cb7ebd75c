package demo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/wenzheng/wenzheng/journal"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/waits"
)

// stretch is how many days are delivered before the staff's answers to them are written:
// whether a rule answered is read from the log.
const stretch = 5 * 24 * time.Hour

// Serve runs a service of its own for the months: the same door, rules, journal and log as any
// other, with its spool in spoolDir and with the clock now, which is months behind the machine's and
// leaps. It shares the database with whoever else serves. It calls ready, once it can answer, with
// the address and the journal of the service, and returns when ctx has ended and the service has
// stopped.
type Serve func(ctx context.Context, spoolDir string, now func() time.Time, ready func(url string, j *journal.Journal)) error

// author writes months through such a service.
type author struct {
	store   *store.Store
	waits   *waits.Waits
	journal *journal.Journal
	clock   *simulatedClock
	open    []*chronicle
	day     func(int)
	from    time.Time
	folder  string     // of the service's spool
	ended   chan error // of the service
}

// write runs the service for as long as the months take.
func (c *City) write(ctx context.Context, open []*chronicle, day func(int)) (err error) {
	a := &author{store: c.store, waits: c.waits, folder: c.options.SpoolDir, open: open, day: day, from: open[0].From, ended: make(chan error, 1)}
	a.clock = newSimulatedClock(a.from, c.options.Now)
	if err := os.MkdirAll(a.folder, 0o700); err != nil {
		return fmt.Errorf("history: %w", err)
	}
	serving, stop := context.WithCancel(ctx)
	defer func() {
		for _, job := range open {
			job.disconnect()
		}
		stop()
		err = errors.Join(err, <-a.ended)
		if err == nil {
			err = os.RemoveAll(a.folder) // all of it is in the database
		}
	}()
	address := make(chan string, 1)
	go func() {
		a.ended <- c.options.Serve(serving, a.folder, a.clock.now, func(url string, j *journal.Journal) {
			a.journal = j
			address <- url
		})
	}()
	select {
	case err := <-a.ended:
		a.ended <- nil
		return cmp.Or(err, errors.New("history: the service ended before it was ready"))
	case url := <-address:
		for _, job := range open {
			if err := job.connect(url, a.clock); err != nil {
				return err
			}
		}
	}
	return a.write(ctx)
}

func (a *author) write(ctx context.Context) error {
	if err := a.drained(ctx); err != nil { // what an interrupted run left in the spool
		return err
	}
	if err := a.recall(ctx); err != nil {
		return err
	}
	from := a.from
	next, stop := merged(a.open)
	defer stop()
	for {
		c, m, ok := next()
		for ; !ok || !m.At.Before(from.Add(stretch)); from = from.Add(stretch) {
			if err := a.settle(ctx, from); err != nil {
				return err
			}
			if !ok {
				return nil
			}
		}
		a.day(int(m.At.Sub(a.from) / (24 * time.Hour)))
		a.clock.forward(m.At.Add(lag(m.Key)))
		if err := c.live(ctx, &m, a.clock); err != nil {
			return err
		}
	}
}

// lag is the part of a second the platform takes to deliver an event.
func lag(key string) time.Duration {
	return time.Duration(200+100*int(key[0]%8)) * time.Millisecond
}

// recall reads what an interrupted run has written.
func (a *author) recall(ctx context.Context) error {
	return a.read(ctx, time.Time{}, time.Time{}, func(c *chronicle, i *models.Interaction) {
		if i.Dir == models.DirIn {
			c.known[i.MsgKey] = true
		}
	})
}

// read hands over the rows of the accounts of a time and remembers which questions a rule
// answered.
func (a *author) read(ctx context.Context, from, to time.Time, f func(*chronicle, *models.Interaction)) error {
	byApp := map[string]*chronicle{}
	filter := store.Filter{From: from, To: to, Channel: models.ChannelChat}
	for _, c := range a.open {
		byApp[c.Account] = c
		filter.AppIDs = append(filter.AppIDs, c.Account)
	}
	return a.store.Interactions(ctx, filter, func(i models.Interaction) error {
		c := byApp[i.AppID]
		if i.Dir == models.DirOut && i.Actor == models.ActorBot && i.Matched {
			c.matched[i.ReplyTo] = true
		}
		f(c, &i)
		return nil
	})
}

// settle holds that every event of a stretch is in the log once, and lets the staff
// answer what no rule did.
func (a *author) settle(ctx context.Context, from time.Time) error {
	if err := a.drained(ctx); err != nil {
		return err
	}
	seen := map[string]int{}
	err := a.read(ctx, from, from.Add(stretch+time.Minute), func(_ *chronicle, i *models.Interaction) {
		if i.Dir == models.DirIn {
			seen[i.MsgKey]++
		}
	})
	if err != nil {
		return err
	}
	for _, c := range a.open {
		if err := c.verify(seen); err != nil {
			return err
		}
		rows := c.answers()
		if _, err := a.waits.ImportInteractions(ctx, rows); err != nil {
			return fmt.Errorf("history: write answers: %w", err)
		}
		c.Answers += len(rows)
	}
	return nil
}

// stalled is how long the database may take nothing before the writing gives up; what was
// delivered stays in the spool, and the next run goes on from there.
const stalled = 30 * time.Second

// drained waits until the database holds everything that was delivered.
func (a *author) drained(ctx context.Context) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	patience := time.NewTimer(stalled)
	defer patience.Stop()
	for left := int64(-1); ; {
		b := a.journal.Backlog()
		switch n := b.Events; { // answers stay a while, for redeliveries
		case b.Quarantined > 0 || b.Broken:
			return models.NewError(models.CodeUnavailable, "演示数据没有写完：日志缓冲出了问题，请看磁盘空间与 "+a.folder)
		case n == 0:
			return nil
		case n != left:
			left = n
			patience.Reset(stalled)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-a.ended:
			a.ended <- nil
			return errors.Join(errors.New("history: the service ended"), err)
		case <-patience.C:
			return errors.Join(errors.New("history: the database takes nothing; run again to go on"), a.store.Ready(ctx))
		case <-tick.C:
		}
	}
}
