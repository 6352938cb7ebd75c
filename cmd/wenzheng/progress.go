package main

import (
	"os"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/schollz/progressbar/v3"
)

// bar shows how far long work has come, on a terminal only, so that logs and pipes stay clean.
type bar struct{ b *progressbar.ProgressBar }

// progress begins a bar; total 0 means that the end is not known.
func (p *program) progress(what string, total int) bar {
	f, ok := p.stderr.(*os.File)
	if !ok || !isatty.IsTerminal(f.Fd()) {
		return bar{}
	}
	if total <= 0 {
		total = -1
	}
	return bar{progressbar.NewOptions(total, progressbar.OptionSetDescription(what), progressbar.OptionSetWriter(f),
		progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish())}
}

func (b bar) set(n int) {
	if b.b != nil {
		_ = b.b.Set(n) // a bar that can not be drawn is no fault of the work
	}
}

func (b bar) end() {
	if b.b != nil {
		_ = b.b.Finish()
	}
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
