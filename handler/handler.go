package handler

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/wenzheng/wenzheng/models"
)

// Codec is the wire of one account: wechat.Codec.
type Codec interface {
	Verify(r *http.Request) (echo string, err error)
	Decode(r *http.Request) (*models.Message, error)
	Render(m *models.Message, reply *models.Reply) ([]byte, error)
	Encode(m *models.Message, plain []byte) (body []byte, contentType string, err error)
}

// Journal keeps events before they are answered: journal.Journal. Receive returns an
// error only when nothing could be kept anywhere.
type Journal interface {
	Receive(ctx context.Context, m *models.Message) (models.Receipt, error)
	Answer(key string, a models.Answer)
}

// Brain decides the answer: bot.Bot. Both fill Reply and Match of a and touch nothing else of
// it.
type Brain interface {
	// Handle reads the message. Once ctx has ended nobody waits for it any more.
	Handle(ctx context.Context, m *models.Message, a *models.Answer)
	// Default says what is said where no rule answers, without reading the message.
	Default(m *models.Message, a *models.Answer)
}

// Console is the door for people and programs: console.Console.
type Console interface {
	// Routes adds the paths of its own.
	Routes(r gin.IRouter)
	// Page answers what no route does.
	Page(c *gin.Context)
	// Close ends its answers that never end by themselves.
	Close()
}

// Options are what the door needs. Every field without a stated default is required.
type Options struct {
	// Codec returns the wire of the account, false for an unknown AppID. Safe for
	// concurrent use; it may change between calls.
	Codec   func(appID string) (Codec, bool)
	Journal Journal
	Brain   Brain
	Matches []string // what Brain may decide: the label match of wenzheng_replies_total

	// Ready returns why the service is not at its best, in the language of operators;
	// able is false when citizens can not be answered at all.
	Ready func(ctx context.Context) (able bool, reasons []models.Reason)

	Console Console // default: WeChat's callbacks and the health pages are all there is
	// TrustedProxies may say in X-Forwarded-For for whom they ask.
	TrustedProxies []netip.Prefix
	Registerer     prometheus.Registerer // default: a registry of its own
	Logger         *slog.Logger
	Now            func() time.Time // when answers are given, default time.Now; limits are the machine's clock's

	Deadline    time.Duration // hard cut of a callback, default 4 s
	BodyTimeout time.Duration // time to read a callback's body, default 1 s
	RouteLimit  time.Duration // time the brain may take, default 100 ms
	MaxInFlight int           // whole and authentic callbacks at one time, default 512
}

// Handler is the http.Handler of the public address. It is safe for concurrent use.
type Handler struct {
	o        Options
	engine   *gin.Engine
	metrics  *metrics
	refusals refusals
	skew     clockSkew
	inFlight atomic.Int64
	slow     slowBodies
}

// New builds the routes.
func New(o Options) *Handler {
	o = withDefaults(o)
	h := &Handler{o: o, metrics: newMetrics(o.Registerer)}
	h.refusals = refusals{logger: o.Logger, now: o.Now, kinds: map[refusalKind]*refusalCount{}}
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash = false
	trust(e, o.TrustedProxies)
	// The callback stands before every middleware: no session, no compression, no JSON
	// errors, its own recovery.
	e.Any(callbackPrefix+":app_id", h.callback)
	rest := e.Group("/", h.access, h.recover)
	// Balancers ask with HEAD, and some with OPTIONS, when nothing else is set.
	probes := []string{http.MethodGet, http.MethodHead, http.MethodOptions}
	rest.Match(probes, "/healthz", h.healthz)
	rest.Match(probes, "/readyz", h.readyz)
	page := func(c *gin.Context) { c.AbortWithStatus(http.StatusNotFound) }
	if o.Console != nil {
		o.Console.Routes(rest)
		page = o.Console.Page
	}
	e.NoRoute(h.access, h.recover, h.astray, page)
	e.NoMethod(h.access, func(c *gin.Context) { c.AbortWithStatus(http.StatusMethodNotAllowed) })
	h.engine = e
	return h
}

func withDefaults(o Options) Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Registerer == nil {
		o.Registerer = prometheus.NewRegistry()
	}
	if o.Deadline <= 0 {
		o.Deadline = 4 * time.Second
	}
	if o.BodyTimeout <= 0 {
		o.BodyTimeout = time.Second
	}
	if o.RouteLimit <= 0 {
		o.RouteLimit = 100 * time.Millisecond
	}
	if o.MaxInFlight <= 0 {
		o.MaxInFlight = 512
	}
	return o
}

// Accounts names the accounts that are answered for: their counters begin at 0.
func (h *Handler) Accounts(appIDs []string) {
	for _, id := range appIDs {
		h.metrics.addAccount(id, h.o.Matches)
	}
}

// Suspect counts a suspicious delivery that another room found.
func (h *Handler) Suspect(kind string) { h.metrics.security(kind) }

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.engine.ServeHTTP(w, r) }

// NewServer wraps a handler in an http.Server with the limits that keep one slow or huge
// client from costing the others: headers 3 s and 16 KiB, request 5 s, response 10 s, idle 60 s.
func NewServer(h http.Handler, logger *slog.Logger) *http.Server {
	s := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 3 * time.Second,
		ReadTimeout:       5 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelDebug),
	}
	if d, ok := h.(*Handler); ok && d.o.Console != nil {
		s.RegisterOnShutdown(d.o.Console.Close)
	}
	return s
}
