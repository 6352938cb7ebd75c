package chat

import (
	"context"
	"embed"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/simulator/platform"
)

//go:embed page
var pageFiles embed.FS

// Options are what a Server works with. Accounts and one target are needed.
type Options struct {
	Accounts []models.Account
	Targets  []string // base addresses of the service, see simulator.ClientOptions
	Policy   simulator.Policy
	Now      func() time.Time // nil = time.Now
	// Explain says how the account would answer the message now, and why; it must not change
	// what the account remembers. nil = the page shows the answer only.
	Explain func(ctx context.Context, m *models.Message) (models.Match, error)
	// Chats is the file that keeps the chats over a restart, "" = none.
	Chats string
	// Remote admits callers from other machines. Without it only loopback may call: whoever
	// can call speaks in the name of any citizen.
	Remote bool
}

// Server is the whole platform in one handler: the chat page at /, its JSON API and live
// events below /simulator/, and the API of official accounts. Close it when done.
type Server struct {
	options  Options
	platform *platform.Platform
	parties  parties
	chats    *chats
	mux      *http.ServeMux
	now      func() time.Time
}

// NewServer makes a server. It does not connect to the targets.
func NewServer(o Options) (*Server, error) {
	s := &Server{options: o, mux: http.NewServeMux(), now: o.Now}
	if s.now == nil {
		s.now = time.Now
	}
	s.chats = newChats(s.now)
	if o.Chats != "" {
		if err := s.chats.restore(o.Chats); err != nil {
			return nil, err
		}
	}
	s.platform = platform.New(platform.Options{Now: o.Now, Callback: s.callback, Check: s.check, Push: s.push})
	if err := s.Know(o.Accounts); err != nil {
		s.Close()
		return nil, err
	}
	s.remembered()
	s.routes()
	return s, nil
}

// Platform is the API side of the server, to set menus, faults and the like.
func (s *Server) Platform() *platform.Platform { return s.platform }

// Close ends all live event streams and deliveries, waits for them and drops the connections.
func (s *Server) Close() {
	s.chats.close()
	s.platform.Close()
	for _, c := range s.parties.clients() {
		c.Close()
	}
}

func (s *Server) routes() {
	s.mux.HandleFunc("GET /simulator/accounts", s.accounts)
	s.mux.HandleFunc("GET /simulator/citizens", s.citizens)
	s.mux.HandleFunc("POST /simulator/citizens", s.newCitizen)
	s.mux.HandleFunc("GET /simulator/chat", s.chat)
	s.mux.HandleFunc("POST /simulator/send", s.send)
	s.mux.HandleFunc("POST /simulator/repeat", s.repeat)
	s.mux.HandleFunc("POST /simulator/consent", s.consent)
	s.mux.HandleFunc("POST /simulator/act", s.act)
	s.mux.HandleFunc("GET /simulator/events", s.events)
	s.mux.HandleFunc("GET /simulator/media/{app}/{id}", s.media)
	s.mux.HandleFunc("GET /simulator/faults", s.faults)
	s.mux.HandleFunc("POST /simulator/faults", s.setFaults)
	s.mux.HandleFunc("DELETE /simulator/faults", s.setFaults)
	page, err := fs.Sub(pageFiles, "page")
	if err != nil {
		panic("chat: embedded page: " + err.Error()) // the folder is part of the program
	}
	s.mux.Handle("GET /", http.FileServerFS(page))
}

// ServeHTTP serves page, page API and platform API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.admitted(r) {
		http.Error(w, "模拟器只回答本机的浏览器", http.StatusForbidden)
		return
	}
	if s.platform.Serves(r.URL.Path) {
		s.platform.ServeHTTP(w, r)
		return
	}
	if foreign(r) {
		http.Error(w, "请求来自别的网页，已拒绝", http.StatusForbidden)
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	s.mux.ServeHTTP(w, r)
}

// admitted keeps other machines out, and names that a foreign site may have pointed here.
func (s *Server) admitted(r *http.Request) bool {
	if s.options.Remote {
		return true
	}
	remote, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !remote.Addr().Unmap().IsLoopback() {
		return false
	}
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// foreign reports whether a page of another origin made the request.
func foreign(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" && r.Method != http.MethodGet {
		return true
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	u, err := url.Parse(origin)
	return err != nil || u.Host != r.Host
}

// callback delivers what the platform tells of its own accord.
func (s *Server) callback(ctx context.Context, appID string, body []byte) {
	c := s.parties.client(appID)
	if c == nil {
		return
	}
	trace, _ := c.Deliver(ctx, body) // built here, always readable
	s.chats.told(appID, trace)
}

// check is the network check of callback/check: a real handshake, timed.
func (s *Server) check(ctx context.Context, appID string) (time.Duration, error) {
	start := time.Now()
	err := s.parties.client(appID).Handshake(ctx)
	return time.Since(start), err
}

// push shows the citizen what the account sends outside a reply.
func (s *Server) push(appID, openID string, b platform.Bubble) {
	if b.Kind == "typing" || b.Kind == "typing_end" {
		s.chats.publish(openID, liveEvent{Type: b.Kind, AppID: appID})
		return
	}
	s.chats.add(appID, openID, Entry{Side: SideAccount, Bubble: b, Pushed: true})
}
