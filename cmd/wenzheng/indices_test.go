package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

var update = flag.Bool("update", false, "write the golden files anew")

// toyLog is the toy log of the metrics, section 5.
func toyLog(account string) string {
	var b strings.Builder
	b.WriteString("account,openid,at,dir,actor,matched,msg_key,reply_to\n")
	for i, r := range []string{
		"A,2026-03-02 09:00:00,in,citizen,,", "A,2026-03-02 09:00:05,out,bot,false,1", "A,2026-03-02 09:01:00,in,citizen,,",
		"A,2026-03-02 09:20:00,out,human,,", "A,2026-03-02 09:25:00,in,citizen,,", "A,2026-03-02 09:27:00,out,human,,",
		"B,2026-03-02 10:00:00,in,citizen,,", "B,2026-03-02 10:00:01,out,bot,true,7", "C,2026-03-02 11:00:00,in,citizen,,",
		"C,2026-03-02 13:00:00,out,human,,", "D,2026-03-02 16:00:00,in,citizen,,", "E,2026-03-04 08:00:00,in,citizen,,",
		"E,2026-03-05 09:00:00,out,human,,", "F,2026-03-05 10:00:00,in,citizen,,",
	} {
		f := strings.Split(r, ",")
		reply := f[5]
		if reply != "" {
			reply = "toy-" + reply
		}
		fmt.Fprintf(&b, "%s,%s,toy-%d,%s\n", account, strings.Join(f[:5], ","), i+1, reply)
	}
	return b.String()
}

// toyArticles add up to the common input of the spread index over seven days.
func toyArticles(account string) string {
	var b strings.Builder
	b.WriteString("account,msgid,published_at,title,headline,reads,zaikan,likes,shares\n")
	figures := []string{
		"1,6000,40,60,150", "1,6000,24,36,100", "1,2000,20,30,30", "0,4000,40,60,100", "0,3000,16,24,40",
		"0,0,0,0,0", "0,0,0,0,0", "0,0,0,0,0", "0,0,0,0,0", "0,0,0,0,0",
	}
	for i, f := range figures {
		fmt.Fprintf(&b, "%s,%d_1,2026-03-02 08:00:00,文章,%s\n", account, 100+i, f)
	}
	return b.String()
}

// toy is an installation that holds the toy log.
func toy(t *testing.T, database string) *office {
	t.Helper()
	o := newOffice(t, database)
	o.must("migrate", "up")
	o.addAccount()
	o.must("log", "import", o.write("toy.csv", toyLog(o.account.AppID)))
	o.must("followers", "import", o.write("followers.csv", "account,date,followers\n"+o.account.AppID+",2026-03-04,600\n"))
	o.must("articles", "import", o.write("articles.csv", toyArticles(o.account.AppID)))
	return o
}

func (o *office) indices(args ...string) map[string]any {
	o.t.Helper()
	var r map[string]any
	if err := json.Unmarshal([]byte(o.must(append([]string{"indices", "--format", "json"}, args...)...)), &r); err != nil {
		o.t.Fatal(err)
	}
	return r
}

// look follows a path of keys and indices.
func look(t *testing.T, v any, path string) any {
	t.Helper()
	for key := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			value, ok := x[key]
			if !ok {
				t.Fatalf("%s: no %s", path, key)
			}
			v = value
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i >= len(x) {
				t.Fatalf("%s: no %s", path, key)
			}
			v = x[i]
		default:
			t.Fatalf("%s: nothing below %s", path, key)
		}
	}
	return v
}

var toyAsOf = []string{"--from", "2026-02-04", "--to", "2026-03-05", "--as-of", "2026-03-05 12:00:00"}

