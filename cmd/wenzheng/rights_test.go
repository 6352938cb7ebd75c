package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/simulator/platform"
)

// silentJournal keeps nothing, or fails.
type silentJournal struct{ err error }

func (j silentJournal) Receive(context.Context, *models.Message) (models.Receipt, error) {
	return models.Receipt{}, j.err
}
func (silentJournal) Answer(string, models.Answer) {}

// TestListener_TellsWhatWasKept and nothing else.
func TestListener_TellsWhatWasKept(t *testing.T) {
	for _, fault := range []error{nil, errors.New("not durable")} {
		told := 0
		l := listener{silentJournal{fault}, func(*models.Message) { told++ }}
		if _, err := l.Receive(t.Context(), &models.Message{}); !errors.Is(err, fault) || (told == 1) != (fault == nil) {
			t.Errorf("%v: told %d times, error %v", fault, told, err)
		}
	}
}

// TestRights_InTheService: a started service asks, account list shows it, and a
// verification event has it ask again.
func TestRights_InTheService(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	api := o.officialAPI()
	o.env["WENZHENG_WECHAT_API_BASE"] = api.url
	if got := o.must("account", "list"); !strings.Contains(got, "接口权限未知") {
		t.Error(got)
	}
	rights := func() map[string]models.RightState {
		var list []accounts.WithRights
		if err := json.Unmarshal([]byte(o.must("account", "list", "--json")), &list); err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		out := map[string]models.RightState{}
		for _, r := range list[0].Rights {
			out[r.Name] = r.State
		}
		return out
	}
	o.serve()
	eventually(t, 20*time.Second, "ten rights are known", func() bool { return len(rights()) == 10 })
	before := rights()
	code := 48001
	if before["menu"] != models.RightYes {
		code = 0
	}
	api.SetFaults(platform.Fault{Path: "/cgi-bin/menu/get", Kind: platform.FaultErrcode, Code: code})
	c := o.client(simulator.Policy{Attempts: 1}, nil)
	if _, err := c.Deliver(t.Context(), c.Post(o.citizen(1)).Event("qualification_verify_success", simulator.BareField("ExpiredTime", "1442401156"))); err != nil {
		t.Fatal(err)
	}
	eventually(t, 20*time.Second, "the right has turned", func() bool { return rights()["menu"] != before["menu"] })
	api.SetFaults()
	r := o.run("account", "check", o.account.AppID)
	if d := cmp.Diff(before, rights()); d != "" {
		t.Errorf("after account check: %s\n%s", d, r.stdout)
	}
}
