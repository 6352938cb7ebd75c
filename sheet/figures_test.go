package sheet

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/wenzheng/wenzheng/sheet/textgrid"
)

func sampleBook(accounts int) *Book {
	b := &Book{
		Title: "指标", FormulaVersion: "v", Channel: "公众号对话", RankingText: "名次稳定: 一",
		From: time.Date(2026, 3, 1, 0, 0, 0, 0, shanghai()), To: time.Date(2026, 3, 31, 23, 59, 59, 0, shanghai()),
		AsOf:        time.Date(2026, 4, 2, 9, 0, 0, 0, shanghai()),
		Definitions: []Definition{{"响应率", strings.Repeat("时限内获答复的诉求。", 12), "Wilson"}},
		Hints:       []string{"请导入关注人数"},
	}
	for i := range accounts {
		name := fmt.Sprintf("青禾:[%d]", i)
		if i == 1 {
			name = "=SUM(A1)" + strings.Repeat("很长的名称", 8)
		}
		b.Accounts = append(b.Accounts, AccountFigures{
			Account: fmt.Sprintf("wx%d", i), Name: name, Marks: []string{"暂定", "样本不足"}, Vetoes: []string{"V1 未更新"},
			Figures: []Figure{
				{Key: "rate", Group: "时限", Name: "48 小时响应率", Unit: UnitPercent, Value: new(250. / 3), Low: new(43.649), High: new(96.99), N: new(int64(6))},
				{Key: "p90", Group: "时长", Name: "P90", Unit: UnitSeconds, Text: "≥48 h/未答", Raw: "unanswered"},
				{Key: "p50", Group: "时长", Name: "P50", Unit: UnitSeconds, Value: new(7200.)},
				{Key: "none", Group: "时长", Name: "没有", Unit: UnitPoints},
				{Key: "note", Group: "时长", Name: "备注", Unit: UnitText, Text: "=1+1", Note: "+加"},
			},
			Findings: []Diagnosis{{Name: "互动反馈少", State: "预警", Since: "自 2026-04-21 起", Evidence: []string{"一", "二"}, Countermeasure: "值班"}},
		})
		b.Ranking = append(b.Ranking, Place{Name: name, Why: "暂定"})
	}
	return b
}

func TestShow(t *testing.T) {
	for _, c := range []struct {
		f    Figure
		want string
	}{
		{Figure{}, "—"},
		{Figure{Unit: UnitCount, Value: new(0.)}, "0"},
		{Figure{Unit: UnitPercent, Value: new(83.3333)}, "83.33%"},
		{Figure{Unit: UnitSeconds, Value: new(59.4)}, "59秒"},
		{Figure{Unit: UnitSeconds, Value: new(59.6)}, "1分"},
		{Figure{Unit: UnitSeconds, Value: new(3661.)}, "1小时1分"},
		{Figure{Unit: UnitSeconds, Value: new(7200.)}, "2小时"},
		{Figure{Unit: UnitSeconds, Value: new(965000.)}, "11天4小时"},
		{Figure{Unit: UnitDays, Value: new(8.)}, "8 天"},
		{Figure{Unit: UnitPoints, Value: new(45.62), Text: "良"}, "良"},
	} {
		if got := c.f.Show(); got != c.want {
			t.Errorf("%+v: %s, want %s", c.f, got, c.want)
		}
	}
}

func TestFiguresTableFitsTheScreen(t *testing.T) {
	for _, n := range []int{1, 3, 10} {
		for _, columns := range []int{0, 60, 80, 100, 200} {
			var b bytes.Buffer
			if err := WriteFiguresTable(&b, sampleBook(n), columns); err != nil {
				t.Fatal(err)
			}
			text := b.String()
			for line := range strings.SplitSeq(text, "\n") {
				if textgrid.Cells(line) > max(columns, leastColumns) {
					t.Errorf("%d cells of %d: %s", textgrid.Cells(line), columns, line)
				}
			}
			for _, want := range []string{"83.33% (43.6–97.0)", "≥48 h/未答", "2小时", "—", "【暂定·样本不足】", "单项否决：V1 未更新", "对策：值班", "2026-03-01 至 2026-03-31", "· 请导入"} {
				if !strings.Contains(text, want) {
					t.Errorf("%d accounts: no %q in\n%s", n, want, text)
				}
			}
			if got := strings.Count(text, "青禾:[0]"); got < 2 || (n > 1) != strings.Contains(text, "名次稳定") {
				t.Errorf("%d accounts:\n%s", n, text)
			}
		}
	}
}

