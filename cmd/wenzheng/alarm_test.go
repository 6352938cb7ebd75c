package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/simulator"
)

// TestAlarms_ReachTheGroupWhileAnotherHangs: refused callbacks are told to the robots of the account;
// one that never answers delays neither the other nor a citizen, and what would let others write into
// the group stands nowhere.
func TestAlarms_ReachTheGroupWhileAnotherHangs(t *testing.T) {
	t.Parallel()
	const key, secret = "0ddba11c0ffee0ddba11c0ffee", "geheimegeheime16"
	hanging, release := make(chan struct{}, 100), make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		hanging <- struct{}{}
		<-release
	}))
	defer slow.Close()
	defer close(release)
	var mu sync.Mutex
	var got []string
	quick := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var m struct{ Condition, State, Text string }
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		got = append(got, m.Condition+" "+m.State+" "+m.Text)
	}))
	defer quick.Close()
	o := newOffice(t, "").open()
	o.env["WENZHENG_ALARM_EGRESS"], o.env["WENZHENG_ALARM_NETWORKS"], o.env["WENZHENG_LOG_LEVEL"] = "127.0.0.1", "127.0.0.1", "debug"
	said := ""
	for name, url := range map[string]string{"慢": slow.URL, "快": quick.URL} {
		r := o.runWith(url+"/"+key+"\n"+secret+"\n", "alarm", "add", "--kind", "json", "--name", name, "--address", "-", "--secret", "-")
		if r.code != 0 {
			t.Fatal(r.stderr)
		}
		said += r.stdout
	}
	o.must("alarm", "choose", "--only", "refused") // in December next year's holidays are missing, too
	service := o.serve()
	stranger := *o
	stranger.account.Token = "othertoken1"
	misfit := stranger.client(simulator.Policy{Attempts: 3}, nil)
	if _, err := misfit.Send(t.Context(), o.citizen(1), "社保卡"); err != nil {
		t.Fatal(err)
	}
	select {
	case <-hanging:
	case <-time.After(30 * time.Second):
		t.Fatal("no alarm went out")
	}
	begun := time.Now()
	if trace, err := o.client(simulator.Policy{Attempts: 1}, nil).Send(t.Context(), o.citizen(2), "社保卡"); err != nil || !trace.Answered || time.Since(begun) > 2*time.Second {
		t.Errorf("while a robot hangs: %+v, %v after %s", trace, err, time.Since(begun))
	}
	eventually(t, 30*time.Second, "the other robot hears", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(got) == 1 && strings.HasPrefix(got[0], "refused firing ") && strings.Contains(got[0], "请核对 Token")
	})
	sent := `wenzheng_alarms_total{account="` + o.account.AppID + `",condition="refused",outcome="sent"}`
	eventually(t, 30*time.Second, "it is counted and in the history", func() bool {
		var v accounts.AlarmsView
		text := o.must("alarm", "list", "--json")
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		said += text
		return o.metric(sent) == 1 && len(v.Sends) == 2 && len(v.Open) == 1
	})
	said += o.must("alarm", "list") + o.must("audit", "list", "--json")
	if code := service.stop(); code != 0 {
		t.Errorf("exit %d", code)
	}
	said += service.stderr.String() + service.stdout.String() + readAll(t, o.data) + readAll(t, filepath.Join(o.data, "alarms"))
	for _, canary := range []string{key, secret} {
		if strings.Contains(said, canary) {
			t.Errorf("%q stands in …%s…", canary, around(said, canary))
		}
	}
	if !strings.Contains(said, "alarm.add") {
		t.Error("the audit log was not looked at")
	}
}
