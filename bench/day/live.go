package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// dayOptions are what a day of the desk is made of.
type dayOptions struct {
	mysql         string
	speed         float64 // of the office's clock
	conversations int
	cases         int
	agents        int
	burst         int // messages that are to be sent at once after the day, at the usual speed
	seed          uint64
}

// Of an office day, in Shanghai: citizens come from its opening on until an hour before its end.
const (
	dayOpens = 9 * time.Hour
	dayEnds  = 17*time.Hour + 30*time.Minute
	lastCome = time.Hour
)

// runDay lives through a day of the desk with a fast clock, in one process, against the simulator's platform, and holds
// what came of it against what the platform and the log say.
func runDay(o dayOptions) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	folder, err := os.MkdirTemp("", "wenzheng-day-")
	if err != nil {
		return fmt.Errorf("day: %w", err)
	}
	defer func() { _ = os.RemoveAll(folder) }() // else the system clears it
	database := "mysql:" + o.mysql
	if o.mysql == "" {
		database = "sqlite:" + filepath.Join(folder, "day.db")
	}
	fmt.Printf("A day of the desk at %.0f times speed: %d conversations, %d cases, %d agents, %s, load %s\n", o.speed, o.conversations, o.cases, o.agents, o.kind(), loadAverage())
	f, err := newOffice(ctx, o, database)
	if err != nil {
		return err
	}
	defer f.close()
	begun := time.Now()
	if err := f.live(ctx); err != nil {
		return err
	}
	fmt.Printf("The day took %s, load %s\n\n", time.Since(begun).Round(time.Second), loadAverage())
	f.printAssignment()
	if err := f.printConversations(ctx); err != nil {
		return err
	}
	if err := f.sendBurst(ctx); err != nil {
		return err
	}
	quota := f.printQuota()
	equal, err := f.recount(ctx)
	if err == nil && (!equal || !quota || f.slowest() >= time.Second) {
		err = fmt.Errorf("day: the day is not as it has to be, see above")
	}
	return err
}

func (o *dayOptions) kind() string {
	if o.mysql == "" {
		return "SQLite"
	}
	return "MariaDB"
}

// loadAverage is that of the machine, "?" where it does not say.
func loadAverage() string {
	b, err := os.ReadFile("/proc/loadavg")
	var one string
	if err != nil {
		return "?"
	}
	_, _ = fmt.Sscan(string(b), &one)
	return one
}

// fastClock runs at a speed of its own from a time on.
type fastClock struct {
	mu    sync.Mutex
	at    time.Time // of the office
	since time.Time // when it was so
	speed float64
}

func (c *fastClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at.Add(time.Duration(float64(time.Since(c.since)) * c.speed))
}

// set starts the clock.
func (c *fastClock) set(at time.Time, speed float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.since, c.speed = at, time.Now(), speed
}

// goOn sets how fast the clock runs from now on, after a leap.
func (c *fastClock) goOn(speed float64, leap time.Duration) {
	c.set(c.now().Add(leap), speed)
}

// live has citizens come, agents answer and the program do what it does, until the day is over and all is sent.
func (f *office) live(ctx context.Context) error {
	f.clock.set(f.morning, f.o.speed)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var running sync.WaitGroup
	for _, work := range []func(context.Context){f.drain, f.keepDesk, f.keepSending, f.handleCases} {
		running.Go(func() { work(ctx) })
	}
	for i := range f.agents {
		running.Go(func() { f.answer(ctx, f.agents[i]) })
		running.Go(func() { f.beat(ctx, f.agents[i]) })
	}
	comes := make([]time.Duration, f.o.conversations)
	for i := range comes {
		comes[i] = time.Duration(hash("comes", fmt.Sprint(f.o.seed, i)) % uint64(dayEnds-dayOpens-lastCome))
	}
	slices.Sort(comes)
	for i, at := range comes {
		if err := f.sleepUntil(ctx, f.morning.Add(at)); err != nil {
			return f.failed(err)
		}
		f.come(ctx, i)
	}
	if err := f.sleepUntil(ctx, f.morning.Add(dayEnds-dayOpens)); err != nil {
		return f.failed(err)
	}
	stop()
	running.Wait()
	return f.failed(nil)
}

// sleepUntil waits for a time of the office's clock, or for a failure.
func (f *office) sleepUntil(ctx context.Context, at time.Time) error {
	timer := time.NewTimer(time.Duration(float64(at.Sub(f.clock.now())) / f.o.speed))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-f.broken:
		return fmt.Errorf("day: broken off")
	case <-ctx.Done():
		return ctx.Err()
	}
}
