package journal

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/wenzheng/wenzheng/models"
)

// metrics are the figures of the journal; names and labels are part of the interface.
type metrics struct {
	fsync        prometheus.Histogram
	appendErrors prometheus.Counter
	reopened     prometheus.Counter
	damaged      prometheus.Counter
	directs      prometheus.Counter
	unknown      prometheus.Counter
	conflicts    prometheus.Counter
	drainErrors  *prometheus.CounterVec
	stored       prometheus.Counter
}

func newMetrics() *metrics {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: "wenzheng_" + name, Help: help})
	}
	drainErrors := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "wenzheng_drain_errors_total", Help: "Failed writes into the database by class of fault.",
	}, []string{"class"})
	for _, class := range []models.FaultClass{models.FaultTransient, models.FaultSetup, models.FaultPoison} {
		drainErrors.WithLabelValues(string(class))
	}
	return &metrics{
		fsync: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "wenzheng_journal_fsync_seconds", Help: "Time of one group commit of the journal, sync included.",
			Buckets: []float64{.0005, .001, .002, .004, .008, .016, .032, .064, .125, .25, .5, 1, 1.5, 4},
		}),
		appendErrors: counter("spool_append_errors_total", "Records the spool did not take."),
		reopened:     counter("spool_reopened_total", "Times the spool was opened again after a fault."),
		damaged:      counter("spool_damaged_records_total", "Records or pages of the spool that could not be read."),
		directs:      counter("direct_inserts_total", "Events stored in the database because the spool did not take them."),
		unknown:      counter("replies_unknown_total", "Events stored without knowing whether they were answered."),
		conflicts:    counter("journal_key_conflicts_total", "Deliveries whose event key was seen with another body."),
		stored:       counter("journal_stored_total", "Events carried into the database or into quarantine."),
		drainErrors:  drainErrors,
	}
}

// register makes the figures visible. Gauges are read when somebody asks.
func (m *metrics) register(r prometheus.Registerer, stats func() Stats) error {
	gauge := func(name, help string, value func(Stats) float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "wenzheng_" + name, Help: help}, func() float64 {
			return value(stats())
		})
	}
	for _, c := range []prometheus.Collector{
		m.fsync, m.appendErrors, m.reopened, m.damaged, m.directs, m.unknown, m.conflicts, m.stored, m.drainErrors,
		gauge("journal_backlog", "Events kept here that the database may not have yet.", func(s Stats) float64 { return float64(s.Events) }),
		gauge("journal_oldest_seconds", "Age of the oldest event the database may not have yet.", func(s Stats) float64 { return s.OldestAge.Seconds() }),
		gauge("quarantined", "Records in quarantine.", func(s Stats) float64 { return float64(s.Quarantined) }),
		gauge("spool_bytes", "Bytes of live data in the spool.", func(s Stats) float64 { return float64(s.Bytes) }),
	} {
		if err := r.Register(c); err != nil {
			return fmt.Errorf("journal: register metrics: %w", err)
		}
	}
	return nil
}
