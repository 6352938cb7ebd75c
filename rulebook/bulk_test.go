package rulebook

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// bulk has rules take a step by name and says what became of each: ok, or a code.
func (d *testBook) bulk(by string, step Step, change func(*BulkRequest), names ...string) (Bulk, string, error) {
	d.t.Helper()
	table, _ := d.table(nil)
	q := BulkRequest{Account: d.account, Allowed: Steps(), Step: step, Reason: "再改"}
	for _, name := range names {
		r := BulkRule{ID: 404}
		for _, row := range table.Rules {
			if row.Name == name {
				r = BulkRule{ID: row.ID, Version: row.Edition}
			}
		}
		q.Rules = append(q.Rules, r)
	}
	if change != nil {
		change(&q)
	}
	out, err := d.Bulk(d.t.Context(), person(by), q)
	var results []string
	for _, r := range out.Results {
		if r.OK != (r.Code == "" && r.Message == "") {
			d.t.Errorf("%+v", r)
		}
		results = append(results, map[bool]string{true: "ok", false: r.Code}[r.OK])
	}
	return out, strings.Join(results, ","), err
}

// TestBulk_WholeLife: what can take the step takes it, the others are told why; who wrote a rule does not
// approve it, and hears what others did with it.
func TestBulk_WholeLife(t *testing.T) {
	everywhere(t, func(t *testing.T, d *testBook) {
		d.t = t
		mine := rule("审", "审核的", "审")
		d.bring(false, rule("甲", "甲地", "甲"), rule("乙", "乙地", "乙"))
		if _, err := d.save("审核", 0, "", mine); err != nil {
			t.Fatal(err)
		}
		half, err := d.save("作者", 0, "", models.Rule{Name: "半"})
		if err != nil {
			t.Fatal(err)
		}
		steps := func(by string, step Step, want string, names ...string) Bulk {
			t.Helper()
			out, got, err := d.bulk(by, step, nil, names...)
			if err != nil || got != want {
				t.Errorf("%s by %s: %q, error %v; want %q", step, by, got, err, want)
			}
			return out
		}
		d.replay()
		steps("作者", StepSubmit, "ok,ok,ok,invalid,not_found", "甲", "乙", "审", "半", "没有")
		steps("审核", StepApprove, "ok,ok,same_person,conflict", "甲", "乙", "审", "半")
		if _, _, err := d.bulk("审核", StepApprove, nil, "审"); models.ErrorCode(err) != models.CodeSamePerson {
			t.Errorf("an own rule: %v", err)
		}
		if _, _, err := d.bulk("审核", StepReturn, func(q *BulkRequest) { q.Reason = "" }, "乙"); models.ErrorCode(err) != models.CodeInvalid {
			t.Errorf("no reason: %v", err)
		}
		steps("审核", StepReturn, "ok,ok", "乙", "审")
		if out := steps("审核", StepPublish, "ok,conflict", "甲", "乙"); out.Version != 1 || d.answers("甲地在哪") != "甲" {
			t.Errorf("%+v", out)
		}
		steps("作者", StepDiscard, "conflict,ok", "甲", "半")
		if out := steps("别人", StepArchive, "ok", "甲"); out.Version != 2 || d.answers("甲地在哪") != "" {
			t.Errorf("%+v", out)
		}
		_ = half
		told := func(name string) string {
			list, err := d.Notices(t.Context(), person(name), d.account.AppID)
			if err != nil {
				t.Fatal(err)
			}
			text := ""
			for _, n := range list {
				text += fmt.Sprintf("%s %s %s %s;", n.Kind, n.Rule, n.By, n.Reason)
			}
			if len(list) > 0 {
				if err := d.Seen(t.Context(), person(name), d.account.AppID, list[0].ID); err != nil {
					t.Fatal(err)
				}
			}
			return text
		}
		if got := told("作者"); got != "archived 甲 别人 ;published 甲 审核 ;returned 乙 审核 再改;" {
			t.Errorf("told %q", got)
		}
		if got := told("作者") + told("审核"); got != "" {
			t.Errorf("told again %q", got)
		}
	})
}

