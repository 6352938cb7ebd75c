package bot

import (
	"hash/maphash"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

const shardCount = 64

// citizen names one citizen of one account.
type citizen struct{ app, open string }

// memories keeps the dialogues of all citizens in memory: bounded, the least recently
// used are forgotten first, what has expired is not returned. Safe for concurrent use.
type memories struct {
	seed   maphash.Seed
	shards [shardCount]shard
}

type shard struct {
	mu    sync.Mutex
	limit int
	byKey map[citizen]*remembered
	// used is a ring: next is the most, previous the least recently used.
	used remembered
}

type remembered struct {
	who            citizen
	memory         *memory // never changed
	updated        time.Time
	next, previous *remembered
}

func newMemories(limit int) *memories {
	m := &memories{seed: maphash.MakeSeed()}
	for i := range m.shards {
		s := &m.shards[i]
		s.limit = max(limit/shardCount, 1)
		s.byKey = make(map[citizen]*remembered)
		s.used.next, s.used.previous = &s.used, &s.used
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
		r.memory, r.updated = mem, updated
		s.unlink(r)
		s.link(r)
		return
	}
	if len(s.byKey) >= s.limit {
		s.forget(s.used.previous)
	}
	r := &remembered{who: who, memory: mem, updated: updated}
	s.byKey[who] = r
	s.link(r)
}

func (s *shard) link(r *remembered) {
	r.next, r.previous = s.used.next, &s.used
	r.next.previous, s.used.next = r, r
}

func (s *shard) unlink(r *remembered) {
	r.next.previous, r.previous.next = r.previous, r.next
}

func (s *shard) forget(r *remembered) {
	s.unlink(r)
	delete(s.byKey, r.who)
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

// Forget drops what is remembered of a citizen: after 取消关注 or an erasure.
func (b *Bot) Forget(appID, openID string) {
	who := citizen{appID, openID}
	s := b.memories.shard(who)
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.byKey[who]; r != nil {
		s.forget(r)
	}
}
