package store

import (
	"encoding/binary"
	"fmt"
	"io"
	"sync"
	"time"
)

// An id has 63 bits: 41 of milliseconds since idEpoch (until 2094), 12 of the instance,
// 10 of a counter. The counter borrows from the next millisecond, so ids of one instance
// never go back, even when its clock does.
const (
	idEpoch        = 1735689600000 // 2025-01-01T00:00:00Z
	idInstanceBits = 12
	idCounterBits  = 10
	// IDShift is how far the milliseconds of an id stand to the left.
	IDShift = idInstanceBits + idCounterBits
)

// idSource makes ids. Two instances may draw the same number (1 in 4,096); should they
// then make the same id, the primary key refuses it and the batch is numbered anew.
type idSource struct {
	now  func() time.Time
	rand io.Reader

	mu       sync.Mutex
	instance int64
	last     int64 // milliseconds and counter of the last id
}

func newIDSource(now func() time.Time, rand io.Reader) (*idSource, error) {
	s := &idSource{now: now, rand: rand}
	err := s.redraw()
	return s, err
}

// redraw takes another instance number.
func (s *idSource) redraw() error {
	var b [2]byte
	if _, err := io.ReadFull(s.rand, b[:]); err != nil {
		return fmt.Errorf("draw an instance number: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.instance = int64(binary.BigEndian.Uint16(b[:]) & (1<<idInstanceBits - 1))
	return nil
}

// next returns an id greater than every id before it, unless redraw came between.
func (s *idSource) next() int64 {
	at := max(s.now().UnixMilli()-idEpoch, 0) << idCounterBits
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = max(s.last+1, at)
	ms, counter := s.last>>idCounterBits, s.last&(1<<idCounterBits-1)
	return ms<<(idInstanceBits+idCounterBits) | s.instance<<idCounterBits | counter
}
