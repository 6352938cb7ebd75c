package console

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/wenzheng/wenzheng/models"
)

// HubOptions bound what listeners may cost.
type HubOptions struct {
	// Epoch tells this hub's event ids from those of another, for example of the program before
	// its restart; letters and digits.
	Epoch     string
	Listeners int // at one time, default 200
	Ring      int // events kept for those who come back, default 1024
	Buffer    int // events a listener may be behind, default 64
}

// Hub hands events to the listeners of /live. An event is encoded once, whatever their
// number; who can not keep up is dropped and may come back. It is safe for concurrent use.
type Hub struct {
	o HubOptions

	mu        sync.Mutex
	seq       uint64
	ring      []frame // oldest first
	latest    map[topic]frame
	listeners map[*listener]struct{}
	closed    bool
}

// frame is one event as it is sent.
type frame struct {
	seq     uint64
	account string
	text    []byte
}

// topic is what a newer event makes an older one of no interest to newcomers.
type topic struct{ account, name string }

// listener is one open connection. frames is closed when it was dropped or the hub closed.
type listener struct {
	frames   chan frame
	accounts []string // none = all
	slow     bool
}

func (l *listener) wants(account string) bool {
	return len(l.accounts) == 0 || slices.Contains(l.accounts, account)
}

// NewHub returns a hub without listeners.
func NewHub(o HubOptions) *Hub {
	o.Listeners, o.Ring, o.Buffer = cmp.Or(o.Listeners, 200), cmp.Or(o.Ring, 1024), cmp.Or(o.Buffer, 64)
	return &Hub{o: o, latest: map[topic]frame{}, listeners: map[*listener]struct{}{}}
}

// Publish sends data, encoded as JSON, to everybody who listens to the account. It never
// waits for a listener.
func (h *Hub) Publish(account, name string, data any) error {
	body, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("console: encode event: %w", err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil
	}
	h.seq++
	var b bytes.Buffer
	fmt.Fprintf(&b, "id: %s-%d\nevent: %s\ndata: %s\n\n", h.o.Epoch, h.seq, name, body)
	f := frame{seq: h.seq, account: account, text: b.Bytes()}
	if len(h.ring) == h.o.Ring {
		h.ring = slices.Delete(h.ring, 0, 1)
	}
	h.ring = append(h.ring, f)
	h.latest[topic{account, name}] = f
	for l := range h.listeners {
		if !l.wants(account) {
			continue
		}
		select {
		case l.frames <- f:
		default:
			l.slow = true
			h.drop(l)
		}
	}
	return nil
}

// Listeners is how many connections are open.
func (h *Hub) Listeners() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.listeners)
}

// Close ends every connection, now and later.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for l := range h.listeners {
		h.drop(l)
	}
}

// drop ends a listener; h.mu is held.
func (h *Hub) drop(l *listener) {
	if _, ok := h.listeners[l]; ok {
		delete(h.listeners, l)
		close(l.frames)
	}
}

// join adds a listener and returns what it has to be told first: what it missed since
// lastID, or, when that is not known any more, the latest of everything.
func (h *Hub) join(accounts []string, lastID string) (*listener, []byte, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || len(h.listeners) >= h.o.Listeners {
		return nil, nil, models.NewError(models.CodeUnavailable, "实时连接数已满或服务正在停止，请稍后重连")
	}
	l := &listener{frames: make(chan frame, h.o.Buffer), accounts: accounts}
	h.listeners[l] = struct{}{}
	var first bytes.Buffer
	frames, resumed := h.since(lastID)
	if !resumed {
		frames = make([]frame, 0, len(h.latest))
		for _, f := range h.latest {
			frames = append(frames, f)
		}
		slices.SortFunc(frames, func(a, b frame) int { return cmp.Compare(a.seq, b.seq) })
		first.WriteString("event: reset\ndata: {}\n\n")
	}
	for _, f := range frames {
		if l.wants(f.account) {
			first.Write(f.text)
		}
	}
	return l, first.Bytes(), nil
}

// since returns the events after an id, false when some of them are gone.
func (h *Hub) since(lastID string) ([]frame, bool) {
	epoch, number, _ := strings.Cut(lastID, "-")
	seq, err := strconv.ParseUint(number, 10, 64)
	if lastID == "" || err != nil || epoch != h.o.Epoch || seq > h.seq {
		return nil, false
	}
	missed := h.seq - seq
	if missed > uint64(len(h.ring)) {
		return nil, false
	}
	return h.ring[uint64(len(h.ring))-missed:], true
}

func (h *Hub) leave(l *listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drop(l)
}

// wasSlow reports why the frames of a listener ended.
func (h *Hub) wasSlow(l *listener) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return l.slow
}