func TestLongNamesGoOnBelow(t *testing.T) {
	var b bytes.Buffer
	book := sampleBook(2)
	book.Accounts[0].Name, book.Accounts[1].Name = "青禾县人力资源和社会保障局一号", "青禾县人力资源和社会保障局二号"
	if err := WriteFiguresTable(&b, book, 80); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(b.String(), "\n")
	if textgrid.Cells(lines[5]) != 80 || textgrid.Cells(lines[6]) != 80 || strings.Join(strings.Fields(lines[6]), " ") != "局一号 局二号" {
		t.Errorf("%q\n%q", lines[5], lines[6])
	}
}

// TestFiguresTableStandsInColumns holds the values of every account at the same cell.
func TestFiguresTableStandsInColumns(t *testing.T) {
	for columns, blocks := range map[int]int{80: 5, 100: 4, 200: 2} {
		var b bytes.Buffer
		if err := WriteFiguresTable(&b, sampleBook(10), columns); err != nil {
			t.Fatal(err)
		}
		ends := map[int]int{}
		for line := range strings.SplitSeq(b.String(), "\n") {
			if strings.HasPrefix(line, "  48 小时响应率") {
				ends[textgrid.Cells(line)]++
			}
		}
		total := 0
		for _, n := range ends {
			total += n
		}
		if total != blocks || len(ends) > 2 { // all blocks are full but the last
			t.Errorf("%d columns: lines end at %v", columns, ends)
		}
	}
}

func TestFiguresCSV(t *testing.T) {
	var b bytes.Buffer
	if err := WriteFiguresCSV(&b, sampleBook(2)); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b.Bytes(), byteOrderMark))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 11 {
		t.Fatalf("%d rows", len(rows))
	}
	if d := cmp.Diff(FigureColumns(), rows[0]); d != "" {
		t.Error(d)
	}
	want := []string{
		"wx0", "青禾:[0]", "2026-03-01", "2026-03-31", "2026-04-02T09:00:00+08:00", "v", "暂定|样本不足", "rate", "48 小时响应率",
		"percent", "83.33333333333333", "43.649", "96.99", "6", "",
	}
	if d := cmp.Diff(want, rows[1]); d != "" {
		t.Error(d)
	}
	for i, value := range []string{"83.33333333333333", "unanswered", "7200", "", "'=1+1"} {
		if got := rows[i+1][10]; got != value {
			t.Errorf("row %d: %q, want %q", i+1, got, value)
		}
	}
	if rows[6][1][0] != '\'' {
		t.Errorf("a name that is a formula: %q", rows[6][1])
	}
}

func TestFiguresXLSX(t *testing.T) {
	var b bytes.Buffer
	if err := WriteFiguresXLSX(&b, sampleBook(3)); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	sheets := book.GetSheetList()
	if len(sheets) != 5 || sheets[0] != "对比" || sheets[4] != "指标定义" || sheets[1] != "青禾__0_" {
		t.Fatalf("sheets %q", sheets)
	}
	for _, name := range sheets {
		if panes, err := book.GetPanes(name); err != nil || !panes.Freeze || panes.YSplit == 0 {
			t.Errorf("%s: panes %+v %v", name, panes, err)
		}
		if width, err := book.GetColWidth(name, "A"); err != nil || width < 20 {
			t.Errorf("%s: first column %v %v", name, width, err)
		}
	}
	for _, c := range []struct{ sheet, cell, want string }{
		{"对比", "A1", "指标"},
		{"对比", "D4", "=SUM(A1)" + strings.Repeat("很长的名称", 8)},
		{"对比", "C5", "暂定、样本不足"},
		{"对比", "C7", "83.33%"},
		{"对比", "C9", "≥48 h/未答"},
		{"对比", "C10", "2:00:00"},
		{"对比", "C11", "—"},
		{"青禾__0_", "D6", "43.65%"},
		{"青禾__0_", "F6", "6"},
		{"指标定义", "A2", "响应率"},
	} {
		if got, err := book.GetCellValue(c.sheet, c.cell); err != nil || got != c.want {
			t.Errorf("%s!%s: %q, want %q (%v)", c.sheet, c.cell, got, c.want, err)
		}
	}
	for _, name := range sheets {
		rows, err := book.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		for y, row := range rows {
			for x := range row {
				cell, _ := excelize.CoordinatesToCellName(x+1, y+1)
				if f, _ := book.GetCellFormula(name, cell); f != "" {
					t.Errorf("%s!%s is a formula: %s", name, cell, f)
				}
			}
		}
	}
}

func TestSheetNamesDiffer(t *testing.T) {
	b := &Book{}
	long := strings.Repeat("局", 40)
	for _, name := range []string{"对比", "青禾", "青禾", long, long, "", "A", "a"} {
		b.Accounts = append(b.Accounts, AccountFigures{Name: name})
	}
	seen := map[string]bool{}
	for _, name := range (&figureBook{book: b}).sheetNames() {
		if key := strings.ToLower(name); seen[key] || len([]rune(name)) > 31 || name == "" || name == "对比" {
			t.Errorf("%q", name)
		} else {
			seen[key] = true
		}
	}
}
