package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/wenzheng/wenzheng/analytics"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/report"
	"github.com/wenzheng/wenzheng/sheet"
)

// TestFiguresAgree_EveryOutput holds every cell of a window to be the same in CSV, JSON, the table,
// the workbook, the interface and the report, for windows that run, are provisional or final, several
// accounts and every channel.
func TestFiguresAgree_EveryOutput(t *testing.T) {
	t.Parallel()
	o := threeAccounts(t)
	st := openFor(t, o)
	api := o.api(st, time.Now)
	for _, w := range []struct{ name, from, to, asOf, lastDay string }{
		{"running", "2026-03-01", "2026-03-31", "2026-03-05T12:00:00+08:00", "2026-03-05"},
		{"provisional", "2026-03-02", "2026-03-05", "2026-03-06T12:00:00+08:00", "2026-03-05"},
		{"final", "2026-02-20", "2026-03-05", "2026-03-20T09:00:00+08:00", "2026-03-05"},
	} {
		for _, channel := range []string{"chat", "form", "comment"} {
			t.Run(w.name+" "+channel, func(t *testing.T) {
				a := &agreement{t: t, o: o, from: w.from, to: w.to, asOf: w.asOf, channel: channel}
				a.readCSV(w.lastDay)
				a.checkJSON([]byte(a.command("--json")), w.lastDay)
				code, body := api.get("/api/v1/indices?" + url.Values{
					"from": {w.from}, "to": {w.to}, "as_of": {w.asOf}, "channel": {channel},
				}.Encode())
				if code != 200 {
					t.Fatalf("%d %s", code, body)
				}
				a.checkJSON(body, w.lastDay)
				a.checkTable(w.lastDay)
				a.checkWorkbook(w.lastDay)
				a.checkReport(st, w.lastDay)
			})
		}
	}
}

// threeAccounts is an installation with three accounts whose citizens chat, file and comment.
func threeAccounts(t *testing.T) *office {
	o := newOffice(t, "")
	o.must("migrate", "up")
	var log, articles, followers strings.Builder
	log.WriteString("account,openid,at,channel,dir,actor,matched,msg_key,reply_to\n")
	articles.WriteString("account,msgid,published_at,title,headline,reads,zaikan,likes,shares\n")
	followers.WriteString("account,date,followers\n")
	for k, name := range []string{"江城政务", "江城公安", "江城人社"} {
		o.account.AppID, o.account.Name = fmt.Sprintf("wx0123456789abcde%d", k), name
		o.addAccount()
		fmt.Fprintf(&followers, "%s,2026-03-01,%d\n", o.account.AppID, 600+100*k)
		fmt.Fprintf(&articles, "%s,a%d,2026-02-%d 08:00:00,文章,1,%d,4,5,6\n", o.account.AppID, k, 18+k, 900*(k+1))
		for c, channel := range []string{"chat", "form", "comment"} {
			conversations(&log, o.account.AppID, channel, k+c)
		}
	}
	o.must("log", "import", o.write("log.csv", log.String()))
	o.must("articles", "import", o.write("articles.csv", articles.String()))
	o.must("followers", "import", o.write("followers.csv", followers.String()))
	return o
}

// conversations are questions of ten citizens, answered later and later, by the bot, or never.
func conversations(b *strings.Builder, account, channel string, more int) {
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, indices.Shanghai())
	row := func(n int, at time.Time, dir, actor, matched, key, reply string) {
		fmt.Fprintf(b, "%s,%s%d,%s,%s,%s,%s,%s,%s,%s\n", account, channel, n, at.Format(time.DateTime), channel, dir, actor, matched, key, reply)
	}
	for n := range 10 {
		at := start.Add(time.Duration(n*n) * time.Hour)
		key := account + channel + strconv.Itoa(n)
		row(n, at, "in", "citizen", "", key, "")
		switch n % 4 {
		case 3: // nobody answers
		case 2:
			row(n, at.Add(time.Second), "out", "bot", "true", key+"b", key)
		default:
			row(n, at.Add(time.Duration((n+1)*(more+1)*20)*time.Minute), "out", "human", "", key+"h", key)
		}
	}
}

// agreement is one question, and what the CSV answered: the rest is held against it.
type agreement struct {
	t                       *testing.T
	o                       *office
	from, to, asOf, channel string
	accounts                []string
	rows                    map[string][]csvCell // by account, in order
}

// csvCell is a figure as the CSV has it.
type csvCell struct{ key, title, unit, value, low, high, n string }

func (a *agreement) command(more ...string) string {
	a.t.Helper()
	return a.o.must(append([]string{"indices", "--from", a.from, "--to", a.to, "--as-of", a.asOf, "--channel", a.channel}, more...)...)
}

