package outbox

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	attempts *prometheus.CounterVec
	drift    *prometheus.CounterVec
	waiting  *prometheus.GaugeVec
	locked   prometheus.Gauge
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wenzheng_outbox_attempts_total", Help: "Messages that were given to WeChat, by the state they came to.",
		}, []string{"account", "state"}),
		drift: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wenzheng_ledger_drift_total", Help: "Messages that WeChat refused although the ledger had a place.",
		}, []string{"account"}),
		waiting: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "wenzheng_outbox_messages", Help: "Messages that are not over, by state.",
		}, []string{"state"}),
		locked: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "wenzheng_outbox_locked_messages", Help: "Messages that wait and that this instance was not given the key of.",
		}),
	}
	r.MustRegister(m.attempts, m.drift, m.waiting, m.locked)
	return m
}
