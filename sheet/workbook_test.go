package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/wenzheng/wenzheng/models"
)

// testFormats are the number formats that testBook gives styles to, by their order.
var testFormats = []string{
	"General", "yyyy\\-mm\\-dd", "yyyy/m/d h:mm", "h:mm:ss", "0.0%", "@", `yyyy"年"m"月"d"日"`, "0000", `[$-804]yyyy/m/d\ 上午/下午h:mm;@`,
	`#,##0.00_);[Red]\(#,##0.00\)`, "0.00E+00", "[h]:mm:ss", `[$-F800]dddd\,\ mmmm\ dd\,\ yyyy`,
}

// testBook is a workbook of which the rows, and what stands behind them, are given as XML.
func testBook(t *testing.T, rows, behind string, moreSheets ...string) []byte {
	t.Helper()
	var formats, styles, sheets, links strings.Builder
	for i, f := range testFormats {
		fmt.Fprintf(&formats, `<numFmt numFmtId="%d" formatCode="%s"/>`, 164+i, strings.ReplaceAll(f, `"`, "&quot;"))
		fmt.Fprintf(&styles, `<xf numFmtId="%d"/>`, 164+i)
	}
	styles.WriteString(`<xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="10"/>`)
	for i, name := range append([]string{"Sheet1"}, moreSheets...) {
		fmt.Fprintf(&sheets, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, name, i+1, i+1)
		fmt.Fprintf(&links, `<Relationship Id="rId%d" Type="http://x/worksheet" Target="worksheets/sheet%d.xml"/>`, i+1, i+1)
	}
	const open = `<?xml version="1.0" encoding="UTF-8"?>`
	parts := map[string]string{
		"_rels/.rels":                `<Relationships><Relationship Id="rId1" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook xmlns:r="r"><workbookPr/><sheets>` + sheets.String() + `</sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships>` + links.String() + `<Relationship Id="rId90" Type="http://x/styles" Target="styles.xml"/><Relationship Id="rId91" Type="http://x/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>`,
		"xl/styles.xml":              `<styleSheet><numFmts>` + formats.String() + `</numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs>` + styles.String() + `</cellXfs></styleSheet>`,
		"xl/sharedStrings.xml": `<sst><si><t xml:space="preserve"> 公积金 </t></si><si><r><t>社</t></r><r><t>保</t></r><rPh sb="0" eb="1"><t>しゃ</t></rPh></si><si><t>一_x000D_
二_x005F_x0041_</t></si></sst>`,
		"xl/worksheets/sheet1.xml": `<worksheet><sheetData>` + rows + `</sheetData>` + behind + `</worksheet>`,
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(open + text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// textRow is a row of text cells.
func textRow(line int, cells ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<row r="%d">`, line)
	for i, c := range cells {
		if c != "" {
			fmt.Fprintf(&b, `<c r="%s" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, cellName(line, i+1), c)
		}
	}
	b.WriteString(`</row>`)
	return b.String()
}

