package sheet

import (
	"bytes"
	"fmt"
	"io"
	"reflect"

	"go.yaml.in/yaml/v3"

	"github.com/wenzheng/wenzheng/models"
)

// ReadMenu reads the menu of an account from YAML, or from the JSON that YAML contains. name is used
// in messages only. A file that is not right in every place gives a *models.Error whose fields are
// "name:line:column"; other errors are those of r. The menu returned is valid.
func ReadMenu(name string, r io.Reader) (models.AccountMenu, error) {
	data, err := readText(name, r)
	if err != nil {
		return models.AccountMenu{}, err
	}
	if crowded(data) {
		return models.AccountMenu{}, invalid(name + " 的内容太多，不像一份菜单")
	}
	f := &faults{file: name}
	root := parseYAML(data, f)
	var menu models.AccountMenu
	if root != nil && f.total == 0 {
		newDecoder(f, true).object(root, reflect.ValueOf(&menu).Elem(), "菜单", nil)
	}
	if err := f.err(); err != nil {
		return models.AccountMenu{}, err
	}
	menu = menu.Clean()
	for _, fault := range menu.Validate() {
		line, column := root.find(fault.Field)
		f.add(line, column, fault.Message)
	}
	return menu, f.err()
}

// WriteMenu writes a menu as YAML so that ReadMenu gives it back.
func WriteMenu(w io.Writer, menu models.AccountMenu) error {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	err := e.Encode(menu)
	if err == nil {
		err = e.Close()
	}
	if err == nil {
		_, err = b.WriteTo(w)
	}
	if err != nil {
		return fmt.Errorf("sheet: write menu: %w", err)
	}
	return nil
}
