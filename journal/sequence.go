package journal

import "sync"

// sequencer gives out sequence numbers and knows below which of them nothing is on its way any
// more: the drain reads only there, so that no record is committed behind its back.
type sequencer struct {
	mu   sync.Mutex
	base uint64 // everything below is settled
	done []bool // of base, base+1, ...
}

func newSequencer(next uint64) *sequencer { return &sequencer{base: next} }

// next gives out a number; finish must follow, whatever becomes of it.
func (s *sequencer) next() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done = append(s.done, false)
	return s.base + uint64(len(s.done)) - 1
}

func (s *sequencer) finish(records ...*pendingRecord) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range records {
		s.done[p.seq-s.base] = true
	}
	n := 0
	for n < len(s.done) && s.done[n] {
		n++
	}
	s.base += uint64(n)
	s.done = s.done[n:]
}

// settled returns the number below which everything is settled.
func (s *sequencer) settled() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.base
}

// idle reports whether nothing at all is on its way.
func (s *sequencer) idle() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.done) == 0
}
