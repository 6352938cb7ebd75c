package console

import (
	"cmp"
	"context"
	"crypto/sha256"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/analytics"
	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/desk/cases"
	"github.com/wenzheng/wenzheng/desk/messages"
	"github.com/wenzheng/wenzheng/desk/templates"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/rulebook"
	"github.com/wenzheng/wenzheng/rulebook/menu"
	"github.com/wenzheng/wenzheng/rulebook/texts"
)

// Options are what the door needs. Every field without a stated default is required.
type Options struct {
	Token     string     // a bearer token that reads everything; "" = there is none
	Auth      *auth.Auth // nil: nobody signs in, and Token is the only one there is
	Analytics *analytics.Analytics
	Accounts  *accounts.Accounts
	Rulebook  *rulebook.Book
	Menus     *menu.Book
	Texts     *texts.Book
	Outbox    *outbox.Outbox
	Desk      *desk.Desk
	Cases     *cases.Cases
	Templates *templates.Book
	Messages  *messages.Book
	Service   accounts.Service // this very service, as the doctor asks it
	Live      *Hub             // the events of /live
	// Health is what the running service says of itself, for /overview; nil = nothing.
	Health func(ctx context.Context) analytics.ServiceHealth
	Spec   []byte // openapi.yaml
	Files  fs.FS  // the built console, or nil
	// AdminAllow are the addresses that may use the console and the interface; none = all.
	AdminAllow []netip.Prefix
	Logger     *slog.Logger
	// QuestionTime is how long one question may take, default 5 s; QueueTime how long it may wait
	// for its turn, default 1 s.
	QuestionTime, QueueTime time.Duration
	// Heartbeat is how often a stream shows that it is open, and asks whether it may be, default 15 s.
	Heartbeat time.Duration
}

// Console answers people and programs. It is safe for concurrent use.
type Console struct {
	o       Options
	hash    [sha256.Size]byte // of the token
	origins *http.CrossOriginProtection
	metrics []string // that have a series
	// turns holds one element for each question that is being answered.
	turns chan struct{}
	files pageFiles
}

// New returns the door; Routes and Page mount it.
func New(o Options) *Console {
	o.QuestionTime, o.QueueTime = cmp.Or(o.QuestionTime, questionTime), cmp.Or(o.QueueTime, queueTime)
	o.Heartbeat = cmp.Or(o.Heartbeat, heartbeat)
	return &Console{
		o: o, hash: sha256.Sum256([]byte(o.Token)), origins: http.NewCrossOriginProtection(), metrics: analytics.SeriesMetrics(),
		turns: make(chan struct{}, atOnce), files: pageFiles{from: o.Files, kept: map[string]pageFile{}},
	}
}

// livePath is the stream, which stays open without anybody's being there.
const livePath = "/api/v1/live"

// Routes adds the interface and its description. This table is the list of permissions.
func (d *Console) Routes(r gin.IRouter) {
	r.GET("/openapi.yaml", d.admit, d.spec)
	v1 := r.Group("/api/v1", d.headers, d.admit, d.ownSite)
	v1.GET("/indices", d.may(auth.ReadIndices), d.do(d.queued(d.indices)))
	v1.GET("/series", d.may(auth.ReadIndices), d.do(d.queued(d.series)))
	v1.GET("/distribution", d.may(auth.ReadIndices), d.do(d.queued(d.distribution)))
	v1.GET("/changes", d.may(auth.ReadIndices), d.do(d.queued(d.changes)))
	v1.GET("/window", d.may(auth.ReadIndices), d.do(d.timed(d.window)))
	v1.GET("/waits", d.may(auth.ReadWaits), d.do(d.exported(d.waits, d.timed(d.waits))))
	v1.GET("/citizens/:uid", d.may(auth.ReadWaits), d.do(d.timed(d.citizen)))
	v1.GET("/report", d.may(auth.ReadIndices), d.do(d.queuedWithin(reportTime, d.report)))
	v1.GET("/definitions", d.may(auth.ReadIndices), d.do(d.timed(d.definitions)))
	v1.GET("/overview", d.may(auth.ReadOverview), d.do(d.timed(d.overview)))
	v1.GET("/live", d.may(auth.ReadLive), d.live)
	d.ruleRoutes(v1)
	d.gapRoutes(v1)
	people := v1.Group("/", d.people)
	d.signInRoutes(people)
	d.adminRoutes(people)
	d.accountRoutes(people)
	d.pinRoutes(people)
	d.surgeRoutes(people)
	d.menuRoutes(people)
	d.textRoutes(people)
	d.startRoutes(people)
	d.ruleFileRoutes(people)
	d.outboxRoutes(people)
	d.deskRoutes(people)
	d.caseRoutes(people)
	d.messageRoutes(people)
	d.templateRoutes(people)
}

// people refuses everybody where nobody can sign in.
func (d *Console) people(c *gin.Context) {
	if d.o.Auth == nil {
		d.refuse(c, models.NewError(models.CodeNotFound, "这里不能登录"))
	}
}

// signInRoutes are those of signing in and of one's own affairs. Nobody is signed in yet, or the
// session may do nothing else: auth says which of them holds.
func (d *Console) signInRoutes(v1 gin.IRouter) {
	v1.POST("/session", d.step(d.signIn))
	v1.POST("/session/code", d.step(d.code))
	v1.POST("/session/password", d.step(d.replacePassword))
	v1.GET("/session", d.session)
	v1.DELETE("/session", d.do(d.signOut))
	v1.POST("/welcome/look", d.do(d.welcomeLook))
	v1.POST("/welcome", d.step(d.welcome))
	v1.POST("/me/authenticator/begin", d.do(d.beginEnrol))
	v1.GET("/me/authenticator/qr", d.enrolPicture)
	v1.POST("/me/authenticator", d.step(d.enrol))
	v1.GET("/demo/roles", d.do(d.demoRoles))
	v1.POST("/demo/session", d.step(d.demoSignIn))
	v1.POST("/me/password", d.signedIn, d.do(d.changePassword))
	v1.POST("/me/codes", d.signedIn, d.do(d.newCodes))
	v1.GET("/me/preferences", d.signedIn, d.do(d.preferences))
	v1.PUT("/me/preferences", d.signedIn, d.do(d.savePreferences))
	v1.GET("/sessions", d.signedIn, d.do(d.sessions))
	v1.DELETE("/sessions/:id", d.signedIn, d.do(d.endSession))
}

// Close ends the streams of live events, which never end by themselves.
func (d *Console) Close() { d.o.Live.Close() }
