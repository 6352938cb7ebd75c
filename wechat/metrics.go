package wechat

import (
	"context"
	"errors"
	"net"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics are the figures of the calls of all accounts, wenzheng_wechat_api_seconds. A nil
// one counts nothing. It is safe for concurrent use.
type Metrics struct {
	seconds *prometheus.HistogramVec
}

// NewMetrics registers the figures, once a registry. The label api is the path of a call;
// outcome is ok, one of WeChat's codes that we know, such as 40001, or one of other (another
// code), http_4xx and the like, answer (not to be read), egress (not allowed to leave),
// timeout, canceled and network.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "wenzheng_wechat_api_seconds", Help: "Time of one call of WeChat's API by path and outcome.",
		Buckets: []float64{.025, .05, .1, .2, .3, .5, .75, 1, 1.5, 2, 3, 5},
	}, []string{"api", "outcome"})}
	m.seconds.WithLabelValues(renewAPI, "ok") // the name is there before the first call
	r.MustRegister(m.seconds)
	return m
}

func (m *Metrics) observe(api string, err error, took time.Duration) {
	if m != nil {
		m.seconds.WithLabelValues(api, outcome(err)).Observe(took.Seconds())
	}
}

// outcome names how a call ended in a bounded number of words.
func outcome(err error) string {
	if err == nil {
		return "ok"
	}
	var e *APIError
	if !errors.As(err, &e) {
		return "other"
	}
	switch {
	case e.cause != nil:
		return silence(e.cause)
	case e.Code == 0:
		return "answer"
	case e.Code >= 100 && e.Code < 600:
		return "http_" + strconv.FormatInt(e.Code/100, 10) + "xx"
	case classOf(e.API, e.Code) == ClassOther:
		return "other"
	}
	return strconv.FormatInt(e.Code, 10)
}

// silence names what kept an answer away.
func silence(cause error) string {
	var slow net.Error
	switch {
	case errors.Is(cause, errEgress):
		return "egress"
	case errors.Is(cause, errResponse):
		return "answer"
	case errors.Is(cause, context.Canceled):
		return "canceled"
	case errors.Is(cause, context.DeadlineExceeded), errors.As(cause, &slow) && slow.Timeout():
		return "timeout"
	}
	return "network"
}
