package bot

import (
	"hash/maphash"
	"sync"
	"time"
	"unsafe"

	"github.com/wenzheng/wenzheng/models"
)

const shardCount = 64

// citizen names one citizen of one account.
type citizen struct{ app, open string }

// memories keeps the dialogues of all citizens in memory: bounded in bytes, the least recently
// used are forgotten first, what has expired is not returned. Safe for concurrent use.
type memories struct {
	seed   maphash.Seed
	shards [shardCount]shard
}

type shard struct {
	mu    sync.Mutex
	limit int64 // bytes
	used  int64
	byKey map[citizen]*remembered
	// ring: next is the most, previous the least recently used.
	ring remembered
}

type remembered struct {
	who            citizen
	memory         *memory // never changed
	updated        time.Time
	next, previous *remembered
}

func newMemories(limit int64) *memories {
	m := &memories{seed: maphash.MakeSeed()}
	for i := range m.shards {
		s := &m.shards[i]
		s.limit = max(limit/shardCount, 1)
		s.byKey = make(map[citizen]*remembered)
		s.ring.next, s.ring.previous = &s.ring, &s.ring
	}
	return m
}

func (m *memories) shard(who citizen) *shard {
	return &m.shards[maphash.String(m.seed, who.open)%shardCount]
}

// load returns what is remembered, nil when nothing is; it must not be changed.
func (m *memories) load(who citizen, now time.Time) *memory {
	s := m.shard(who)
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.byKey[who]
	if r == nil {
		return nil
	}
	at := now.Unix()
	if r.memory.now.expires() <= at {
		s.forget(r)
		return nil
	}
	s.unlink(r)
	s.link(r)
	return r.memory
}

// store replaces what is remembered and returns the time written to it: a moment after
// what was there, so that a clock that stepped back loses nothing.
func (m *memories) store(who citizen, mem *memory, updated time.Time) time.Time {
	s := m.shard(who)
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.byKey[who]; r != nil && !updated.After(r.updated) {
		updated = r.updated.Add(time.Microsecond)
	}
	s.put(who, mem, updated)
	return updated
}

// restore takes what was saved elsewhere unless something newer is there already.
func (m *memories) restore(who citizen, mem *memory, updated time.Time) {
	s := m.shard(who)
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.byKey[who]; r != nil && updated.Before(r.updated) {
		return
	}
	s.put(who, mem, updated)
}

func (s *shard) put(who citizen, mem *memory, updated time.Time) {
	if r := s.byKey[who]; r != nil {
		s.forget(r)
	}
	r := &remembered{who: who, memory: mem, updated: updated}
	for s.used += r.size(); s.used > s.limit && len(s.byKey) > 0; {
		s.forget(s.ring.previous)
	}
	s.byKey[who] = r
	s.link(r)
}

// size is about what r takes, in bytes: with its entry in the map, and the two strings of its key.
func (r *remembered) size() int64 {
	const entry = 2 * int64(unsafe.Sizeof(citizen{})+unsafe.Sizeof(r))
	n := entry + int64(unsafe.Sizeof(*r)+unsafe.Sizeof(*r.memory)) + int64(len(r.who.app)+len(r.who.open))
	return n + r.memory.before.size() + r.memory.now.size()
}

// size is what the state refers to, in bytes.
func (s *state) size() int64 {
	n := cap(s.frames)*int(unsafe.Sizeof(frame{})) + 8*cap(s.offered) + 4*cap(s.heard) + cap(s.turns)*int(unsafe.Sizeof(turn{})) + len(s.photo) + cap(s.more.path)
	for i := range s.frames {
		n += cap(s.frames[i].path)
	}
	return int64(n)
}

func (s *shard) link(r *remembered) {
	r.next, r.previous = s.ring.next, &s.ring
	r.next.previous, s.ring.next = r, r
}

func (s *shard) unlink(r *remembered) {
	r.next.previous, r.previous.next = r.previous, r.next
}

func (s *shard) forget(r *remembered) {
	s.unlink(r)
	delete(s.byKey, r.who)
	s.used -= r.size()
}

// Restore takes a dialogue that another instance, or this one before a restart, has
// saved. Of two for the same citizen the one updated later wins; what has expired or can
// not be read is ignored.
func (b *Bot) Restore(d models.Dialogue) {
	if !d.ExpiresAt.After(b.o.Now()) {
		return
	}
	m, ok := decode(d.State)
	if !ok {
		return
	}
	b.memories.restore(citizen{d.AppID, d.OpenID}, &m, d.UpdatedAt)
}
