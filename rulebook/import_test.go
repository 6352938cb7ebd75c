package rulebook

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
)

// TestImport_WhatDiffers: what means the same is not written, as a draft or published.
func TestImport_WhatDiffers(t *testing.T) {
	social, residence := rule("社保", "社保", "甲"), rule("户口", "户口", "乙")
	d := newTestBook(t, social, residence)
	same := residence
	same.Keywords = []string{"户口", "户口"}
	changed := rule("社保", "社保", "丙")
	want := Imported{Same: 1, Changes: []Change{
		{Rule: "社保", Kind: RuleChanged, Fields: []sheet.FieldChange{{Field: "reply", Title: "回复", Before: "甲", After: "丙"}}},
		{Rule: "护照", Kind: RuleAdded},
	}}
	got := d.bring(false, changed, same, rule("护照", "护照", "丁"))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("as drafts (-want +got):\n%s", diff)
	}
	if got := d.bring(false, changed, rule("护照", "护照", "丁")); len(got.Changes) != 0 || got.Same != 2 {
		t.Errorf("the drafts are there: %+v", got)
	}
	if got := d.answers("社保"); got != "甲" {
		t.Errorf("a draft answers %q", got)
	}
	want.Publish, want.Version = true, 2
	got = d.bring(true, changed, same, rule("护照", "护照", "丁"))
	if diff := cmp.Diff(want, got); diff != "" || d.answers("社保") != "丙" || d.answers("护照") != "丁" {
		t.Errorf("published (-want +got):\n%s", diff)
	}
	if got := d.bring(true, changed); got.Version != 0 || len(got.Changes) != 0 {
		t.Errorf("nothing differs: %+v", got)
	}
	if got := d.audited("作者"); !slices.Equal(got, []string{"rules.publish", "rules.draft", "rules.publish"}) {
		t.Errorf("audited %v", got)
	}
}

// TestImport_Refused: a dry run tells what would change and why it is refused; without it the
// import is refused. Nothing is written.
func TestImport_Refused(t *testing.T) {
	d := newTestBook(t, rule("社保", "社保卡", "甲"))
	wrong := rule("医保", "医保", "乙")
	wrong.Examples = []string{"社保卡"}
	q := ImportRequest{Account: d.account, Rules: []models.Rule{wrong}, Publish: true, DryRun: true}
	in, err := d.Import(t.Context(), person("作者"), q)
	if err != nil || len(in.Changes) != 1 || !in.DryRun {
		t.Errorf("%+v, error %v", in, err)
	}
	d.wantError(in.Refused, models.CodeInvalid, "未通过检查")
	q.DryRun = false
	_, err = d.Import(t.Context(), person("作者"), q)
	d.wantError(err, models.CodeInvalid, "“社保卡”")
	q.Publish, q.DryRun = false, true
	if in, err = d.Import(t.Context(), person("作者"), q); err != nil || in.Refused != nil || len(in.Changes) != 1 {
		t.Errorf("drafts may have faults: %+v, error %v", in, err)
	}
	if rules, err := d.List(t.Context(), d.account.AppID, ""); err != nil || namesOf(rules) != "社保" {
		t.Errorf("rules %q, error %v", namesOf(rules), err)
	}
}

// TestImport_Doubts: what hinders nothing is told of the rules that were brought, not of others.
func TestImport_Doubts(t *testing.T) {
	first := models.Rule{Name: "默认", Match: models.MatchDefault, Replies: []models.Reply{models.TextReply("请稍候。")}}
	second := first
	second.Name = "其他"
	d := newTestBook(t, first)
	in := d.bring(true, second)
	if len(in.Doubts) != 1 || in.Doubts[0].Rule != "其他" || in.Doubts[0].Severity != models.SeverityWarning {
		t.Errorf("doubts %+v", in.Doubts)
	}
}

func TestCheck_SelectionIsTakenTogether(t *testing.T) {
	d := newTestBook(t, rule("社保", "社保卡", "甲"))
	wrong := rule("医保", "医保", "乙")
	wrong.Examples = []string{"社保卡和医保"}
	n, findings, err := d.Check(t.Context(), d.account, Selection{Brought: []models.Rule{wrong}})
	if err != nil || n != 2 || len(findings) == 0 || findings[0].Rule != "医保" || findings[0].Severity != models.SeverityError {
		t.Errorf("%d rules, %+v, error %v", n, findings, err)
	}
	if n, findings, err = d.Check(t.Context(), d.account, Selection{Brought: []models.Rule{wrong}, Only: true}); err != nil || n != 1 || bot.Refused(findings) {
		t.Errorf("%d rules, %+v, error %v", n, findings, err)
	}
}

