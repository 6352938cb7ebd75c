package demo

import (
	_ "embed"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/bot"
)

// goldenQuestions are what citizens would write, one a line: office, question, and the
// rules that answer it rightly (or "default"), by |. Every set of questions was first asked
// once and the result written down (docs/benchmarks.md, "Do the demo's rules answer
// strangers"); then the rules were improved with it and it was added here. So the file guards
// against steps back, and says nothing about how many other questions are answered.
//
//go:embed testdata/golden-questions.tsv
var goldenQuestions string

type goldenQuestion struct {
	text  string
	right []string
}

func goldenOf(office string) []goldenQuestion {
	var list []goldenQuestion
	for line := range strings.Lines(goldenQuestions) {
		if f := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(f) == 3 && f[0] == office {
			list = append(list, goldenQuestion{f[1], strings.Split(f[2], "|")})
		}
	}
	return list
}

// TestRules_GoldenQuestions: of what citizens ask at least 95 in 100 get the right rule,
// and none is answered by a wrong one: what the rules do not know gets the default answer or a
// list to choose from.
func TestRules_GoldenQuestions(t *testing.T) {
	for _, a := range Accounts() {
		t.Run(a.Name, func(t *testing.T) {
			rules, err := a.Rules()
			if err != nil {
				t.Fatal(err)
			}
			set, err := bot.Compile(a.Account, 1, rules, bot.CompileOptions{})
			if err != nil {
				t.Fatal(err)
			}
			known := map[string]bool{"default": true, "危机求助": true}
			text := map[string]string{} // of the answer, which two rules for one matter share
			for i := range rules {
				known[rules[i].Name] = true
				if len(rules[i].Replies) > 0 {
					text[rules[i].Name] = rules[i].Replies[0].Text
				}
			}
			list := goldenOf(a.office)
			right := 0
			for _, q := range list {
				for _, name := range q.right {
					if !known[name] {
						t.Errorf("%s: there is no rule %s", q.text, name)
					}
				}
				got, answered := goldenAnswer(set, q.text)
				switch {
				case slices.Contains(q.right, got), slices.ContainsFunc(q.right, func(name string) bool { return text[name] != "" && text[name] == text[got] }):
					right++
				case answered:
					t.Errorf("%s: answered by %s, not %v", q.text, got, q.right)
				default:
					t.Logf("%s: %s, not %v", q.text, got, q.right)
				}
			}
			t.Logf("%d of %d right", right, len(list))
			if len(list) < 150 || 100*right < 95*len(list) {
				t.Errorf("%d of %d questions are answered rightly", right, len(list))
			}
		})
	}
}

// goldenAnswer names the rule whose text a citizen is given, and whether it is given as an
// answer and not as one of a list.
func goldenAnswer(set *bot.Ruleset, text string) (string, bool) {
	trial := set.Try(bot.Query{Text: text, At: time.Date(2026, 6, 1, 2, 0, 0, 0, time.UTC)})
	reply, match := trial.Reply, trial.Match
	switch {
	case match.Outcome == bot.OutcomeDefault:
		return "default", false
	case match.Outcome == bot.OutcomeSuggestion && match.RuleName == "":
		return strings.ReplaceAll(reply.Text, "\n", " "), false
	}
	return match.RuleName, true
}
