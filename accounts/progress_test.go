package accounts

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

func (a *Accounts) run(t *testing.T, query string, args ...any) {
	t.Helper()
	if err := a.store.Transact(t.Context(), func(tx *store.Tx) error { return tx.Exec(t.Context(), query, args...) }); err != nil {
		t.Fatal(err)
	}
}

func (a *Accounts) operator(t *testing.T, name, post string) {
	t.Helper()
	a.run(t, "INSERT INTO operators (id, name, display_name, post, state, password, password_at, totp, totp_step, totp_pending, link_until, asleep, preferences, created_at, last_sign_in_at) VALUES (?, ?, ?, ?, 'active', '', 0, x'', 0, x'', 0, 0, '{}', 0, 0)",
		name, name, strings.ToUpper(name), post)
	if post == "staff" {
		a.run(t, "INSERT INTO roles (operator_id, post, role, app_id) VALUES (?, 'staff', 'content_admin', ?)", name, testAppID)
	}
}

// done are the steps of the account that are done, and what the next one says.
func (a *Accounts) done(t *testing.T) (done []models.StepName, p models.Progress) {
	t.Helper()
	p, err := a.Progress(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range p.Steps {
		if s.Done {
			done = append(done, s.Name)
		}
	}
	return done, p
}

// TestProgress_JudgedByWhatIsThere: each step is done by what there is, whoever did it and wherever.
func TestProgress_JudgedByWhatIsThere(t *testing.T) {
	t.Parallel()
	a := testAccounts(t, "http://127.0.0.1:1")
	a.operator(t, "sys", "sysadmin")
	a.operator(t, "sec", "secadmin")
	done, p := a.done(t)
	if len(done) != 0 || p.Account != nil || len(p.Steps) != 6 || !slices.Equal(p.Steps[0].People, []string{"SYS"}) {
		t.Fatalf("%v %+v", done, p)
	}
	a.add(t, whole())
	done, p = a.done(t)
	if len(done) != 0 || p.Account.AppID != testAppID || !strings.Contains(p.Steps[0].Lines[0].Fix, "AppSecret") || !strings.Contains(p.Steps[4].Lines[0].Fix, "SEC") {
		t.Fatalf("%v %+v", done, p)
	}
	secret := strings.Repeat("0", 32)
	a.add(t, SaveRequest{AppID: testAppID, Secret: &secret})
	steps := []struct {
		do   func()
		done models.StepName
	}{
		{func() {}, models.StepAccount},
		{func() {
			check := []CheckResult{pass("settings", models.Say("", "好")), fail("network", models.Say("", "127.0.0.1 不是公网地址，请解析到公网"))}
			if err := a.KeepProgress(t.Context(), testAppID, models.ProgressCheck, models.JSON(check)); err != nil {
				t.Fatal(err)
			}
		}, models.StepCheck},
		{func() {
			a.run(t, "INSERT INTO rules (id, app_id, name_key, name, live_version, last_version, state, updated_at) VALUES (1, ?, 'a', 'a', 0, 1, 'draft', 0)", testAppID)
			a.run(t, "INSERT INTO rule_versions (rule_id, version, app_id, state, spec, author, reviewer, created_at, changed_at) VALUES (1, 1, ?, 'draft', '{}', '甲', '', 0, 0)", testAppID)
		}, models.StepImport},
		{func() {
			a.run(t, "INSERT INTO account_progress (app_id, step, at, detail) VALUES (?, 'try', 1, '试过')", testAppID)
		}, models.StepTry},
		{func() { a.run(t, "UPDATE rules SET live_version = 1, state = 'published'") }, models.StepPublish},
	}
	var want []models.StepName
	for _, s := range steps {
		s.do()
		want = append(want, s.done)
		if done, p = a.done(t); !slices.Equal(done, want) || p.Finished {
			t.Fatalf("after %s: %v, %+v", s.done, done, p)
		}
	}
	if line := p.Steps[1].Lines[0]; line.Found != "微信到服务器的网络：127.0.0.1 不是公网地址" || line.Fix != "请解析到公网" {
		t.Errorf("%+v", line)
	}
	a.operator(t, "one", "staff")
	a.operator(t, "two", "staff")
	if _, p = a.done(t); len(p.Steps[4].Lines) != 0 || !slices.Equal(p.Steps[4].People, []string{"ONE", "TWO"}) {
		t.Errorf("%+v", p.Steps[4])
	}
	if text := ProgressText(&p); !strings.Contains(text, "[未完成] 6 第一位市民来信") {
		t.Error(text)
	}
}

// TestProgress_CheckBeforeAChange: keys that were changed since the doctor looked want another look, and
// a line that stands in the way is no end of the step.
func TestProgress_CheckBeforeAChange(t *testing.T) {
	t.Parallel()
	account := &models.Account{UpdatedAt: testTime}
	results := models.JSON([]CheckResult{fail("token", models.Say("", "AppSecret 不对：请在公众平台重置"))})
	for _, c := range []struct {
		at   time.Time
		done bool
		says string
	}{
		{testTime.Add(-time.Second), false, "请再体检一次"},
		{testTime.Add(time.Second), false, "请在公众平台重置"},
	} {
		var s models.ProgressStep
		judgeCheck(&s, account, progressNote{c.at, results})
		if s.Done != c.done || len(s.Lines) != 1 || s.Lines[0].Fix != c.says {
			t.Errorf("%+v", s)
		}
	}
}
