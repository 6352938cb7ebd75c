package main

import (
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// bar shows how far work has come that takes longer than a second, on a terminal only, so
// that logs and pipes stay clean.
type bar struct {
	on    *os.File // nil: no terminal, no bar
	what  string
	total int
	after time.Time
	now   func() time.Time
	b     *progressbar.ProgressBar // nil until it is shown
}

// progress begins a bar; total 0 means that the end is not known.
func (p *program) progress(what string, total int) *bar {
	f, ok := p.stderr.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return &bar{}
	}
	return &bar{on: f, what: what, total: total, after: p.now().Add(time.Second), now: p.now}
}

func (b *bar) set(n int) {
	if b.on == nil || b.b == nil && b.now().Before(b.after) {
		return
	}
	if b.b == nil {
		total := b.total
		if total <= 0 {
			total = -1
		}
		b.b = progressbar.NewOptions(total, progressbar.OptionSetDescription(b.what), progressbar.OptionSetWriter(b.on),
			progressbar.OptionShowCount(), progressbar.OptionSetItsString("项"), progressbar.OptionShowIts(),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
	}
	_ = b.b.Set(n) // a bar that can not be drawn is no fault of the work
}

// of sets how much of how much is done.
func (b *bar) of(n, total int) {
	b.total = total
	b.set(n)
}

func (b *bar) end() {
	if b.b != nil {
		_ = b.b.Finish()
	}
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
