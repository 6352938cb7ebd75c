package waits

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// The answer of a question may come after the question is stored; then it is no content any
// more, whatever was counted.
func TestLateAnswerMakesAStep(t *testing.T) {
	now := time.Unix(fixtureBase+40*86400, 0)
	measuredEverywhere(t, now, func(t *testing.T, s *log) {
		for name, text := range map[string]string{
			"only row":     "step 0, bot 1",
			"opens":        "step 0, bot 1, in 100, human 4000",
			"joins":        "in 0, bot 1, step 1200, bot 1201",
			"of other day": "in 0, human 60, step 100000, bot 100001",
			"of a session": "in 0, bot 1, step 172700, bot 172701, in 345000",
		} {
			rows := script(t, text)
			empty(t, s)
			record(t, s, rows...)
			want := contents(t, s)
			noDifferences(t, s)
			empty(t, s)
			for _, r := range rows {
				if r.Step {
					early := r
					early.Step, early.Outcome = false, models.OutcomeUnknown
					record(t, s, early)
					r.Amend, r.Outcome = true, models.OutcomeAnswered
				}
				record(t, s, r)
			}
			if diff := cmp.Diff(want, contents(t, s)); diff != "" {
				t.Errorf("%s: tables differ (-at once +late):\n%s", name, diff)
			}
			noDifferences(t, s)
		}
	})
}

// Rows of the same batch complete one another.
func TestQuestionAndItsStepInOneBatch(t *testing.T) {
	measuredEverywhere(t, time.Unix(fixtureBase+40*86400, 0), func(t *testing.T, s *log) {
		rows := script(t, "step 0, bot 1")
		question := rows[0]
		question.Step, question.Outcome = false, models.OutcomeUnknown
		rows[0].Amend, rows[0].Outcome = true, models.OutcomeAnswered
		record(t, s, question, rows[0], rows[1])
		if waits := waitsOf(t, s); len(waits) != 0 {
			t.Errorf("waits %+v", waits)
		}
		noDifferences(t, s)
	})
}

