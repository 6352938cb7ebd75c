package sheet

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/models"
)

func TestBasicColumns(t *testing.T) {
	const text = "name,match,keywords,exclude,priority,reply,examples\n" +
		"公积金,contains,公积金 | 住房\\|公积金,贷款,5,\"第一行\n第二行\",怎么提取公积金|公积金\n" +
		"\n,,,,,,\n" +
		"号码,regexp,^\\d{15}$,,,'=1,\n"
	got, err := readForm("f.csv", strings.NewReader(text), CSV)
	if err != nil {
		t.Fatal(err)
	}
	want := []models.Rule{
		{
			Name: "公积金", Match: models.MatchContains, Keywords: []string{"公积金", "住房|公积金"}, Exclude: []string{"贷款"}, Priority: 5,
			Replies: []models.Reply{models.TextReply("第一行\n第二行")}, Examples: []string{"怎么提取公积金", "公积金"},
		},
		{Name: "号码", Match: models.MatchRegexp, Keywords: []string{`^\d{15}$`}, Replies: []models.Reply{models.TextReply("=1")}},
	}
	if d := cmp.Diff(want, got, sameRules); d != "" {
		t.Error(d)
	}
}

func TestFurtherAndChineseColumns(t *testing.T) {
	const text = "名称,关键词,优先级,groups,when.hours,when.weekdays,on,replies,menu\n" +
		`a,x,3,"u|v` + "\n" + `w",09:00-12:00|13:30-17:30,1|2,Click,"[{""kind"":""image"",""media_id"":""m""}]","{""items"":[{""title"":""一"",""rule"":""a""}]}"` + "\n"
	got, err := readForm("f.csv", strings.NewReader(text), CSV)
	if err != nil {
		t.Fatal(err)
	}
	want := []models.Rule{{
		Name: "a", Keywords: []string{"x"}, Priority: 3, Groups: [][]string{{"u", "v"}, {"w"}},
		When: &models.Window{Hours: []string{"09:00-12:00", "13:30-17:30"}, Weekdays: []int{1, 2}}, On: []models.Trigger{models.OnClick},
		Replies: []models.Reply{{Kind: models.ReplyImage, MediaID: "m"}}, Menu: &models.Menu{Items: []models.MenuItem{{Title: "一", Rule: "a"}}},
	}}
	if d := cmp.Diff(want, got, sameRules); d != "" {
		t.Error(d)
	}
}

func TestBadTables(t *testing.T) {
	cases := []struct {
		name, text string
		want       []string
	}{
		{"empty", "", []string{"f:1:1 表头"}},
		{"unknown column", "name,keyword,reply\n", []string{"f:1:6 keyword"}},
		{"unknown column in Chinese", "名称,关键字词,回复\n", []string{"f:1:8 名称、匹配方式、关键词"}},
		{"column twice", "name,reply,Reply\n", []string{"f:1:12 两次"}},
		{"no name", "reply,match\n", []string{"f:1:1 name"}},
		{"all at once", "name,match,priority,reply\na,fuzzy,1,x\nb,exact,high,y\na,exact,1,z\n,exact,1,z\nc,exact\nd,exact,1,x,more\n", []string{
			"f:2:3 没有", "f:3:9 整数", "f:4:1 第 2 行", "f:5:1 name", "f:6:1 2 列", "f:7:13 没有表头",
		}},
		{"quote", "name,reply\na,\"x\"y\nb,z\"\nc,ok\n", []string{"f:2:5 引号", "f:3:4 引号"}},
		{"open quote", "name,reply\na,\"x\n", []string{"f:2:6 引号"}},
		{"both replies", "name,reply,replies\na,x,\"[{\"\"kind\"\":\"\"image\"\"}]\"\n", []string{"f:2:5 只能填一个"}},
		{"json cell", "name,menu\na,{\nb,\"{\"\"itemz\"\":[]}\"\n", []string{"f:2:3 JSON", "f:3:3 itemz"}},
		{"long cell", "name,reply\na," + strings.Repeat("x", 10<<20) + "\n", []string{"f:2:3 太长"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := readForm("f", strings.NewReader(c.text), CSV)
			checkFaults(t, faultsOf(t, err), c.want...)
		})
	}
}

