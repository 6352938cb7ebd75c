package accounts

import (
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/accounts/robot"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

const (
	robotKey    = "0ddba11c-0ffe-4bad-f00d-cafecafecafe"
	robotSecret = "SEC5ec2e7c0ffee5ec2"
)

// alarmAccounts may send alarms to this machine; one account is there.
func alarmAccounts(t *testing.T) *Accounts {
	t.Helper()
	a := testAccounts(t, "")
	a.options.Robots = robot.New(robot.Options{
		Hosts: []string{"127.0.0.1", "qyapi.weixin.qq.com"}, Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, Now: a.options.Now,
	})
	a.options.Console = "https://wz.example.gov.cn"
	a.add(t, whole())
	return a
}

func weComChannel(name string) ChannelRequest {
	return ChannelRequest{Name: name, Kind: robot.WeCom, Address: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + robotKey}
}

// audited are the entries of the audit log about alarms, as one text.
func (a *Accounts) audited(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	err := a.store.AuditEntries(t.Context(), store.AuditFilter{Action: "alarm."}, func(e models.AuditEntry) error {
		all.WriteString(e.Action + " " + models.JSON(e) + "\n")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// TestChannel_WrittenAndNeverRead: what would let others write into the group is in no answer, no
// audit entry and, in clear, not in the database.
func TestChannel_WrittenAndNeverRead(t *testing.T) {
	a := alarmAccounts(t)
	made, err := a.AddChannel(t.Context(), admin, testAppID, weComChannel(" 值班群 "))
	if err != nil || made.Name != "值班群" || made.Address != "••••cafe" || made.Secret != "" || made.Host != "qyapi.weixin.qq.com" {
		t.Fatalf("%+v, %v", made, err)
	}
	signed := ChannelRequest{Kind: robot.JSON, Address: "https://127.0.0.1/" + robotKey, Secret: robotSecret}
	if made, err = a.AddChannel(t.Context(), admin, testAppID, signed); err != nil || made.Name != "通用 JSON" || made.Secret != "••••5ec2" {
		t.Fatalf("%+v, %v", made, err)
	}
	v, err := a.Alarms(t.Context(), testAppID)
	if err != nil || len(v.Channels) != 2 {
		t.Fatalf("%+v, %v", v, err)
	}
	said := models.JSON(v) + a.audited(t) + strings.Join(ChannelRows(v.Channels)[0], " ")
	err = a.store.Read(t.Context(), store.Console, func(tx *store.Tx) error {
		return tx.Query(t.Context(), scanText(&said), "SELECT CAST(address AS TEXT), CAST(secret AS TEXT) FROM alarm_channels")
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{robotKey, robotSecret, robotKey[:12]} {
		if strings.Contains(said, secret) {
			t.Errorf("%q is told in %s", secret, said)
		}
	}
	if !strings.Contains(said, "alarm.add") {
		t.Errorf("no entry: %s", said)
	}
	targets, err := a.AlarmTargets(t.Context())
	if err != nil || len(targets) != 2 || targets[0].Channel.Address != weComChannel("").Address || targets[1].Channel.Secret != "" && targets[0].Channel.Secret != "" {
		t.Errorf("%+v, %v", targets, err)
	}
}

// TestAddChannel_Refused: nothing is stored of what is wrong, is there already, or is too much.
func TestAddChannel_Refused(t *testing.T) {
	a := alarmAccounts(t)
	ctx := t.Context()
	for name, c := range map[string]struct {
		appID string
		q     ChannelRequest
		code  string
	}{
		"foreign host":    {testAppID, ChannelRequest{Kind: robot.JSON, Address: "https://evil.example/" + robotKey, Secret: robotSecret}, models.CodeInvalid},
		"no kind":         {testAppID, ChannelRequest{Address: weComChannel("").Address}, models.CodeInvalid},
		"long name":       {testAppID, weComChannel(strings.Repeat("名", 65)), models.CodeInvalid},
		"no such account": {"wxffffffffffffffff", weComChannel("值班群"), models.CodeNotFound},
	} {
		if _, err := a.AddChannel(ctx, admin, c.appID, c.q); models.ErrorCode(err) != c.code || strings.Contains(err.Error(), robotKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i := range 10 {
		if _, err := a.AddChannel(ctx, admin, testAppID, weComChannel(string(rune('a'+i)))); err != nil {
			t.Fatal(err)
		}
		if _, err := a.AddChannel(ctx, admin, testAppID, weComChannel("a")); models.ErrorCode(err) != models.CodeConflict {
			t.Errorf("twice: %v", err)
		}
	}
	if _, err := a.AddChannel(ctx, admin, testAppID, weComChannel("k")); models.ErrorCode(err) != models.CodeConflict {
		t.Errorf("the eleventh: %v", err)
	}
	if n := strings.Count(a.audited(t), "alarm.add "); n != 10 {
		t.Errorf("%d entries", n)
	}
}

// TestTestChannel_SaysWhatBecameOfIt: what is sent says that nothing is wrong; the history and the
// audit log hold it whether it arrives or not.
func TestTestChannel_SaysWhatBecameOfIt(t *testing.T) {
	a := alarmAccounts(t)
	var status atomic.Int32
	status.Store(200)
	var got []robot.Message
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var m robot.Message
		body, _ := io.ReadAll(r.Body)
		if err := json.Unmarshal(body, &m); err != nil {
			t.Error(err)
		}
		got = append(got, m)
		w.WriteHeader(int(status.Load()))
	}))
	defer server.Close()
	made, err := a.AddChannel(t.Context(), admin, testAppID, ChannelRequest{Name: "工单", Kind: robot.JSON, Address: server.URL + "/" + robotKey, Secret: robotSecret})
	if err != nil {
		t.Fatal(err)
	}
	sent, err := a.TestChannel(t.Context(), admin, testAppID, "工单")
	if err != nil || sent.Outcome != models.AlarmSent || len(got) != 1 || got[0].State != "test" || got[0].Since != nil || got[0].Link != "https://wz.example.gov.cn/accounts/"+testAppID {
		t.Fatalf("%+v, %v, %+v", sent, err, got)
	}
	status.Store(500)
	if sent, err = a.TestChannel(t.Context(), admin, testAppID, made.ID); err != nil || sent.Outcome != models.AlarmFailed || !strings.Contains(sent.Detail, "500") {
		t.Fatalf("%+v, %v", sent, err)
	}
	v, err := a.Alarms(t.Context(), testAppID)
	if err != nil || len(v.Sends) != 2 || v.Channels[0].Last == nil || v.Channels[0].Last.Outcome != models.AlarmFailed {
		t.Errorf("%+v, %v", v, err)
	}
	if audit := a.audited(t); strings.Count(audit, "alarm.test ") != 2 || strings.Contains(audit+models.JSON(v), robotKey) {
		t.Error(audit)
	}
	for range 18 {
		if _, err := a.TestChannel(t.Context(), admin, testAppID, "工单"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.TestChannel(t.Context(), admin, testAppID, "工单"); models.ErrorCode(err) != models.CodeConflict {
		t.Errorf("the 21st in a minute: %v", err)
	}
	if _, err := a.RemoveChannel(t.Context(), admin, testAppID, "工单"); err != nil {
		t.Fatal(err)
	}
	for _, f := range []func() error{
		func() error { _, err := a.TestChannel(t.Context(), admin, testAppID, "工单"); return err },
		func() error { _, err := a.RemoveChannel(t.Context(), admin, testAppID, made.ID); return err },
	} {
		if err := f(); models.ErrorCode(err) != models.CodeNotFound {
			t.Errorf("a removed channel: %v", err)
		}
	}
}

// TestChooseAlarms_OnlyWhatIsSaid changes; what makes no sense is refused at its field.
func TestChooseAlarms_OnlyWhatIsSaid(t *testing.T) {
	a := alarmAccounts(t)
	ctx := t.Context()
	if _, err := a.ChooseAlarms(ctx, admin, testAppID, models.AlarmChoice{RepeatS: 3600}); err != nil {
		t.Fatal(err)
	}
	got, err := a.ChooseAlarms(ctx, admin, testAppID, models.AlarmChoice{
		Conditions: []models.AlarmName{models.AlarmToken}, Ahead: []models.AlarmAhead{{Limit: "last", AheadS: 600}, {Limit: "first", AheadS: 60}},
	})
	want := models.AlarmChoice{Conditions: []models.AlarmName{models.AlarmToken}, Ahead: []models.AlarmAhead{{Limit: "first", AheadS: 60}, {Limit: "last", AheadS: 600}}, RepeatS: 3600}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Error(d, err)
	}
	v, err := a.Alarms(ctx, testAppID)
	on := 0
	for _, c := range v.Conditions {
		if c.On {
			on++
		}
	}
	if err != nil || on != 1 || len(v.Conditions) != len(models.AlarmNames()) || len(v.Limits) != 4 || v.Limits[0].AheadS != 60 || v.Limits[0].LimitS != 180 || v.Limits[1].On || v.RepeatS != 3600 {
		t.Errorf("%+v, %v", v, err)
	}
	for name, c := range map[string]struct {
		q     models.AlarmChoice
		field string
	}{
		"unknown":      {models.AlarmChoice{Conditions: []models.AlarmName{"weather"}}, "conditions"},
		"twice":        {models.AlarmChoice{Conditions: []models.AlarmName{models.AlarmToken, models.AlarmToken}}, "conditions"},
		"a test":       {models.AlarmChoice{Conditions: []models.AlarmName{models.AlarmTest}}, "conditions"},
		"no limit":     {models.AlarmChoice{Ahead: []models.AlarmAhead{{Limit: "fifth", AheadS: 60}}}, "ahead"},
		"limit twice":  {models.AlarmChoice{Ahead: []models.AlarmAhead{{Limit: "last", AheadS: 60}, {Limit: "last", AheadS: 90}}}, "ahead"},
		"as the limit": {models.AlarmChoice{Ahead: []models.AlarmAhead{{Limit: "first", AheadS: 180}}}, "ahead.first"},
		"negative":     {models.AlarmChoice{Ahead: []models.AlarmAhead{{Limit: "first", AheadS: -1}}}, "ahead.first"},
		"too often":    {models.AlarmChoice{RepeatS: 1}, "repeat_s"},
		"too seldom":   {models.AlarmChoice{RepeatS: 1 << 40}, "repeat_s"},
	} {
		_, err := a.ChooseAlarms(ctx, admin, testAppID, c.q)
		var e *models.Error
		if !errors.As(err, &e) || e.Code != models.CodeInvalid || len(e.Fields) != 1 || e.Fields[0].Field != c.field {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := strings.Count(a.audited(t), "alarm.choose "); n != 2 {
		t.Errorf("%d entries", n)
	}
}

// TestSaveAlarms_OneOfTwoWins: who acts on an alarm that another instance changed meanwhile, acts not.
func TestSaveAlarms_OneOfTwoWins(t *testing.T) {
	a := alarmAccounts(t)
	ctx := t.Context()
	first := &models.Alarm{AppID: testAppID, Name: models.AlarmToken, Episode: "e", Since: testTime, SeenAt: testTime, Text: "甲"}
	if err := a.SaveAlarms(ctx, []*models.Alarm{first}, nil, nil); err != nil || first.Version != 1 {
		t.Fatal(first.Version, err)
	}
	second := *first
	other := *first
	if err := a.SaveAlarms(ctx, []*models.Alarm{&second}, nil, nil); err != nil {
		t.Fatal(err)
	}
	if err := a.SaveAlarms(ctx, []*models.Alarm{&other}, nil, []models.AlarmSend{{AppID: testAppID, At: testTime}}); !errors.Is(err, ErrAlarmChanged) {
		t.Errorf("what another changed: %v", err)
	}
	if err := a.SaveAlarms(ctx, []*models.Alarm{{AppID: testAppID, Name: models.AlarmToken}}, nil, nil); !errors.Is(err, ErrAlarmChanged) {
		t.Errorf("what another opened: %v", err)
	}
	if sends, err := a.AlarmSends(ctx, testAppID, 9); err != nil || len(sends) != 0 {
		t.Errorf("half of it is kept: %v, %v", sends, err)
	}
	stored, err := a.StoredAlarms(ctx, "")
	if err != nil || len(stored) != 1 || stored[0].Version != 2 || stored[0].Text != "甲" {
		t.Errorf("%+v, %v", stored, err)
	}
	open, err := a.OpenAlarms(ctx, []string{testAppID})
	if err != nil || len(open) != 1 || open[0].Link != "/accounts/"+testAppID {
		t.Errorf("%+v, %v", open, err)
	}
	if open, err := a.OpenAlarms(ctx, []string{"wxffffffffffffffff"}); err != nil || len(open) != 0 {
		t.Errorf("of another account: %+v, %v", open, err)
	}
	if err := a.SaveAlarms(ctx, nil, []*models.Alarm{&stored[0]}, nil); err != nil {
		t.Fatal(err)
	}
	if stored, err := a.StoredAlarms(ctx, ""); err != nil || len(stored) != 0 {
		t.Errorf("%+v, %v", stored, err)
	}
}

// TestTrim_OldSends go, young ones stay.
func TestTrim_OldSends(t *testing.T) {
	a := alarmAccounts(t)
	ctx := t.Context()
	sends := []models.AlarmSend{{AppID: testAppID, At: testTime.Add(-sendsKept - time.Second)}, {AppID: testAppID, At: testTime.Add(-sendsKept)}}
	if err := a.SaveAlarms(ctx, nil, nil, sends); err != nil {
		t.Fatal(err)
	}
	if err := a.Trim(ctx); err != nil {
		t.Fatal(err)
	}
	if left, err := a.AlarmSends(ctx, testAppID, 9); err != nil || len(left) != 1 || !left[0].At.Equal(sends[1].At) {
		t.Errorf("%+v, %v", left, err)
	}
}

// scanText adds every column of a row to a text.
func scanText(into *string) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		var address, secret string
		err := rows.Scan(&address, &secret)
		*into += address + secret
		return err
	}
}
