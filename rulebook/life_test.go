package rulebook

import (
	"slices"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// TestSteps_FromDraftToAnswer: a second person approves, All takes only what fits, and every step
// is audited under the name of who took it.
func TestSteps_FromDraftToAnswer(t *testing.T) {
	d := newTestBook(t)
	d.bring(false, rule("社保", "社保", "甲"), rule("户口", "户口", "乙"))
	if got := d.must(d.Submit, "作者"); got != "社保 户口" {
		t.Errorf("submitted %q", got)
	}
	d.refused(d.Approve, "作者", models.CodeSamePerson, "自己写的", "社保")
	if got := d.must(d.Approve, "作者"); got != "" {
		t.Errorf("the author approved %q", got)
	}
	d.refused(d.Publish, "审核", models.CodeConflict, "还没有审核通过", "社保")
	if got := d.must(d.Approve, "审核", "社保"); got != "社保" {
		t.Errorf("approved %q", got)
	}
	if got := d.must(d.Return, "审核", "户口"); got != "户口" {
		t.Errorf("returned %q", got)
	}
	if got := d.must(d.Publish, "审核"); got != "社保" || d.answers("社保") != "甲" || d.answers("户口") != "" {
		t.Errorf("published %q", got)
	}
	if got := d.must(d.Discard, "作者"); got != "户口" {
		t.Errorf("discarded %q", got)
	}
	if got := d.audited("审核"); !slices.Equal(got, []string{"rule.approve", "rule.return", "rule.publish"}) {
		t.Errorf("audited %v", got)
	}
}

// TestSteps_AllOrNone: one rule that can not take the step keeps the others from it.
func TestSteps_AllOrNone(t *testing.T) {
	d := newTestBook(t)
	d.bring(false, rule("社保", "社保", "甲"), rule("户口", "户口", "乙"))
	d.must(d.Submit, "作者", "户口")
	d.refused(d.Submit, "作者", models.CodeConflict, "不是草稿", "社保", "户口")
	d.refused(d.Submit, "作者", models.CodeNotFound, "“护照”、“签证”", "社保", "护照", "签证")
	if rules, err := d.List(t.Context(), d.account.AppID, models.RuleDraft); err != nil || namesOf(rules) != "社保" {
		t.Errorf("drafts %q, error %v", namesOf(rules), err)
	}
}

// TestPublish_FaultInTheWholeSet: an approved rule that takes another one's example is refused, and
// nothing changes.
func TestPublish_FaultInTheWholeSet(t *testing.T) {
	social := rule("社保", "社保卡", "甲")
	social.Examples = []string{"社保卡补办"}
	d := newTestBook(t, social)
	other := rule("补办", "补办", "乙")
	other.Priority = 9
	d.bring(false, other)
	d.must(d.Submit, "作者")
	d.must(d.Approve, "审核")
	d.refused(d.Publish, "审核", models.CodeInvalid, "未通过检查", "补办")
	if got := d.answers("社保卡补办"); got != "甲" {
		t.Errorf("answers %q", got)
	}
}

// TestPublish_RulesChangedDuringCheck: what was checked is no longer what is published.
func TestPublish_RulesChangedDuringCheck(t *testing.T) {
	d := newTestBook(t, rule("社保", "社保", "甲"))
	d.bring(false, rule("户口", "户口", "乙"))
	d.must(d.Submit, "作者")
	d.must(d.Approve, "审核")
	other := New(d.store, bot.Options{Now: func() time.Time { return testTime }})
	for name, change := range map[string]func(){
		"publish": func() { d.refused(d.Publish, "审核", models.CodeConflict, "刚刚被别人改过", "户口") },
		"archive": func() { d.refused(d.Archive, "审核", models.CodeConflict, "刚刚被别人改过", "户口") },
		"import": func() {
			q := ImportRequest{Account: d.account, Rules: []models.Rule{rule("护照", "护照", "丙")}, Publish: true}
			_, err := d.Import(t.Context(), person("作者"), q)
			d.wantError(err, models.CodeConflict, "刚刚被别人改过")
		},
	} {
		d.checking = func() {
			if _, err := other.Import(t.Context(), person("别人"), ImportRequest{
				Account: d.account, Rules: []models.Rule{rule("社保", "社保", name)}, Publish: true,
			}); err != nil {
				t.Error(err)
			}
		}
		change()
		if d.checking != nil || d.answers("社保") != name || d.answers("户口") != "" || d.answers("护照") != "" {
			t.Errorf("%s: 社保 %q, 户口 %q, 护照 %q", name, d.answers("社保"), d.answers("户口"), d.answers("护照"))
		}
	}
}

// TestArchive_OldFaultElsewhere: a rule can be ended while another one has a fault of its own.
func TestArchive_OldFaultElsewhere(t *testing.T) {
	d := newTestBook(t, rule("社保", "社保", "甲"))
	expired := rule("公积金", "公积金", "乙")
	expired.Source = &models.Source{ValidUntil: "2020-01-01"}
	_, stamp, err := d.store.PublishedRules(t.Context(), d.account.AppID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.store.ChangeRules(t.Context(), d.account.AppID, stamp, func(tx *store.Tx, _ int64) error {
		return tx.PublishRules(t.Context(), d.account.AppID, []models.Rule{expired}, person("从前"))
	}); err != nil {
		t.Fatal(err)
	}
	_, err = d.Import(t.Context(), person("作者"), ImportRequest{Account: d.account, Rules: []models.Rule{rule("户口", "户口", "丙")}, Publish: true})
	d.wantError(err, models.CodeInvalid, "公积金")
	if got := d.must(d.Archive, "管理", "社保"); got != "社保" || d.answers("社保") != "" {
		t.Errorf("archived %q", got)
	}
}

func TestRollback(t *testing.T) {
	d := newTestBook(t, rule("社保", "社保", "甲"))
	d.bring(true, rule("社保", "社保", "乙"))
	back := func(version int64) error {
		_, _, err := d.Rollback(t.Context(), person("管理"), RollbackRequest{Account: d.account, Name: "社保", Version: version})
		return err
	}
	d.wantError(back(2), models.CodeConflict, "旧版本")
	d.wantError(back(9), models.CodeNotFound, "没有版本 9")
	if err := back(1); err != nil || d.answers("社保") != "甲" {
		t.Errorf("answers %q, error %v", d.answers("社保"), err)
	}
	versions, err := d.Versions(t.Context(), d.account.AppID, "社保")
	if err != nil || len(versions) != 3 || len(versions[2].Changes) != 0 {
		t.Fatalf("%+v, error %v", versions, err)
	}
	if c := versions[0].Changes; len(c) != 1 || c[0].Field != "reply" || c[0].Before != "乙" || c[0].After != "甲" {
		t.Errorf("changes %+v", c)
	}
	// The word of another rule has come to lie in this one's way.
	other := rule("全部", "社", "丙")
	other.Examples = []string{"社保"}
	other.Priority = 9
	d.bring(true, rule("社保", "医保", "丁"), other)
	d.wantError(back(1), models.CodeInvalid, "未通过检查")
}