func TestCellsAreReadByTheirNumberFormat(t *testing.T) {
	for _, c := range []struct{ name, cell, want, problem string }{
		{"date", `<c r="A1" s="1"><v>46068</v></c>`, "2026-02-15", ""},
		{"date of the program's own format", `<c r="A1" s="13"><v>46068</v></c>`, "2026-02-15", ""},
		{"Chinese date", `<c r="A1" s="6"><v>46083</v></c>`, "2026-03-02", ""},
		{"long date", `<c r="A1" s="12"><v>46083</v></c>`, "2026-03-02", ""},
		{"date and time", `<c r="A1" s="2"><v>46083.375057870369</v></c>`, "2026-03-02 09:00:05", ""},
		{"built-in date and time", `<c r="A1" s="14"><v>46083.5</v></c>`, "2026-03-02 12:00:00", ""},
		{"afternoon", `<c r="A1" s="8"><v>46083.625</v></c>`, "2026-03-02 15:00:00", ""},
		{"a date that hides its time", `<c r="A1" s="1"><v>46083.25</v></c>`, "2026-03-02 06:00:00", ""},
		{"time", `<c r="A1" s="3"><v>0.375</v></c>`, "09:00:00", ""},
		{"percent", `<c r="A1" s="4"><v>0.355</v></c>`, "35.5%", ""},
		{"built-in percent", `<c r="A1" s="15"><v>0.07</v></c>`, "7%", ""},
		{"leading zeroes", `<c r="A1" s="7"><v>12</v></c>`, "0012", ""},
		{"general", `<c r="A1"><v>12345678901</v></c>`, "12345678901", ""},
		{"fifteen digits", `<c r="A1"><v>123456789012345</v></c>`, "123456789012345", ""},
		{"sum of tenths", `<c r="A1"><v>0.30000000000000004</v></c>`, "0.3", ""},
		{"small", `<c r="A1"><v>1.5E-5</v></c>`, "0.000015", ""},
		{"money", `<c r="A1" s="9"><v>12.5</v></c>`, "12.5", ""},
		{"scientific", `<c r="A1" s="10"><v>1200</v></c>`, "1200", ""},
		{"boolean", `<c r="A1" t="b"><v>1</v></c>`, "true", ""},
		{"shared text", `<c r="A1" t="s"><v>0</v></c>`, " 公积金 ", ""},
		{"runs without reading", `<c r="A1" t="s"><v>1</v></c>`, "社保", ""},
		{"escapes", `<c r="A1" t="s"><v>2</v></c>`, "一\n二_x0041_", ""},
		{"cached text of a formula", `<c r="A1" t="str"><f>A2</f><v>甲</v></c>`, "甲", ""},
		{"cached number of a formula", `<c r="A1" s="1"><f>A2</f><v>46068</v></c>`, "2026-02-15", ""},
		{"without references", `<c t="inlineStr"><is><t>x</t></is></c>`, "x", ""},
		{"sixteen digits", `<c r="A1"><v>1234567890123456</v></c>`, "1234567890123456", "15 位"},
		{"exponent", `<c r="A1"><v>2.0260302143E+16</v></c>`, "2.0260302143E+16", "文本"},
		{"error", `<c r="A1" t="e"><v>#REF!</v></c>`, "#REF!", "#REF!"},
		{"failed formula", `<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>`, "#DIV/0!", "#DIV/0!"},
		{"error as text", `<c r="A1" t="inlineStr"><is><t>#N/A</t></is></c>`, "#N/A", "#N/A"},
		{"formula without result", `<c r="A1"><f>A2</f><v></v></c>`, "", "还没有算出结果"},
		{"negative date", `<c r="A1" s="1"><v>-5</v></c>`, "-5", "不是日期"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows, _, err := openTable("f.xlsx", bytes.NewReader(testBook(t, `<row r="1">`+c.cell+`</row>`, "")), true)
			if err != nil {
				t.Fatal(err)
			}
			row, err := rows.next()
			if err != nil {
				t.Fatal(err)
			}
			text, problem := "", row.problem(0)
			if len(row.cells) > 0 {
				text = row.cells[0]
			}
			if text != c.want || !strings.Contains(problem, c.problem) || (problem == "") != (c.problem == "") {
				t.Errorf("%q, problem %q", text, problem)
			}
		})
	}
}

func TestDatesOf1904(t *testing.T) {
	if got, problem := (cellFormat{kind: formatDate}).show("44606", true); got != "2026-02-15" || problem != "" {
		t.Errorf("%s %s", got, problem)
	}
}

func TestFaultsOfASheetAreNamedByItsCells(t *testing.T) {
	rows := textRow(2, "名称", "匹配方式", "关键词", "优先级", "回复") + textRow(4, "社保", "差不多", "社保", "高", "好") +
		`<row r="5"><c r="A5" t="inlineStr"><is><t>医保</t></is></c><c r="C5"><v>2.0260302143e+16</v></c><c r="E5" t="e"><v>#REF!</v></c></row>`
	_, err := ReadRules("规则.xlsx", bytes.NewReader(testBook(t, rows, "")), XLSX)
	checkFaults(t, faultsOf(t, err), "规则.xlsx:B4 包含", "规则.xlsx:D4 整数", "规则.xlsx:C5 15 位", "规则.xlsx:E5 #REF!")
	_, err = ReadRules("规则.xlsx", bytes.NewReader(testBook(t, rows, "", "附表")), XLSX)
	checkFaults(t, faultsOf(t, err), "规则.xlsx:Sheet1!B4 ", "规则.xlsx:Sheet1!D4 ", "规则.xlsx:Sheet1!C5 ", "规则.xlsx:Sheet1!E5 ")
}

