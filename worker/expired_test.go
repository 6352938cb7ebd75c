package worker

import (
	"slices"
	"testing"

	"github.com/wenzheng/wenzheng/models"
)

func TestExpired_NamesRulesPastTheirDate(t *testing.T) {
	rules := []models.Rule{
		{Name: "无来源"},
		{Name: "无期限", Source: &models.Source{Document: "x"}},
		{Name: "今天到期", Source: &models.Source{ValidUntil: "2026-11-22"}},
		{Name: "昨天到期", Source: &models.Source{ValidUntil: "2026-11-21"}},
		{Name: "明年到期", Source: &models.Source{ValidUntil: "2027-01-01"}},
	}
	if got := expired(rules, "2026-11-22"); !slices.Equal(got, []string{"昨天到期"}) {
		t.Errorf("got %v", got)
	}
}
