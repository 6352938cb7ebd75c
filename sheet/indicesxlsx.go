package sheet

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// The first two sheets of a workbook of figures; accounts follow, then the ranking's source.
const (
	sheetComparison  = "对比"
	sheetDefinitions = "指标定义"
)

// maxSheetName is the most characters a sheet's name may have in Excel.
const maxSheetName = 31

// WriteFiguresXLSX writes a workbook: a comparison of the accounts, a sheet for each, and
// the definitions. Figures are numbers with formats, so that they can be reckoned with;
// nothing is a formula.
func WriteFiguresXLSX(w io.Writer, b *Book) (err error) {
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	x := &figureBook{file: book, book: b, styles: map[style]int{}}
	names := x.sheetNames()
	if err := book.SetSheetName(book.GetSheetName(0), sheetComparison); err != nil {
		return fmt.Errorf("sheet: write figures: %w", err)
	}
	x.comparison()
	for i := range b.Accounts {
		x.account(names[i], &b.Accounts[i])
	}
	x.definitions()
	if x.err != nil {
		return fmt.Errorf("sheet: write figures: %w", x.err)
	}
	if err := book.Write(w); err != nil {
		return fmt.Errorf("sheet: write figures: %w", err)
	}
	return nil
}

// figureBook is a workbook being written. The first fault ends all writing and is kept.
type figureBook struct {
	file   *excelize.File
	book   *Book
	styles map[style]int
	err    error
}

// style is how a cell looks.
type style struct {
	format string // number format, "" = general
	bold   bool
	fill   string
	right  bool
	wrap   bool
	grey   bool
}

const (
	fillHead  = "1A5FB4"
	fillGroup = "E7EEF8"
)

func (x *figureBook) style(s style) int {
	if id, ok := x.styles[s]; ok || x.err != nil {
		return id
	}
	look := &excelize.Style{
		Font:      &excelize.Font{Family: "微软雅黑", Size: 10, Bold: s.bold},
		Alignment: &excelize.Alignment{Vertical: "center", WrapText: s.wrap},
	}
	if s.right {
		look.Alignment.Horizontal = "right"
	}
	if s.grey {
		look.Font.Color = "666666"
	}
	if s.fill != "" {
		look.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{s.fill}}
	}
	if s.fill == fillHead {
		look.Font.Color = "FFFFFF"
	}
	if s.format != "" {
		look.CustomNumFmt = &s.format
	}
	id, err := x.file.NewStyle(look)
	x.keep(err)
	x.styles[s] = id
	return id
}

func (x *figureBook) keep(err error) {
	if x.err == nil {
		x.err = err
	}
}

// put writes one cell; texts are stored as texts whatever they begin with.
func (x *figureBook) put(name string, column, row int, value any, s style) {
	cell, err := excelize.CoordinatesToCellName(column, row)
	x.keep(err)
	id := x.style(s)
	if x.err != nil {
		return
	}
	if text, ok := value.(string); ok {
		x.keep(x.file.SetCellStr(name, cell, cutCell(text)))
	} else if value != nil {
		x.keep(x.file.SetCellValue(name, cell, value))
	}
	x.keep(x.file.SetCellStyle(name, cell, cell, id))
}

func cutCell(s string) string {
	runes := []rune(s)
	return string(runes[:min(len(runes), maxExcelCell)])
}

func (x *figureBook) widths(name string, widths ...float64) {
	for i, w := range widths {
		column, err := excelize.ColumnNumberToName(i + 1)
		x.keep(err)
		x.keep(x.file.SetColWidth(name, column, column, w))
	}
}

// freeze keeps the rows above and the columns left of a cell in sight, and sets the page.
func (x *figureBook) freeze(name string, rows, columns int) {
	corner, err := excelize.CoordinatesToCellName(columns+1, rows+1)
	x.keep(err)
	x.keep(x.file.SetPanes(name, &excelize.Panes{Freeze: true, XSplit: columns, YSplit: rows, TopLeftCell: corner, ActivePane: "bottomRight"}))
	landscape, a4, one, asNeeded := "landscape", 9, 1, 0
	x.keep(x.file.SetPageLayout(name, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4, FitToWidth: &one, FitToHeight: &asNeeded}))
	fit := true
	x.keep(x.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}))
}