func TestRulesOfAnOfficeWorkbook(t *testing.T) {
	rows := textRow(1, "规则名称", "匹配方式 *", "关键词", "排除词", "优先级（可空）", "回复", "例句", "备注", "节假日", "星期", "时段", "备注2", "主题") +
		textRow(2, "春节", "包含", "放假｜上班、开门，办公", "放心;放下", "１０", "照常。", "放假吗，急｜上班吗；开门吗", "#N/A", "工作日", "周一、周五", "０９：００～１２：００", "", "假日") +
		textRow(3, "", "", "") +
		textRow(4, "\u200b　 号码", "正则", `^\d{2,4}$|^查[，,]\d$`, "", "", "好", "", "内部", "", "", "", "", "")
	got, err := readForm("f.xlsx", bytes.NewReader(testBook(t, rows, `<mergeCells count="1"><mergeCell ref="M2:M4"/></mergeCells>`)), XLSX)
	if err != nil {
		t.Fatal(err)
	}
	want := []models.Rule{
		{
			Name: "春节", Match: models.MatchContains, Keywords: []string{"放假", "上班", "开门", "办公"}, Exclude: []string{"放心", "放下"}, Priority: 10,
			Replies: []models.Reply{models.TextReply("照常。")}, Examples: []string{"放假吗，急", "上班吗", "开门吗"}, Topic: "假日",
			When: &models.Window{Holiday: "no", Weekdays: []int{1, 5}, Hours: []string{"09:00-12:00"}},
		},
		{
			Name: "号码", Match: models.MatchRegexp, Keywords: []string{`^\d{2,4}$`, `^查[，,]\d$`},
			Replies: []models.Reply{models.TextReply("好")}, Topic: "假日",
		},
	}
	if d := cmp.Diff(want, got, sameRules); d != "" {
		t.Error(d)
	}
}

func TestDateCellsOfRules(t *testing.T) {
	rows := textRow(1, "名称", "关键词", "回复", "开始日期", "结束日期", "有效期至") + `<row r="2"><c r="A2" t="inlineStr"><is><t>春节</t></is></c>` +
		`<c r="B2" t="inlineStr"><is><t>放假</t></is></c><c r="C2" t="inlineStr"><is><t>放</t></is></c><c r="D2" s="1"><v>46068</v></c>` +
		`<c r="E2" s="13"><v>46076</v></c><c r="F2" t="inlineStr"><is><t>2099年1月2日</t></is></c></row>`
	got, err := ReadRules("f.xlsx", bytes.NewReader(testBook(t, rows, "")), XLSX)
	if err != nil {
		t.Fatal(err)
	}
	if w := got[0].When; w.From != "2026-02-15" || w.Until != "2026-02-23" || got[0].Source.ValidUntil != "2099-01-02" {
		t.Errorf("%+v %+v", w, got[0].Source)
	}
}

func TestStatisticsOfWorkbooks(t *testing.T) {
	now := time.Date(2026, 3, 5, 0, 0, 0, 0, shanghai())
	rows := textRow(1, "公众号", "日期", "累计关注人数", "备注", "") + `<row r="2"><c r="A2" t="inlineStr"><is><t>wx1</t></is></c><c r="B2" s="1"><v>46083</v></c><c r="C2"><v>600</v></c></row>` +
		`<row r="3"><c r="B3" s="1"><v>46084</v></c><c r="C3"><v>700</v></c></row>`
	got, err := ReadFollowers("f.xlsx", bytes.NewReader(testBook(t, rows, `<mergeCells><mergeCell ref="A2:A3"/></mergeCells>`)), now)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]Followers{{"wx1", "2026-03-02", 600}, {"wx1", "2026-03-03", 700}}, got); d != "" {
		t.Error(d)
	}
	rows = textRow(1, "账号", "文章编号", "发布时间", "阅读数", "完读率", "头条") + `<row r="2"><c r="A2" t="inlineStr"><is><t>wx1</t></is></c><c r="B2"><v>2247483650</v></c>` +
		`<c r="C2" s="2"><v>46083.375</v></c><c r="D2" t="inlineStr"><is><t>10万+</t></is></c><c r="E2" s="4"><v>0.355</v></c><c r="F2" t="b"><v>1</v></c></row>`
	articles, err := ReadArticles("f.xlsx", bytes.NewReader(testBook(t, rows, "")), now)
	if err != nil {
		t.Fatal(err)
	}
	want := []Article{{AppID: "wx1", MsgID: "2247483650", PublishedAt: time.Date(2026, 3, 2, 9, 0, 0, 0, shanghai()), Reads: 100001, FinishRate: new(35.5), Headline: true}}
	if d := cmp.Diff(want, articles); d != "" {
		t.Error(d)
	}
	rows = textRow(1, "账号", "市民", "评价时间", "是否满意") + textRow(2, "wx1", "o1", "2026/3/2 9:00", "是") + textRow(3, "wx1", "#N/A", "2099/3/2 9:00", "也许")
	_, err = ReadRatings("f.xlsx", bytes.NewReader(testBook(t, rows, "")), now)
	checkFaults(t, faultsOf(t, err), "f.xlsx:B3 #N/A", "f.xlsx:C3 还没有到", "f.xlsx:D3 是、否")
}

