package rulebook

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

func (d *testBook) sets() string {
	d.t.Helper()
	list, err := d.Sets(d.t.Context(), d.account.AppID, 0, MaxSets)
	if err != nil {
		d.t.Fatal(err)
	}
	var text []string
	for i, v := range list {
		if v.Current != (i == 0) || v.At.IsZero() || v.Title == "" {
			d.t.Errorf("%+v", v)
		}
		text = append(text, fmt.Sprintf("%d %s %s +%d ~%d -%d %s", v.Version, v.By, v.Action, v.Added, v.Changed, v.Removed, strings.Join(v.Rules, ",")))
	}
	return strings.Join(text, "; ")
}

// TestSets_DiffAndRollback: every change of what answers is a version of the set, which can be compared
// with any other and had again.
func TestSets_DiffAndRollback(t *testing.T) {
	everywhere(t, func(t *testing.T, d *testBook) {
		d.t = t
		ctx := t.Context()
		d.bring(true, rule("甲", "甲地", "甲一"), rule("乙", "乙地", "乙一"))
		d.bring(true, rule("甲", "甲地", "甲二"), rule("丙", "丙地", "丙一"))
		d.must(d.Archive, "管理", "乙")
		want := "3 管理 rule.archive +0 ~0 -1 乙; 2 作者 rules.publish +1 ~1 -0 丙,甲; 1 作者 rules.publish +2 ~0 -0 乙,甲"
		if got := d.sets(); got != want {
			t.Errorf("%s", got)
		}
		diff, err := d.SetDiff(ctx, d.account.AppID, 1, 3)
		if err != nil || diff.Added != 1 || diff.Changed != 1 || diff.Removed != 1 || len(diff.Rules) != 3 {
			t.Fatalf("%+v, error %v", diff, err)
		}
		if r := diff.Rules[2]; r.Name != "甲" || r.Kind != RuleChanged || r.Fields[0].Before != "甲一" || r.Fields[0].After != "甲二" {
			t.Errorf("%+v", r)
		}
		back := func(to, base int64) error {
			_, _, err := d.RollbackSet(ctx, person("管理"), RollbackSetRequest{Account: d.account, Version: to, Base: base})
			return err
		}
		d.wantError(back(1, 2), models.CodeConflict, "刚刚被别人改过")
		d.wantError(back(9, 0), models.CodeNotFound, "没有这个规则集版本")
		if err := back(1, 3); err != nil {
			t.Fatal(err)
		}
		if got := d.answers("甲地") + d.answers("乙地") + d.answers("丙地"); got != "甲一乙一" {
			t.Errorf("answers %q", got)
		}
		if got := d.sets(); !strings.HasPrefix(got, "4 管理 rules.rollback +1 ~1 -1 丙,乙,甲; ") {
			t.Errorf("%s", got)
		}
		d.wantError(back(1, 0), models.CodeConflict, "没有什么可回滚")
		if diff, err := d.SetDiff(ctx, d.account.AppID, 1, 4); err != nil || len(diff.Rules) != 0 {
			t.Errorf("the same content: %+v, error %v", diff, err)
		}
		notices, err := d.Notices(ctx, person("作者"), d.account.AppID)
		if err != nil || len(notices) != 3 || notices[0].Kind != NoticeRolledBack {
			t.Errorf("%+v, error %v", notices, err)
		}
		if got := d.audited("管理"); got[len(got)-1] != "rules.rollback" {
			t.Errorf("audited %v", got)
		}
		// What was right then may not pass the check of today.
		ending := rule("戊", "戊地", "戊")
		ending.Source = &models.Source{ValidUntil: "2026-03-20"}
		d.bring(true, ending)
		d.must(d.Archive, "管理", "戊")
		d.clock = testTime.AddDate(0, 2, 0)
		d.wantError(back(5, 0), models.CodeInvalid, "未通过检查")
	})
}

// TestVersions_OfARule: fields that differ, and one rule taken back by its id.
func TestVersions_OfARule(t *testing.T) {
	d := newTestBook(t, rule("社保", "社保", "甲"))
	d.bring(true, rule("社保", "社保", "乙"))
	d.bring(false, rule("社保", "社会保障", "丙"))
	table, _ := d.table(nil)
	id := table.Rules[0].ID
	rows, err := d.VersionRows(t.Context(), d.account.AppID, id)
	if err != nil || len(rows) != 3 || rows[0].State != "draft" || !rows[1].Live || rows[2].State != "archived" || len(rows[1].Changes) != 1 {
		t.Fatalf("%+v, error %v", rows, err)
	}
	diff, err := d.RuleDiff(t.Context(), d.account.AppID, id, 0, 0)
	if err != nil || diff.From != 2 || diff.To != 3 || len(diff.Fields) != 2 || diff.Fields[0].Field != "keywords" || diff.Before.Replies[0].Text != "乙" {
		t.Errorf("%+v, error %v", diff, err)
	}
	_, err = d.RuleDiff(t.Context(), d.account.AppID, id, 1, 9)
	d.wantError(err, models.CodeNotFound, "没有版本 9")
	_, err = d.RuleDiff(t.Context(), "wxother", id, 1, 2)
	d.wantError(err, models.CodeNotFound, "没有这条规则")
	if _, version, err := d.Rollback(t.Context(), person("管理"), RollbackRequest{Account: d.account, ID: id, Version: 1}); err != nil || version != 3 || d.answers("社保") != "甲" {
		t.Errorf("version %d, error %v", version, err)
	}
}

