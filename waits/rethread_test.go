package waits

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// formLog reads "in f1, in f2 f1, human f3 f2": what, its key and the key it replies to, as an
// import gives them, ten minutes apart.
func formLog(t *testing.T, channel models.Channel, text string) []models.Interaction {
	t.Helper()
	var rows []models.Interaction
	for i, part := range strings.Split(text, ", ") {
		words := strings.Fields(part)
		r := storetest.LogRow("oA_0123456789", words[0], time.Unix(fixtureBase+int64(600*i), 0), words[1])
		r.Channel, r.Kind, r.Thread = channel, string(channel), words[1]
		if len(words) > 2 {
			r.ReplyTo, r.Thread = words[2], words[2]
		}
		if len(words) > 3 {
			r.Thread = words[3]
		}
		rows = append(rows, r)
	}
	return rows
}

// The answer to a follow-up, to an earlier answer or to a case number is an answer to the
// question at the root, whatever arrives first.
func TestAnswersFollowRepliesToTheirQuestion(t *testing.T) {
	cases := []struct {
		name, log string
		want      []string
	}{
		{"to the question", "in f1, human f2 f1", []string{"human 600 x+++"}},
		{"to the follow-up", "in f1, in f2 f1, human f3 f2", []string{"human 1200 x+++"}},
		{"to the latest of many", "in f1, in f2 f1, in f3 f2, in f4 f3, in f5 f4, human f6 f5", []string{"human 3000 x+++"}},
		{"to an earlier answer", "in f1, bot f2 f1, human f3 f2", []string{"human 1200 x+++"}},
		{"a talk", "in c1, human c2 c1, in c3 c2, human c4 c3", []string{"human 600 x+++", "human 600 x+++"}},
		{"two questions apart", "in f1, in g1, human f2 f1", []string{"human 1200 x+++", "open 863400 xxxx"}},
		{"to nothing", "in f1, human f2", []string{"open 864000 xxxx"}},
		{"to what is not in the log", "in f1, human f2 zz", []string{"open 864000 xxxx"}},
		{"of a case number", "in f1 - 结案7, human f2 - 结案7", []string{"human 600 x+++"}},
		{"to a row of a case number", "in f1 - 结案7, human f2 f1", []string{"human 600 x+++"}},
		{"in a circle", "in f1 f2, in f2 f1, human f3 f2", []string{"human 1200 x+++"}},
		{"to itself", "in f1 f1, human f2 f1", []string{"human 600 x+++"}},
		{"keys in Chinese", "in 件1, in 件2 件1, human 件3 件2", []string{"human 1200 x+++"}},
	}
	const long = fixtureBase + 10*86400
	measuredEverywhere(t, time.Unix(long, 0), func(t *testing.T, s *log) {
		for n, c := range cases {
			channel := []models.Channel{models.ChannelForm, models.ChannelComment}[n%2]
			rows := formLog(t, channel, c.log)
			for i := range rows {
				if rows[i].ReplyTo == "-" {
					rows[i].ReplyTo = ""
				}
			}
			var want map[string][]string
			for order := range 8 {
				empty(t, s)
				list := append([]models.Interaction(nil), rows...)
				switch order {
				case 0:
					record(t, s, list...)
				default:
					random := rand.New(rand.NewPCG(uint64(order), 3))
					random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
					for _, r := range list {
						record(t, s, r)
					}
				}
				var got []string
				for _, w := range waitsOf(t, s) {
					got = append(got, reading(&w, long))
				}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("%s, order %d (-want +got):\n%s", c.name, order, diff)
				}
				noDifferences(t, s)
				if order == 0 {
					want = contents(t, s)
				} else if diff := cmp.Diff(want, contents(t, s)); diff != "" {
					t.Errorf("%s, order %d: tables differ:\n%s", c.name, order, diff)
				}
			}
		}
	})
}

func TestUnattachedAnswersAreCountedAndNamed(t *testing.T) {
	measuredEverywhere(t, time.Unix(fixtureBase+86400, 0), func(t *testing.T, s *log) {
		record(t, s, formLog(t, models.ChannelForm, "in f1, human f2, human f3 f1, bot f4 zz, human f5 f2")...)
		record(t, s, script(t, "human 0")...)
		n, keys, err := s.Unattached(context.Background(), 2)
		if got := fmt.Sprint(n, keys, err); got != "3 [f5 f4] <nil>" {
			t.Error(got)
		}
	})
}

// TestUnattached_QuestionIsFoundByItsThread: not by reading the account's whole log for each answer.
func TestUnattached_QuestionIsFoundByItsThread(t *testing.T) {
	measuredEverywhere(t, time.Unix(fixtureBase+86400, 0), func(t *testing.T, s *log) {
		record(t, s, formLog(t, models.ChannelForm, "in f1, human f2 f1, in f3, human f4 f3")...)
		plan := planOf(t, s, func(*txn) (string, []any) { return "SELECT COUNT(*)" + fromUnattached, nil })
		steps := strings.Split(strings.TrimSpace(plan), "\n")
		if !strings.Contains(steps[len(steps)-1], "interactions_case") {
			t.Error(plan)
		}
	})
}

// Threads of an older log, in which a reply only reached the row it names, are put right by the
// upgrade.
func TestUpgradeFollowsReplies(t *testing.T) {
	now := time.Unix(fixtureBase+40*86400, 0)
	for _, d := range dialects() {
		t.Run(d, func(t *testing.T) {
			log := formLog(t, models.ChannelForm, "in f1, in f2 f1, in f3 f2, in f4 f3, in f5 f4, human f6 f5, in g1, human g2")
			old := upgraded(t, d, 5, now, nil)
			record(t, old, log...)
			want := waitsOf(t, old)
			back := open(t, options(t, fresh(t, d), func() time.Time { return now }))
			downTo(t, back, 5)
			for _, table := range []string{"interactions", "citizens"} {
				copyTable(t, old, back, table, "1 = 1")
			}
			for _, r := range log {
				if err := execute(back, "UPDATE interactions SET thread = ? WHERE event_key = ?", r.Thread, r.MsgKey); err != nil {
					t.Fatal(err)
				}
			}
			if err := back.Migrate(context.Background()); err != nil {
				t.Fatal(err)
			}
			// A wait of a thread that is none any more, as an older program kept it.
			w := want[0]
			w.ID, w.Thread, w.OpenKey, w.AnswerAt = 77, "f2", "f2", 0
			if err := execute(back, "INSERT INTO waits ("+waitColumns+") VALUES ("+questionMarks(waitWidth)+")", waitsArgs([]*models.Wait{&w})...); err != nil {
				t.Fatal(err)
			}
			if _, err := back.Sweep(context.Background(), now, 1000); err != nil {
				t.Fatal(err)
			}
			noDifferences(t, back)
			got := waitsOf(t, back)
			for i := range got {
				got[i].ID = want[min(i, len(want)-1)].ID
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("waits differ (-new +upgraded):\n%s", diff)
			}
		})
	}
}
