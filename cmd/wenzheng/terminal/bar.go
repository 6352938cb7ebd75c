package terminal

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// Bar shows how far work has come that takes longer than a second, on a terminal only, so
// that logs and pipes stay clean.
type Bar struct {
	on    *os.File // nil: no terminal, no bar
	what  string
	total int
	after time.Time
	now   func() time.Time
	b     *progressbar.ProgressBar // nil until it is shown
}

// NewBar begins a bar on w; total 0 means that the end is not known.
func NewBar(w io.Writer, what string, total int, now func() time.Time) *Bar {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return &Bar{}
	}
	return &Bar{on: f, what: what, total: total, after: now().Add(time.Second), now: now}
}

// Seen reports whether somebody looks at the bar.
func (b *Bar) Seen() bool { return b.on != nil }

// Set says how much is done.
func (b *Bar) Set(n int) {
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

// Of says how much of how much is done.
func (b *Bar) Of(n, total int) {
	b.total = total
	b.Set(n)
}

// End takes the bar away.
func (b *Bar) End() {
	if b.b != nil {
		_ = b.b.Finish()
	}
}