// TestSchedule: what is planned is published at its time and not before; what is no longer as it was
// then is not, and who planned it is told.
func TestSchedule(t *testing.T) {
	everywhere(t, func(t *testing.T, d *testBook) {
		d.t = t
		ctx := t.Context()
		d.bring(false, rule("甲", "甲地", "甲"), rule("乙", "乙地", "乙"), rule("丙", "丙地", "丙"))
		d.must(d.Submit, "作者")
		d.must(d.Approve, "审核")
		at := testTime.Add(time.Hour)
		plan := func(name string, at time.Time) *Publication {
			t.Helper()
			out, _, err := d.bulk("审核", StepPublish, func(q *BulkRequest) { q.At = at }, name)
			if err != nil || out.Publication == nil || out.Version != 0 {
				t.Fatalf("%+v, error %v", out, err)
			}
			return out.Publication
		}
		plan("甲", at)
		plan("乙", at)
		third := plan("丙", at.Add(time.Hour))
		if table, _ := d.table(nil); table.Rules[0].PublishAt == nil || !table.Rules[0].PublishAt.Equal(third.At) {
			t.Errorf("%+v", table.Rules[0])
		}
		_, _, err := d.bulk("审核", StepPublish, func(q *BulkRequest) { q.At = at }, "甲")
		d.wantError(err, models.CodeConflict, "已定于")
		d.must(d.Return, "审核", "乙")
		due := func(moment time.Time) {
			t.Helper()
			d.clock = moment
			if err := d.PublishDue(ctx); err != nil {
				t.Fatal(err)
			}
		}
		due(at.Add(-time.Second))
		if d.answers("甲地") != "" {
			t.Error("published before its time")
		}
		due(at)
		due(at)
		if got := d.answers("甲地") + d.answers("乙地"); got != "甲" {
			t.Errorf("answers %q", got)
		}
		if err := d.CancelPublication(ctx, person("审核"), d.account.AppID, third.ID); err != nil {
			t.Fatal(err)
		}
		d.wantError(d.CancelPublication(ctx, person("审核"), d.account.AppID, third.ID), models.CodeConflict, "已经结束")
		d.wantError(d.CancelPublication(ctx, person("审核"), d.account.AppID, 1), models.CodeNotFound, "没有这次")
		due(at.Add(2 * time.Hour))
		list, err := d.Publications(ctx, d.account.AppID)
		if err != nil || len(list) != 3 {
			t.Fatalf("%+v, error %v", list, err)
		}
		got := ""
		for _, p := range list {
			got += fmt.Sprintf("%s %s %d %.9s;", p.Rules[0].Name, p.State, p.Version, p.Reason)
		}
		if got != "丙 cancelled 0 ;乙 failed 0 “乙”在定时之后改;甲 done 1 ;" {
			t.Errorf("%s", got)
		}
		notices, err := d.Notices(ctx, person("审核"), d.account.AppID)
		if err != nil || len(notices) != 1 || notices[0].Kind != NoticeFailed || notices[0].Rule != "乙" {
			t.Errorf("%+v, error %v", notices, err)
		}
		if got := strings.Join(d.audited("审核"), " "); !strings.Contains(got, "rules.schedule") || !strings.Contains(got, "rule.publish rules.publish") || !strings.Contains(got, "rules.unschedule") {
			t.Errorf("audited %s", got)
		}
	})
}

// TestSchedule_SomebodyPublishesMeanwhile: what is planned is tried again, not given up, when the set
// changes while it is being checked.
func TestSchedule_SomebodyPublishesMeanwhile(t *testing.T) {
	d := newTestBook(t)
	d.bring(false, rule("甲", "甲地", "甲"), rule("乙", "乙地", "乙"))
	d.must(d.Submit, "作者")
	d.must(d.Approve, "审核", "甲")
	at := testTime.Add(time.Hour)
	if _, err := d.PublishAt(t.Context(), person("审核"), StepRequest{Account: d.account, Names: []string{"甲", "乙"}}, at); models.ErrorCode(err) != models.CodeConflict {
		t.Errorf("one of the two is not approved: %v", err)
	}
	if list, err := d.Publications(t.Context(), d.account.AppID); err != nil || len(list) != 0 {
		t.Fatalf("planned nevertheless: %+v %v", list, err)
	}
	if _, err := d.PublishAt(t.Context(), person("审核"), StepRequest{Account: d.account, All: true}, at); err != nil {
		t.Fatal(err)
	}
	d.clock = at
	d.checking = func() { // it is asked what is due
		d.checking = func() { d.bring(true, rule("丙", "丙地", "丙")) }
	}
	for _, want := range []string{"丙", "甲丙"} {
		if err := d.PublishDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := d.answers("甲地") + d.answers("丙地"); got != want {
			t.Errorf("answers %q, want %q", got, want)
		}
	}
}
