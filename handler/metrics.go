package handler

import (
	"net/http"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/wenzheng/wenzheng/models"
)

// Outcomes of callbacks that no other room names.
const (
	unknownAccount = "unknown_account"
	wrongPath      = "wrong_path"   // in the log and /readyz alone: it is no callback
	noAccount      = "unknown"      // the label account where the URL names none of ours
	keyConflict    = "key_conflict" // journal: a key was seen with another body
	codeNotDurable = "not_durable"
	codeOverload   = "overload"
	codeFault      = "fault"
	codePanic      = "panic"
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
	m.answers.WithLabelValues("200")
	for _, status := range callbackStatuses() {
		m.answers.WithLabelValues(strconv.Itoa(status))
	}
	for _, kind := range securityKinds() {
		m.events.WithLabelValues(kind)
	}
	m.callbacks.WithLabelValues(noAccount, unknownAccount)
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

// addAccount makes the counters of an account exist at 0, so that the first event is an increase.
func (m *metrics) addAccount(account string, matches []string) {
	for _, outcome := range append(refusalCodes(), "verified", "repeat", string(models.OutcomeAnswered),
		string(models.OutcomeSilent), string(models.OutcomeFault)) {
		m.callbacks.WithLabelValues(account, outcome)
	}
	for _, match := range matches {
		m.replies.WithLabelValues(account, match)
	}
}

// count is called once for every delivery, when it is answered or refused.
func (m *metrics) count(d *delivery) {
	m.callbacks.WithLabelValues(d.appID, d.outcome).Inc()
	if d.decided {
		m.replies.WithLabelValues(d.appID, d.match).Inc()
	}
	m.answers.WithLabelValues(strconv.Itoa(d.w.Status())).Inc()
	m.seconds.Observe(d.took.Seconds())
}

func (m *metrics) security(kind string) { m.events.WithLabelValues(kind).Inc() }
