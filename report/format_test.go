package report

import "testing"

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
		got, err := ChosenFormat(c.format, c.json, c.out)
		if got != c.want || (err != nil) != (c.want == "") {
			t.Errorf("--format %q --json=%v --out %q: %q, %v; want %q", c.format, c.json, c.out, got, err, c.want)
		}
	}
}
