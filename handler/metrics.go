package handler

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/wenzheng/wenzheng/models"
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

	mu      sync.Mutex                        // serialises writers of tallies
	tallies atomic.Pointer[map[string]*tally] // by account, never changed
}

// tally are the counters of one account, found without the vectors' own hashing and locks.
type tally struct{ callbacks, replies family }

// family are the counters of one account in a vector, by the vector's other label. Labels
// are few and never strangers' words.
type family struct {
	of      *prometheus.CounterVec
	account string
	mu      sync.Mutex                 // serialises writers of known
	known   atomic.Pointer[[]labelled] // those in use, never changed
}

type labelled struct {
	label string
	prometheus.Counter
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
	for _, status := range callbackStatuses() {
		m.answers.WithLabelValues(strconv.Itoa(status))
	}
	for _, kind := range securityKinds() {
		m.events.WithLabelValues(kind)
	}
	m.tallies.Store(&map[string]*tally{})
	m.tally(noAccount).callbacks.add(unknownAccount)
	r.MustRegister(m.callbacks, m.seconds, m.replies, m.answers, m.events, m.skew)
	return m
}

// refusalCodes are the codes with which callbacks are refused.
func refusalCodes() []string {
	return []string{
		models.CodeBadMethod, models.CodeBadQuery, models.CodeBadSignature, models.CodeStale, models.CodeBodyTooLarge,
		models.CodeBodyTimeout, models.CodeEmptyBody, models.CodeBadEnvelope, models.CodeUnsupportedType, models.CodeBadMode,
		models.CodePlaintextRefused, models.CodeBadMsgSignature, models.CodeBadBase64, models.CodeBadPadding,
		models.CodeBadLength, models.CodeBadAppID, models.CodeReplay, models.CodeBadMessage,
		codeNotDurable, codeOverload, codeFault, codePanic,
	}
}

func callbackStatuses() []int {
	list := []int{http.StatusNotFound, http.StatusServiceUnavailable}
	for _, code := range refusalCodes() {
		if status := callbackStatus(code); status != 0 {
			list = append(list, status)
		}
	}
	return list
}

func securityKinds() []string {
	return append(refusalCodes(), unknownAccount, keyConflict, string(models.ParseForeign), string(models.ParseIncomplete),
		string(models.ParseUnreadable), string(models.ParseSuspect))
}

// born makes the counters of an account exist at 0, so that the first event is an increase.
func (m *metrics) born(account string, matches []string) {
	t := m.tally(account)
	for _, outcome := range append(refusalCodes(), "verified", "repeat", string(models.OutcomeAnswered),
		string(models.OutcomeSilent), string(models.OutcomeFault)) {
		t.callbacks.add(outcome)
	}
	for _, match := range matches {
		t.replies.add(match)
	}
}

// answered counts what every callback ends with.
func (m *metrics) answered(status int, took time.Duration) {
	if status == http.StatusOK {
		m.ok.Inc()
	} else {
		m.answers.WithLabelValues(strconv.Itoa(status)).Inc()
	}
	m.seconds.Observe(took.Seconds())
}

func (m *metrics) tally(account string) *tally {
	if t := (*m.tallies.Load())[account]; t != nil {
		return t
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	next := maps.Clone(*m.tallies.Load())
	if t := next[account]; t != nil {
		return t
	}
	t := &tally{callbacks: family{of: m.callbacks, account: account}, replies: family{of: m.replies, account: account}}
	t.callbacks.known.Store(&[]labelled{})
	t.replies.known.Store(&[]labelled{})
	next[account] = t
	m.tallies.Store(&next)
	return t
}

func (f *family) inc(label string) {
	c := f.find(label)
	if c == nil {
		c = f.add(label)
	}
	c.Inc()
}

// find returns nil for a label not seen before.
func (f *family) find(label string) prometheus.Counter {
	for _, c := range *f.known.Load() {
		if c.label == label {
			return c.Counter
		}
	}
	return nil
}

func (f *family) add(label string) prometheus.Counter {
	f.mu.Lock()
	defer f.mu.Unlock()
	if c := f.find(label); c != nil {
		return c
	}
	c := f.of.WithLabelValues(f.account, label)
	next := append(slices.Clone(*f.known.Load()), labelled{label, c})
	f.known.Store(&next)
	return c
}

func (m *metrics) security(kind string) { m.events.WithLabelValues(kind).Inc() }
