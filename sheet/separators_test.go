package sheet

import (
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

// TestCSV_SeparatorsAndLineEndsOfSpreadsheets: one table as different programs save it.
func TestCSV_SeparatorsAndLineEndsOfSpreadsheets(t *testing.T) {
	const comma = "名称,匹配方式,关键词,回复\n甲,包含,\"社保,医保\",\"一，二\n三;四\"\n乙,包含,路灯,坏\n"
	other := func(separator string) string {
		return strings.ReplaceAll(strings.ReplaceAll(comma, ",", separator), `社保`+separator, "社保,")
	}
	want := []models.Rule{
		{Name: "甲", Match: models.MatchContains, Keywords: []string{"社保", "医保"}, Replies: []models.Reply{models.TextReply("一，二\n三;四")}},
		{Name: "乙", Match: models.MatchContains, Keywords: []string{"路灯"}, Replies: []models.Reply{models.TextReply("坏")}},
	}
	for name, text := range map[string]string{
		"comma": comma, "semicolon": other(";"), "tab": other("\t"),
		"said first": "sep=;\n" + other(";"), "said first, a comma": "sep=,\r\n" + comma,
		"returns alone":                strings.ReplaceAll(comma, "\n", "\r"),
		"returns, line feed in a cell": strings.ReplaceAll(comma, "\n", "\r")[:len(comma)-1] + "\r\n",
		"both":                         strings.ReplaceAll(comma, "\n", "\r\n"),
		"blank lines first":            "\r\n\r\n" + other("\t"),
	} {
		got, err := readForm("f.csv", iotest.OneByteReader(strings.NewReader(text)), CSV)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := cmp.Diff(want, got, sameRules); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// TestCSV_PlacesOfFaultsBehindASaidSeparator: the lines are those that an editor shows.
func TestCSV_PlacesOfFaultsBehindASaidSeparator(t *testing.T) {
	_, err := readForm("f", strings.NewReader("sep=;\nname;match;reply\na;fuzzy;x\n"), CSV)
	checkFaults(t, faultsOf(t, err), "f:3:3 没有")
}

// TestReadFollowers_Semicolons: the small tables are read alike.
func TestReadFollowers_Semicolons(t *testing.T) {
	now := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	got, err := ReadFollowers("f.csv", strings.NewReader("account;date;followers\rwx00000000000000a1;2026/3/4;600\r"), now)
	if err != nil || len(got) != 1 || got[0].Count != 600 {
		t.Errorf("%+v, %v", got, err)
	}
}
