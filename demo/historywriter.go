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

// batch is how many days are delivered before the staff's answers to them are written:
// whether a rule answered is read from the log.
const batch = 5 * 24 * time.Hour

// Serve runs a service of its own for the months: the same door, rules, journal and log as any
// other, with its spool in spoolDir and with the clock now, which is months behind the machine's and
// leaps. It shares the database with whoever else serves. It calls ready, once it can answer, with
// the address and the journal of the service, and returns when ctx has ended and the service has
// stopped.
type Serve func(ctx context.Context, spoolDir string, now func() time.Time, ready func(url string, j *journal.Journal)) error

// historyWriter writes months through such a service.
type historyWriter struct {
	store   *store.Store
	waits   *waits.Waits
	journal *journal.Journal
	clock   *simulatedClock
	jobs    []*historyJob
	onDay   func(int)
	from    time.Time
	folder  string     // of the service's spool
	ended   chan error // of the service
}

// runJobs runs the service for as long as the months take.
func (c *City) runJobs(ctx context.Context, jobs []*historyJob, onDay func(int)) (err error) {
	w := &historyWriter{store: c.store, waits: c.waits, folder: c.options.SpoolDir, jobs: jobs, onDay: onDay, from: jobs[0].From, ended: make(chan error, 1)}
	w.clock = newSimulatedClock(w.from, c.options.Now)
	if err := os.MkdirAll(w.folder, 0o700); err != nil {
		return fmt.Errorf("history: %w", err)
	}
	serving, stop := context.WithCancel(ctx)
	defer func() {
		for _, job := range jobs {
			job.disconnect()
		}
		stop()
		err = errors.Join(err, <-w.ended)
		if err == nil {
			err = os.RemoveAll(w.folder) // all of it is in the database
		}
	}()
	address := make(chan string, 1)
	go func() {
		w.ended <- c.options.Serve(serving, w.folder, w.clock.now, func(url string, j *journal.Journal) {
			w.journal = j
			address <- url
		})
	}()
	select {
	case err := <-w.ended:
		w.ended <- nil
		return cmp.Or(err, errors.New("history: the service ended before it was ready"))
	case url := <-address:
		for _, job := range jobs {
			if err := job.connect(url, w.clock); err != nil {
				return err
			}
		}
	}
	return w.writeAll(ctx)
}

func (w *historyWriter) writeAll(ctx context.Context) error {
	if err := w.awaitDrained(ctx); err != nil { // what an interrupted run left in the spool
		return err
	}
	if err := w.loadWritten(ctx); err != nil {
		return err
	}
	from := w.from
	next, stop := mergeByTime(w.jobs)
	defer stop()
	for {
		job, m, ok := next()
		for ; !ok || !m.At.Before(from.Add(batch)); from = from.Add(batch) {
			if err := w.finishBatch(ctx, from); err != nil {
				return err
			}
			if !ok {
				return nil
			}
		}
		w.onDay(int(m.At.Sub(w.from) / (24 * time.Hour)))
		w.clock.advance(m.At.Add(deliveryDelay(m.Key)))
		if err := job.deliverMoment(ctx, &m, w.clock); err != nil {
			return err
		}
	}
}

// deliveryDelay is the part of a second the platform takes to deliver an event.
func deliveryDelay(key string) time.Duration {
	return time.Duration(200+100*int(key[0]%8)) * time.Millisecond
}

// loadWritten reads what an interrupted run has written.
func (w *historyWriter) loadWritten(ctx context.Context) error {
	return w.readRows(ctx, time.Time{}, time.Time{}, func(job *historyJob, i *models.Interaction) {
		if i.Dir == models.DirIn {
			job.stored[i.MsgKey] = true
		}
	})
}

// readRows hands over the rows of the accounts of a time and remembers which questions a rule
// answered.
func (w *historyWriter) readRows(ctx context.Context, from, to time.Time, f func(*historyJob, *models.Interaction)) error {
	byApp := map[string]*historyJob{}
	filter := store.Filter{From: from, To: to, Channel: models.ChannelChat}
	for _, job := range w.jobs {
		byApp[job.Account] = job
		filter.AppIDs = append(filter.AppIDs, job.Account)
	}
	return w.store.Interactions(ctx, filter, func(i models.Interaction) error {
		job := byApp[i.AppID]
		if i.Dir == models.DirOut && i.Actor == models.ActorBot && i.Matched {
			job.matched[i.ReplyTo] = true
		}
		f(job, &i)
		return nil
	})
}

// finishBatch holds that every event of a batch is in the log once, and lets the staff
// answer what no rule did.
func (w *historyWriter) finishBatch(ctx context.Context, from time.Time) error {
	if err := w.awaitDrained(ctx); err != nil {
		return err
	}
	seen := map[string]int{}
	err := w.readRows(ctx, from, from.Add(batch+time.Minute), func(_ *historyJob, i *models.Interaction) {
		if i.Dir == models.DirIn {
			seen[i.MsgKey]++
		}
	})
	if err != nil {
		return err
	}
	for _, job := range w.jobs {
		if err := job.verify(seen); err != nil {
			return err
		}
		rows := job.answersByHand()
		if _, err := w.waits.ImportInteractions(ctx, rows); err != nil {
			return fmt.Errorf("history: write answers: %w", err)
		}
		job.Answers += len(rows)
	}
	return nil
}

// stallTimeout is how long the database may take nothing before the writing gives up; what was
// delivered stays in the spool, and the next run goes on from there.
const stallTimeout = 30 * time.Second

// awaitDrained waits until the database holds everything that was delivered.
func (w *historyWriter) awaitDrained(ctx context.Context) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	stall := time.NewTimer(stallTimeout)
	defer stall.Stop()
	for left := int64(-1); ; {
		b := w.journal.Backlog()
		switch n := b.Events; { // answers stay a while, for redeliveries
		case b.Quarantined > 0 || b.Broken:
			return models.NewError(models.CodeUnavailable, "演示数据没有写完：日志缓冲出了问题，请看磁盘空间与 "+w.folder)
		case n == 0:
			return nil
		case n != left:
			left = n
			stall.Reset(stallTimeout)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-w.ended:
			w.ended <- nil
			return errors.Join(errors.New("history: the service ended"), err)
		case <-stall.C:
			return errors.Join(errors.New("history: the database takes nothing; run again to go on"), w.store.Ready(ctx))
		case <-tick.C:
		}
	}
}