func TestBadWorkbooks(t *testing.T) {
	book := excelize.NewFile()
	for cell, v := range map[string]any{"A1": "name", "B1": "priority", "C1": "keywords", "A2": "a", "B2": 5, "C2": 12345678901, "A3": "b", "B3": 1.5, "E3": "x"} {
		if err := book.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	_, err := readForm("f", bytes.NewReader(b.Bytes()), XLSX)
	checkFaults(t, faultsOf(t, err), "f:E3 没有表头", "f:B3 整数")
	for _, bad := range []string{"", "PK", b.String()[:b.Len()/2]} {
		if _, err := readForm("f", strings.NewReader(bad), XLSX); models.ErrorCode(err) != models.CodeInvalid {
			t.Errorf("%.10q: %v", bad, err)
		}
	}
}

func TestNumbersOfWorkbooksKeepTheirDigits(t *testing.T) {
	book := excelize.NewFile()
	for cell, v := range map[string]any{"A1": "name", "B1": "priority", "C1": "keywords", "A2": 12345, "B2": 5, "C2": 12345678901} {
		if err := book.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	got, err := readForm("f", &b, XLSX)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]models.Rule{{Name: "12345", Priority: 5, Keywords: []string{"12345678901"}}}, got, sameRules); d != "" {
		t.Error(d)
	}
}

func TestTooLongForExcel(t *testing.T) {
	err := WriteRules(io.Discard, XLSX, []models.Rule{{Name: "a", Replies: []models.Reply{models.TextReply(strings.Repeat("长", 32768))}}})
	if models.ErrorCode(err) != models.CodeInvalid {
		t.Errorf("got %v", err)
	}
}

func TestItems(t *testing.T) {
	cases := []struct {
		cell string
		want []string
	}{
		{"", nil},
		{" | ", nil},
		{"a|b", []string{"a", "b"}},
		{`a\|b`, []string{"a|b"}},
		{`\d+|x`, []string{`\d+`, "x"}},
		{`\d\\|x`, []string{`\d\`, "x"}},
		{`a\\\|b`, []string{`a\|b`}},
		{`a\`, []string{`a\`}},
		{`a\\`, []string{`a\`}},
		{`a\\b`, []string{`a\\b`}},
	}
	for _, c := range cases {
		if d := cmp.Diff(c.want, splitItems(c.cell, wordSeparators)); d != "" {
			t.Errorf("%s: %s", c.cell, d)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOf(rapid.StringMatching(`a[a|、\n\\]{0,6}a`)).Draw(t, "items")
		if d := cmp.Diff(list, splitItems(joinItems(list, wordSeparators), wordSeparators), sameRules); d != "" {
			t.Fatalf("%s by %q", d, joinItems(list, wordSeparators))
		}
	})
}

func TestGuard(t *testing.T) {
	for cell, want := range map[string]string{
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM": "'@SUM", "\tx": "'\tx", "\rx": "'\rx", "＝1": "'＝1", "＋1": "'＋1", "－1": "'－1",
		"＠x": "'＠x", "'=1": "''=1", "it's": "it's", "'x": "'x", "": "", "1-2": "1-2", "你好=": "你好=",
	} {
		if got := guard(cell); got != want || unguard(got) != cell {
			t.Errorf("%q: guarded %q, back %q", cell, got, unguard(got))
		}
	}
}

func TestWrittenCSVIsSafe(t *testing.T) {
	var b bytes.Buffer
	err := WriteRules(&b, CSV, []models.Rule{{Name: "=cmd|' /C calc'!A0", Keywords: []string{"a\"b"}, Priority: -3}})
	if err != nil {
		t.Fatal(err)
	}
	want := "\ufeff\"name\",\"match\",\"keywords\",\"exclude\",\"priority\",\"reply\",\"examples\"\r\n" +
		"\"'=cmd|' /C calc'!A0\",\"\",\"a\"\"b\",\"\",\"'-3\",\"\",\"\"\r\n"
	if d := cmp.Diff(want, b.String()); d != "" {
		t.Error(d)
	}
}

func BenchmarkReadRules(b *testing.B) {
	rules := make([]models.Rule, 12_000)
	for i := range rules {
		rules[i] = models.Rule{
			Name: fmt.Sprintf("规则 %d", i), Match: models.MatchContains, Keywords: []string{"公积金", "提取"}, Priority: i % 100,
			Replies: []models.Reply{models.TextReply("您好，请携带身份证。\n地址：市民中心。")}, Examples: []string{"怎么提取公积金"},
		}
	}
	for _, format := range []Format{YAML, JSON, CSV, XLSX} {
		b.Run(string(format), func(b *testing.B) {
			var file bytes.Buffer
			if err := WriteRules(&file, format, rules); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(file.Len()))
			for b.Loop() {
				got, err := ReadRules("f", bytes.NewReader(file.Bytes()), format)
				if err != nil || len(got) != len(rules) {
					b.Fatalf("%d rules, %v", len(got), err)
				}
			}
		})
	}
}
