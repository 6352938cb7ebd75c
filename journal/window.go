package journal

import "sync"

// window gives out sequence numbers and knows below which of them nothing is on its way any
// more: the drain reads only there, so that no record is committed behind its back.
type window struct {
	mu   sync.Mutex
	base uint64 // everything below is settled
	done []bool // of base, base+1, ...
}

func newWindow(next uint64) *window { return &window{base: next} }

// begin gives out a number; finish must follow, whatever becomes of it.
func (w *window) begin() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done = append(w.done, false)
	return w.base + uint64(len(w.done)) - 1
}

func (w *window) finish(items ...*item) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, it := range items {
		w.done[it.seq-w.base] = true
	}
	n := 0
	for n < len(w.done) && w.done[n] {
		n++
	}
	w.base += uint64(n)
	w.done = w.done[n:]
}

// settled returns the number below which everything is settled.
func (w *window) settled() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.base
}

// idle reports whether nothing at all is on its way.
func (w *window) idle() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.done) == 0
}
