package wechat

import (
	"crypto/sha1"
	"sync"
)

// signature is one that was found right: WeChat's sha1 over token, timestamp and nonce.
type signature [sha1.Size]byte

// memory remembers the most recent signatures with one value each: at least size of them,
// at most twice as many. It is safe for concurrent use.
type memory struct {
	mu      sync.Mutex
	size    int
	younger map[signature]uint64
	older   map[signature]uint64
}

func newMemory(size int) *memory {
	return &memory{size: size, younger: map[signature]uint64{}}
}

// put returns the value known for key, which becomes the youngest; an unknown key takes
// the given value.
func (m *memory) put(key signature, value uint64) uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	if known, ok := m.younger[key]; ok {
		return known
	}
	if known, ok := m.older[key]; ok {
		value = known
	}
	if len(m.younger) >= m.size {
		m.older, m.younger = m.younger, make(map[signature]uint64, m.size)
	}
	m.younger[key] = value
	return value
}

func (m *memory) has(key signature) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.younger[key]; ok {
		return true
	}
	_, ok := m.older[key]
	return ok
}
