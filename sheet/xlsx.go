package sheet

import (
	"errors"
	"fmt"
	"io"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"github.com/wenzheng/wenzheng/models"
)

// maxExcelCell is the most characters a cell of Excel holds
// (https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3).
const maxExcelCell = 32767

const ruleSheet = "规则"

// writeXLSX writes text cells only, so that nothing is a formula and no date or number
// changes on its way through a spreadsheet: every cell has the format of texts. The heading
// is in Chinese and stays in sight.
func writeXLSX(w io.Writer, rules []models.Rule) error {
	rows, err := grid(rules, true)
	if err != nil {
		return err
	}
	return writeBook(w, ruleSheet, rows)
}

func writeBook(w io.Writer, name string, rows [][]string) (err error) {
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	if err := writeSheet(book, name, rows); err != nil {
		var e *models.Error
		if errors.As(err, &e) {
			return err
		}
		return fmt.Errorf("sheet: write xlsx: %w", err)
	}
	if err := book.Write(w); err != nil {
		return fmt.Errorf("sheet: write xlsx: %w", err)
	}
	return nil
}

// textFormat is the number format of texts (ECMA-376 part 1, 18.8.30).
const textFormat = 49

func writeSheet(book *excelize.File, name string, rows [][]string) error {
	if err := book.SetSheetName(book.GetSheetName(0), name); err != nil {
		return err
	}
	text, err := book.NewStyle(&excelize.Style{NumFmt: textFormat, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	if err != nil {
		return err
	}
	head, err := book.NewStyle(&excelize.Style{
		NumFmt: textFormat, Font: &excelize.Font{Bold: true, Color: "FFFFFF"},
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fillHead}},
	})
	if err != nil {
		return err
	}
	out, err := book.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, title := range rows[0] {
		if err := out.SetColStyle(i+1, i+1, text); err != nil {
			return err
		}
		if err := out.SetColWidth(i+1, i+1, columnWidth(title)); err != nil {
			return err
		}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	for i, row := range rows {
		style := text
		if i == 0 {
			style = head
		}
		if err := writeRow(out, i+1, row, style); err != nil {
			return err
		}
	}
	return out.Flush()
}

// columnWidth is in characters of a column of rules, by what stands in it.
func columnWidth(title string) float64 {
	switch title {
	case "名称", "标题", "文号", "发文单位", "转为文字":
		return 22
	case "回复", "内容", "答复":
		return 60
	case "关键词", "排除词", "例句", "反例", "词组", "菜单", "其他回复":
		return 34
	}
	return 13
}

func writeRow(out *excelize.StreamWriter, line int, row []string, style int) error {
	cells := make([]any, len(row))
	for j, text := range row {
		if len(utf16.Encode([]rune(text))) > maxExcelCell {
			return invalid(fmt.Sprintf("第 %d 条规则有一项超过 Excel 一格的 %d 字，请导出为 YAML", line-1, maxExcelCell))
		}
		cell := excelize.Cell{StyleID: style}
		if text != "" {
			cell.Value = guardWritten(text)
		}
		cells[j] = cell
	}
	start, err := excelize.CoordinatesToCellName(1, line)
	if err != nil {
		return err
	}
	return out.SetRow(start, cells)
}
