package chat

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/simulator/platform"
)

// maxEntries is how much of one chat is kept.
const maxEntries = 500

// Side is who an entry of a chat comes from.
type Side string

// The sides.
const (
	SideCitizen Side = "citizen"
	SideAccount Side = "account"
	SideSystem  Side = "system"
)

// Entry is one line of a chat as the page shows it.
type Entry struct {
	ID       int             `json:"id,string"`
	At       time.Time       `json:"at"`
	Side     Side            `json:"side"`
	Bubble   platform.Bubble `json:"bubble"`
	Pushed   bool            `json:"pushed,omitempty"`   // sent by the account outside a reply
	Delivery *Delivery       `json:"delivery,omitempty"` // of what the citizen sent
}

// Delivery is what the inspector shows of an event.
type Delivery struct {
	Key      string                    `json:"key"`
	MsgID    string                    `json:"msg_id"`
	Raw      string                    `json:"raw"`
	Outcome  simulator.DeliveryOutcome `json:"outcome"` // "" while under way
	Mismatch bool                      `json:"mismatch"`
	Attempts []AttemptView             `json:"attempts"`
	Match    *models.Match             `json:"match,omitempty"`
	Note     string                    `json:"note,omitempty"`
}

// AttemptView is one delivery with everything that went over the wire.
type AttemptView struct {
	simulator.Attempt
	Query    string `json:"query"`
	Sent     string `json:"sent"`
	Received string `json:"received"`
}

// liveEvent is what the page hears without asking.
type liveEvent struct {
	Type  string `json:"type"` // entry, update, typing, typing_end
	AppID string `json:"app_id"`
	Entry *Entry `json:"entry,omitempty"`
}

// chats are all chats of all citizens with all accounts.
type chats struct {
	now  func() time.Time
	life context.Context //nolint:containedctx // the life of the server, ended by close
	end  context.CancelFunc
	work sync.WaitGroup

	mu        sync.Mutex
	lastID    int
	log       chatLog
	citizens  []string // names, by number from 1
	logs      map[chatKey][]*Entry
	bodies    map[int][]byte // of entries, for a repetition
	listeners map[string][]chan liveEvent
}

func newChats(now func() time.Time) *chats {
	c := &chats{now: now, logs: map[chatKey][]*Entry{}, bodies: map[int][]byte{}, listeners: map[string][]chan liveEvent{}}
	c.life, c.end = context.WithCancel(context.Background())
	return c
}

func (c *chats) close() {
	c.end()
	c.work.Wait()
	_ = c.log.close() // what is kept is for the eye
}

// citizenOpenID is the OpenID of a citizen of the page towards an account.
func (s *Server) citizenOpenID(appID, citizen string) string {
	sum := sha256.Sum256([]byte("page/" + appID + "/0/" + citizen))
	return "o" + base64.RawURLEncoding.EncodeToString(sum[:])[:27]
}

// citizenName names the n-th citizen: 市民甲, 市民乙 ... 市民11.
func citizenName(n int) string {
	stems := []rune("甲乙丙丁戊己庚辛壬癸")
	if n >= 1 && n <= len(stems) {
		return "市民" + string(stems[n-1])
	}
	return "市民" + strconv.Itoa(n)
}

// chatKey is an account and a citizen of it.
type chatKey struct{ appID, openID string }

// add appends an entry and tells the citizen's pages.
func (c *chats) add(appID, openID string, e Entry) *Entry {
	c.mu.Lock()
	c.lastID++
	e.ID, e.At = c.lastID, c.now()
	key := chatKey{appID, openID}
	c.logs[key] = append(c.logs[key], &e)
	if n := len(c.logs[key]); n > maxEntries {
		delete(c.bodies, c.logs[key][0].ID)
		c.logs[key] = c.logs[key][n-maxEntries:]
	}
	shown := e
	c.mu.Unlock()
	c.log.write(chatLine{AppID: appID, OpenID: openID, Entry: &shown})
	c.publish(openID, liveEvent{Type: "entry", AppID: appID, Entry: &shown})
	return &shown
}

