package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
)

// subjects are the titles of real messages, of another place than the demo's.
func subjects(t *testing.T) []string {
	t.Helper()
	f, err := os.Open(filepath.Join(sharedFolder(t), "data", "hunan", "messages.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.Index(rows[0], "subject")
	list := make([]string, 0, len(rows))
	for _, r := range rows[1:] {
		list = append(list, r[at])
	}
	return list
}

// demoTogether are the text rules of all three demo accounts as one account's.
func demoTogether(t *testing.T) []models.Rule {
	t.Helper()
	var all []models.Rule
	for _, a := range demoAccounts() {
		rules, err := a.read()
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rules {
			r.Title, r.Name = r.Name, a.Name+"/"+r.Name
			r.Menu = nil
			all = append(all, r)
		}
	}
	return all
}

// TestDemoRulesOnRealSubjects asks the demo's rules what citizens of another province
// wrote. Suggestions were judged by eye (docs/benchmarks.md); here their number is held, so
// that a change that offers much more or nothing is looked at again.
func TestDemoRulesOnRealSubjects(t *testing.T) {
	set, err := bot.Compile(models.Account{AppID: "wx0000000000000001"}, 1, demoTogether(t), bot.CompileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 6, 1, 10, 0, 0, 0, time.UTC)
	count := map[string]int{}
	list := subjects(t)
	for _, text := range list {
		reply, match := set.Try(bot.Query{Text: text, At: at})
		count[match.Outcome]++
		if match.Outcome == bot.OutcomeSuggestion && testing.Verbose() {
			t.Logf("%s => %s", text, reply.Text)
		}
	}
	t.Logf("%d subjects: %v", len(list), count)
	offered := float64(count[bot.OutcomeSuggestion]) / float64(count[bot.OutcomeSuggestion]+count[bot.OutcomeDefault])
	if offered < 0.01 || offered > 0.05 {
		t.Errorf("%.1f %% of what no rule answers get a suggestion", 100*offered)
	}
}
