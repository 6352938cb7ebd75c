package rulebook

import (
	"testing"
)

// renamed brings a rule that answers no more under another name, and has it answer.
func (d *testBook) renamed(was, name, keyword string) {
	d.t.Helper()
	table, _ := d.table(func(q *TableRequest) { q.State = "archived" })
	for _, r := range table.Rules {
		if r.Name != was {
			continue
		}
		if _, err := d.save("作者", r.ID, r.Edition, rule(name, keyword, name)); err != nil {
			d.t.Fatal(err)
		}
		d.must(d.Submit, "作者", name)
		d.must(d.Approve, "审核", name)
		d.must(d.Publish, "审核", name)
		return
	}
	d.t.Fatalf("no rule %s answers no more", was)
}

// TestRollbackSet_NamesMoved: rules that swapped their names have them again, and one that took the name
// of another makes room, whether it answered, waits as a draft, or was archived.
func TestRollbackSet_NamesMoved(t *testing.T) {
	everywhere(t, func(t *testing.T, d *testBook) {
		d.t = t
		back := func(version int64) {
			t.Helper()
			if _, _, err := d.RollbackSet(t.Context(), person("管理"), RollbackSetRequest{Account: d.account, Version: version}); err != nil {
				t.Fatal(err)
			}
		}
		d.bring(true, rule("甲", "甲地", "甲"), rule("乙", "乙地", "乙"))
		d.must(d.Archive, "管理", "甲")
		d.renamed("甲", "丙", "甲地")
		d.must(d.Archive, "管理", "乙")
		d.renamed("乙", "甲", "乙地")
		d.must(d.Archive, "管理", "丙")
		d.renamed("丙", "乙", "甲地")
		if got := d.answers("甲地") + d.answers("乙地"); got != "乙甲" {
			t.Fatalf("answers %q", got)
		}
		back(1)
		if got := d.answers("甲地") + d.answers("乙地"); got != "甲乙" {
			t.Errorf("swapped: answers %q", got)
		}
		d.must(d.Archive, "管理", "甲")
		d.renamed("甲", "丁", "甲地")
		d.bring(true, rule("甲", "新地", "新"))
		back(1)
		if got := d.answers("甲地") + d.answers("乙地") + d.answers("新地"); got != "甲乙" {
			t.Errorf("answered meanwhile: answers %q", got)
		}
		d.must(d.Archive, "管理", "甲")
		d.renamed("甲", "戊", "甲地")
		d.bring(false, rule("甲", "草地", "草"))
		back(1)
		if _, names := d.table(func(q *TableRequest) { q.State = "draft" }); names != "甲（3）" {
			t.Errorf("the draft is called %s", names)
		}
		if notices, err := d.Notices(t.Context(), person("作者"), d.account.AppID); err != nil || notices[0].Rule != "甲（3）" && notices[1].Rule != "甲（3）" {
			t.Errorf("%+v %v", notices, err)
		}
		d.must(d.Submit, "作者", "甲（3）")
		d.must(d.Approve, "审核", "甲（3）")
		d.must(d.Publish, "审核", "甲（3）")
		if got := d.answers("甲地") + d.answers("乙地") + d.answers("草地"); got != "甲乙草" {
			t.Errorf("a draft: answers %q", got)
		}
	})
}

// TestRollbackSet_RenamedRule: a rule is the same one whatever it is called: the set of then has it under
// the name of then, and not a second time.
func TestRollbackSet_RenamedRule(t *testing.T) {
	everywhere(t, func(t *testing.T, d *testBook) {
		d.t = t
		d.bring(true, rule("甲", "甲地", "甲"), rule("乙", "乙地", "乙"))
		d.must(d.Archive, "管理", "甲")
		table, _ := d.table(func(q *TableRequest) { q.State = "archived" })
		id := table.Rules[0].ID
		if _, err := d.save("作者", id, table.Rules[0].Edition, rule("甲街道", "甲街道", "甲二")); err != nil {
			t.Fatal(err)
		}
		d.must(d.Submit, "作者", "甲街道")
		d.must(d.Approve, "审核", "甲街道")
		d.must(d.Publish, "审核", "甲街道")
		back := func() error {
			_, diff, err := d.RollbackSet(t.Context(), person("管理"), RollbackSetRequest{Account: d.account, Version: 1})
			if err == nil && (diff.Changed != 1 || len(diff.Rules) != 1) {
				t.Errorf("%+v", diff)
			}
			return err
		}
		d.bring(false, rule("甲", "甲乡", "别的"))
		d.must(d.Discard, "作者", "甲")
		if err := back(); err != nil {
			t.Fatal(err)
		}
		if got := d.answers("甲地") + d.answers("甲街道") + d.answers("乙地"); got != "甲乙" {
			t.Errorf("answers %q", got)
		}
		if table, names := d.table(nil); names != "甲 乙" && names != "乙 甲" || table.Rules[0].ID != id && table.Rules[1].ID != id {
			t.Errorf("%s", names)
		}
		if diff, err := d.SetDiff(t.Context(), d.account.AppID, 1, 4); err != nil || len(diff.Rules) != 0 || diff.Changed != 0 {
			t.Errorf("the set of then differs from itself: %+v %v", diff, err)
		}
	})
}
