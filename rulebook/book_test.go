package rulebook

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

var testTime = time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC) // Monday 16:30 in Shanghai

// current is an empty database with every step of the schema.
var current = storetest.Original{Open: func(t testing.TB, database string) (storetest.Store, error) {
	t.Helper()
	sealer, err := seal.NewSealer(bytes.Repeat([]byte{'k'}, 32))
	if err != nil {
		return nil, err
	}
	return store.Open(store.Options{Database: database, Sealer: sealer, AuditMAC: sealer.AuditMAC})
}}

// testBook is a rulebook with one account on a database of its own.
type testBook struct {
	*Book
	t       *testing.T
	account models.Account
	clock   time.Time // of the book and its store
	// checking, when set, runs once when a check is under way.
	checking func()
}

// everywhere runs a test on both databases.
func everywhere(t *testing.T, f func(t *testing.T, d *testBook)) {
	t.Helper()
	current.Every(t, func(t *testing.T, database string) { f(t, newTestBookOn(t, database)) })
}

func newTestBook(t *testing.T, rules ...models.Rule) *testBook {
	t.Helper()
	return newTestBookOn(t, current.SQLite(t), rules...)
}

func newTestBookOn(t *testing.T, database string, rules ...models.Rule) *testBook {
	t.Helper()
	sealer, err := seal.NewSealer(bytes.Repeat([]byte{'k'}, 32))
	if err != nil {
		t.Fatal(err)
	}
	d := &testBook{t: t, clock: testTime, account: models.Account{
		AppID: "wx0123456789abcdef", Name: "江城政务", Kind: models.KindService, OriginalID: "gh_0123456789ab", Mode: models.ModePlain,
		Token: "abcdefgh12345678",
	}}
	s, err := store.Open(store.Options{
		Database: database, Sealer: sealer, AuditMAC: sealer.AuditMAC,
		Now: func() time.Time { return d.clock },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	if err := s.CreateAccount(t.Context(), d.account, person("管理员")); err != nil {
		t.Fatal(err)
	}
	d.Book = New(s, bot.Options{Now: func() time.Time {
		if f := d.checking; f != nil {
			d.checking = nil
			f()
		}
		return d.clock
	}})
	if len(rules) > 0 {
		d.bring(true, rules...)
	}
	return d
}

func person(name string) models.Who {
	return models.Who{ID: "u-" + name, Name: name, Role: "content_admin"}
}

func rule(name, keyword, reply string) models.Rule {
	return models.Rule{
		Name: name, Match: models.MatchContains, Keywords: []string{keyword}, Replies: []models.Reply{models.TextReply(reply)},
	}
}

// bring imports rules, published or as drafts.
func (d *testBook) bring(publish bool, rules ...models.Rule) Imported {
	d.t.Helper()
	in, err := d.Import(d.t.Context(), person("作者"), ImportRequest{Account: d.account, Rules: rules, Publish: publish})
	if err != nil {
		d.t.Fatal(err)
	}
	return in
}

type stepFunc func(context.Context, models.Who, StepRequest) ([]models.Rule, error)

// must takes a step with the named rules, or with all that fit, and returns who took it.
func (d *testBook) must(step stepFunc, by string, names ...string) string {
	d.t.Helper()
	rules, err := step(d.t.Context(), person(by), StepRequest{Account: d.account, Names: names, All: len(names) == 0, Reason: "再改"})
	if err != nil {
		d.t.Fatal(err)
	}
	return namesOf(rules)
}

// refused takes a step that must be refused with this code, for a reason that holds the words.
func (d *testBook) refused(step stepFunc, by, code, words string, names ...string) {
	d.t.Helper()
	_, err := step(d.t.Context(), person(by), StepRequest{Account: d.account, Names: names})
	d.wantError(err, code, words)
}

func (d *testBook) wantError(err error, code, words string) {
	d.t.Helper()
	if models.ErrorCode(err) != code || !strings.Contains(err.Error(), words) {
		d.t.Errorf("error %v, want %s with %q", err, code, words)
	}
}

// answers is what a citizen is told.
func (d *testBook) answers(text string) string {
	d.t.Helper()
	trial, err := d.Try(d.t.Context(), TryRequest{Account: d.account, Text: text})
	if err != nil {
		d.t.Fatal(err)
	}
	return trial.Reply.Text
}

// audited are the actions of a person, the first first.
func (d *testBook) audited(name string) []string {
	d.t.Helper()
	var actions []string
	err := d.store.AuditEntries(d.t.Context(), store.AuditFilter{AppID: d.account.AppID}, func(e models.AuditEntry) error {
		if e.Who.Name == name {
			actions = append(actions, e.Action)
		}
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return actions
}

func namesOf(rules []models.Rule) string {
	var names []string
	for i := range rules {
		names = append(names, rules[i].Name)
	}
	return strings.Join(names, " ")
}

func TestList_ByState(t *testing.T) {
	d := newTestBook(t, rule("社保", "社保", "甲"), rule("户口", "户口", "乙"), rule("护照", "护照", "丙"))
	d.bring(false, rule("社保", "社保", "改"), rule("居住证", "居住证", "丁"))
	d.must(d.Archive, "管理", "护照")
	for state, want := range map[models.RuleState]string{
		"": "社保 户口 护照 居住证", models.RuleDraft: "社保 居住证", models.RulePublished: "社保 户口", models.RuleArchived: "护照",
	} {
		rules, err := d.List(t.Context(), d.account.AppID, state)
		if err != nil || namesOf(rules) != want {
			t.Errorf("%q: %s, error %v", state, namesOf(rules), err)
		}
	}
}

func TestSelection_Rules(t *testing.T) {
	d := newTestBook(t, rule("社保", "社保", "甲"), rule("户口", "户口", "乙"))
	d.bring(false, rule("居住证", "居住证", "丁"))
	brought := []models.Rule{rule("户口", "户口", "新"), rule("护照", "护照", "丙")}
	for _, c := range []struct {
		selection Selection
		want      string
		version   int64
	}{
		{Selection{}, "社保 户口", 1},
		{Selection{Drafts: true}, "社保 户口 居住证", 0},
		{Selection{Brought: brought}, "社保 户口 护照", 0},
		{Selection{Brought: brought, Only: true}, "户口 护照", 0},
	} {
		rules, version, err := d.Rules(t.Context(), d.account.AppID, c.selection)
		if err != nil || namesOf(rules) != c.want || version != c.version {
			t.Errorf("%+v: %s version %d, error %v", c.selection, namesOf(rules), version, err)
		}
		if i := slices.IndexFunc(rules, func(r models.Rule) bool { return r.Name == "户口" && r.ID == 0 }); i >= 0 && !c.selection.Only {
			t.Errorf("%+v: the rule has lost the id of the one it replaces", c.selection)
		}
	}
}

// TestSensitive_KeepsRulesBack: an answer with a sensitive word is not published; one that is given already
// is named and hinders no others.
func TestSensitive_KeepsRulesBack(t *testing.T) {
	d := newTestBook(t, rule("旧", "旧事", "请打内部号码"))
	d.account.Settings = []models.Setting{{Name: models.SettingWordsSensitive, Value: "内部号码"}}
	d.bring(true, rule("新", "新事", "请到大厅"))
	bad := rule("坏", "坏事", "内部 号码 8001")
	_, err := d.Import(t.Context(), person("作者"), ImportRequest{Account: d.account, Rules: []models.Rule{bad}, Publish: true})
	d.wantError(err, models.CodeInvalid, "敏感词“内部号码”")
	d.bring(false, bad)
	_, _, err = d.bulk("作者", StepSubmit, nil, "坏")
	d.wantError(err, models.CodeInvalid, "敏感词“内部号码”")
	table, names := d.table(nil)
	for _, r := range table.Rules {
		level := ""
		for _, f := range r.Findings {
			if f.Code == CheckSensitive {
				level = f.Level
			}
		}
		if want := map[string]string{"旧": "warning", "坏": "error", "新": ""}[r.Name]; level != want {
			t.Errorf("%s: %q, want %q (%s)", r.Name, level, want, names)
		}
	}
	live, err := d.LiveTest(t.Context(), LiveTestRequest{Account: d.account, Text: "坏事", Rule: &bad})
	if err != nil || len(live.Findings) == 0 || live.Findings[0].Code != CheckSensitive {
		t.Errorf("%+v %v", live.Findings, err)
	}
}

// TestCheck_NobodyTakesIt: a rule that hands over or begins a case is doubted where the account has nobody who
// takes it, with what to do; it can be published all the same.
func TestCheck_NobodyTakesIt(t *testing.T) {
	set := func(settings ...string) (out []models.Setting) {
		for i := 0; i < len(settings); i += 2 {
			out = append(out, models.Setting{Name: models.SettingHuman, ValidFrom: settings[i], Value: settings[i+1]})
		}
		return out
	}
	with := func(name string, action models.RuleAction, on ...models.Trigger) models.Rule {
		r := rule(name, name, "好")
		r.Action, r.On = action, on
		return r
	}
	d := newTestBook(t, with("登记", "case:help"), with("转接", models.ActionHandover), with("点转", models.ActionHandover, models.OnClick, models.OnText), with("只点", models.ActionHandover, models.OnScan), with("不做", ""))
	for name, c := range map[string]struct {
		settings []models.Setting
		want     string // the rules found, in order
		says     string // of each
	}{
		"nothing is set":        {nil, "登记 转接 点转 只点", "wenzheng account human wx0123456789abcdef desk"},
		"closed again":          {set("", "desk", "2026-03-02", "none"), "登记 转接 点转 只点", "请系统管理员打开"},
		"opens later":           {set("2026-03-09", "desk"), "登记 转接 点转 只点", "2026-03-09 才打开"},
		"open since today":      {set("2026-03-02", "desk"), "", ""},
		"WeChat's own client":   {set("", "wechat"), "只点", "微信客服工具只能接"},
		"closes some other day": {set("", "desk", "2026-03-03", "none"), "", ""},
	} {
		d.account.Settings = c.settings
		_, findings, err := d.Check(t.Context(), d.account, Selection{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range findings {
			if f.Code != CheckNobody {
				continue
			}
			got = append(got, f.Rule)
			if f.Severity != models.SeverityWarning || !strings.Contains(f.Message, c.says) {
				t.Errorf("%s: %+v", name, f)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: found in %q, want %q", name, got, c.want)
		}
	}
	d.account.Settings = nil
	draft := with("新登记", "case")
	live, err := d.LiveTest(t.Context(), LiveTestRequest{Account: d.account, Text: "新登记", Rule: &draft})
	if err != nil || !slices.ContainsFunc(live.Findings, func(f Finding) bool { return f.Code == CheckNobody && f.Level == "warning" }) {
		t.Errorf("the editor says %+v, error %v", live.Findings, err)
	}
}
