package journal

import "sync"

// sealing is the memory in which a record stands until it is sealed: its text and what is
// authenticated with it. Nothing refers to it afterwards.
type sealing struct{ plain, aad []byte }

// sealings keeps that memory for the next record: a callback makes two, of a kilobyte each. The
// zero value is ready; it is safe for concurrent use.
type sealings struct{ pool sync.Pool }

func (s *sealings) take() *sealing {
	if one, ok := s.pool.Get().(*sealing); ok {
		one.plain, one.aad = one.plain[:0], one.aad[:0]
		return one
	}
	return &sealing{}
}

// give takes it back, unless one rare long message made it large.
func (s *sealings) give(one *sealing) {
	const largest = 64 << 10
	if cap(one.plain) <= largest {
		s.pool.Put(one)
	}
}
