package journal

import (
	"context"
	"hash/maphash"
	"strings"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// state is how far an event has come in this process.
type state uint8

const (
	statePending  state = iota // its first delivery waits for the disk
	stateRunning               // durable, and a delivery is working on the answer
	stateOrphan                // durable, and nobody is working on it
	stateAnswered              // plain is the answer
	stateFailed                // not durable anywhere; the entry is forgotten
)

// The bounds of the memory. A redelivery comes within seconds, so the oldest go first.
const (
	memoryShards      = 64
	memoryMaxEntries  = 65536
	memoryMaxBytes    = 32 << 20
	shardMaxEntries   = memoryMaxEntries / memoryShards
	shardMaxBytes     = memoryMaxBytes / memoryShards
	fifoCompactBeyond = 256
)

// entry is one event key. Everything but key and shard is guarded by the shard's mutex.
type entry struct {
	key     string
	shard   *shard
	state   state
	body    uint64 // hash of the decrypted body; 0 = not known
	origin  origin
	plain   []byte
	seen    time.Time
	number  int  // deliveries so far
	runners int  // deliveries that may still bring the answer
	gone    bool // pushed out of the memory
	wake    chan struct{}
}

// memory knows the events of the last minute: what is running and what was answered. Its
// mutexes are held for map work only, never over I/O or encryption.
type memory struct {
	seed   maphash.Seed
	keep   time.Duration
	shards [memoryShards]shard
}

type shard struct {
	mu      sync.Mutex
	entries map[string]*entry
	fifo    []*entry
	head    int
	bytes   int
}

func newMemory(keep time.Duration) *memory {
	m := &memory{seed: maphash.MakeSeed(), keep: keep}
	for i := range m.shards {
		m.shards[i].entries = make(map[string]*entry)
	}
	return m
}

func (m *memory) shard(key string) *shard {
	return &m.shards[maphash.String(m.seed, key)%memoryShards]
}

func (m *memory) hash(body []byte) uint64 {
	return maphash.Bytes(m.seed, body) | 1
}

// claim returns the entry of the key. owner is true for the first delivery, whose entry is
// pending; conflict is true when the key was seen with another body.
func (m *memory) claim(key string, body uint64, o origin, now time.Time) (e *entry, owner, conflict bool) {
	s := m.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.entries[key]; known != nil {
		return known, false, known.body != 0 && known.body != body
	}
	// The memory outlives the request: it must not pin the whole body through one field.
	o.OpenID = strings.Clone(o.OpenID)
	e = &entry{key: key, shard: s, body: body, origin: o, seen: now, number: 1, runners: 1}
	s.insert(e, now, m.keep)
	return e, true, false
}

// restore puts an entry back that was read from the disk at the start.
func (m *memory) restore(e *entry, now time.Time) {
	s := m.shard(e.key)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.entries[e.key] != nil {
		return
	}
	e.shard, e.seen = s, now
	s.bytes += len(e.plain)
	s.insert(e, now, m.keep)
}

// recall returns the entry of a key, or nil.
func (m *memory) recall(key string) *entry {
	s := m.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.entries[key]
}

func (s *shard) insert(e *entry, now time.Time, keep time.Duration) {
	s.entries[e.key] = e
	s.fifo = append(s.fifo, e)
	for len(s.fifo)-s.head > 1 {
		old := s.fifo[s.head]
		if !old.gone && len(s.entries) <= shardMaxEntries && s.bytes <= shardMaxBytes && now.Sub(old.seen) < keep {
			break
		}
		s.fifo[s.head] = nil
		s.head++
		s.drop(old)
	}
	if s.head > fifoCompactBeyond && s.head*2 > len(s.fifo) {
		s.fifo = append(s.fifo[:0], s.fifo[s.head:]...)
		s.head = 0
	}
}

func (s *shard) drop(e *entry) {
	if e.gone {
		return
	}
	e.gone = true
	s.bytes -= len(e.plain)
	if s.entries[e.key] == e {
		delete(s.entries, e.key)
	}
}

// durable says that the event is kept; until then repeats wait.
func (e *entry) durable() {
	e.shard.mu.Lock()
	defer e.shard.mu.Unlock()
	if e.state == statePending {
		e.setState(stateRunning)
	}
}

// fail forgets an event that could not be kept, so that its repeat starts anew.
func (e *entry) fail() {
	e.shard.mu.Lock()
	defer e.shard.mu.Unlock()
	e.setState(stateFailed)
	e.shard.drop(e)
}

// nextDelivery counts a further delivery and returns its number.
func (e *entry) nextDelivery() int {
	e.shard.mu.Lock()
	defer e.shard.mu.Unlock()
	e.number++
	return e.number
}

func (e *entry) question() origin {
	e.shard.mu.Lock()
	defer e.shard.mu.Unlock()
	return e.origin
}

// setState changes the state and wakes all who wait; the caller holds the mutex.
func (e *entry) setState(to state) {
	e.state = to
	if e.wake != nil {
		close(e.wake)
		e.wake = nil
	}
}

// awaitDisk waits until the event is durable or has failed. It reports whether it is
// durable; ctx may end first.
func (e *entry) awaitDisk(ctx context.Context) (bool, error) {
	for {
		e.shard.mu.Lock()
		now, wake := e.state, e.waiting()
		e.shard.mu.Unlock()
		switch now {
		case stateFailed:
			return false, nil
		case statePending:
		default:
			return true, nil
		}
		select {
		case <-wake:
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
}

// awaitAnswer waits for the answer. Without one, because nobody works on it any more or ctx
// ends, the caller becomes a runner and must decide anew.
func (e *entry) awaitAnswer(ctx context.Context) (plain []byte, answered bool) {
	for {
		e.shard.mu.Lock()
		if e.state == stateAnswered {
			plain = e.plain
			e.shard.mu.Unlock()
			return plain, true
		}
		if e.state == stateOrphan || ctx.Err() != nil {
			e.runners++
			e.setState(stateRunning)
			e.shard.mu.Unlock()
			return nil, false
		}
		wake := e.waiting()
		e.shard.mu.Unlock()
		select {
		case <-wake:
		case <-ctx.Done():
		}
	}
}

func (e *entry) waiting() <-chan struct{} {
	if e.wake == nil {
		e.wake = make(chan struct{})
	}
	return e.wake
}

// answer settles the event and reports whether this answer counts: the first does, except
// that a fault waits for the other runners, who may still bring a real answer.
func (e *entry) answer(a *models.Answer) bool {
	e.shard.mu.Lock()
	defer e.shard.mu.Unlock()
	if e.state == stateAnswered {
		return false
	}
	e.runners--
	if a.Outcome == models.OutcomeFault && e.runners > 0 {
		return false
	}
	e.plain = a.Plain
	if !e.gone {
		e.shard.bytes += len(a.Plain)
	}
	e.setState(stateAnswered)
	return true
}
