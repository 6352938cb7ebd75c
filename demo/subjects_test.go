package demo

import (
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat/wechattest"
)

// ownSubjects are titles of messages as citizens write them, most of which the demo knows nothing of.
func ownSubjects(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile("testdata/subjects.txt")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(data)), "\n")
}

// realSubjects are the titles of real messages, of another place than the demo's; none where they
// do not lie beside the repository.
func realSubjects(t *testing.T) []string {
	t.Helper()
	path, there := wechattest.Beside(t, "data", "hunan", "messages.csv")
	if !there {
		return nil
	}
	f, err := os.Open(path)
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
	for _, a := range Accounts() {
		rules, err := a.Rules()
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

// TestRules_SubjectsOfAnotherPlace asks the demo's rules what citizens wrote elsewhere. Suggestions were judged by
// eye (docs/benchmarks.md); here their number is held, so that a change that offers much more or nothing
// is looked at again.
func TestRules_SubjectsOfAnotherPlace(t *testing.T) {
	set, err := bot.Compile(models.Account{AppID: "wx0000000000000001"}, 1, demoTogether(t), bot.CompileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	checkOffers(t, set, ownSubjects(t), 0.005, 0.05)
	if list := realSubjects(t); len(list) > 0 {
		checkOffers(t, set, list, 0.005, 0.02)
	}
}

// checkOffers holds the share of suggestions among all subjects, not among those that no rule
// answers: these are fewer with every rule that is added.
func checkOffers(t *testing.T, set *bot.Ruleset, list []string, least, most float64) {
	t.Helper()
	at := time.Date(2026, 6, 1, 10, 0, 0, 0, time.UTC)
	count := map[string]int{}
	for _, text := range list {
		trial := set.Try(bot.Query{Text: text, At: at})
		reply, match := trial.Reply, trial.Match
		count[match.Outcome]++
		if match.Outcome == bot.OutcomeSuggestion && testing.Verbose() {
			t.Logf("%s => %s", text, reply.Text)
		}
	}
	t.Logf("%d subjects: %v", len(list), count)
	offered := float64(count[bot.OutcomeSuggestion]) / float64(len(list))
	if offered < least || offered > most {
		t.Errorf("%.1f %% of the subjects get a suggestion", 100*offered)
	}
}
