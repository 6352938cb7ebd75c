package journal

import (
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/wenzheng/wenzheng/models"
)

// figure returns the value of a metric; histograms count their observations.
func figure(t *testing.T, r *prometheus.Registry, name string) (float64, bool) {
	t.Helper()
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
		var sum float64
		for _, m := range f.GetMetric() {
			sum += m.GetGauge().GetValue() + m.GetCounter().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
		return sum, true
	}
	return 0, false
}

func TestMetrics_Backlog(t *testing.T) {
	b := newTable()
	b.fault = down(models.FaultSetup)
	o := options(t, b)
	r := prometheus.NewRegistry()
	o.Registerer = r
	start := time.Now()
	o.Now = func() time.Time { return start.Add(90 * time.Second) }
	j := open(t, o)
	for _, key := range []string{"k1", "k2"} {
		m := message(key)
		m.Delivery.ReceivedAt = start
		if _, err := j.Receive(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "the drain has failed", func() bool { n, _ := figure(t, r, "wenzheng_drain_errors_total"); return n > 0 })
	for name, want := range map[string]float64{
		"wenzheng_journal_backlog": 2, "wenzheng_quarantined": 0,
		"wenzheng_spool_append_errors_total": 0, "wenzheng_spool_reopened_total": 0, "wenzheng_spool_damaged_records_total": 0,
		"wenzheng_direct_inserts_total": 0, "wenzheng_journal_key_conflicts_total": 0,
	} {
		if got, ok := figure(t, r, name); !ok || got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	for name, least := range map[string]float64{
		"wenzheng_journal_oldest_seconds": 89, "wenzheng_spool_bytes": 4096,
		"wenzheng_journal_fsync_seconds": 1, "wenzheng_replies_unknown_total": 1,
	} {
		if got, ok := figure(t, r, name); !ok || got < least {
			t.Errorf("%s is %v, want at least %v", name, got, least)
		}
	}
	b.set(nil)
	eventually(t, "no backlog", func() bool { n, _ := figure(t, r, "wenzheng_journal_backlog"); return n == 0 })
	if n, _ := figure(t, r, "wenzheng_journal_oldest_seconds"); n != 0 {
		t.Errorf("oldest is %v", n)
	}
}

func TestOpen_IncompleteOptions(t *testing.T) {
	o := options(t, newTable())
	o.Recorder = nil
	if _, err := Open(o); err == nil {
		t.Error("opens without a recorder")
	}
	o = options(t, newTable())
	o.Dir = ""
	if _, err := Open(o); models.ErrorCode(err) != models.CodeInvalid {
		t.Errorf("opens without a folder: %v", err)
	}
	o = options(t, newTable())
	r := prometheus.NewRegistry()
	o.Registerer = r
	open(t, o)
	o.Dir += "2"
	if _, err := Open(o); err == nil {
		t.Error("two journals with the same metrics")
	}
}
