package platform

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
)

// maxCallBytes bounds the body of an API call but for uploads.
const maxCallBytes = 1 << 20

// Options are what a Platform works with. Accounts are needed.
type Options struct {
	Accounts []models.Account // app id, secret, kind, verified, original id are used
	Now      func() time.Time // nil = time.Now
	// Callback delivers an event the platform tells of its own accord to the account's
	// callback address, behind the API answer; nil = such events are dropped. It is called
	// from one goroutine per event.
	Callback func(ctx context.Context, appID string, body []byte)
	// Check connects to the callback address and says how long it took; nil = the check
	// reports a total loss.
	Check func(ctx context.Context, appID string) (time.Duration, error)
	// Push shows a citizen what the account sends outside a reply; nil = nobody looks. It
	// must not call the platform.
	Push func(appID, openID string, b Bubble)
}

// Platform serves the paths of api.weixin.qq.com that official accounts call. Its state
// is in memory and lives as long as it does. It is safe for concurrent use.
type Platform struct {
	now      func() time.Time
	callback func(ctx context.Context, appID string, body []byte)
	check    func(ctx context.Context, appID string) (time.Duration, error)
	push     func(appID, openID string, b Bubble)
	routes   map[string]endpoint

	mu     sync.Mutex
	realms map[string]*realm
	faults []*Fault
	ids    uint64

	deliveries []Delivery

	life    context.Context //nolint:containedctx // the life of the platform, ended by Close
	end     context.CancelFunc
	pending sync.WaitGroup
}

// endpoint is one API path. Its handler runs with the platform locked.
type endpoint struct {
	get, post bool
	open      bool  // called without an access token
	binary    bool  // the body is an upload
	daily     int   // calls a day; 0 = not counted against a limit
	right     right // what the account must be to call it
	handle    func(*call) (any, error)
}

// call is one API call of an account.
type call struct {
	p       *Platform
	r       *http.Request
	realm   *realm
	now     time.Time
	body    []byte
	pending []func() // run after the platform is unlocked
}

// apiFault is an errcode of the platform.
type apiFault struct {
	Code    int    `json:"errcode"`
	Message string `json:"errmsg"`
}

func (f *apiFault) Error() string { return fmt.Sprintf("platform: errcode %d: %s", f.Code, f.Message) }

func fault(code int, message string) error { return &apiFault{Code: code, Message: message} }

// done is the answer of calls that have nothing to say.
func done() (any, error) { return apiFault{Message: "ok"}, nil }

// New makes a platform that knows the accounts.
func New(o Options) *Platform {
	p := &Platform{
		now: o.Now, callback: o.Callback, check: o.Check, push: o.Push,
		realms: map[string]*realm{}, ids: 2_247_480_000,
	}
	if p.now == nil {
		p.now = time.Now
	}
	p.life, p.end = context.WithCancel(context.Background())
	p.routes = apiRoutes()
	for _, a := range o.Accounts {
		p.realms[a.AppID] = newRealm(a)
	}
	return p
}

// Know adds an account, or takes over what has changed of one that is known, its keys for example.
func (p *Platform) Know(a models.Account) {
	p.mu.Lock()
	defer p.mu.Unlock()
	known, there := p.realms[a.AppID]
	if !there {
		p.realms[a.AppID] = newRealm(a)
		return
	}
	a.OriginalID = cmp.Or(a.OriginalID, known.account.OriginalID)
	known.account = a
}

// Close stops the events still to be told and waits for those under way.
func (p *Platform) Close() {
	p.end()
	p.pending.Wait()
}

