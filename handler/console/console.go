package console

import (
	"cmp"
	"crypto/sha256"
	"io/fs"
	"log/slog"
	"net/netip"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/analytics"
)

// Options are what the door needs. Every field without a stated default is required.
type Options struct {
	Token     string // the bearer token of the interface; "" = the interface is off
	Analytics *analytics.Analytics
	Live      *Hub   // the events of /live
	Spec      []byte // openapi.yaml
	Files     fs.FS  // the built console, or nil
	// AdminAllow are the addresses that may use the console and the interface; none = all.
	AdminAllow []netip.Prefix
	Logger     *slog.Logger
	// QuestionTime is how long one question may take, default 5 s; QueueTime how long it may wait
	// for its turn, default 1 s.
	QuestionTime, QueueTime time.Duration
}

// Console answers people and programs. It is safe for concurrent use.
type Console struct {
	o       Options
	hash    [sha256.Size]byte // of the token
	metrics []string          // that have a series
	// turns holds one element for each question that is being answered.
	turns chan struct{}
	files pageFiles
}

// New returns the door; Routes and Page mount it.
func New(o Options) *Console {
	o.QuestionTime, o.QueueTime = cmp.Or(o.QuestionTime, questionTime), cmp.Or(o.QueueTime, queueTime)
	return &Console{
		o: o, hash: sha256.Sum256([]byte(o.Token)), metrics: analytics.SeriesMetrics(), turns: make(chan struct{}, atOnce),
		files: pageFiles{from: o.Files, kept: map[string]pageFile{}},
	}
}

// Routes adds the interface and its description. This table is the list of permissions.
func (d *Console) Routes(r gin.IRouter) {
	r.GET("/openapi.yaml", d.admit, d.spec)
	if d.o.Token == "" {
		return
	}
	v1 := r.Group("/api/v1", headers, d.admit)
	v1.GET("/indices", d.may(readIndices), d.do(d.queued(d.indices)))
	v1.GET("/series", d.may(readIndices), d.do(d.queued(d.series)))
	v1.GET("/waits", d.may(readWaits), d.do(d.timed(d.waits)))
	v1.GET("/live", d.may(readLive), d.live)
}

// Close ends the streams of live events, which never end by themselves.
func (d *Console) Close() { d.o.Live.Close() }