func TestIndicesOfTheToyLog(t *testing.T) {
	everyDatabase(t, func(t *testing.T, empty *office) {
		o := toy(t, empty.env["WENZHENG_DATABASE"])
		o.must("log", "import", o.write("again.csv", toyLog(o.account.AppID))) // changes nothing
		r := o.indices(toyAsOf...)
		account := look(t, r, "accounts.0")
		for path, want := range map[string]any{
			"counts.inbound": 8., "counts.active_citizens": 6., "counts.active_permille": 10., "followers": 600.,
			"counts.waits":   map[string]any{"opened": 7., "human": 4., "bot": 1., "expired": 1., "left": 0., "open": 1., "pending": 0.},
			"response.p50_s": 7200., "response.p90_s": "unanswered", "response.mean_s": 24630., "response.office_mean_s": 7530.,
			"first_response.p50_s": 7200., "first_response.p90_s": "unanswered", "first_response.n": 4., "response.n": 5.,
			"rti.value": 45.63, "rti.office": 51.36, "rti.u_micro": 2281531., "rti.u_office_micro": 2567847.,
			"self_served": 16.67, "two_way": 16.67, "csat": nil, "backlog.open": 1., "backlog.oldest_s": 7200., "backlog.at_risk": 0.,
			"limits.0.rate": 28.57, "limits.1.rate": 57.14, "limits.2.rate": 66.67, "limits.3.rate": 83.33,
			"limits.0.human_rate": 16.67, "limits.1.human_rate": 50., "limits.2.human_rate": 60., "limits.3.human_rate": 80.,
			"limits.3.rate_low": 43.6, "limits.3.rate_high": 97., "limits.0.breach": 5., "limits.1.breach": 3., "limits.2.breach": 2., "limits.3.breach": 1.,
			"interaction_index.coverage": 51.96, "interaction_index.timeliness": 64.48, "interaction_index.recognition": 16.67,
			"interaction_index.value": 44.37, "provisional": true, "insufficient": true, "composite.vetoes": []any{},
		} {
			got := look(t, account, path)
			if g, ok := got.(float64); ok && want != nil {
				got = math.Round(g*100) / 100
				if strings.HasSuffix(path, "_low") || strings.HasSuffix(path, "_high") {
					got = math.Round(g*10) / 10
				}
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%s: %s", path, d)
			}
		}
		week := o.indices("--from", "2026-02-27", "--to", "2026-03-05", "--as-of", "2026-03-05T12:00:00+08:00")
		if wci, ok := look(t, week, "accounts.0.spread_index.wci").(float64); !ok || math.Abs(wci-647.125461) > 1e-6 {
			t.Errorf("WCI %v", wci)
		}
		if got := o.must("log", "verify"); got != "0 differences\n" {
			t.Errorf("verify: %s", got)
		}
	})
}

// TestIndicesGolden holds the whole answer of the command.
func TestIndicesGolden(t *testing.T) {
	t.Parallel()
	o := toy(t, "")
	got := o.must(append([]string{"indices", "--format", "json"}, toyAsOf...)...)
	golden := filepath.Join("testdata", "toy.json")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Error(d)
	}
}

