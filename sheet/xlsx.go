package sheet

import (
	"bytes"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"

	"github.com/wenzheng/wenzheng/models"
)

// maxUnzipped bounds what an Excel file may unpack to, so that a small file cannot fill
// the memory.
const maxUnzipped = 256 << 20

// maxExcelCell is the most characters a cell of Excel holds
// (https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3).
const maxExcelCell = 32767

const ruleSheet = "规则"

// readXLSX reads the first sheet of a workbook.
func readXLSX(name string, r io.Reader, judge judge) ([]models.Rule, error) {
	data, err := readAll(name, r)
	if err != nil {
		return nil, err
	}
	book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxUnzipped,
	})
	if err != nil {
		return nil, invalid(name + " 不是能读的 Excel 文件（.xlsx），有密码的请先去掉密码")
	}
	defer book.Close() //nolint:errcheck // in memory
	sheets := book.GetSheetList()
	if len(sheets) == 0 {
		return nil, invalid(name + " 里没有工作表")
	}
	rows, err := book.Rows(sheets[0])
	if err != nil {
		return nil, invalid(name + " 的第一个工作表读不出来")
	}
	defer rows.Close() //nolint:errcheck // in memory
	f := &faults{file: name}
	t := &table{faults: f, decoder: newDecoder(f, true), collector: newCollector(f, judge)}
	for line := 1; rows.Next(); line++ {
		cells, err := rows.Columns()
		if err != nil {
			f.add(line, 1, "这一行读不出来")
			break
		}
		if !t.row(cells, func(i int) (int, int) { return line, i + 1 }) {
			break
		}
	}
	if err := rows.Error(); err != nil {
		f.add(1, 1, "工作表读不完整")
	}
	return t.done()
}

// writeXLSX writes string cells only, so that nothing is a formula.
func writeXLSX(w io.Writer, rules []models.Rule) error {
	rows, err := grid(rules)
	if err != nil {
		return err
	}
	book := excelize.NewFile()
	defer book.Close() //nolint:errcheck // in memory
	if err := book.SetSheetName(book.GetSheetName(0), ruleSheet); err != nil {
		return fmt.Errorf("sheet: write xlsx: %w", err)
	}
	out, err := book.NewStreamWriter(ruleSheet)
	if err != nil {
		return fmt.Errorf("sheet: write xlsx: %w", err)
	}
	for i, row := range rows {
		if err := writeRow(out, i+1, row); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("sheet: write xlsx: %w", err)
	}
	if err := book.Write(w); err != nil {
		return fmt.Errorf("sheet: write xlsx: %w", err)
	}
	return nil
}

func writeRow(out *excelize.StreamWriter, line int, row []string) error {
	cells := make([]any, len(row))
	for j, text := range row {
		if len([]rune(text)) > maxExcelCell {
			return invalid(fmt.Sprintf("第 %d 条规则有一项超过 Excel 一格的 %d 字，请导出为 YAML", line-1, maxExcelCell))
		}
		if text != "" {
			cells[j] = text
		}
	}
	start, err := excelize.CoordinatesToCellName(1, line)
	if err != nil {
		return fmt.Errorf("sheet: write xlsx: %w", err)
	}
	if err := out.SetRow(start, cells); err != nil {
		return fmt.Errorf("sheet: write xlsx: %w", err)
	}
	return nil
}
