package journal

import (
	"sync"

	"github.com/wenzheng/wenzheng/models"
)

// item is one record on its way to the disk. Its buffers are reused, so it returns to the
// pool only when neither the committer nor a waiter can still touch it.
type item struct {
	seq     uint64
	kind    kind
	awaited bool // somebody waits on done; the others may linger for company
	plain   []byte
	aad     []byte
	value   []byte // header and sealed text, as stored
	done    chan error
}

// items is a pool of records; it is a type so that a journal owns its own.
type items struct{ pool sync.Pool }

func newItems() *items {
	return &items{pool: sync.Pool{New: func() any { return &item{done: make(chan error, 1)} }}}
}

func (p *items) take(k kind, awaited bool) *item {
	it := p.pool.Get().(*item) //nolint:forcetypeassert // the pool makes nothing else
	it.kind, it.awaited = k, awaited
	return it
}

const maxPooled = 64 << 10

func (p *items) put(it *item) {
	if cap(it.plain) > maxPooled {
		return
	}
	it.plain, it.aad, it.value = it.plain[:0], it.aad[:0], it.value[:0]
	p.pool.Put(it)
}

// removal takes a record out of events once it is in the database. keep moves an answer to
// the answers of redeliveries instead.
type removal struct {
	seq  uint64
	keep bool
}

// direct is an event that the spool did not take, on its way straight into the database.
type direct struct {
	row  models.Interaction
	done chan error // cap 1
	gone <-chan struct{}
}
