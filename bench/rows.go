package main

import (
	"fmt"
	"os"
	"slices"
	"text/tabwriter"

	"github.com/wenzheng/wenzheng/models"
)

// row is one line of the table: a server under so many connections.
type row struct {
	name    string
	label   string
	conns   int
	mode    models.Mode
	start   func(o options) (*child, error)
	results []result
}

// mostMessages bounds the messages built for a run in which each is another.
const mostMessages = 40_000

// warmUp is how many seconds a server that keeps what it is sent runs before the clock
// starts: its memory has its size by then, as that of a service which has run for a minute.
const warmUp = 1.5

func closedRows(o options) []*row {
	server := func(mode string) func(options) (*child, error) {
		return func(o options) (*child, error) { return startServer(mode, o.mysql) }
	}
	rows := []*row{
		{name: "hello", label: "gin hello", conns: 64, mode: models.ModePlain, start: server("hello")},
		{name: "hello256", label: "gin hello", conns: 256, mode: models.ModePlain, start: server("hello")},
		{name: "sdk", label: "the SDK's echo, plain, no log", conns: 64, mode: models.ModePlain, start: server("sdk")},
		{name: "plain", label: "callback, plain, no log", conns: 64, mode: models.ModePlain, start: server("plain")},
		{name: "aes", label: "callback, AES, no log", conns: 64, mode: models.ModeSafe, start: server("aes")},
		{name: "routed", label: "callback, plain, 10,000 rules, no log", conns: 64, mode: models.ModePlain, start: server("routed")},
		{name: "synchronous", label: "gorm insert before the answer", conns: 64, mode: models.ModePlain, start: server("synchronous")},
	}
	for _, conns := range []int{64, 256} {
		rows = append(rows, &row{
			name: fmt.Sprintf("product%d", conns), label: "whole product, AES, 10,000 rules, durable, draining: SQLite", conns: conns,
			mode: models.ModeSafe, start: func(o options) (*child, error) { return startProduct(o, "") },
		})
		if o.mysql != "" {
			rows = append(rows, &row{
				name: fmt.Sprintf("mariadb%d", conns), label: "whole product, AES, 10,000 rules, durable, draining: MariaDB", conns: conns,
				mode: models.ModeSafe, start: func(o options) (*child, error) { return startProduct(o, o.mysql) },
			})
		}
	}
	return rows
}

// measure runs every row once a round, each against a fresh server, so that the noise of
// the machine falls on all alike.
func measure(o options, rows []*row) error {
	for round := range o.rounds {
		for _, r := range rows {
			got, err := r.once(o)
			if err != nil {
				return fmt.Errorf("%s: %w", r.label, err)
			}
			if got.other > 0 {
				return fmt.Errorf("%s: %d answers were not 200", r.label, got.other)
			}
			r.results = append(r.results, got)
			fmt.Fprintf(os.Stderr, "round %d/%d %-60s %4d conns %8.0f req/s p99 %v\n", round+1, o.rounds, r.label, r.conns, got.perSec, got.p99)
		}
	}
	return nil
}

func (r *row) once(o options) (result, error) {
	c, err := r.start(o)
	if err != nil {
		return result{}, err
	}
	defer c.stop()
	b, err := newBuilder(r.mode)
	if err != nil {
		return result{}, err
	}
	warm := load{addr: c.addr, conns: r.conns, seconds: 0.3, next: b.same()}
	next := b.same()
	if c.keeps {
		warm.seconds, warm.next = warmUp, b.distinct(r.conns, mostMessages/r.conns)
		next = b.distinct(r.conns, int(min(mostMessages, 30_000*o.seconds))/r.conns)
	}
	if _, err := warm.run(); err != nil {
		return result{}, err
	}
	return (&load{addr: c.addr, conns: r.conns, seconds: o.seconds, next: next}).run()
}

func median(of []result, what func(result) float64) float64 {
	values := make([]float64, len(of))
	for i, r := range of {
		values[i] = what(r)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func perSecond(r result) float64 { return r.perSec }

func printClosed(rows []*row) {
	floor := map[int]float64{}
	for _, r := range rows {
		if r.label == "gin hello" {
			floor[r.conns] = median(r.results, perSecond)
		}
	}
	w := tabwriter.NewWriter(os.Stdout, 2, 8, 2, ' ', 0)
	fmt.Fprintln(w, "server\tconnections\treq/s\tof hello\tp50 ms\tp99 ms") //nolint:errcheck // flushed below
	for _, r := range rows {
		rate, ratio := median(r.results, perSecond), "—"
		if base, ok := floor[r.conns]; ok {
			ratio = fmt.Sprintf("%.2f", rate/base)
		}
		fmt.Fprintf(w, "%s\t%d\t%.0f\t%s\t%.2f\t%.2f\n", r.label, r.conns, rate, ratio, //nolint:errcheck // flushed below
			median(r.results, func(r result) float64 { return r.p50.Seconds() * 1e3 }),
			median(r.results, func(r result) float64 { return r.p99.Seconds() * 1e3 }))
	}
	_ = w.Flush()
}