// TestBulk_Refusals: what is asked wrong, and what was written since.
func TestBulk_Refusals(t *testing.T) {
	d := newTestBook(t)
	d.bring(false, rule("甲", "甲地", "甲"))
	for field, change := range map[string]func(*BulkRequest){
		"step":        func(q *BulkRequest) { q.Step = "delete" },
		"rules":       func(q *BulkRequest) { q.Rules = nil },
		"rules[1].id": func(q *BulkRequest) { q.Rules = append(q.Rules, q.Rules[0]) },
		"reason":      func(q *BulkRequest) { q.Reason = strings.Repeat("长", 1001) },
		"at":          func(q *BulkRequest) { q.At = testTime.Add(time.Hour) },
	} {
		_, _, err := d.bulk("作者", StepSubmit, change, "甲")
		d.wantError(err, models.CodeInvalid, field)
	}
	for _, at := range []time.Time{testTime, testTime.Add(-time.Hour), testTime.Add(91 * 24 * time.Hour)} {
		_, _, err := d.bulk("作者", StepPublish, func(q *BulkRequest) { q.At = at }, "甲")
		d.wantError(err, models.CodeInvalid, "90 天")
	}
	_, _, err := d.bulk("作者", StepSubmit, func(q *BulkRequest) {
		for i := range MaxBulk {
			q.Rules = append(q.Rules, BulkRule{ID: int64(i + 1)})
		}
	}, "甲")
	d.wantError(err, models.CodeInvalid, "200")
	_, _, err = d.bulk("作者", StepSubmit, func(q *BulkRequest) { q.Rules[0].Version = "1.x" }, "甲")
	d.wantError(err, models.CodeConflict, "改过")
	broken := rule("例", "例词", "例")
	broken.Examples = []string{"与我无关"}
	if _, err := d.save("作者", 0, "", broken); err != nil {
		t.Fatal(err)
	}
	_, _, err = d.bulk("作者", StepSubmit, nil, "例")
	d.wantError(err, models.CodeInvalid, "例句")
}

// TestBulk_200AtOnce, and two who publish the same at one moment: one of them does.
func TestBulk_200AtOnce(t *testing.T) {
	everywhere(t, func(t *testing.T, d *testBook) {
		d.t = t
		var rules []models.Rule
		var names []string
		for i := range MaxBulk {
			names = append(names, fmt.Sprintf("规则%03d", i))
			rules = append(rules, rule(names[i], fmt.Sprintf("词语%03d号", i), "答"))
		}
		d.bring(false, rules...)
		d.replay()
		for _, step := range []struct {
			by   string
			step Step
		}{{"作者", StepSubmit}, {"审核", StepApprove}} {
			if out, _, err := d.bulk(step.by, step.step, nil, names...); err != nil || len(out.Results) != MaxBulk || !out.Results[MaxBulk-1].OK {
				t.Fatalf("%s: %v", step.step, err)
			}
		}
		var all sync.WaitGroup
		errs := make([]error, 4)
		requests := make([]BulkRequest, len(errs))
		for i := range errs {
			_, _, err := d.bulk("甲", StepSubmit, func(q *BulkRequest) { requests[i] = *q }, names...)
			d.wantError(err, models.CodeConflict, "不是草稿")
			requests[i].Step = StepPublish
		}
		for i := range errs {
			all.Go(func() {
				_, errs[i] = d.Bulk(t.Context(), person(fmt.Sprint("发布者", i)), requests[i])
			})
		}
		all.Wait()
		done := 0
		for _, err := range errs {
			if err == nil {
				done++
			} else if models.ErrorCode(err) != models.CodeConflict {
				t.Error(err)
			}
		}
		if version, err := d.PublishedVersion(t.Context(), d.account.AppID); done != 1 || version != 1 || err != nil {
			t.Errorf("%d published, version %d, error %v", done, version, err)
		}
	})
}
