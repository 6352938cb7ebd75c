package worker

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// ruleMetrics tell a dashboard which rules answer, and how many have stopped by themselves.
type ruleMetrics struct {
	version *prometheus.GaugeVec
	expired *prometheus.GaugeVec
}

func newRuleMetrics(r prometheus.Registerer) *ruleMetrics {
	m := &ruleMetrics{
		version: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "wenzheng_rules_version", Help: "Version of the published rules that answer, by account.",
		}, []string{"account"}),
		expired: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "wenzheng_rules_expired", Help: "Published rules whose source is no longer valid and that no longer answer, by account.",
		}, []string{"account"}),
	}
	r.MustRegister(m.version, m.expired)
	return m
}

// noteExpired notes, once a day and after every change, which answers have stopped because
// their source has run out: every instance says so in /readyz and /metrics.
func (r *reloader) noteExpired(now time.Time) {
	today := now.In(indices.Shanghai()).Format(time.DateOnly)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.checked == today {
		return
	}
	r.checked, r.expired = today, map[string]models.Said{}
	for appID, list := range r.rules {
		stopped := expired(list, today)
		r.metrics.expired.WithLabelValues(appID).Set(float64(len(stopped)))
		if len(stopped) > 0 {
			r.expired[appID] = models.Say("rules_expired", "{n} 条规则的来源已过有效期，不再答复，例如“{rule}”，请核对后重新发布", "n", strconv.Itoa(len(stopped)), "rule", stopped[0])
		}
	}
}

// expiryLogEvery is how soon the log tells that answers have stopped.
const expiryLogEvery = 5 * time.Second

// logExpired tells the log what noteExpired has noted since: one instance for all, as all
// have the same rules. One that takes over tells what it finds.
func (r *reloader) logExpired(context.Context) error {
	r.mu.Lock()
	now := maps.Clone(r.expired)
	before := r.told
	r.told = now
	r.mu.Unlock()
	for _, appID := range slices.Sorted(maps.Keys(now)) {
		if now[appID].Text != before[appID].Text {
			r.o.Logger.Error("degraded", "what", rulesOf(appID), "error", now[appID].Text)
		}
	}
	for _, appID := range slices.Sorted(maps.Keys(before)) {
		if now[appID].Text == "" {
			r.o.Logger.Info("recovered", "what", rulesOf(appID))
		}
	}
	return nil
}

func rulesOf(appID string) string { return "rules of " + appID }

// expired names the rules whose source was valid until a day before today.
func expired(rules []models.Rule, today string) []string {
	var names []string
	for i := range rules {
		if s := rules[i].Source; s != nil && s.ValidUntil != "" && s.ValidUntil < today {
			names = append(names, rules[i].Name)
		}
	}
	return names
}
