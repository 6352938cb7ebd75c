package sheet

import (
	"path/filepath"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// Format is the form of a file.
type Format string

// The forms. JSONL (one JSON object a line) is for the log only.
const (
	YAML  Format = "yaml"
	JSON  Format = "json"
	CSV   Format = "csv"
	XLSX  Format = "xlsx"
	JSONL Format = "jsonl"
)

// FormatOf tells the form of a rules file by its name; the error says which names are
// understood.
func FormatOf(name string) (Format, error) {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".yaml", ".yml":
		return YAML, nil
	case ".json":
		return JSON, nil
	case ".csv":
		return CSV, nil
	case ".xlsx":
		return XLSX, nil
	case ".xls":
		return "", invalid(name + " 是旧版 Excel 文件，请另存为 .xlsx")
	}
	return "", invalid("看不出 " + name + " 是哪种文件，请用 .yaml、.json、.csv 或 .xlsx 结尾的文件名")
}

func invalid(message string) *models.Error { return models.NewError(models.CodeInvalid, message) }
