package waits

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// answeredIn is what one instance says of a message it answered: question and answer, sent after the
// message by so much.
func answeredIn(instance string, question models.Interaction, sent time.Duration, rule int64) []models.Interaction {
	q := question
	a := &models.Answer{
		Outcome: models.OutcomeAnswered, At: q.At.Add(sent), Latency: 100 * time.Millisecond, Plain: []byte("<xml>" + instance + "</xml>"),
		Reply: models.Reply{Kind: models.ReplyText, Text: "答复，出自 " + instance},
		Match: models.Match{
			Matched: rule%2 == 1, RuleID: rule, RuleName: "规则 " + instance, RulesVersion: 10 + rule, Topic: fmt.Sprintf("topic-%d", rule), Step: rule%3 == 0,
			Corrected: "社宝卡", Keyword: "社保卡，出自 " + instance,
		},
	}
	q.Settle(a)
	q.Deliveries = []models.Delivery{{SpoolID: instance, Seq: uint64(q.At.Unix()), ReceivedAt: q.ReceivedAt, Number: 1, Outcome: "answered"}}
	out, _ := models.Outbound(&q, a)
	return []models.Interaction{q, out}
}

// answers are the rows of the log in full, but for ids and times of storing.
func answers(t testing.TB, s *log) []string {
	t.Helper()
	var lines []string
	for _, i := range logged(t, s, store.Filter{}) {
		raw, err := s.Reveal(context.Background(), i.ID, models.CommandLine("test"), "test")
		if err != nil {
			t.Fatal(err)
		}
		i.ID = 0
		lines = append(lines, fmt.Sprintf("%+v %s", i, raw))
	}
	slices.Sort(lines)
	return append(lines, logLines(t, s)...)
}

// TestAnswers_OneClock: the rows of question and answer are decided by the same moment, however long
// the program was kept between the start of its watch and the first look at its clock.
func TestAnswers_OneClock(t *testing.T) {
	question := inbound(1)
	late := question
	late.ReceivedAt = question.At.Add(950 * time.Millisecond) // 50 ms after the watch began
	answer := &models.Answer{Outcome: models.OutcomeAnswered, At: question.At.Add(time.Second), Latency: 100 * time.Millisecond, Reply: models.TextReply("先发的")}
	late.Settle(answer)
	out, _ := models.Outbound(&late, answer)
	if sent := late.ReceivedAt.Add(late.Latency); !sent.Equal(out.At) {
		t.Fatalf("the question was answered at %s, the answer sent at %s", sent, out.At)
	}
	now := testTime.Add(24 * time.Hour)
	s := open(t, options(t, ready(t, "sqlite"), func() time.Time { return now }))
	record(t, s, late, out)
	record(t, s, answeredIn("west", question, 1020*time.Millisecond, 4)...)
	rows := logged(t, s, store.Filter{})
	if len(rows) != 2 || rows[1].Content != "先发的" || rows[0].RuleID != rows[1].RuleID || rows[0].RulesVersion != rows[1].RulesVersion {
		t.Errorf("the rows tell of two answers: %+v", rows)
	}
}

