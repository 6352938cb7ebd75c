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
	memoryMaxEntries = 65536
	memoryMaxBytes   = 32 << 20
)

// entry is one event key. Everything but key and memory is guarded by the memory's mutex.
type entry struct {
	key     string
	memory  *memory
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
// mutex is held for map work only, never over I/O or encryption.
type memory struct {
	seed maphash.Seed
	keep time.Duration

	mu      sync.Mutex
	entries map[string]*entry
	fifo    []*entry // oldest first; some may be gone
	bytes   int      // of the answers
}

func newMemory(keep time.Duration) *memory {
	return &memory{seed: maphash.MakeSeed(), keep: keep, entries: make(map[string]*entry)}
}

func (m *memory) hash(body []byte) uint64 {
	return maphash.Bytes(m.seed, body) | 1
}

// claim returns the entry of the key. owner is true for the first delivery, whose entry is
// pending; conflict is true when the key was seen with another body.
func (m *memory) claim(key string, body uint64, o origin, now time.Time) (e *entry, owner, conflict bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if known := m.entries[key]; known != nil {
		return known, false, known.body != 0 && known.body != body
	}
	// The memory outlives the request: it must not pin the whole body through one field.
	o.OpenID = strings.Clone(o.OpenID)
	e = &entry{key: key, memory: m, body: body, origin: o, seen: now, number: 1, runners: 1}
	m.insert(e, now)
	return e, true, false
}

// restore puts an entry back that was read from the disk at the start.
func (m *memory) restore(e *entry, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.entries[e.key] != nil {
		return
	}
	e.memory, e.seen = m, now
	m.bytes += len(e.plain)
	m.insert(e, now)
}

// recall returns the entry of a key, or nil.
func (m *memory) recall(key string) *entry {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.entries[key]
}

// insert adds an entry and drops the oldest: those beyond the bounds and those whose time is
// over. The caller holds the mutex.
func (m *memory) insert(e *entry, now time.Time) {
	m.entries[e.key] = e
	m.fifo = append(m.fifo, e)
	for len(m.fifo) > 1 {
		old := m.fifo[0]
		if !old.gone && len(m.entries) <= memoryMaxEntries && m.bytes <= memoryMaxBytes && now.Sub(old.seen) < m.keep {
			break
		}
		m.fifo[0] = nil
		m.fifo = m.fifo[1:]
		m.drop(old)
	}
}

// drop removes an entry; the caller holds the mutex.
func (m *memory) drop(e *entry) {
	if e.gone {
		return
	}
	e.gone = true
	m.bytes -= len(e.plain)
	if m.entries[e.key] == e {
		delete(m.entries, e.key)
	}
}

// durable says that the event is kept; until then repeats wait.
func (e *entry) durable() {
	e.memory.mu.Lock()
	defer e.memory.mu.Unlock()
	if e.state == statePending {
		e.setState(stateRunning)
	}
}

// fail forgets an event that could not be kept, so that its repeat starts anew.
func (e *entry) fail() {
	e.memory.mu.Lock()
	defer e.memory.mu.Unlock()
	e.setState(stateFailed)
	e.memory.drop(e)
}

// nextDelivery counts a further delivery and returns its number.
func (e *entry) nextDelivery() int {
	e.memory.mu.Lock()
	defer e.memory.mu.Unlock()
	e.number++
	return e.number
}

func (e *entry) question() origin {
	e.memory.mu.Lock()
	defer e.memory.mu.Unlock()
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
		e.memory.mu.Lock()
		now, wake := e.state, e.waiting()
		e.memory.mu.Unlock()
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
		e.memory.mu.Lock()
		if e.state == stateAnswered {
			plain = e.plain
			e.memory.mu.Unlock()
			return plain, true
		}
		if e.state == stateOrphan || ctx.Err() != nil {
			e.runners++
			e.setState(stateRunning)
			e.memory.mu.Unlock()
			return nil, false
		}
		wake := e.waiting()
		e.memory.mu.Unlock()
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
	e.memory.mu.Lock()
	defer e.memory.mu.Unlock()
	if e.state == stateAnswered {
		return false
	}
	e.runners--
	if a.Outcome == models.OutcomeFault && e.runners > 0 {
		return false
	}
	e.plain = a.Plain
	if !e.gone {
		e.memory.bytes += len(a.Plain)
	}
	e.setState(stateAnswered)
	return true
}