// update replaces the delivery of an entry and tells the citizen's pages.
func (c *chats) update(appID, openID string, id int, d Delivery) {
	c.mu.Lock()
	var shown *Entry
	for _, e := range c.logs[chatKey{appID, openID}] {
		if e.ID == id {
			e.Delivery = &d
			copied := *e
			shown = &copied
		}
	}
	c.mu.Unlock()
	if shown != nil {
		c.log.write(chatLine{AppID: appID, OpenID: openID, Entry: shown})
		c.publish(openID, liveEvent{Type: "update", AppID: appID, Entry: shown})
	}
}

// entries are copies of the chat's entries.
func (c *chats) entries(appID, openID string) []Entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	log := c.logs[chatKey{appID, openID}]
	out := make([]Entry, len(log))
	for i, e := range log {
		out[i] = *e
	}
	return out
}

func (c *chats) keep(id int, body []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bodies[id] = body
}

func (c *chats) body(id int) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bodies[id]
}

// publish tells all listeners of an OpenID; one that does not keep up misses the event
// and sees it when it asks anew.
func (c *chats) publish(openID string, ev liveEvent) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, l := range c.listeners[openID] {
		select {
		case l <- ev:
		default:
		}
	}
}

// listen hears of everything that concerns the OpenIDs until stop is called.
func (c *chats) listen(openIDs []string) (events <-chan liveEvent, stop func()) {
	l := make(chan liveEvent, 256)
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range openIDs {
		c.listeners[id] = append(c.listeners[id], l)
	}
	return l, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, id := range openIDs {
			c.listeners[id] = slices.DeleteFunc(c.listeners[id], func(other chan liveEvent) bool { return other == l })
			if len(c.listeners[id]) == 0 {
				delete(c.listeners, id)
			}
		}
	}
}

// told shows in the chat that the platform told the account something about the citizen.
func (c *chats) told(appID string, t *simulator.Trace) {
	openID := t.Event.OpenID
	c.mu.Lock()
	_, known := c.logs[chatKey{appID, openID}]
	c.mu.Unlock()
	if !known {
		return
	}
	d := viewOf(t)
	c.add(appID, openID, Entry{Side: SideSystem, Bubble: platform.Bubble{Kind: "event", Text: "平台事件 " + t.Event.Event}, Delivery: &d})
}

// viewOf is what the inspector shows of a trace.
func viewOf(t *simulator.Trace) Delivery {
	d := Delivery{Key: t.Event.Key, MsgID: t.Event.MsgID, Raw: string(t.Event.Body), Outcome: t.Outcome(), Mismatch: t.Mismatch}
	for _, a := range t.Attempts {
		d.Attempts = append(d.Attempts, AttemptView{Attempt: a, Query: a.Query, Sent: string(a.Sent), Received: string(a.Received)})
	}
	return d
}

// brokenNotice is what WeChat shows when an account does not answer as it must.
const brokenNotice = "该公众号提供的服务出现故障，请稍后再试"

// answer is the entry that a trace brings into the chat; false = the citizen sees
// nothing.
func answer(t *simulator.Trace) (Entry, bool) {
	switch t.Outcome() {
	case simulator.Silent, simulator.Canceled:
		return Entry{}, false
	case simulator.Replied:
		return Entry{Side: sideOf(t.Reply.Kind), Bubble: bubbleOf(&t.Reply)}, true
	default:
		return Entry{Side: SideSystem, Bubble: platform.Bubble{Kind: "broken", Text: brokenNotice}}, true
	}
}

func sideOf(kind models.ReplyKind) Side {
	if kind == models.ReplyTransfer {
		return SideSystem
	}
	return SideAccount
}

// bubbleOf is a passive reply as the citizen sees it.
func bubbleOf(r *models.Reply) platform.Bubble {
	b := platform.Bubble{
		Kind: string(r.Kind), Text: r.Text, MediaID: cmp.Or(r.MediaID, r.ThumbMediaID), Title: r.Title,
		Description: r.Description, URL: cmp.Or(r.HQMusicURL, r.MusicURL), Articles: r.Articles, KfAccount: r.KfAccount,
	}
	if r.Kind == models.ReplyTransfer {
		b.Kind, b.Text = "transfer", "正在为您转接人工客服"
	}
	return b
}