func (a *agreement) readCSV(lastDay string) {
	a.t.Helper()
	text := a.command("--format", "csv")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil {
		a.t.Fatal(err)
	}
	at := func(r []string, name string) string { return r[slices.Index(rows[0], name)] }
	a.rows = map[string][]csvCell{}
	for _, r := range rows[1:] {
		account := at(r, "account")
		if !slices.Contains(a.accounts, account) {
			a.accounts = append(a.accounts, account)
		}
		if at(r, "from") != a.from || at(r, "to") != lastDay || at(r, "as_of") != a.asOf {
			a.t.Fatalf("CSV: window %s", r)
		}
		a.rows[account] = append(a.rows[account], csvCell{
			at(r, "metric"), at(r, "title"), at(r, "unit"), at(r, "value"), at(r, "low"), at(r, "high"), at(r, "n"),
		})
	}
	if len(a.accounts) != 3 {
		a.t.Fatalf("%d accounts", len(a.accounts))
	}
}

// checkJSON holds a report as JSON against the CSV.
func (a *agreement) checkJSON(body []byte, lastDay string) {
	a.t.Helper()
	var r map[string]any
	if err := json.Unmarshal(body, &r); err != nil {
		a.t.Fatal(err)
	}
	if from, to := r["from"].(string), r["to"].(string); !strings.HasPrefix(from, a.from) || !strings.HasPrefix(to, lastDay) || r["as_of"] != a.asOf {
		a.t.Errorf("JSON: %s to %s as of %v", from, to, r["as_of"])
	}
	for i, account := range a.accounts {
		tree := look(a.t, r, "accounts."+strconv.Itoa(i))
		for _, c := range a.rows[account] {
			value, low, high := jsonCell(a.t, tree, c.key)
			if !same(value, c.value) || low != nil && !same(low, c.low) || high != nil && !same(high, c.high) {
				a.t.Errorf("%s %s: JSON %v (%v–%v), CSV %q (%s–%s)", account, c.key, value, low, high, c.value, c.low, c.high)
			}
		}
	}
}

// jsonCell finds what stands in the JSON under the key of a figure.
func jsonCell(t *testing.T, tree any, key string) (value, low, high any) {
	t.Helper()
	parts := strings.Split(key, ".")
	switch {
	case parts[0] == "limits":
		for _, l := range look(t, tree, "limits").([]any) {
			limit := l.(map[string]any)
			if strconv.FormatFloat(limit["limit_s"].(float64), 'f', -1, 64) == parts[1] {
				return limit[parts[2]], limit[parts[2]+"_low"], limit[parts[2]+"_high"]
			}
		}
	case strings.HasPrefix(key, "backlog.ages."):
		for _, l := range look(t, tree, "backlog.ages").([]any) {
			bucket := l.(map[string]any)
			if up := bucket["up_to_s"]; up == nil && strings.HasPrefix(parts[2], "over_") || same(up, parts[2]) {
				return bucket["count"], nil, nil
			}
		}
	case key == "composite.vetoes":
		ids := []string{}
		for _, v := range look(t, tree, key).([]any) {
			ids = append(ids, v.(map[string]any)["id"].(string))
		}
		if len(ids) == 0 {
			return "无", nil, nil
		}
		return strings.Join(ids, "|"), nil, nil
	case key == "concurrency.per_staff":
		return nil, nil, nil // no roster
	case key == "self_served" || key == "two_way" || key == "csat":
		r := look(t, tree, "rates."+key).(map[string]any)
		return look(t, tree, key), r["low"], r["high"]
	}
	value = look(t, tree, key)
	if r, ok := value.(map[string]any); ok {
		return r["value"], r["low"], r["high"]
	}
	return value, nil, nil
}

// same compares a value of JSON with a cell of the CSV.
func same(v any, text string) bool {
	switch v := v.(type) {
	case nil:
		return text == ""
	case string:
		return v == text
	case float64:
		f, err := strconv.ParseFloat(text, 64)
		return err == nil && math.Abs(f-v) < 1e-9
	default:
		return false
	}
}

// printed is how a figure is shown to people.
func (c *csvCell) printed() string {
	f := sheet.Figure{Unit: sheet.Unit(c.unit)}
	v, err := strconv.ParseFloat(c.value, 64)
	switch {
	case c.value == "unanswered" || err == nil && strings.Contains(c.key, "response.p") && v >= 172800:
		f.Text = "≥48 h/未答"
	case err == nil:
		f.Value = &v
	default:
		f.Text = strings.ReplaceAll(c.value, "|", "、")
	}
	return f.Show()
}