// TestAnswers_TwoInstances: of two answers to one message the one is in the log that was sent first,
// whichever instance stores its own first.
func TestAnswers_TwoInstances(t *testing.T) {
	now := testTime.Add(24 * time.Hour)
	for _, d := range dialects() {
		t.Run(d, func(t *testing.T) {
			database := ready(t, d)
			one := open(t, options(t, database, func() time.Time { return now }))
			two := open(t, options(t, database, func() time.Time { return now }))
			question := inbound(1)
			first := answeredIn("east", question, time.Second, 7)
			second := answeredIn("west", question, 6*time.Second, 4)
			for name, feed := range map[string]func(){
				"first, second":          func() { record(t, one, first...); record(t, two, second...) },
				"second, first":          func() { record(t, two, second...); record(t, one, first...) },
				"second twice, first":    func() { record(t, two, second...); record(t, two, second...); record(t, one, first...) },
				"one batch":              func() { record(t, one, append(slices.Clone(first), second...)...) },
				"one batch, other order": func() { record(t, two, append(slices.Clone(second), first...)...) },
				"rows apart": func() {
					record(t, two, second[1])
					record(t, one, first[1])
					record(t, two, second[0])
					record(t, one, first[0])
				},
			} {
				empty(t, one)
				if err := execute(one, "DELETE FROM deliveries"); err != nil {
					t.Fatal(err)
				}
				feed()
				rows := logged(t, two, store.Filter{})
				if len(rows) != 2 {
					t.Fatalf("%s: %d rows, want 2", name, len(rows))
				}
				in, out := rows[0], rows[1]
				if in.RuleID != 7 || in.Topic != "topic-7" || in.RulesVersion != 17 || in.Corrected != "社宝卡→社保卡，出自 east" || !in.ReceivedAt.Equal(first[0].ReceivedAt) || in.RetryCount != 1 {
					t.Errorf("%s: question %+v", name, in)
				}
				if out.RuleID != 7 || out.Content != "答复，出自 east" || !out.At.Equal(first[1].At) || !out.Matched || out.RuleName != "规则 east" || out.Corrected != in.Corrected {
					t.Errorf("%s: answer %+v", name, out)
				}
				raw, err := one.Reveal(context.Background(), out.ID, models.CommandLine("test"), "test")
				if err != nil || string(raw) != "<xml>east</xml>" {
					t.Errorf("%s: raw %q, error %v", name, raw, err)
				}
				if n := number(t, one, "SELECT COUNT(*) FROM waits WHERE topic = 'topic-7' AND bot_at = ?", first[1].At.Unix()); n != 1 {
					t.Errorf("%s: %d waits with the first answer", name, n)
				}
				noDifferences(t, one)
			}
		})
	}
}

// TestAnswers_APersonsCameFirst: who answered first is in the log with the answer.
func TestAnswers_APersonsCameFirst(t *testing.T) {
	s := migrated(t, dialectSQLite, testTime.Add(time.Hour))
	person, program := answeredIn("east", inbound(1), time.Second, 7), answeredIn("west", inbound(1), 6*time.Second, 4)
	person[1].Actor, person[1].Staff = models.ActorHuman, "wang"
	record(t, s, program...)
	record(t, s, person...)
	if out := logged(t, s, store.Filter{})[1]; out.Actor != models.ActorHuman || out.Staff != "wang" || out.Content != person[1].Content {
		t.Errorf("the log says that %s %q answered %q", out.Actor, out.Staff, out.Content)
	}
	noDifferences(t, s)
}

// TestAnswers_ImportedRows: what is imported under a known key is no answer of an instance and
// replaces none, however early it says it was.
func TestAnswers_ImportedRows(t *testing.T) {
	measuredEverywhere(t, testTime.Add(time.Hour), func(t *testing.T, s *log) {
		rows := answeredIn("east", inbound(1), time.Second, 7)
		record(t, s, rows...)
		want := answers(t, s)
		for _, r := range rows {
			r.Latency, r.Raw, r.Outcome, r.RuleID, r.Content, r.Deliveries = 0, nil, models.OutcomeNone, 0, "别的", nil
			r.At = r.At.Add(-time.Minute)
			record(t, s, r)
		}
		if err := s.RecordReduced(context.Background(), answeredIn("west", inbound(1), time.Millisecond, 4)[0], "poison"); err != nil {
			t.Fatal(err)
		}
		got := answers(t, s)
		if diff := cmp.Diff(withoutCounts(want), withoutCounts(got)); diff != "" {
			t.Errorf("the log differs (-before +after):\n%s", diff)
		}
	})
}

// withoutCounts leaves out how many deliveries there are.
func withoutCounts(lines []string) []string {
	var out []string
	for _, l := range lines {
		if strings.HasPrefix(l, "{") {
			l, _, _ = strings.Cut(l, "RetryCount:")
			out = append(out, l)
		}
	}
	return out
}