// TestReplayAndSuggest: both read the citizens' own words from the log.
func TestReplayAndSuggest(t *testing.T) {
	d := newTestBook(t, rule("社保", "社保", "甲"))
	asked := []string{"社保怎么交", "护照怎么办理", "办理护照怎么办", "护照怎么办理呢"}
	batch := make([]models.Interaction, len(asked))
	for i, text := range asked {
		at := testTime.Add(time.Duration(i-48) * time.Hour)
		batch[i] = models.Interaction{
			AppID: d.account.AppID, OpenID: "oCitizen_000001", Channel: models.ChannelChat, Dir: models.DirIn, Actor: models.ActorCitizen,
			Kind: models.MsgTypeText, Content: text, At: at, ReceivedAt: at, MsgKey: models.DerivedKey("test", text), OK: true, ParseStatus: models.ParseOK,
		}
	}
	if err := d.store.Append(t.Context(), batch, nil); err != nil {
		t.Fatal(err)
	}
	brought := Selection{Brought: []models.Rule{rule("护照", "护照", "乙")}}
	r, err := d.Replay(t.Context(), ReplayRequest{Account: d.account, Rules: brought})
	if err != nil || r.Questions != 4 || r.Gained != 3 || r.Lost != 0 || r.MatchedBefore != 1 {
		t.Errorf("%+v, error %v", r, err)
	}
	r, err = d.Replay(t.Context(), ReplayRequest{Account: d.account, Rules: brought, From: testTime.Add(-46 * time.Hour)})
	if err != nil || r.Questions != 2 {
		t.Errorf("later questions: %+v, error %v", r, err)
	}
	groups, err := d.Suggest(t.Context(), SuggestRequest{Account: d.account})
	if err != nil || len(groups) != 1 || groups[0].Name() != "护照" || groups[0].Count != 3 || groups[0].Covered != 3 || len(groups[0].Members) != 3 {
		t.Errorf("%+v, error %v", groups, err)
	}
}

func TestPins_TopicsOfPublishedRules(t *testing.T) {
	lamp := rule("路灯", "路灯", "请写明路段。")
	lamp.Topic = "城乡建设/照明"
	d := newTestBook(t, lamp)
	q := PinRequest{Account: d.account, Text: "照明检修", Until: testTime.Add(time.Hour), Topics: []string{" 城乡建设", "城乡建设"}, Reason: "检修"}
	pin, err := d.SetPin(t.Context(), person("值班"), q)
	if err != nil || !slices.Equal(pin.Topics, []string{"城乡建设"}) || pin.By != "值班" {
		t.Fatalf("%+v, error %v", pin, err)
	}
	if got := d.answers("路灯不亮"); got != "照明检修" {
		t.Errorf("answers %q", got)
	}
	q.Topics = []string{"交通"}
	_, err = d.SetPin(t.Context(), person("值班"), q)
	d.wantError(err, models.CodeInvalid, "没有主题“交通”，现有的主题：城乡建设、城乡建设/照明")
	q.Topics, q.Until = nil, testTime
	_, err = d.SetPin(t.Context(), person("值班"), q)
	d.wantError(err, models.CodeInvalid, "置顶有误")
	q.Until, q.Account.Settings = testTime.Add(time.Hour), []models.Setting{{Name: models.SettingWordsSensitive, Value: "检修"}}
	_, err = d.SetPin(t.Context(), person("值班"), q)
	d.wantError(err, models.CodeInvalid, "敏感词“检修”")
	d.wantError(d.DeletePin(t.Context(), person("值班"), d.account.AppID, nil), models.CodeNotFound, "没有这样的应急置顶")
	if err := d.DeletePin(t.Context(), person("值班"), d.account.AppID, []string{"城乡建设 "}); err != nil || d.answers("路灯不亮") != "请写明路段。" {
		t.Errorf("answers %q, error %v", d.answers("路灯不亮"), err)
	}
}