func TestWorkbooksThatAreNone(t *testing.T) {
	big := testBook(t, strings.Repeat(" ", maxUnzipped), "")
	shared := bytes.Replace(testBook(t, "", ""), []byte("PK\x05\x06"), []byte("PK\x05\x07"), 1)
	for name, c := range map[string]struct {
		data []byte
		want string
		not  string
	}{
		"zip bomb":          {big, "64 MiB", "密码"},
		"locked or old":     {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more"), "密码", ""},
		"cut":               {shared, "重新另存", "密码"},
		"too wide":          {testBook(t, `<row r="1"><c r="ZZZ1"><v>1</v></c></row>`, ""), "列", ""},
		"broken in the row": {testBook(t, `<row r="1"><c r="A1"><v>1</row>`, ""), "读不完整", ""},
	} {
		_, err := readForm("f.xlsx", bytes.NewReader(c.data), XLSX)
		text := fmt.Sprint(err)
		var e *models.Error
		if errors.As(err, &e) {
			text = e.Message + fmt.Sprint(e.Fields)
		}
		if models.ErrorCode(err) != models.CodeInvalid || !strings.Contains(text, c.want) || c.not != "" && strings.Contains(text, c.not) {
			t.Errorf("%s: %v", name, text)
		}
	}
}

// TestSmallWorkbookCannotFillTheMemory reads files of a few hundred kilobytes that unpack to
// many cells, rows or shared texts.
func TestSmallWorkbookCannotFillTheMemory(t *testing.T) {
	wide := `<row><c r="AMJ1"><v>1</v></c></row>`
	for name, rows := range map[string]string{
		"empty rows": strings.Repeat("<row/>", 512<<10), "wide rows": strings.Repeat(wide, (2<<20)/len(wide)),
		"empty cells": "<row>" + strings.Repeat("<c/>", 1<<20) + "</row>",
	} {
		data := testBook(t, textRow(1, "名称", "关键词", "回复")+rows, "")
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		_, err := readForm("f.xlsx", bytes.NewReader(data), XLSX)
		runtime.ReadMemStats(&after)
		if held := int64(after.HeapSys) - int64(before.HeapSys); held > 64<<20 {
			t.Errorf("%s: %d MiB for a file of %d KiB (%.60v)", name, held>>20, len(data)>>10, err)
		}
	}
}

func TestExportedWorkbookSuitsAnOffice(t *testing.T) {
	var b bytes.Buffer
	rule := fullRule()
	if err := WriteRules(&b, XLSX, []models.Rule{rule}); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows(ruleSheet)
	if err != nil || len(rows) != 2 || rows[0][0] != "名称" || rows[0][1] != "匹配方式" || rows[1][1] != "包含" {
		t.Fatalf("%v %v", rows, err)
	}
	panes, err := book.GetPanes(ruleSheet)
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("the heading is not frozen: %+v %v", panes, err)
	}
	for i, title := range rows[0] {
		name := cellName(2, i+1)
		style, err := book.GetCellStyle(ruleSheet, name)
		if err != nil {
			t.Fatal(err)
		}
		look, err := book.GetStyle(style)
		if err != nil || look.NumFmt != textFormat {
			t.Errorf("%s %s is no text cell: %+v %v", title, name, look, err)
		}
		if width, err := book.GetColWidth(ruleSheet, strings.TrimRight(name, "2")); err != nil || width < 13 {
			t.Errorf("%s is %v wide, %v", title, width, err)
		}
	}
	var again bytes.Buffer
	got, err := ReadRules("f.xlsx", bytes.NewReader(b.Bytes()), XLSX)
	if err == nil {
		err = WriteRules(&again, XLSX, got)
	}
	if err != nil || !bytes.Equal(unpacked(t, b.Bytes()), unpacked(t, again.Bytes())) {
		t.Errorf("an export of what was exported differs: %v", err)
	}
}

// unpacked is the sheet of a workbook as it stands in the file.
func unpacked(t *testing.T, data []byte) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAFileIsReadByItsContent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f.csv")
	if err := os.WriteFile(path, testBook(t, textRow(1, "名称", "关键词", "回复")+textRow(2, "a", "b", "c"), ""), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, err := ReadRules("f.csv", f, CSV); err != nil || len(got) != 1 {
		t.Errorf("a workbook of the wrong name: %v %v", got, err)
	}
}
