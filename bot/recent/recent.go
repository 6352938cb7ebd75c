// Package recent keeps something of each of many citizens in memory: bounded in bytes, what was least
// recently used is forgotten first. It knows no dialogues, answers or databases.
package recent

import (
	"hash/maphash"
	"sync"
	"unsafe"
)

const shardCount = 64

// Citizen names one citizen of one account.
type Citizen struct{ AppID, OpenID string }

// Map is what is kept of each citizen. What it holds must not be changed in place. It is safe for
// concurrent use.
type Map[V any] struct {
	seed   maphash.Seed
	size   func(V) int64
	shards [shardCount]shard[V]
}

type shard[V any] struct {
	mu    sync.Mutex
	limit int64 // bytes
	used  int64
	byKey map[Citizen]*entry[V]
	// ring: next is the most, previous the least recently used.
	ring entry[V]
}

type entry[V any] struct {
	who            Citizen
	value          V
	size           int64
	next, previous *entry[V]
}

// place is about what an entry takes beside its value, with its place in the map.
const place = int64(unsafe.Sizeof(entry[struct{}]{}) + 2*(unsafe.Sizeof(Citizen{})+unsafe.Sizeof(uintptr(0))))

// New returns an empty map that takes about limit bytes at most; size is about how many a value takes.
func New[V any](limit int64, size func(V) int64) *Map[V] {
	m := &Map[V]{seed: maphash.MakeSeed(), size: size}
	for i := range m.shards {
		s := &m.shards[i]
		s.limit = max(limit/shardCount, 1)
		s.byKey = make(map[Citizen]*entry[V])
		s.ring.next, s.ring.previous = &s.ring, &s.ring
	}
	return m
}

func (m *Map[V]) shard(who Citizen) *shard[V] {
	return &m.shards[maphash.String(m.seed, who.OpenID)%shardCount]
}

// Load returns what is kept of a citizen, and uses it: what f says not to keep is forgotten, and ok is
// false.
func (m *Map[V]) Load(who Citizen, keep func(V) bool) (v V, ok bool) {
	s := m.shard(who)
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.byKey[who]
	if e == nil {
		return v, false
	}
	if !keep(e.value) {
		s.forget(e)
		return v, false
	}
	s.unlink(e)
	s.link(e)
	return e.value, true
}

// Update replaces what is kept of a citizen by what f makes of it, of the zero value where nothing is;
// false leaves it as it is.
func (m *Map[V]) Update(who Citizen, f func(old V) (V, bool)) {
	s := m.shard(who)
	s.mu.Lock()
	defer s.mu.Unlock()
	var old V
	before := s.byKey[who]
	if before != nil {
		old = before.value
	}
	v, changed := f(old)
	if !changed {
		return
	}
	if before != nil {
		s.forget(before)
	}
	e := &entry[V]{who: who, value: v}
	e.size = m.size(v) + place + int64(len(who.AppID)+len(who.OpenID))
	for s.used += e.size; s.used > s.limit && len(s.byKey) > 0; {
		s.forget(s.ring.previous)
	}
	s.byKey[who] = e
	s.link(e)
}

// Size is of how many citizens something is kept, and about how many bytes that takes.
func (m *Map[V]) Size() (citizens int, bytes int64) {
	for i := range m.shards {
		s := &m.shards[i]
		s.mu.Lock()
		citizens, bytes = citizens+len(s.byKey), bytes+s.used
		s.mu.Unlock()
	}
	return citizens, bytes
}

func (s *shard[V]) link(e *entry[V]) {
	e.next, e.previous = s.ring.next, &s.ring
	e.next.previous, s.ring.next = e, e
}

func (s *shard[V]) unlink(e *entry[V]) {
	e.next.previous, e.previous.next = e.previous, e.next
}

func (s *shard[V]) forget(e *entry[V]) {
	s.unlink(e)
	delete(s.byKey, e.who)
	s.used -= e.size
}
