package handler

import (
	"net/http"
	"strconv"
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
	r.MustRegister(m.callbacks, m.seconds, m.replies, m.answers, m.events, m.skew)
	return m
}

func (m *metrics) callback(account, outcome string, status int, took time.Duration) {
	m.callbacks.WithLabelValues(account, outcome).Inc()
	m.answers.WithLabelValues(statusLabel(status)).Inc()
	m.seconds.Observe(took.Seconds())
}

// statusLabel spares the usual status a string of its own.
func statusLabel(status int) string {
	if status == http.StatusOK {
		return "200"
	}
	return strconv.Itoa(status)
}

func (m *metrics) reply(account, match string) { m.replies.WithLabelValues(account, match).Inc() }

func (m *metrics) security(kind string) { m.events.WithLabelValues(kind).Inc() }