// drawInstances draws messages, each answered by one to three instances, and other rows between them.
func drawInstances(t *rapid.T) []models.Interaction {
	var list []models.Interaction
	for e := range rapid.IntRange(1, 5).Draw(t, "messages") {
		openID := rapid.SampledFrom([]string{"oA_0123456789", "oB_0123456789"}).Draw(t, "openid")
		at := time.Unix(fixtureBase+int64(e)*rapid.SampledFrom([]int64{1, 1800, 100000}).Draw(t, "step"), 0)
		q := storetest.LogRow(openID, "in", at, models.DerivedKey("test", fmt.Sprint(e)))
		for n, sent := range rapid.SliceOfNDistinct(rapid.IntRange(1, 20), 1, 3, rapid.ID[int]).Draw(t, "sent") {
			rows := answeredIn(fmt.Sprintf("instance-%d", n), q, time.Duration(sent)*500*time.Millisecond, rapid.Int64Range(1, 9).Draw(t, "rule"))
			switch rapid.IntRange(0, 5).Draw(t, "fate") {
			case 0:
				rows[0].Outcome = models.OutcomeSilent
				rows = rows[:1]
			case 1: // the question was stored before its answer was known
				asked := rows[0]
				asked.Outcome, asked.Topic, asked.RuleID, asked.RuleName, asked.RulesVersion, asked.Latency, asked.Step = models.OutcomeUnknown, "", 0, "", 0, 0, false
				asked.Corrected = ""
				rows[0].Amend, rows[0].Deliveries = true, nil
				list = append(list, asked)
			}
			list = append(list, rows...)
		}
		if rapid.Bool().Draw(t, "human") {
			list = append(list, storetest.LogRow(openID, "human", at.Add(time.Hour), fmt.Sprintf("h%d", e)))
		}
	}
	return list
}

// firsts are the rows that tell of the answers sent first; the others come after them, and change nothing.
func firsts(list []models.Interaction) []models.Interaction {
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b models.Interaction) int {
		return a.ReceivedAt.Add(a.Latency).Compare(b.ReceivedAt.Add(b.Latency))
	})
	questionsFirst(sorted)
	return sorted
}

// questionsFirst puts the question of an instance before the amendment of the same instance, which
// stores its own rows in their order.
func questionsFirst(list []models.Interaction) {
	for i := range list {
		for j := i + 1; list[i].Amend && j < len(list); j++ {
			if q := &list[j]; !q.Amend && q.MsgKey == list[i].MsgKey && q.ReceivedAt.Equal(list[i].ReceivedAt) {
				list[i], list[j] = list[j], list[i]
			}
		}
	}
}

// TestAnswers_AnyOrder: any permutation and split of what several instances store gives the same log,
// the one in which the answers sent first were stored first.
func TestAnswers_AnyOrder(t *testing.T) {
	now := time.Unix(fixtureBase+20*86400, 0)
	check := func(t *testing.T, s *log, list []models.Interaction, seed uint64) string {
		t.Helper()
		forget := func() {
			empty(t, s)
			if err := execute(s, "DELETE FROM deliveries"); err != nil {
				t.Fatal(err)
			}
		}
		forget()
		for _, r := range firsts(list) {
			record(t, s, r)
		}
		log, want := answers(t, s), contents(t, s)
		noDifferences(t, s)
		forget()
		random := rand.New(rand.NewPCG(seed, 3))
		random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		questionsFirst(list)
		for rest := list; len(rest) > 0; {
			n := 1 + random.IntN(len(rest))
			record(t, s, rest[:n]...)
			rest = rest[n:]
		}
		noDifferences(t, s)
		return cmp.Diff(log, answers(t, s)) + cmp.Diff(want, contents(t, s))
	}
	t.Run(dialectSQLite, func(t *testing.T) {
		s := migrated(t, dialectSQLite, now)
		rapid.Check(t, func(r *rapid.T) {
			if diff := check(t, s, drawInstances(r), rapid.Uint64().Draw(r, "order")); diff != "" {
				r.Fatalf("(-in order +in parts):\n%s", diff)
			}
		})
	})
	t.Run(dialectMySQL, func(t *testing.T) {
		s := migrated(t, dialectMySQL, now)
		gen := rapid.Custom(drawInstances)
		for seed := range 6 {
			if diff := check(t, s, gen.Example(seed), uint64(seed)); diff != "" {
				t.Fatalf("seed %d (-in order +in parts):\n%s", seed, diff)
			}
		}
	})
}