func (a *agreement) checkTable(lastDay string) {
	a.t.Helper()
	a.o.env["COLUMNS"] = "300"
	defer delete(a.o.env, "COLUMNS")
	text := a.command()
	if !strings.Contains(text, a.from+" 至 "+lastDay) {
		a.t.Errorf("table: window of\n%.300s", text)
	}
	lines, at := strings.Split(text, "\n"), 0
	cells := regexp.MustCompile(` {2,}`)
	for i, c := range a.rows[a.accounts[0]] {
		for at < len(lines) && !strings.HasPrefix(lines[at], "  "+c.title+" ") {
			at++
		}
		if at == len(lines) {
			a.t.Fatalf("table: no row %s", c.title)
		}
		fields := cells.Split(strings.TrimSpace(strings.TrimPrefix(lines[at], "  "+c.title)), -1)
		for k, account := range a.accounts {
			got, _, _ := strings.Cut(fields[k], " (")
			if want := a.rows[account][i].printed(); got != want {
				a.t.Errorf("%s %s: table %q, CSV %q", account, c.key, got, want)
			}
		}
		at++
	}
}

func (a *agreement) checkWorkbook(lastDay string) {
	a.t.Helper()
	path := filepath.Join(a.t.TempDir(), "指标.xlsx")
	a.command("--out", path)
	book, err := excelize.OpenFile(path)
	if err != nil {
		a.t.Fatal(err)
	}
	defer book.Close()
	side, err := book.GetRows("对比", excelize.Options{RawCellValue: true})
	if err != nil {
		a.t.Fatal(err)
	}
	if !strings.Contains(side[1][0], a.from+" 至 "+lastDay) {
		a.t.Errorf("workbook: window %s", side[1][0])
	}
	for k, account := range a.accounts {
		own, err := book.GetRows(book.GetSheetList()[k+1], excelize.Options{RawCellValue: true})
		if err != nil {
			a.t.Fatal(err)
		}
		a.checkSheet(account, "对比", side, 2+k)
		a.checkSheet(account, "own", own, 1)
	}
}

// checkSheet finds the figures of an account, in their order, in a column of a sheet.
func (a *agreement) checkSheet(account, name string, rows [][]string, column int) {
	a.t.Helper()
	y := 0
	for _, c := range a.rows[account] {
		for y < len(rows) && (len(rows[y]) <= column || rows[y][0] != c.title) {
			y++
		}
		if y == len(rows) {
			a.t.Fatalf("%s: no row %s", name, c.title)
		}
		got, want := rows[y][column], c.printed()
		g, err1 := strconv.ParseFloat(got, 64)
		w, err2 := strconv.ParseFloat(c.value, 64)
		switch c.unit {
		case string(sheet.UnitPercent):
			g *= 100 // a cell with a percent format
		case string(sheet.UnitSeconds):
			g *= 86400 // a cell with a format of hours, minutes and seconds
		}
		if err1 == nil && err2 == nil && math.Abs(g-w) > 1e-6 || (err1 != nil || err2 != nil) && got != want {
			a.t.Errorf("%s %s: %s %q, CSV %q", account, c.key, name, got, c.value)
		}
		y++
	}
}

// checkReport reads the rows of the printed page.
func (a *agreement) checkReport(st *installation, lastDay string) {
	a.t.Helper()
	day := func(s string) time.Time {
		d, err := time.ParseInLocation(time.DateOnly, s, indices.Shanghai())
		if err != nil {
			a.t.Fatal(err)
		}
		return d
	}
	asOf, err := time.Parse(time.RFC3339, a.asOf)
	if err != nil {
		a.t.Fatal(err)
	}
	q := analytics.IndicesQuery{Channel: models.Channel(a.channel), From: day(a.from), To: day(a.to).AddDate(0, 0, 1), AsOf: asOf}
	r, err := st.analytics.Indices(context.Background(), q, nil)
	if err != nil {
		a.t.Fatal(err)
	}
	var page bytes.Buffer
	if err := report.Write(&page, report.NewDocument(&r)); err != nil {
		a.t.Fatal(err)
	}
	if !strings.Contains(page.String(), a.from+" 至 "+lastDay) {
		a.t.Error("report: another window")
	}
	var got, want [][2]string
	for _, row := range regexp.MustCompile(`<td class="lead">([^<]*)</td><td class="n value">([^<]*)</td>`).FindAllStringSubmatch(page.String(), -1) {
		got = append(got, [2]string{row[1], row[2]})
	}
	for _, account := range a.accounts {
		for _, c := range a.rows[account] {
			if !strings.HasPrefix(c.key, "limits.") || c.unit != string(sheet.UnitCount) { // those stand in a table of their own
				want = append(want, [2]string{c.title, c.printed()})
			}
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		a.t.Errorf("report (-CSV +page):\n%s", d)
	}
}
