package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"
)

// load drives one server over keep-alive connections with requests that were built before
// the clock started, so that what is measured is the server and as little client as can be.
type load struct {
	addr    string
	conns   int
	seconds float64
	// next returns the i-th request of a connection, whole, ready to be written.
	next func(conn, i int) []byte
	// rate is how many requests a second are offered in all; 0 = as many as are answered.
	rate float64
}

type result struct {
	answered int
	other    int // answers that were not 200
	perSec   float64
	p50, p99 time.Duration
	max      time.Duration
}

func (l *load) run() (result, error) {
	type part struct {
		times []time.Duration
		other int
		err   error
	}
	parts := make([]part, l.conns)
	var wg sync.WaitGroup
	start := time.Now()
	end := start.Add(time.Duration(l.seconds * float64(time.Second)))
	for c := range l.conns {
		wg.Go(func() {
			p := &parts[c]
			p.times, p.other, p.err = l.connection(c, start, end)
		})
	}
	wg.Wait()
	took := time.Since(start).Seconds()
	var all []time.Duration
	var r result
	for _, p := range parts {
		if p.err != nil {
			return r, p.err
		}
		all = append(all, p.times...)
		r.other += p.other
	}
	if len(all) == 0 {
		return r, errors.New("bench: no request was answered")
	}
	slices.Sort(all)
	r.answered = len(all)
	r.perSec = float64(len(all)) / took
	r.p50, r.p99, r.max = all[len(all)/2], all[len(all)*99/100], all[len(all)-1]
	return r, nil
}

// connection sends requests one after the other. In an open loop the latency of a request
// counts from the moment it was due, so that a slow server can not hide its queue.
func (l *load) connection(c int, start, end time.Time) (times []time.Duration, other int, err error) {
	conn, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", l.addr)
	if err != nil {
		return nil, 0, fmt.Errorf("bench: connect: %w", err)
	}
	defer conn.Close() //nolint:errcheck // the answers are read already
	if err := conn.SetDeadline(end.Add(10 * time.Second)); err != nil {
		return nil, 0, fmt.Errorf("bench: deadline: %w", err)
	}
	r := bufio.NewReaderSize(conn, 16<<10)
	for i := 0; ; i++ {
		due := time.Now()
		if l.rate > 0 {
			due = start.Add(time.Duration((float64(i*l.conns+c) / l.rate) * float64(time.Second)))
			time.Sleep(time.Until(due))
		}
		if !due.Before(end) {
			return times, other, nil
		}
		request := l.next(c, i)
		if request == nil {
			return times, other, nil
		}
		if _, err := conn.Write(request); err != nil {
			return nil, 0, fmt.Errorf("bench: write: %w", err)
		}
		status, err := readResponse(r)
		if err != nil {
			return nil, 0, err
		}
		if status != 200 {
			other++
		}
		times = append(times, time.Since(due))
	}
}

var contentLength = []byte("Content-Length: ")

// readResponse reads one response and returns its status.
func readResponse(r *bufio.Reader) (int, error) {
	line, err := r.ReadSlice('\n')
	if err != nil || len(line) < 12 {
		return 0, fmt.Errorf("bench: read status line: %w", err)
	}
	status, err := strconv.Atoi(string(line[9:12]))
	if err != nil {
		return 0, fmt.Errorf("bench: status: %w", err)
	}
	length := 0
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return 0, fmt.Errorf("bench: read header: %w", err)
		}
		if len(line) <= 2 {
			break
		}
		if n, ok := bytes.CutPrefix(line, contentLength); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(n))); err != nil {
				return 0, fmt.Errorf("bench: length: %w", err)
			}
		}
	}
	if _, err := io.CopyN(io.Discard, r, int64(length)); err != nil {
		return 0, fmt.Errorf("bench: read body: %w", err)
	}
	return status, nil
}