// ServeHTTP answers an API call as the platform does: status 200 and JSON, errors as
// errcode and errmsg.
func (p *Platform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if p.injected(w, r) {
		return
	}
	e, known := p.routes[r.URL.Path]
	if !known {
		writeAPI(w, apiFault{Code: 44, Message: "invalid url"}, http.StatusNotFound)
		return
	}
	limit := int64(maxCallBytes)
	if e.binary {
		limit = maxUploadBytes
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if err != nil {
		writeAPI(w, apiFault{Code: 45001, Message: "media size out of limit"}, http.StatusOK)
		return
	}
	c := &call{p: p, r: r, body: body, now: p.now()}
	answer, err := p.serve(c, e)
	c.release()
	if f := (*apiFault)(nil); errors.As(err, &f) {
		writeAPI(w, apiFault{Code: f.Code, Message: f.Message + " rid: " + rid(c.now)}, http.StatusOK)
		return
	}
	if raw, ok := answer.(rawAnswer); ok {
		w.Header().Set("Content-Type", raw.contentType)
		_, _ = w.Write(raw.body) // the caller is gone
		return
	}
	writeAPI(w, answer, http.StatusOK)
}

// rawAnswer is an answer that is no JSON: a media file.
type rawAnswer struct {
	contentType string
	body        []byte
}

func (p *Platform) serve(c *call, e endpoint) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case c.r.Method == http.MethodGet && !e.get:
		return nil, fault(43002, "require POST method")
	case c.r.Method == http.MethodPost && !e.post:
		return nil, fault(43001, "require GET method")
	case c.r.Method != http.MethodGet && c.r.Method != http.MethodPost:
		return nil, fault(43002, "require POST method")
	}
	if !e.open {
		if err := p.authorize(c); err != nil {
			return nil, err
		}
		if !c.realm.may(e.right) {
			return nil, fault(48001, "api unauthorized")
		}
		if err := c.realm.spend(c.r.URL.Path, e.daily, c.now); err != nil {
			return nil, err
		}
	}
	return e.handle(c)
}

// release runs what waited for the platform to be unlocked.
func (c *call) release() {
	for _, later := range c.pending {
		later()
	}
	c.pending = nil
}

// later runs f after the call was answered, with the life of the platform.
func (c *call) later(f func(ctx context.Context)) {
	p := c.p
	c.pending = append(c.pending, func() {
		if p.life.Err() != nil {
			return
		}
		p.pending.Go(func() { f(p.life) })
	})
}

// tell sends an event of the platform to the account's callback, behind the answer.
func (c *call) tell(build func(simulator.Post) []byte, openID string) {
	if c.p.callback == nil {
		return
	}
	appID := c.realm.account.AppID
	body := build(simulator.Post{To: c.realm.account.OriginalID, From: openID, At: c.now})
	c.later(func(ctx context.Context) { c.p.callback(ctx, appID, body) })
}

// decode reads the JSON body of a call.
func (c *call) decode(into any) error {
	if len(c.body) == 0 {
		return fault(44002, "empty post data")
	}
	if err := json.Unmarshal(c.body, into); err != nil {
		return fault(47001, "data format error")
	}
	return nil
}

// nextID is a number no other call got.
func (c *call) nextID() uint64 {
	c.p.ids++
	return c.p.ids
}

// token is a random name of so many bytes in hex: of an access token, a file, a ticket.
func token(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// rid is the request id that the platform puts behind every errmsg.
func rid(now time.Time) string {
	return fmt.Sprintf("%08x-%s-%s", now.Unix(), token(4), token(4))
}

// Serves reports whether the path is one of api.weixin.qq.com's.
func (p *Platform) Serves(path string) bool {
	_, known := p.routes[path]
	return known || slices.ContainsFunc([]string{"/cgi-bin/", "/customservice/", "/datacube/", "/sns/", "/wxa/", "/wxaapi/"},
		func(prefix string) bool { return strings.HasPrefix(path, prefix) })
}

func writeAPI(w http.ResponseWriter, answer any, status int) {
	b, err := json.Marshal(answer)
	if err != nil {
		b = []byte(`{"errcode":-1,"errmsg":"system error"}`)
	}
	w.Header().Set("Content-Type", "application/json; encoding=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b) // the caller is gone
}
