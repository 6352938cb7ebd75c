package accounts

import (
	"bytes"
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/simulator/platform"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
	"github.com/wenzheng/wenzheng/wechat"
)

const testAppID = "wx0123456789abcdef"

var (
	testTime = time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC) // Monday 16:30 in Shanghai
	admin    = models.Who{ID: "u-1", Name: "管理员", Role: "admin"}
)

// current is an empty database with every step of the schema.
var current = storetest.Original{Open: func(t testing.TB, database string) (storetest.Store, error) {
	t.Helper()
	sealer, err := seal.NewSealer(bytes.Repeat([]byte{'k'}, 32))
	if err != nil {
		return nil, err
	}
	return store.Open(store.Options{Database: database, Sealer: sealer, AuditMAC: sealer.AuditMAC})
}}

// testAccounts are accounts on a database of their own; api is what they call for WeChat's.
func testAccounts(t *testing.T, api string) *Accounts {
	t.Helper()
	sealer, err := seal.NewSealer(bytes.Repeat([]byte{'k'}, 32))
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return testTime }
	s, err := store.Open(store.Options{Database: current.SQLite(t), Sealer: sealer, AuditMAC: sealer.AuditMAC, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return New(s, Options{API: wechat.ClientOptions{Base: api}, Now: now})
}

// whole says all that a new account needs.
func whole() SaveRequest {
	name, token, key := "江城政务", "jiangcheng2026", strings.Repeat("A", 43)
	return SaveRequest{AppID: testAppID, Name: &name, Kind: models.KindService, Token: &token, AESKey: &key}
}

func (a *Accounts) add(t *testing.T, q SaveRequest) models.Account {
	t.Helper()
	saved, err := a.Save(t.Context(), admin, q)
	if err != nil {
		t.Fatal(err)
	}
	return saved.Account
}

// TestSave_ChangesWhatIsSaid: a new account is in safe mode and its office hours hold always; of a
// known one only what is said changes.
func TestSave_ChangesWhatIsSaid(t *testing.T) {
	a := testAccounts(t, "")
	q, hours := whole(), "08:30-12:00,14:00-17:30"
	q.OfficeHours = &hours
	saved, err := a.Save(t.Context(), admin, q)
	want := models.Setting{Name: models.SettingOfficeHours, Value: hours}
	if err != nil || saved.Account.Mode != models.ModeSafe || saved.Hours == nil || *saved.Hours != want || len(saved.Remarks) != 0 {
		t.Fatalf("%+v, %v", saved, err)
	}
	short := "0123456789abcdef"
	saved, err = a.Save(t.Context(), admin, SaveRequest{AppID: "\ufeff" + testAppID + " ", Secret: &short})
	if err != nil || saved.Account.Secret != short || len(saved.Remarks) != 1 || strings.Contains(saved.Remarks[0], short) {
		t.Fatalf("%+v, %v", saved, err)
	}
	list, err := a.List(t.Context())
	if err != nil || len(list) != 1 || list[0].Name != *q.Name || list[0].Token != *q.Token || list[0].Kind != q.Kind || list[0].Rights == nil {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestSave_TooLittleForANewAccount(t *testing.T) {
	a := testAccounts(t, "")
	verified := true
	_, err := a.Save(t.Context(), admin, SaveRequest{AppID: testAppID, Verified: &verified})
	if models.ErrorCode(err) != models.CodeInvalid {
		t.Errorf("error %v", err)
	}
	if list, err := a.List(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
}

// TestSaveRequest_JudgedBeforeAnythingIsRead: what says all is judged whole, and office hours in
// any case.
func TestSaveRequest_JudgedBeforeAnythingIsRead(t *testing.T) {
	badKey, badHours := "zu kurz", "09:00-25:00"
	q := whole()
	q.AESKey = &badKey
	if err := q.Validate(); models.ErrorCode(err) != models.CodeInvalid || !strings.Contains(err.Error(), "43") {
		t.Errorf("a bad key: %v", err)
	}
	q.Name = nil
	if err := q.Validate(); err != nil {
		t.Errorf("what may be known already: %v", err)
	}
	q.OfficeHours = &badHours
	if err := q.Validate(); models.ErrorCode(err) != models.CodeInvalid {
		t.Errorf("bad hours: %v", err)
	}
}

// TestSettings_FromADayOn: of an account without a log they hold always unless a day is said; what
// is taken back was set for this very day.
func TestSettings_FromADayOn(t *testing.T) {
	a := testAccounts(t, "")
	a.add(t, whole())
	q := SettingRequest{AppID: testAppID, Name: models.SettingOfficeHours, Value: "09:00-17:00"}
	for _, from := range []string{"", "2026-06-01", Always} {
		q.From = from
		v, err := a.SetSetting(t.Context(), admin, q)
		if want := strings.TrimSuffix(from, Always); err != nil || v.ValidFrom != want {
			t.Errorf("from %q: %+v, %v", from, v, err)
		}
	}
	if _, err := a.SetLimits(t.Context(), admin, testAppID, "2026-06-01", &LimitsChange{BotSilence: new(int64(60))}); err != nil {
		t.Fatal(err)
	}
	v, err := a.SetLimits(t.Context(), admin, testAppID, "2026-07-01", &LimitsChange{AtRisk: new(int64(3600))})
	if err != nil {
		t.Fatal(err)
	}
	if l, err := indices.ParseLimits(v.Value); err != nil || l.BotSilence != 60 || l.AtRisk != 3600 || v.ValidFrom != "2026-07-01" {
		t.Errorf("limits that build on those before: %+v, %v", l, err)
	}
	_, err = a.SetLimits(t.Context(), admin, testAppID, "", &LimitsChange{AtRisk: new(int64(-1))})
	if models.ErrorCode(err) != models.CodeInvalid {
		t.Errorf("bad limits: %v", err)
	}
	bad := SettingRequest{AppID: testAppID, Name: models.SettingLimits, From: "2026-08-01", Value: `{"chat_s":[7200,3600,86400,172800]}`}
	if _, err := a.SetSetting(t.Context(), admin, bad); models.ErrorCode(err) != models.CodeInvalid {
		t.Errorf("limits that fall: %v", err)
	}
	for from, code := range map[string]string{"": models.CodeInvalid, "2026-06-02": models.CodeNotFound, "2026-06-01": ""} {
		q.From = from
		if _, err := a.RemoveSetting(t.Context(), admin, q); models.ErrorCode(err) != code {
			t.Errorf("remove from %q: %v", from, err)
		}
	}
	list, err := a.Settings(t.Context(), testAppID, models.SettingOfficeHours)
	if want := []models.Setting{{Name: models.SettingOfficeHours, Value: q.Value}}; err != nil || cmp.Diff(want, list) != "" {
		t.Errorf("%v, %v", list, err)
	}
	if _, err := a.Settings(t.Context(), "wx9999999999999999", models.SettingOfficeHours); models.ErrorCode(err) != models.CodeNotFound {
		t.Errorf("an account nobody knows: %v", err)
	}
}

// sound is a service with which nothing is wrong.
func sound() Service {
	return Service{
		Verify: func(context.Context, models.Account) error { return nil },
		Ready:  func(context.Context) (Readiness, error) { return Readiness{Status: "ready", Able: true}, nil },
	}
}

// states are what came out, by item.
func states(t *testing.T, a *Accounts, service Service) map[string]CheckResult {
	t.Helper()
	results, err := a.Check(t.Context(), testAppID, service)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]CheckResult{}
	for _, r := range results {
		if r.OK != (r.State == CheckPass) {
			t.Errorf("%+v", r)
		}
		out[r.Item] = r
	}
	return out
}

func TestCheck_WhatTheServiceSays(t *testing.T) {
	a := testAccounts(t, "")
	a.add(t, whole())
	for item, r := range states(t, a, sound()) {
		if r.State != CheckPass {
			t.Errorf("%s: %+v", item, r)
		}
	}
	service := sound()
	service.Ready = func(context.Context) (Readiness, error) {
		return Readiness{Status: "degraded", Reasons: []string{"clock: 慢了", testAppID + ": 拒绝了 3 次回调", "wx1: 拒绝了 9 次回调", "pins: 没有读到"}}, nil
	}
	got := states(t, a, service)
	for item, says := range map[string]string{"时钟": "慢了", "近来的回调": "3 次", "服务状态": "wx1: 拒绝了 9 次回调；pins: 没有读到"} {
		if r := got[item]; r.State != CheckFail || !strings.Contains(r.Detail, says) {
			t.Errorf("%s: %+v", item, r)
		}
	}
	service.Verify = func(context.Context, models.Account) error { return errors.New("连不上") }
	got = states(t, a, service)
	if _, asked := got["服务状态"]; asked || got["回调自测"].Detail != "连不上" {
		t.Errorf("a service that does not verify: %+v", got)
	}
}

// TestCheck_RightThatIsGone: what was there before and is not is a fault, what never was is none,
// and both are known from then on.
func TestCheck_RightThatIsGone(t *testing.T) {
	q, secret := whole(), strings.Repeat("5", 32)
	verified := true
	q.Secret, q.Verified = &secret, &verified
	account := models.Account{AppID: testAppID, Kind: models.KindService, Verified: true, Secret: secret}
	api := platform.New(platform.Options{Accounts: []models.Account{account}})
	t.Cleanup(api.Close)
	server := httptest.NewServer(api)
	t.Cleanup(server.Close)
	a := testAccounts(t, server.URL)
	a.add(t, q)
	if got := states(t, a, sound())["接口权限 用户标签"]; got.State != CheckPass {
		t.Fatalf("%+v", got)
	}
	api.SetFaults(platform.Fault{Path: "/cgi-bin/tags/get", Kind: platform.FaultErrcode, Code: 48001})
	if got := states(t, a, sound())["接口权限 用户标签"]; got.State != CheckFail {
		t.Errorf("gone: %+v", got)
	}
	if got := states(t, a, sound())["接口权限 用户标签"]; got.State != CheckPass || !strings.Contains(got.Detail, "没有") {
		t.Errorf("known to be gone: %+v", got)
	}
	list, err := a.List(t.Context())
	if err != nil || !strings.Contains(RightsText(list[0].Rights), "没有：用户标签") {
		t.Errorf("%+v, %v", list, err)
	}
}

// TestClient_OneOfEachAccount: it is the same until what it calls with changes.
func TestClient_OneOfEachAccount(t *testing.T) {
	a := testAccounts(t, "")
	account := models.Account{AppID: testAppID, Secret: "a", Name: "江城政务"}
	first := a.Client(t.Context(), account)
	account.Name = "江城发布"
	if a.Client(t.Context(), account) != first {
		t.Error("another name makes another client")
	}
	account.Secret = "b"
	second := a.Client(t.Context(), account)
	if second == first {
		t.Error("a client calls with a secret that was changed")
	}
	other := models.Account{AppID: "wx00000000000000aa"}
	kept := a.Client(t.Context(), other)
	a.KeepClients([]models.Account{other})
	if a.Client(t.Context(), other) != kept || a.Client(t.Context(), account) == second {
		t.Error("the clients of other accounts are to be dropped, and only those")
	}
}

// TestClient_RefusedRightIsLost: a call that WeChat refuses tells of the right that is gone, once.
func TestClient_RefusedRightIsLost(t *testing.T) {
	q, secret := whole(), strings.Repeat("5", 32)
	q.Secret = &secret
	api := platform.New(platform.Options{Accounts: []models.Account{{AppID: testAppID, Kind: models.KindService, Verified: true, Secret: secret}}})
	t.Cleanup(api.Close)
	server := httptest.NewServer(api)
	t.Cleanup(server.Close)
	a := testAccounts(t, server.URL)
	var lost []string
	a.options.OnLost = func(_, right string) { lost = append(lost, right) }
	account := a.add(t, q)
	if err := a.ProbeRights(t.Context(), account); err != nil || len(lost) != 0 {
		t.Fatal(err, lost)
	}
	api.SetFaults(platform.Fault{Path: "/cgi-bin/tags/get", Kind: platform.FaultErrcode, Code: 48001})
	for range 2 {
		if err := a.ProbeRights(t.Context(), account); err != nil {
			t.Fatal(err)
		}
	}
	if d := cmp.Diff([]string{"tags"}, lost); d != "" {
		t.Error(d)
	}
}