// TestIndicesAsItWasThen: an answer that came later is not known earlier.
func TestIndicesAsItWasThen(t *testing.T) {
	t.Parallel()
	o := toy(t, "")
	then := look(t, o.indices("--from", "2026-02-04", "--to", "2026-03-05", "--as-of", "2026-03-02 12:30:00"), "accounts.0")
	for path, want := range map[string]any{
		"counts.inbound": 5., "counts.waits.opened": 4., "counts.waits.human": 2., "counts.waits.bot": 1., "counts.waits.open": 1.,
		"backlog.oldest_s": 5400., "limits.0.breach": 2., "limits.3.due": 3.,
	} {
		if got := look(t, then, path); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
}

func TestIndicesFormats(t *testing.T) {
	t.Parallel()
	o := toy(t, "")
	table := o.must(append([]string{"indices"}, toyAsOf...)...)
	for _, want := range []string{"江城政务", "【暂定·样本不足】", "45.63", "83.33% (43.6–97.0)", "≥48 h/未答", "—"} {
		if !strings.Contains(table, want) {
			t.Errorf("table: no %q in\n%s", want, table)
		}
	}
	text := o.must(append([]string{"indices", "--format", "csv"}, toyAsOf...)...)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	metric := slices.Index(rows[0], "metric")
	i := slices.IndexFunc(rows, func(r []string) bool { return r[metric] == "response.p90_s" })
	if i < 0 || rows[i][slices.Index(rows[0], "value")] != "unanswered" {
		t.Errorf("csv: row %d", i)
	}
	path := filepath.Join(o.dir, "指标.xlsx")
	o.must(append([]string{"indices", "--format", "xlsx", "--out", path}, toyAsOf...)...)
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if d := cmp.Diff([]string{"对比", "江城政务", "指标定义"}, book.GetSheetList()); d != "" {
		t.Error(d)
	}
}

func TestIndicesRefuses(t *testing.T) {
	t.Parallel()
	o := toy(t, "")
	for _, c := range []struct{ args, want string }{
		{"--account wx0000000000000009", "wx0000000000000009"},
		{"--format xlsx", "--out"},
		{"--from 2026-03-05 --to 2026-03-01", "对调"},
		{"--from 2026-13-5", "2026-03-01"},
		{"--as-of 2999-01-01", "晚于现在"},
		{"--from 2026-03-01 --to 2026-03-05 --as-of 2026-02-01", "早于"},
		{"--as-of gestern", "截至时刻"},
		{"--channel mail", "channel"},
		{"--out /nonexistent/x.json --format json", "/nonexistent/x.json"},
	} {
		r := o.run(append([]string{"indices"}, strings.Fields(c.args)...)...)
		if r.code == 0 || !strings.Contains(r.stderr, c.want) || strings.Count(strings.TrimSpace(r.stderr), "\n") != 0 {
			t.Errorf("%s: exit %d, %q", c.args, r.code, r.stderr)
		}
	}
}

// TestSeveralAccounts stand side by side in the order asked for.
func TestSeveralAccounts(t *testing.T) {
	t.Parallel()
	o := toy(t, "")
	o.account.AppID, o.account.Name = "wx0123456789abcdf0", "江城公安"
	o.addAccount()
	r := o.indices(append([]string{"--account", "wx0123456789abcdf0,wx0123456789abcdef"}, toyAsOf...)...)
	if a, b := look(t, r, "accounts.0.name"), look(t, r, "accounts.1.name"); a != "江城公安" || b != "江城政务" {
		t.Errorf("%v, %v", a, b)
	}
	if v := look(t, r, "accounts.0.rti.value"); v != nil {
		t.Errorf("an account without a log has an index of %v", v)
	}
	if n := len(look(t, r, "ranking").([]any)); n != 2 {
		t.Errorf("%d places", n)
	}
}

// The store has registered the driver with which this test damages a rollup behind its back.
func TestVerifyFindsADamagedRollup(t *testing.T) {
	t.Parallel()
	o := toy(t, "")
	o.withStore(func(st *installation) error { // the clock decided D, E, F long ago
		_, err := st.waits.Sweep(context.Background(), time.Now(), 1000)
		return err
	})
	if got := o.must("log", "verify"); got != "0 differences\n" {
		t.Fatalf("before: %s", got)
	}
	db, err := sql.Open("sqlite", filepath.Join(o.data, "wenzheng.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	res, err := db.Exec("UPDATE wait_hours SET human = human + 1 WHERE human = 1")
	if err != nil {
		t.Fatal(err)
	}
	changed, err := res.RowsAffected()
	if err != nil || changed == 0 {
		t.Fatalf("%d rows damaged: %v", changed, err)
	}
	r := o.run("log", "verify")
	if r.code != 1 || !strings.HasSuffix(r.stdout, fmt.Sprintf("%d differences\n", changed)) || strings.Count(r.stdout, "\n") != int(changed)+1 {
		t.Errorf("exit %d:\n%s%s", r.code, r.stdout, r.stderr)
	}
	var list struct{ Differences []string }
	if r = o.run("log", "verify", "--json"); r.code != 1 || json.NewDecoder(bytes.NewBufferString(r.stdout)).Decode(&list) != nil || len(list.Differences) != int(changed) {
		t.Errorf("exit %d: %s", r.code, r.stdout)
	}
}
