package sheet

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/wenzheng/wenzheng/models"
)

// ReadFile opens a file that a person named and has it read by a function of this package, which
// names faults by the last part of the path.
func ReadFile[T any](path string, read func(name string, r io.Reader) (T, error)) (value T, err error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return value, fmt.Errorf("打不开文件：%w", err)
	}
	defer f.Close() //nolint:errcheck // read only
	return read(filepath.Base(path), f)
}

// ReadRulesFile is ReadRules of a file whose name says its format. A file without a rule is an
// error: an empty sheet chosen by mistake would read as "nothing differs".
func ReadRulesFile(path string) ([]models.Rule, error) {
	format, err := FormatOf(path)
	if err != nil {
		return nil, err
	}
	rules, err := ReadFile(path, func(name string, r io.Reader) ([]models.Rule, error) { return ReadRules(name, r, format) })
	if err == nil && len(rules) == 0 {
		return nil, models.NewError(models.CodeInvalid, path+" 里没有一条规则，请检查是不是只有表头，或选错了文件")
	}
	return rules, err
}

// ReadTextsFile is ReadTexts of a file.
func ReadTextsFile(path, column string) ([]string, error) {
	return ReadFile(path, func(name string, r io.Reader) ([]string, error) { return ReadTexts(name, r, column) })
}
