package main

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/width"
)

func TestColumnsOfTheEnvironment(t *testing.T) {
	for v, want := range map[string]int{"80": 80, "0": usualColumns, "-3": usualColumns, "wide": usualColumns, "": usualColumns} {
		p := &program{environ: []string{"HOME=/", "COLUMNS=" + v}}
		if got := p.columns(); got != want {
			t.Errorf("COLUMNS=%s: %d", v, got)
		}
	}
}

// TestLists_FoldOnANarrowTerminal: no list for people is wider than their terminal, and folding
// leaves no word out.
func TestLists_FoldOnANarrowTerminal(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "")
	o.account.Name = "江城市政务服务和数据管理局综合受理中心官方服务号"
	o.open()
	account := []string{"rules", "--account", o.account.AppID}
	rule := "城乡居民基本医疗保险异地就医直接结算备案办理须知"
	rules := "name,match,keywords,exclude,priority,reply,examples\n" + rule + ",contains,异地就医,,5,请在微信小程序“国家异地就医备案”里办理，或到参保地经办机构窗口办理。,怎么办异地就医\n"
	o.must(append(account, "import", o.write("长.csv", rules), "--publish")...)
	o.must(append(account, "import", o.write("改.csv", strings.Replace(rules, "小程序", "小程序或支付宝", 1)))...)
	o.must(append(account, "pin", "今天系统维护，业务明天恢复办理，给您带来不便敬请谅解。", "--for", "3h", "--reason", "系统维护期间各窗口暂停办理业务")...)
	var log strings.Builder
	log.WriteString("account,openid,at,channel,dir,actor,kind,content\n")
	for i := range 6 {
		fmt.Fprintf(&log, "%s,%s,2026-03-02 09:%02d:00,chat,in,citizen,text,我住在青禾县的老旧小区想问加装电梯补贴从哪里申请需要哪些材料几天能批下来谢谢\n", o.account.AppID, o.citizen(i), i)
	}
	o.must("log", "import", o.write("log.csv", log.String()))
	lists := [][]string{
		append(account, "list"), append(account, "versions", rule), append(account, "check"), append(account, "pin", "list"),
		append(account, "replay", "--since", "2026-03-01", "--draft"), append(account, "suggest"),
		{"account", "list"},
		{"account", "hours", o.account.AppID},
		{"account", "check", o.account.AppID},
		{"calendar", "show", "2026"},
		{"audit", "list"},
		{"waits", "list", "--from", "2026-03-01", "--to", "2026-03-31"},
		{"log", "verify"},
		{"log", "backlog"},
		{"migrate", "status"},
		{"indices", "--from", "2026-03-01", "--to", "2026-03-31"},
	}
	for _, list := range lists {
		delete(o.env, "COLUMNS")
		whole := o.run(list...).stdout
		for _, columns := range []int{80, 60} {
			o.env["COLUMNS"] = fmt.Sprint(columns)
			got := o.run(list...).stdout
			if got == "" {
				t.Errorf("%v prints nothing", list)
			}
			for line := range strings.Lines(got) {
				if n := cellsWide(strings.TrimSuffix(line, "\n")); n > columns {
					t.Errorf("%v: %d cells of %d: %s", list, n, columns, line)
				}
			}
			if list[0] != "indices" && letters(got) != letters(whole) {
				t.Errorf("%v in %d columns:\n%s\nwhole:\n%s", list, columns, got, whole)
			}
		}
	}
}

// letters are how often every character occurs, spaces apart: cells that go on below change
// the order.
func letters(s string) string {
	counts := map[rune]int{}
	for _, r := range s {
		if r != ' ' && r != '\n' {
			counts[r]++
		}
	}
	return fmt.Sprint(counts)
}

func cellsWide(s string) (n int) {
	for _, r := range s {
		n++
		if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
			n++
		}
	}
	return n
}
