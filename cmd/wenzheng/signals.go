package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// abandonAfter is how long a command has after a signal to undo what is half done. Reads and
// writes that wait for somebody else can not be called off; they end with the process.
const abandonAfter = time.Second

// runUntilSignal runs one command line. A signal ends it: a command within abandonAfter, with
// 128 and the number of the signal, a service in order and with its own code. A second signal
// ends both at once: nothing that was answered is lost by it.
func (p *program) runUntilSignal(args []string) int {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as under nohup
		signal.Notify(signals, syscall.SIGHUP)
	}
	defer signal.Stop(signals)
	done := make(chan int, 1)
	go func() { done <- p.run(ctx, args) }()
	var first os.Signal
	select {
	case code := <-done:
		return code
	case first = <-signals:
	}
	cancel()
	var late <-chan time.Time
	if !p.serves.Load() {
		late = time.After(abandonAfter)
	}
	select {
	case code := <-done:
		if code == 0 || p.serves.Load() {
			return code
		}
	case <-late:
	case <-signals:
	}
	p.files.Abandon()
	number, ok := first.(syscall.Signal)
	if !ok {
		return 1
	}
	return 128 + int(number)
}
