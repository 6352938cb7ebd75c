package demo

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/store"
)

func pastOf(t *testing.T, n int) *recordGenerator {
	t.Helper()
	calendar, err := indices.NewCalendar()
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2026, 8, 24, 0, 0, 0, 0, indices.Shanghai())
	return &recordGenerator{
		Account: &Accounts()[n],
		Plan:    Plan{From: from, Until: from.AddDate(0, 0, 89).Add(11 * time.Hour), Days: 90, Seed: citySeed},
		workday: calendar.Workday,
	}
}

func TestRecords_SameForTheSameSeedAndEndNow(t *testing.T) {
	for n := range Accounts() {
		p, again, other := pastOf(t, n), pastOf(t, n), pastOf(t, n)
		other.Seed++
		surge := []indices.Surge{{Topic: "供水", At: p.From.AddDate(0, 0, 40)}}
		all := func(p *recordGenerator) []any {
			return []any{p.followers(), p.articles(surge), p.cases(), p.items(), p.probes()}
		}
		if diff := cmp.Diff(all(p), all(again)); diff != "" {
			t.Errorf("%s: %s", p.Name, diff)
		}
		if cmp.Equal(all(p), all(other)) {
			t.Errorf("%s: another seed makes the same records", p.Name)
		}
		answered := slices.ContainsFunc(p.articles(surge), func(a store.Article) bool { return a.Topic == "供水" && a.PublishedAt.Hour() == publicAnswer })
		if answered != p.habits.answers {
			t.Errorf("%s: a surge was answered in public: %v", p.Name, answered)
		}
		for _, a := range p.articles(nil) {
			if !a.PublishedAt.Before(p.Until) || a.Title == "" || a.Reads <= 0 || *a.FinishRate > 100 {
				t.Errorf("%s: %+v", p.Name, a)
			}
		}
		for _, c := range p.cases() {
			if s := c.Spells[0]; !s.From.Before(p.Until) || !s.To.Before(p.Until) || c.Feedback != nil && s.To.IsZero() {
				t.Errorf("%s: %+v", p.Name, c)
			}
		}
	}
}
