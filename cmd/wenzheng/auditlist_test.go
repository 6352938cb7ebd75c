package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/wenzheng/wenzheng/models"
)

func TestAuditList_SaysWhoChangedWhat(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	if r := o.run("account", "add", "--app-id", o.account.AppID, "--name", "江城发布"); r.code != 0 {
		t.Fatal(r.stderr)
	}
	all := o.must("audit", "list")
	for _, want := range []string{"添加账号（account.create）", "发布规则（rules.publish）", "更新账号（account.update）", "name：江城政务 → 江城发布", operator().Name} {
		if !strings.Contains(all, want) {
			t.Errorf("the list lacks %q:\n%s", want, all)
		}
	}
	for _, secret := range []string{o.account.Token, o.account.AESKey, o.account.Secret} {
		if strings.Contains(all, secret) {
			t.Errorf("the list shows a secret:\n%s", all)
		}
	}
	entries := func(args ...string) (list []models.AuditEntry) {
		t.Helper()
		if err := json.Unmarshal([]byte(o.must(append([]string{"audit", "list", "--json"}, args...)...)), &list); err != nil {
			t.Fatal(err)
		}
		return list
	}
	every := entries("--limit", "0")
	last := every[len(every)-1]
	for _, c := range []struct {
		args []string
		want int
	}{
		{[]string{"--limit", "1"}, 1},
		{[]string{"--action", "account.update"}, 1},
		{[]string{"--action", "account"}, 2},
		{[]string{"--actor", operator().Name}, len(every)},
		{[]string{"--actor", operator().ID}, len(every)},
		{[]string{"--actor", "somebody"}, 0},
		{[]string{"--account", o.account.AppID}, len(every)},
		{[]string{"--account", "wx9999999999999999"}, 0},
		{[]string{"--to", "2020-01-01"}, 0},
		{[]string{"--from", "2020-01-01"}, len(every)},
	} {
		if got := entries(c.args...); len(got) != c.want {
			t.Errorf("%v: %d entries, want %d", c.args, len(got), c.want)
		}
	}
	if got := entries("--limit", "1"); got[0].Seq != last.Seq {
		t.Errorf("--limit 1 shows entry %d, the newest is %d", got[0].Seq, last.Seq)
	}
	o.must("account", "hours", o.account.AppID, "09:00-17:00", "--from", "2030-01-01")
	o.must("account", "hours", o.account.AppID, "--remove", "--from", "2030-01-01")
	if got := o.must("audit", "list", "--limit", "1"); !strings.Contains(got, "撤销账号设置（account.unset）") {
		t.Errorf("office hours that were taken back are told as %q", got)
	}
	if got := o.must("account", "incident", o.account.AppID, "--note", "账号被盗"); !strings.Contains(got, "账号被盗") {
		t.Errorf("an incident is told as %q", got)
	}
	if got := o.must("audit", "list", "--limit", "1"); !strings.Contains(got, "登记安全事件（incident.set）") {
		t.Errorf("an incident is told as %q", got)
	}
	if got := o.must("audit", "list", "--actor", "somebody"); !strings.Contains(got, "没有符合的") {
		t.Errorf("nothing is told as %q", got)
	}
}
