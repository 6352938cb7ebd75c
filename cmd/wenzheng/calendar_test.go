package main

import (
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// dayRules answer differently on working days, and tell whether the office is open.
const dayRules = `
- {name: 工作日, keywords: [今天], when: {holiday: "no"}, reply: 今天上班}
- {name: 休息日, keywords: [今天], when: {holiday: "yes"}, reply: 今天休息}
- {name: 状态, keywords: [开门吗], reply: "{上班状态}"}
`

// TestCalendar_ReachesRulesOfARunningService: a day set by hand is the day of rules and variables
// within seconds, and after a start without the database.
func TestCalendar_ReachesRulesOfARunningService(t *testing.T) {
	t.Parallel()
	server := storetest.Private(t)
	o := newOffice(t, "mysql:"+server.Database(t)).open()
	o.must("rules", "import", o.write("规则.yaml", dayRules), "--publish")
	o.must("account", "hours", o.account.AppID, "1-7 00:00-24:00")
	run := o.serve()
	today := time.Now().In(indices.Shanghai()).Format(time.DateOnly)
	answers := func(texts ...string) {
		t.Helper()
		for i := 0; i < len(texts); i += 2 {
			eventually(t, 5*time.Second, texts[i]+": "+texts[i+1], func() bool { return strings.Contains(o.says(texts[i]), texts[i+1]) })
		}
	}
	const open, closed = "现在是办公时间", "现在不是办公时间"
	o.must("calendar", "set", today, "work")
	answers("今天", "今天上班", "开门吗", open)
	o.must("calendar", "set", today, "off", "--name", "地方假日")
	answers("今天", "今天休息", "开门吗", closed)
	run.stop()
	server.Kill(t)
	o.serve()
	answers("今天", "今天休息", "开门吗", closed)
}

const notice2027 = `{"year":2027,"papers":[],"days":[{"name":"元旦","date":"2026-12-31","isOffDay":true},
{"name":"元旦","date":"2027-01-01","isOffDay":true},{"name":"元旦","date":"2027-01-02","isOffDay":false},{"name":"元旦","date":"2028-01-03","isOffDay":true}]}`

// TestCalendar_ImportShowUnset: a year is imported as a whole or not at all.
func TestCalendar_ImportShowUnset(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	year := o.write("2027.json", notice2027)
	if got := o.must("calendar", "show", "2027"); !strings.Contains(got, "暂定日历") {
		t.Errorf("before: %s", got)
	}
	for _, c := range []struct{ name, content, want string }{
		{"day.json", `{"year":2027,"days":[{"date":"2027-02-30","isOffDay":true},{"date":"2027-02-01","isOffDay":true}]}`, "2027-02-30"},
		{"kind.json", `{"year":2027,"days":[{"date":"2027-02-01"}]}`, "2027-02-01"},
		{"other.json", `{"year":2027,"days":[{"date":"2020-01-01","isOffDay":true}]}`, "2020-01-01"},
		{"twice.json", `{"year":2027,"days":[{"date":"2027-01-01","isOffDay":true},{"date":"2027-01-01","isOffDay":false}]}`, "2027-01-01"},
		{"empty.json", `{"year":2027,"papers":[],"days":[]}`, "还没有公布"},
		{"list.json", `[]`, "holiday-cn"},
	} {
		if r := o.run("calendar", "import", o.write(c.name, c.content)); r.code != 1 || !strings.Contains(r.stderr, c.want) || !strings.Contains(r.stderr, c.name) {
			t.Errorf("%s: exit %d: %s", c.name, r.code, r.stderr)
		}
	}
	o.must("calendar", "import", year)
	o.must("calendar", "set", "2027-01-02", "off", "--name", "地方假日")
	show := o.must("calendar", "show", "2027")
	for _, want := range []string{"2027-01-01  周五  休息  元旦", "2027-01-02  周六  休息  地方假日", "单独设置"} {
		if !strings.Contains(show, want) {
			t.Errorf("show lacks %q:\n%s", want, show)
		}
	}
	if strings.Contains(show, "暂定日历") || !strings.Contains(o.must("calendar", "show", "2026"), "2026-12-31  周四  休息") || !strings.Contains(o.must("calendar", "show", "2028"), "暂定日历") {
		t.Error("a notice rules days of the years beside it, and makes its own year known alone")
	}
	o.must("calendar", "unset", "2027-01-02")
	o.must("calendar", "unset", "2027")
	if got := o.must("calendar", "show", "2027"); !strings.Contains(got, "暂定日历") || strings.Contains(got, "元旦") {
		t.Errorf("after: %s", got)
	}
}

// TestOfficeHours_ChangeLeavesThePast: after a change of office hours without a service nothing of
// the past is counted anew and nothing differs.
func TestOfficeHours_ChangeLeavesThePast(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	log := "account,openid,at,channel,dir,actor,kind,content,msg_key,reply_to,ok,staff\n" +
		o.account.AppID + ",oAAAAAAAAAAAAAAAAAAAAAAAAAAA,2026-03-02 09:00:00,chat,in,citizen,text,问,q1,,,\n" +
		o.account.AppID + ",oAAAAAAAAAAAAAAAAAAAAAAAAAAA,2026-03-02 19:00:00,chat,out,human,text,答,a1,q1,1,s1\n"
	o.must("log", "import", o.write("三月.csv", log))
	office := func(want float64) {
		t.Helper()
		r := o.indices("--account", o.account.AppID, "--from", "2026-03-01", "--to", "2026-03-31")
		account := r["accounts"].([]any)[0].(map[string]any)
		if got := account["response"].(map[string]any)["office_mean_s"]; got != want || account["remeasuring"] != nil {
			t.Errorf("office mean %v, want %v; remeasuring %v", got, want, account["remeasuring"])
		}
		if got := o.must("log", "verify"); !strings.HasSuffix(got, "0 differences\n") {
			t.Errorf("log verify: %s", got)
		}
	}
	office(7 * 3600)
	o.must("account", "add", "--app-id", o.account.AppID, "--office-hours", "08:00-20:00")
	office(7 * 3600)
	o.must("account", "hours", o.account.AppID, "08:00-20:00", "--from", "2026-03-03")
	office(7 * 3600)
	o.must("account", "hours", o.account.AppID, "08:00-20:00", "--from", "2026-03-02")
	office(10 * 3600)
	o.must("account", "hours", o.account.AppID, "--remove", "--from", "2026-03-02")
	office(7 * 3600)
	o.must("calendar", "set", "2026-03-02", "off")
	office(0)
	if r := o.run("account", "limits", o.account.AppID, "--first", "1m", "--from", "2026-03-01"); r.code != 1 || !strings.Contains(r.stderr, "已经统计") {
		t.Errorf("limits of the past: exit %d: %s", r.code, r.stderr)
	}
	o.must("account", "limits", o.account.AppID, "--acceptance", "1h")
	office(0)
}
