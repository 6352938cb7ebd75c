package texts

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook/review"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

var testTime = time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC) // Monday 16:30 in Shanghai

// current is an empty database with every step of the schema.
var current = storetest.Original{Open: func(t testing.TB, database string) (storetest.Store, error) {
	t.Helper()
	return openStore(database)
}}

func openStore(database string) (*store.Store, error) {
	sealer, err := seal.NewSealer(bytes.Repeat([]byte{'k'}, 32))
	if err != nil {
		return nil, err
	}
	return store.Open(store.Options{Database: database, Sealer: sealer, AuditMAC: sealer.AuditMAC, Now: func() time.Time { return testTime }})
}

// testBook holds the texts of one account on a database of its own, whose clock stands.
type testBook struct {
	*Book
	t     *testing.T
	appID string
}

func newTestBook(t *testing.T, database string) *testBook {
	t.Helper()
	s, err := openStore(database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	account := models.Account{
		AppID: "wx0123456789abcdef", Name: "江城政务", Kind: models.KindService, OriginalID: "gh_0123456789ab", Mode: models.ModePlain, Token: "abcdefgh12345678",
	}
	if err := s.CreateAccount(t.Context(), account, person("管理员")); err != nil {
		t.Fatal(err)
	}
	return &testBook{New(s), t, account.AppID}
}

// everywhere runs a test on both databases.
func everywhere(t *testing.T, f func(d *testBook)) {
	t.Helper()
	current.Every(t, func(t *testing.T, database string) { f(newTestBook(t, database)) })
}

func person(name string) models.Who {
	return models.Who{ID: "u-" + name, Name: name, Role: "content_admin"}
}

// account is the account as an instance reads it.
func (d *testBook) account() models.Account {
	d.t.Helper()
	account, err := d.store.Account(d.t.Context(), d.appID)
	if err != nil {
		d.t.Fatal(err)
	}
	return account
}

func (d *testBook) wantError(err error, code, words string) {
	d.t.Helper()
	if models.ErrorCode(err) != code || !strings.Contains(err.Error(), words) {
		d.t.Errorf("error %v, want %s with %q", err, code, words)
	}
}

func (d *testBook) save(by string, key Key, base, text string, words ...string) (Text, error) {
	d.t.Helper()
	return d.Save(d.t.Context(), person(by), SaveRequest{Account: d.account(), Key: key, Base: base, Text: text, Words: words})
}

func (d *testBook) step(by string, key Key, step review.Step, edition string) (Text, error) {
	d.t.Helper()
	return d.Step(d.t.Context(), person(by), StepRequest{Account: d.account(), Key: key, Request: review.Request{Step: step, Edition: edition, Reason: "再改"}})
}

// through takes a text from nothing to its effect.
func (d *testBook) through(key Key, text string, words ...string) Text {
	d.t.Helper()
	_, err := d.save("作者", key, "", text, words...)
	if err == nil {
		_, err = d.step("作者", key, review.Submit, "")
	}
	shown := Text{}
	if err == nil {
		shown, err = d.step("审核", key, review.Approve, "")
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return shown
}

// TestText_WholeLife: what somebody wrote is in effect once another person has approved it, and what was
// built in is again when nothing is written.
func TestText_WholeLife(t *testing.T) {
	everywhere(t, func(d *testBook) {
		first, err := d.save("作者", Crisis, "", " 请马上拨打 110、120、12356。\r\n")
		if err != nil || first.Draft.Text != "请马上拨打 110、120、12356。" || first.Text != models.CrisisText || first.Set || len(first.Findings) != 0 {
			d.t.Fatalf("%+v %v", first, err)
		}
		_, err = d.save("别人", Crisis, "", "别的")
		d.wantError(err, models.CodeConflict, "刚被别人改过")
		_, err = d.step("审核", Crisis, review.Approve, "")
		d.wantError(err, models.CodeConflict, "不在审核中")
		sent, err := d.step("作者", Crisis, review.Submit, first.Draft.Edition)
		if err != nil {
			d.t.Fatal(err)
		}
		_, err = d.save("作者", Crisis, sent.Draft.Edition, "再改")
		d.wantError(err, models.CodeConflict, "正在审核")
		_, err = d.step("作者", Crisis, review.Approve, "")
		d.wantError(err, models.CodeSamePerson, "不能自己审核")
		_, err = d.step("审核", Crisis, review.Approve, first.Draft.Edition)
		d.wantError(err, models.CodeConflict, "刚被别人改过")
		returned, err := d.step("审核", Crisis, review.Return, sent.Draft.Edition)
		if err != nil || returned.Draft.State != review.Draft || returned.Draft.Reason != "再改" {
			d.t.Fatalf("%+v %v", returned, err)
		}
		if models.SettingText(d.account().Settings, models.SettingTextCrisis) != "" {
			d.t.Error("in effect before it is approved")
		}
		if _, err := d.step("作者", Crisis, review.Submit, ""); err != nil {
			d.t.Fatal(err)
		}
		live, err := d.step("审核", Crisis, review.Approve, "")
		if err != nil || live.Draft != nil || !live.Set || live.By != "作者" || live.Version != 1 || live.Text != "请马上拨打 110、120、12356。" || live.Bytes == 0 || live.Pages != 1 {
			d.t.Fatalf("%+v %v", live, err)
		}
		if got := models.SettingText(d.account().Settings, models.SettingTextCrisis); got != live.Text {
			d.t.Errorf("the account has %q", got)
		}
		built := d.through(Crisis, "")
		if built.Set || built.Text != models.CrisisText || built.Version != 2 || models.SettingText(d.account().Settings, models.SettingTextCrisis) != "" {
			d.t.Errorf("%+v", built)
		}
		list, err := d.Versions(d.t.Context(), d.appID, Crisis)
		if err != nil || len(list) != 2 || list[0].State != review.Published || list[1].State != review.Replaced || list[1].Reviewer != "审核" {
			d.t.Errorf("%+v %v", list, err)
		}
		audited := ""
		err = d.store.AuditEntries(d.t.Context(), store.AuditFilter{Action: "text."}, func(e models.AuditEntry) error {
			audited += strings.TrimPrefix(e.Action, "text.") + " "
			return nil
		})
		if want := "draft submit return submit approve draft submit approve "; err != nil || audited != want {
			d.t.Errorf("audited %q, %v", audited, err)
		}
	})
}

// TestWords_OwnBesideBuiltIn: lists grow by own words, hold each once, and say what a draft changes.
func TestWords_OwnBesideBuiltIn(t *testing.T) {
	d := newTestBook(t, current.SQLite(t))
	d.through(CrisisWords, "", "跳江", " 望江楼上 ", "跳江", "")
	x, err := d.save("作者", CrisisWords, "", "", "跳江", "江心洲")
	if err != nil || fmt.Sprint(x.Words, x.Draft.Added, x.Draft.Removed) != "[跳江 望江楼上] [江心洲] [望江楼上]" || len(x.BuiltIn) < 100 {
		t.Errorf("%v %+v %v", x.Words, x.Draft, err)
	}
	for word, says := range map[string]string{"死": "2 至 20", "救命": "内置", strings.Repeat("长", 21): "2 至 20"} {
		_, err := d.save("作者", CrisisWords, x.Draft.Edition, "", word)
		d.wantError(err, models.CodeInvalid, says)
	}
	if got := models.SettingWords(d.account().Settings, models.SettingWordsCrisis); fmt.Sprint(got) != "[跳江 望江楼上]" {
		t.Errorf("%v", got)
	}
}

// TestText_Refused: too long, sensitive, held by rules, unknown; what became sensitive meanwhile is not approved.
func TestText_Refused(t *testing.T) {
	d := newTestBook(t, current.SQLite(t))
	_, err := d.save("作者", Handover, "", strings.Repeat("长", 201))
	d.wantError(err, models.CodeInvalid, "600 字节")
	_, err = d.save("作者", Welcome, "", "欢迎")
	d.wantError(err, models.CodeConflict, "请在“规则”里改")
	_, err = d.save("作者", Crisis, "", "", "跳桥")
	d.wantError(err, models.CodeInvalid, "没有词")
	_, err = d.save("作者", SensitiveWords, "", "一段话")
	d.wantError(err, models.CodeInvalid, "没有文字")
	text := Text{Key: Crisis, Title: "危机求助的回答", HeldBy: ByText}
	_, err = text.ChangeWords(d.account(), nil, []string{"跳桥"})
	d.wantError(err, models.CodeInvalid, "没有词")
	_, err = d.save("作者", "other", "", "欢迎")
	d.wantError(err, models.CodeNotFound, "没有这段文本")
	_, err = d.step("作者", Handover, review.Submit, "")
	d.wantError(err, models.CodeConflict, "没有在改的草稿")
	if _, err := d.save("作者", Handover, "", "请打内部号码"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.step("作者", Handover, review.Submit, ""); err != nil {
		t.Fatal(err)
	}
	d.through(SensitiveWords, "", "内部号码")
	_, err = d.step("审核", Handover, review.Approve, "")
	d.wantError(err, models.CodeInvalid, "敏感词“内部号码”")
	_, err = d.save("作者", Closed, "", "内部 号码")
	d.wantError(err, models.CodeInvalid, "敏感词“内部号码”")
}

// TestList_RulesAndTexts: what rules say stands among the others, the one that answers first.
func TestList_RulesAndTexts(t *testing.T) {
	everywhere(t, func(d *testBook) {
		publish := func(rules ...models.Rule) {
			d.t.Helper()
			ctx := d.t.Context()
			_, stamp, err := d.store.PublishedRules(ctx, d.appID)
			if err == nil {
				_, err = d.store.ChangeRules(ctx, d.appID, stamp, func(tx *store.Tx, _ int64) error { return tx.PublishRules(ctx, d.appID, rules, person("作者")) })
			}
			if err != nil {
				d.t.Fatal(err)
			}
		}
		texts := func() map[Key]Text {
			d.t.Helper()
			list, err := d.List(d.t.Context(), d.account())
			if err != nil || len(list) != len(kinds()) {
				d.t.Fatalf("%d texts, %v", len(list), err)
			}
			out := map[Key]Text{}
			for _, x := range list {
				out[x.Key] = x
			}
			return out
		}
		none := texts()
		if len(none[Welcome].Findings) != 1 || len(none[Default].Findings) != 1 || none[Closed].Text != models.ClosedText || none[Closed].Bytes != len(models.ClosedText) {
			d.t.Errorf("%+v", none)
		}
		say := func(name, text string, change func(*models.Rule)) models.Rule {
			r := models.Rule{Name: name, Replies: []models.Reply{models.TextReply(text)}}
			change(&r)
			return r
		}
		publish(
			say("欢迎", "欢迎关注", func(r *models.Rule) { r.On = []models.Trigger{models.OnSubscribe} }),
			say("夜间默认", "已下班", func(r *models.Rule) { r.Match, r.Priority = models.MatchDefault, 5 }),
			say("默认", "已收到", func(r *models.Rule) { r.Match = models.MatchDefault }),
			say("图片", "图已收到", func(r *models.Rule) { r.Match, r.On = models.MatchDefault, []models.Trigger{models.OnImage} }),
			say("社保", "default subscribe", func(r *models.Rule) { r.Keywords = []string{"社保"} }),
		)
		all := texts()
		if w := all[Welcome]; w.Text != "欢迎关注" || w.By != "作者" || w.Since == nil || len(w.Rules) != 1 || len(w.Findings) != 0 {
			d.t.Errorf("%+v", w)
		}
		if x := all[Default]; x.Text != "已下班" || len(x.Rules) != 2 || x.Rules[1].Name != "默认" || !x.Rules[1].Live {
			d.t.Errorf("%+v", x)
		}
		changed := say("欢迎", "欢迎您", func(r *models.Rule) { r.On = []models.Trigger{models.OnSubscribe} })
		if err := d.store.SaveDrafts(d.t.Context(), d.appID, []models.Rule{changed}, person("作者")); err != nil {
			d.t.Fatal(err)
		}
		if w := texts()[Welcome]; w.Text != "欢迎关注" || w.Rules[0].State != "draft" || !w.Rules[0].Live {
			d.t.Errorf("%+v", w)
		}
	})
}
