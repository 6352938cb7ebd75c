package wechat

import (
	"crypto/sha256"
	"sync"
)

// digest is the first half of a sha256, enough to tell requests apart.
type digest [16]byte

func digestOf(parts ...string) digest {
	var room [256]byte
	b := room[:0]
	for _, p := range parts {
		b = append(b, p...)
		b = append(b, 0)
	}
	sum := sha256.Sum256(b)
	return digest(sum[:16])
}

// memory remembers the most recent keys with one value each: at least size of them, at
// most twice as many. It is safe for concurrent use.
type memory struct {
	mu      sync.Mutex
	size    int
	younger map[digest]digest
	older   map[digest]digest
}

func newMemory(size int) *memory {
	return &memory{size: size, younger: map[digest]digest{}}
}

// put returns the value known for key, which becomes the youngest; an unknown key takes
// the given value.
func (m *memory) put(key, value digest) digest {
	m.mu.Lock()
	defer m.mu.Unlock()
	if known, ok := m.younger[key]; ok {
		return known
	}
	if known, ok := m.older[key]; ok {
		value = known
	}
	if len(m.younger) >= m.size {
		m.older, m.younger = m.younger, make(map[digest]digest, m.size)
	}
	m.younger[key] = value
	return value
}

func (m *memory) has(key digest) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.younger[key]; ok {
		return true
	}
	_, ok := m.older[key]
	return ok
}
