package rulebook

import (
	"testing"

	"github.com/wenzheng/wenzheng/models"
)

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
		d.wantError(back(), models.CodeConflict, "现在是另一条规则的")
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