// steps are the keys of the rows that are steps.
func steps(t *testing.T, s *log) string {
	t.Helper()
	keys := ""
	err := s.Interactions(context.Background(), store.Filter{}, func(i models.Interaction) error {
		if i.Step {
			keys += i.MsgKey + " "
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// downTo gives an empty database the schema of an older version.
func downTo(t testing.TB, s *log, version int64) {
	t.Helper()
	storetest.MigrateTo(t, s.database, os.DirFS("../store/migrations/"+s.dialect), version)
}

// upgraded returns a database of the program's schema that was one of an older version with
// these rows and a rule with a menu.
func upgraded(t *testing.T, dialect string, version int64, now time.Time, rows []models.Interaction) *log {
	t.Helper()
	ctx := context.Background()
	whole := migrated(t, dialect, now)
	record(t, whole, rows...)
	menu, err := json.Marshal(models.Rule{Name: "菜单", Menu: &models.Menu{Items: []models.MenuItem{{Title: "社保"}}}})
	if err != nil {
		t.Fatal(err)
	}
	old := open(t, options(t, fresh(t, dialect), func() time.Time { return now }))
	downTo(t, old, version)
	for _, table := range []string{"interactions", "citizens", "waits", "wait_hours", "wait_days", "rt_hist", "rt_bands", "active_days", "active_returns"} {
		copyTable(t, whole, old, table, "1 = 1")
	}
	if err := execute(old, "INSERT INTO rule_versions (rule_id, version, app_id, state, spec, author, reviewer, created_at, changed_at) "+
		"VALUES (9, 1, '"+appA+"', 'published', ?, '', '', 0, 0)", string(menu)); err != nil {
		t.Fatal(err)
	}
	if err := old.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	return old
}

// Where an older log tells that a row was typed in place of a click, it is a step after the
// upgrade, and the figures are counted anew.
func TestUpgradeFindsSteps(t *testing.T) {
	now := time.Unix(fixtureBase+40*86400, 0)
	const menu = "请选择：\n1. 社保\n2. 公积金\n回复数字"
	talk := []struct {
		what    string
		sec     int64
		content string
		ruleID  int64
	}{
		{"in", 0, "菜单", 0},           // k00
		{"bot", 1, menu, 9},          // k01
		{"in", 60, " 2", 0},          // k02: a number of the menu
		{"bot", 61, "答公积金", 0},       // k03
		{"in", 120, "社保", 0},         // k04: a title
		{"bot", 121, "社保（上）回复更多", 0}, // k05
		{"in", 180, "更多", 0},         // k06: the rest of an answer
		{"bot", 181, "社保（下）", 0},     // k07
		{"in", 240, "3", 0},          // k08: no item of the menu
		{"bot", 241, "答三", 0},        // k09
		{"in", 300, "养老金什么时候到账", 0},  // k10: a question
		{"bot", 301, "答养老", 0},       // k11
		{"in", 5000, "1", 0},         // k12: the menu is long closed
		{"bot", 5001, "答一", 0},       // k13
		{"in", 6000, "社保卡", 0},       // k14
		{"fallback", 6001, "您是不是想问：\n1. 社保卡补办\n回复序号即可查看。", 0}, // k15
		{"in", 6060, "1", 0},                // k16: of a suggestion
		{"bot", 6061, "补办说明", 0},            // k17
		{"in", 7000, "列表", 0},               // k18
		{"bot", 7001, "1. 社保\n2. 医保", 0},    // k19: a list of a rule without a menu
		{"in", 7060, "1", 0},                // k20
		{"bot", 7061, "答一", 0},              // k21
		{"in", 8000, "菜单", 0},               // k22
		{"bot", 8001, menu, 9},              // k23
		{"in", 8060, "2", 0},                // k24: not answered by any rule
		{"fallback", 8061, "默认", 0},         // k25
		{"in", 9000, "菜单", 0},               // k26
		{"bot", 9001, menu, 9},              // k27
		{"in", 9060, "公积金", 0},              // k28
		{"bot", 9061, "1. 提取\n0. 返回上一级", 9}, // k29: its own menu
		{"in", 9120, "社保", 0},               // k30: no item of the menu shown last
		{"bot", 9121, "答社保", 0},             // k31
		{"in", 9180, "0", 0},                // k32: back, from the menu that is open still
		{"bot", 9181, menu, 9},              // k33
	}
	for _, d := range dialects() {
		t.Run(d, func(t *testing.T) {
			ctx := context.Background()
			var rows []models.Interaction
			for i, x := range talk {
				r := storetest.LogRow("oA_0123456789", x.what, time.Unix(fixtureBase+x.sec, 0), fmt.Sprintf("k%02d", i))
				r.Content, r.RuleID = x.content, x.ruleID
				if r.Dir == models.DirOut {
					r.ReplyTo = fmt.Sprintf("k%02d", i-1)
				}
				rows = append(rows, r)
			}
			old := upgraded(t, d, 5, now, append(rows, bigLog(40, 5, 9)...))
			want := "k02 k04 k06 k16 k28 k32 "
			if got := steps(t, old); got != want {
				t.Errorf("steps %q, want %q", got, want)
			}
			if list, err := old.Remeasuring(ctx); err != nil || len(list) != 1 || list[0].AppID != "" {
				t.Errorf("remeasuring %+v, error %v", list, err)
			}
			if _, err := old.Sweep(ctx, now, 1000); err != nil {
				t.Fatal(err)
			}
			noDifferences(t, old)
			if list, err := old.Remeasuring(ctx); err != nil || len(list) != 0 {
				t.Errorf("remeasuring %+v, error %v", list, err)
			}
		})
	}
}

// A sweep that is stopped goes on where it was, however often, and tells how far it is.
func TestRemeasuringGoesOnWhereItWasStopped(t *testing.T) {
	now := time.Unix(fixtureBase+40*86400, 0)
	measuredEverywhere(t, now, func(t *testing.T, s *log) {
		rows := bigLog(3*threadPage+20, 2, 5)
		for i := range 2*threadPage + 5 {
			r := storetest.LogRow("oC_0123456789", "in", time.Unix(fixtureBase+int64(i), 0), fmt.Sprintf("form%03d", i))
			r.Channel, r.Thread = models.ChannelForm, r.MsgKey
			rows = append(rows, r)
		}
		record(t, s, rows...)
		if _, err := s.Sweep(context.Background(), now, 1000); err != nil {
			t.Fatal(err)
		}
		want := contents(t, s)
		for _, q := range []string{
			"DELETE FROM waits", "DELETE FROM wait_hours", "DELETE FROM wait_days", "DELETE FROM rt_hist", "DELETE FROM rt_bands",
			"INSERT INTO remeasure (app_id, version) VALUES ('', 1)",
		} {
			if err := execute(s, q); err != nil {
				t.Fatal(err)
			}
		}
		rounds, done := 0, -1
		for {
			ctx, cancel := context.WithCancel(context.Background())
			err := s.RemeasurePending(ctx, func(int, int) { // told before a page is kept
				if rounds++; rounds%2 == 0 {
					cancel()
				}
			})
			cancel()
			list, errList := s.Remeasuring(context.Background())
			if errList != nil {
				t.Fatal(errList)
			}
			if err == nil && len(list) == 0 {
				break
			}
			if len(list) != 1 || list[0].Done <= done || list[0].Total < list[0].Done {
				t.Fatalf("after %d calls: %+v, error %v; before %d", rounds, list, err, done)
			}
			done = list[0].Done
		}
		if rounds < 4 {
			t.Errorf("%d pages: nothing was stopped", rounds)
		}
		if _, err := s.Sweep(context.Background(), now, 1000); err != nil { // ages what came back
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, contents(t, s)); diff != "" {
			t.Errorf("tables differ (-before +after):\n%s", diff)
		}
		noDifferences(t, s)
	})
}
