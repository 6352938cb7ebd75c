package main

import (
	"fmt"
	"maps"
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

// alarm tells, once a day and after every change, which answers have stopped because their
// source has run out.
func (a *accounts) alarm(now time.Time) {
	today := now.In(indices.Shanghai()).Format(time.DateOnly)
	a.mu.Lock()
	rules, checked := maps.Clone(a.rules), a.checked
	a.checked = today
	a.mu.Unlock()
	if checked == today {
		return
	}
	for appID, list := range rules {
		stopped := expired(list, today)
		a.metrics.expired.WithLabelValues(appID).Set(float64(len(stopped)))
		what := "rules of " + appID
		if len(stopped) == 0 {
			a.mended(what)
			continue
		}
		a.fault(what, fmt.Sprintf("%d 条规则的来源已过有效期，不再答复，例如“%s”，请核对后重新发布", len(stopped), stopped[0]), nil)
	}
}

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
