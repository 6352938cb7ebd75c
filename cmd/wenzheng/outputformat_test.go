package main

import (
	"strings"
	"testing"
)

func TestOutputFormat_FollowsTheFilesName(t *testing.T) {
	for _, c := range []struct {
		format string
		json   bool
		out    string
		want   string // "" = refused
	}{
		{"", false, "", "table"},
		{"", false, "指标.xlsx", "xlsx"},
		{"", false, "A.XLSX", "xlsx"},
		{"", false, "a.csv", "csv"},
		{"", false, "a.json", "json"},
		{"", false, "a.txt", "table"},
		{"", false, "a", "table"},
		{"csv", false, "a", "csv"},
		{"csv", false, "a.csv", "csv"},
		{"csv", false, "a.xlsx", ""},
		{"table", false, "a.xlsx", ""},
		{"xlsx", false, "a.csv", ""},
		{"xlsx", false, "", ""},
		{"", true, "", "json"},
		{"json", true, "a.json", "json"},
		{"csv", true, "", ""},
		{"", true, "a.xlsx", ""},
		{"", false, "a.xls", ""},
		{"", false, "a.html", ""},
		{"", false, "a.pdf", ""},
		{"csv", false, "a.yaml", ""},
		{"", false, "/dev/stdout", "table"},
		{"csv", false, "指标.第三季度", "csv"},
	} {
		got, err := outputFormat(c.format, c.json, c.out)
		if got != c.want || (err != nil) != (c.want == "") {
			t.Errorf("--format %q --json=%v --out %q: %q, %v; want %q", c.format, c.json, c.out, got, err, c.want)
		}
	}
}

func TestOut_RefusesTheEndingOfAnotherKind(t *testing.T) {
	t.Parallel()
	o := toy(t, "")
	file := o.write("主题.csv", "topic,text\n社保,社保卡丢了怎么补办\n交通,公交车几点停运\n")
	for _, args := range [][]string{
		{"report", "--quarter", "2026Q1", "--out", "三季度.xlsx"},
		{"report", "--quarter", "2026Q1", "--out", "三季度.html", "--xlsx", "三季度.csv"},
		{"topics", "learn", file, "--out", "主题.xlsx"},
		{"indices", "--out", "指标.pdf"},
	} {
		if r := o.run(args...); r.code == 0 || !strings.Contains(r.stderr, "结尾") || strings.Count(r.stderr, "\n") != 1 {
			t.Errorf("%v: exit %d, %s", args, r.code, r.stderr)
		}
	}
}
