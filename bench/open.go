package main

import (
	"fmt"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// offered is the rate of the open loop, requests a second.
const offered = 2000

// openLoop offers a fixed rate to the callback without a log, to the whole product and to
// the usual design, and compares the tails. Latency counts from when a request was due.
func openLoop(o options) error {
	server := func(mode string) func(options) (*child, error) {
		return func(o options) (*child, error) { return startServer(mode, o.mysql) }
	}
	rows := []*row{
		{label: "callback, AES, no log", start: server("aes")},
		{label: "whole product, durable, draining: SQLite", start: func(o options) (*child, error) { return startProduct(o, "") }},
		{label: "gorm insert before the answer", start: server("synchronous")},
	}
	if o.mysql != "" {
		rows = append(rows, &row{label: "whole product, durable, draining: MariaDB", start: func(o options) (*child, error) { return startProduct(o, o.mysql) }})
	}
	drained := map[string][]time.Duration{}
	for range o.rounds {
		for _, r := range rows {
			if err := r.offer(o, drained); err != nil {
				return fmt.Errorf("%s: %w", r.label, err)
			}
		}
	}
	fmt.Printf("\nOpen loop: %d requests a second offered; ratio = median p99 over that without a log\n\n", offered)
	w := tabwriter.NewWriter(os.Stdout, 2, 8, 2, ' ', 0)
	fmt.Fprintln(w, "server\treq/s\tp50 ms\tp99 ms\tmax ms\tp99 ratio\tdrained after") //nolint:errcheck // flushed below
	ms := func(what func(result) time.Duration) func(result) float64 {
		return func(r result) float64 { return what(r).Seconds() * 1e3 }
	}
	p99 := ms(func(r result) time.Duration { return r.p99 })
	base := median(rows[0].results, p99)
	for _, r := range rows {
		after := "—"
		if d := drained[r.label]; len(d) > 0 {
			slices.Sort(d)
			after = d[len(d)/2].Round(10 * time.Millisecond).String()
		}
		fmt.Fprintf(w, "%s\t%.0f\t%.2f\t%.2f\t%.1f\t%.2f\t%s\n", r.label, median(r.results, perSecond), //nolint:errcheck // flushed below
			median(r.results, ms(func(r result) time.Duration { return r.p50 })), median(r.results, p99),
			median(r.results, ms(func(r result) time.Duration { return r.max })), median(r.results, p99)/base, after)
	}
	return w.Flush()
}

func (r *row) offer(o options, drained map[string][]time.Duration) error {
	c, err := r.start(o)
	if err != nil {
		return err
	}
	defer c.stop()
	b, err := newBuilder(models.ModeSafe)
	if err != nil {
		return err
	}
	const conns = 64
	at := func(seconds float64) (result, error) {
		l := load{addr: c.addr, conns: conns, seconds: seconds, rate: offered, next: b.distinct(conns, int(offered*seconds)/conns+1)}
		return l.run()
	}
	if _, err := at(warmUp); err != nil {
		return err
	}
	got, err := at(o.seconds * 2)
	if err != nil {
		return err
	}
	if got.other > 0 {
		return fmt.Errorf("%d answers were not 200", got.other)
	}
	r.results = append(r.results, got)
	if c.metric == nil {
		return nil
	}
	quiet := time.Now()
	for {
		backlog, err := c.metric("wenzheng_journal_backlog")
		if err != nil {
			return err
		}
		if backlog == 0 {
			drained[r.label] = append(drained[r.label], time.Since(quiet))
			return nil
		}
		if time.Since(quiet) > time.Minute {
			return fmt.Errorf("%g events not drained after a minute", backlog)
		}
		time.Sleep(10 * time.Millisecond)
	}
}
