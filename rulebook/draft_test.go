package rulebook

import (
	"errors"
	"testing"

	"github.com/wenzheng/wenzheng/models"
)

func (d *testBook) save(by string, id int64, base string, r models.Rule) (Saved, error) {
	return d.SaveDraft(d.t.Context(), person(by), SaveRequest{Account: d.account, ID: id, Base: base, Rule: r})
}

// TestSaveDraft_TwoAuthors: who is later is shown what the other has written, and loses nothing.
func TestSaveDraft_TwoAuthors(t *testing.T) {
	everywhere(t, func(t *testing.T, d *testBook) {
		d.t = t
		d.bring(true, rule("社保", "社保", "一"))
		table, _ := d.table(nil)
		id, base := table.Rules[0].ID, table.Rules[0].Edition
		mine, err := d.save("甲", id, base, rule("社保", "社保", "甲的"))
		if err != nil || mine.Rule.Version != 2 || mine.Rule.LiveVersion != 1 {
			t.Fatalf("%+v, error %v", mine.Rule, err)
		}
		_, err = d.save("乙", id, base, rule("社保", "社保", "乙的"))
		var newer *NewerError
		if !errors.As(err, &newer) || newer.Theirs.Replies[0].Text != "甲的" || newer.Theirs.Author != "甲" || models.ErrorCode(err) != models.CodeConflict {
			t.Fatalf("error %v", err)
		}
		// Theirs was read, so that it may be written over; the version stays, the edition does not.
		second, err := d.save("乙", id, newer.Theirs.Edition, rule("社保", "社保", "乙的"))
		if err != nil || second.Rule.Version != 2 {
			t.Fatalf("%+v, error %v", second.Rule, err)
		}
		if _, err := d.save("甲", id, mine.Rule.Edition, rule("社保", "社保", "甲又改")); !errors.As(err, &newer) || newer.Theirs.Author != "乙" {
			t.Errorf("the same version, written again: error %v", err)
		}
		same, err := d.save("甲", id, second.Rule.Edition, rule("社保", "社保", "乙的"))
		if err != nil || same.Rule.Author != "乙" || same.Rule.Edition != second.Rule.Edition {
			t.Errorf("nothing changed: %+v, error %v", same.Rule, err)
		}
	})
}

// TestSaveDraft_HalfARule: what is not there yet is named, and only a name must be there.
func TestSaveDraft_HalfARule(t *testing.T) {
	d := newTestBook(t, rule("户口", "户口", "乙"))
	for name, r := range map[string]models.Rule{"no name": {}, "blank": {Name: " \u200b"}, "long": {Name: string(make([]rune, 65))}} {
		_, err := d.save("甲", 0, "", r)
		var e *models.Error
		if name == "long" {
			r.Name = ""
			for range 65 {
				r.Name += "长"
			}
			_, err = d.save("甲", 0, "", r)
		}
		if !errors.As(err, &e) || e.Code != models.CodeInvalid || e.Fields[0].Field != "name" {
			t.Errorf("%s: %v", name, err)
		}
	}
	saved, err := d.save("甲", 0, "", models.Rule{Name: " 新 ", Keywords: []string{" ", "居住证 "}, Examples: []string{""}, When: &models.Window{}, Source: &models.Source{ValidUntil: "明年"}})
	if err != nil || saved.Rule.Name != "新" || len(saved.Rule.Keywords) != 1 || saved.Rule.Keywords[0] != "居住证" || saved.Rule.When != nil {
		t.Fatalf("%+v, error %v", saved.Rule, err)
	}
	if len(saved.Faults) != 2 || saved.Faults[0].Field != "replies" || saved.Faults[1].Field != "source.valid_until" {
		t.Errorf("faults %+v", saved.Faults)
	}
	shown, err := d.Show(t.Context(), d.account, saved.Rule.ID)
	if err != nil || shown.Live != nil || shown.Draft.Name != "新" || len(shown.Faults) != 2 || len(shown.Findings) == 0 {
		t.Errorf("%+v, error %v", shown, err)
	}
	_, err = d.save("甲", 0, "", rule("户口", "落户", "x"))
	d.wantError(err, models.CodeConflict, "同名")
	_, err = d.save("甲", saved.Rule.ID, "", rule("新", "x", "y"))
	d.wantError(err, models.CodeInvalid, "base_version")
	_, err = d.save("甲", 77, "1.x", rule("新", "x", "y"))
	d.wantError(err, models.CodeNotFound, "没有这条规则")
	other := d.account
	other.AppID = "wxother"
	if _, err := d.Show(t.Context(), other, saved.Rule.ID); models.ErrorCode(err) != models.CodeNotFound {
		t.Errorf("of another account: %v", err)
	}
}

// TestLiveTest: a rule that is nowhere stored is tried against the published ones.
func TestLiveTest(t *testing.T) {
	d := newTestBook(t, rule("社保", "社保", "甲"), rule("社保卡", "社保卡", "乙"))
	table, _ := d.table(nil)
	ask := func(text string, r *models.Rule) LiveTest {
		t.Helper()
		got, err := d.LiveTest(t.Context(), LiveTestRequest{Account: d.account, Text: text, Rule: r})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	got := ask("ＳＢ 社保卡丢了！", nil)
	if got.Winner.Name != "社保卡" || got.Published != nil || got.Normalised != "sb社保卡丢了" || len(got.Beaten) != 1 || got.Beaten[0].Name != "社保" || got.Reply.Bytes != 3 || len(got.Reply.Pages) != 1 {
		t.Errorf("%+v", got)
	}
	draft := rule("补办", "丢了", "丙")
	draft.Priority, draft.Examples, draft.CounterExamples = 1, []string{"社保卡丢了", "身份证"}, []string{"丢了"}
	got = ask("社保卡丢了", &draft)
	if got.Winner.Name != "补办" || got.Winner.ID != 0 || got.Published.Winner.Name != "社保卡" || got.Published.Reply.Text != "乙" || len(got.Faults) != 0 {
		t.Errorf("%+v", got)
	}
	if e := got.Examples; len(e) != 3 || !e[0].OK || e[1].OK || e[1].Got != "" || e[2].OK || e[2].Got != "补办" || len(got.Findings) != 2 {
		t.Errorf("%+v %+v", e, got.Findings)
	}
	changed := rule("社保卡", "社会保障卡", "丁")
	changed.ID = table.Rules[1].ID
	if got = ask("社保卡丢了", &changed); got.Winner.Name != "社保" || got.Published.Winner.Name != "社保卡" {
		t.Errorf("%+v", got.Winner)
	}
	if got = ask("社保卡丢了", &models.Rule{Name: "半条", Keywords: []string{""}}); got.Winner.Name != "社保卡" || len(got.Faults) == 0 || got.Faults[0].Field != "keywords" {
		t.Errorf("%+v", got)
	}
	if d.answers("社保卡丢了") != "乙" {
		t.Error("trying changed what is published")
	}
	for _, q := range []LiveTestRequest{{Text: string(make([]byte, maxTried+1))}, {On: "mail"}, {Key: string(make([]byte, 200))}} {
		q.Account = d.account
		_, err := d.LiveTest(t.Context(), q)
		d.wantError(err, models.CodeInvalid, "")
	}
}
