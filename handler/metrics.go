package handler

import (
	"maps"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are the counters of the door; names and labels are part of the interface.
type metrics struct {
	callbacks *prometheus.CounterVec
	seconds   prometheus.Histogram
	replies   *prometheus.CounterVec
	answers   *prometheus.CounterVec
	events    *prometheus.CounterVec
	skew      prometheus.Counter
	ok        prometheus.Counter // answers with status 200

	mu    sync.Mutex                                  // serialises writers of known
	known atomic.Pointer[map[pair]prometheus.Counter] // children in use, never changed
}

// pair names a child of callbacks or replies: the vector, the account and its other label.
type pair struct {
	of             *prometheus.CounterVec
	account, label string
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		callbacks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wenzheng_callbacks_total", Help: "Callback deliveries by account and outcome.",
		}, []string{"account", "outcome"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "wenzheng_callback_seconds", Help: "Time from receipt of a callback to its answer.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2, 4, 5},
		}),
		replies: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wenzheng_replies_total", Help: "Decisions of the rules by account and kind of match.",
		}, []string{"account", "match"}),
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wenzheng_answers_total", Help: "Callback answers by HTTP status.",
		}, []string{"status"}),
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wenzheng_security_events_total", Help: "Refused or suspicious callbacks by kind.",
		}, []string{"kind"}),
		skew: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "wenzheng_clock_skew_total", Help: "Callbacks whose timestamp is more than five minutes off our clock.",
		}),
	}
	m.ok = m.answers.WithLabelValues("200")
	m.known.Store(&map[pair]prometheus.Counter{})
	r.MustRegister(m.callbacks, m.seconds, m.replies, m.answers, m.events, m.skew)
	return m
}

func (m *metrics) callback(account, outcome string, status int, took time.Duration) {
	m.child(pair{m.callbacks, account, outcome}).Inc()
	if status == http.StatusOK {
		m.ok.Inc()
	} else {
		m.answers.WithLabelValues(strconv.Itoa(status)).Inc()
	}
	m.seconds.Observe(took.Seconds())
}

func (m *metrics) reply(account, match string) { m.child(pair{m.replies, account, match}).Inc() }

// child finds a counter without the vector's own hashing and locks. Accounts and labels are
// few and never strangers' words.
func (m *metrics) child(p pair) prometheus.Counter {
	if c, ok := (*m.known.Load())[p]; ok {
		return c
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	c := p.of.WithLabelValues(p.account, p.label)
	next := maps.Clone(*m.known.Load())
	next[p] = c
	m.known.Store(&next)
	return c
}

func (m *metrics) security(kind string) { m.events.WithLabelValues(kind).Inc() }
