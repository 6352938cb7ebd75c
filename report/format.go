package report

import (
	"path/filepath"
	"strings"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet/outfile"
)

// The formats of WriteIndices.
const (
	FormatTable = "table"
	FormatJSON  = "json"
	FormatCSV   = "csv"
	FormatXLSX  = "xlsx"
)

// ChosenFormat is the format asked for, else the one that the file's name ends in, else a table.
// The two may not contradict each other.
func ChosenFormat(format string, asJSON bool, path string) (string, error) {
	if asJSON {
		if format != "" && format != FormatJSON {
			return "", models.NewError(models.CodeInvalid, "--json 与 --format "+format+" 矛盾，请只写一个")
		}
		format = FormatJSON
	}
	ending := strings.ToLower(filepath.Ext(path))
	byName, known := map[string]string{
		".json": FormatJSON, ".csv": FormatCSV, ".xlsx": FormatXLSX, ".txt": FormatTable,
	}[ending]
	switch {
	case format == FormatXLSX && path == "":
		return "", models.NewError(models.CodeInvalid, "xlsx 须用 --out 指明文件，例 --out 指标.xlsx")
	case ending == ".xls":
		return "", models.NewError(models.CodeInvalid, path+" 是旧版 Excel 的文件名，请改为 .xlsx")
	case ending == ".html" || ending == ".htm":
		return "", models.NewError(models.CodeInvalid, "网页版用 wenzheng report --quarter 季度 --out "+path)
	case outfile.OtherEnding(path, ".txt", ".json", ".csv", ".xlsx"):
		return "", models.NewError(models.CodeInvalid, "--out 的文件名请以 .xlsx、.csv、.json 或 .txt 结尾，不能是 "+ending)
	case format == "" && known:
		return byName, nil
	case format == "":
		return FormatTable, nil
	case known && byName != format:
		return "", models.NewError(models.CodeInvalid, "--format "+format+" 与文件名 "+path+" 矛盾，请改其中一个")
	}
	return format, nil
}