// title writes the lines above a table and returns the row below them.
func (x *figureBook) title(name, text string, marks []string) int {
	b := x.book
	x.put(name, 1, 1, text, style{bold: true})
	x.put(name, 1, 2, "统计窗口 "+b.Window()+"（"+b.Channel+"）　截至 "+b.AsOf.In(shanghai()).Format(plainTime)+
		"　公式 "+b.FormulaVersion, style{grey: true})
	line := "“—”为没有数据"
	if len(marks) > 0 {
		line = strings.Join(marks, "、") + "　" + line
	}
	x.put(name, 1, 3, line, style{grey: true})
	return 4
}

func (x *figureBook) head(name string, row int, titles ...string) {
	for i, t := range titles {
		x.put(name, i+1, row, t, style{bold: true, fill: fillHead, right: i > 0 && t != "说明", wrap: true})
	}
}

// number writes a figure as a number with its format, or as text where it has none.
func (x *figureBook) number(name string, column, row int, f *Figure) {
	if f.Text != "" || f.Value == nil {
		x.put(name, column, row, f.Show(), style{right: true})
		return
	}
	value, format := *f.Value, "0.00"
	switch f.Unit {
	case UnitPercent:
		value, format = value/100, "0.00%"
	case UnitCount:
		format = "#,##0"
	case UnitSeconds:
		value, format = value/86400, "[h]:mm:ss" // a spreadsheet counts days
	case UnitDays:
		format = "0"
	}
	x.put(name, column, row, value, style{right: true, format: format})
}

// cellUnit is the unit that a cell of number shows.
func cellUnit(u Unit) string {
	if u == UnitSeconds {
		return "时:分:秒"
	}
	return u.UnitName()
}

func (x *figureBook) comparison() {
	b := x.book
	row := x.title(sheetComparison, b.Title, nil)
	titles := []string{"指标", "单位"}
	widths := []float64{34, 9}
	for i := range b.Accounts {
		titles = append(titles, b.Accounts[i].title())
		widths = append(widths, 20)
	}
	x.widths(sheetComparison, widths...)
	x.head(sheetComparison, row, titles...)
	x.freeze(sheetComparison, row, 2)
	row++
	x.put(sheetComparison, 1, row, "数据说明", style{})
	for i := range b.Accounts {
		x.put(sheetComparison, i+3, row, strings.Join(b.Accounts[i].Marks, "、"), style{right: true})
	}
	row++
	group := ""
	for k := 0; len(b.Accounts) > 0 && k < len(b.Accounts[0].Figures); k++ {
		f := &b.Accounts[0].Figures[k]
		if f.Group != group {
			group = f.Group
			x.band(sheetComparison, row, len(titles), group)
			row++
		}
		x.put(sheetComparison, 1, row, f.Name, style{})
		x.put(sheetComparison, 2, row, cellUnit(f.Unit), style{right: true, grey: true})
		for i := range b.Accounts {
			x.number(sheetComparison, i+3, row, &b.Accounts[i].Figures[k])
		}
		row++
	}
	x.ranking(row, len(titles))
}

// band is a heading across a table.
func (x *figureBook) band(name string, row, width int, text string) {
	for i := range width {
		value := any(nil)
		if i == 0 {
			value = text
		}
		x.put(name, i+1, row, value, style{bold: true, fill: fillGroup})
	}
}

func (x *figureBook) ranking(row, width int) {
	if len(x.book.Ranking) < 2 {
		return
	}
	x.band(sheetComparison, row, width, "排名")
	for _, p := range x.book.Ranking {
		row++
		place := p.Why
		if p.Place > 0 {
			place = "第 " + strconv.Itoa(p.Place) + " 名"
		}
		x.put(sheetComparison, 1, row, p.Name, style{})
		x.put(sheetComparison, 3, row, place, style{right: true})
		x.number(sheetComparison, 4, row, &Figure{Unit: UnitPoints, Value: p.Value})
	}
	if x.book.RankingText != "" {
		x.put(sheetComparison, 1, row+1, x.book.RankingText, style{grey: true})
	}
}
