package sheet

import (
	"fmt"
	"io"
	"reflect"

	"github.com/wenzheng/wenzheng/models"
)

// maxRules bounds the rules of one file.
const maxRules = 100_000

// ReadRules reads a rules file. name is used in messages only. The shape is documented in
// docs/rules.md; what the store and the review add to a rule (id, state, version, author,
// reviewer, updated_at) is passed over. A file that is not right in every place gives a
// *models.Error whose fields are "name:line:column", or "name:E4" in a workbook; other errors
// are those of r. Every rule returned is valid by itself (models.Rule.Validate). CSV and
// workbook are told apart by their content.
func ReadRules(name string, r io.Reader, format Format) ([]models.Rule, error) {
	return read(name, r, format, (*models.Rule).Validate)
}

// read is ReadRules with a judge of each rule that is right in form.
func read(name string, r io.Reader, format Format, judge judge) ([]models.Rule, error) {
	switch format {
	case YAML, JSON:
		return readTree(name, r, format, judge)
	case CSV, XLSX:
		return readTable(name, r, judge)
	}
	return nil, invalid("规则文件应为 yaml、json、csv 或 xlsx，不能是 " + string(format))
}

// WriteRules writes rules so that ReadRules gives them back, without what the store and
// the review add. Cells that a spreadsheet would take for a formula are guarded in CSV.
func WriteRules(w io.Writer, format Format, rules []models.Rule) error {
	switch format {
	case YAML:
		return writeYAML(w, rules)
	case JSON:
		return writeJSON(w, rules)
	case CSV:
		return writeCSV(w, rules)
	case XLSX:
		return writeXLSX(w, rules)
	}
	return invalid("规则文件应为 yaml、json、csv 或 xlsx，不能是 " + string(format))
}

// bookkeeping are the keys of a rule as the API shows it that no file decides.
func bookkeeping(key string) bool {
	switch key {
	case "id", "state", "version", "author", "reviewer", "updated_at":
		return true
	}
	return false
}

func readTree(name string, r io.Reader, format Format, judge judge) ([]models.Rule, error) {
	data, err := readText(name, r)
	if err != nil {
		return nil, err
	}
	if crowded(data) {
		return nil, invalid(name + " 的内容太多，请分成几个文件，或用 CSV")
	}
	f := &faults{file: name}
	parse := parseYAML
	if format == JSON {
		parse = parseJSON
	}
	root := parse(data, f)
	if err := f.err(); err != nil || root == nil {
		return nil, err
	}
	list := ruleList(root, f)
	d := newDecoder(f, format == YAML)
	c := newCollector(f, judge)
	for i, n := range list {
		before := f.total
		c.add(d.rule(n, i), before, n.find)
	}
	return c.done()
}

// ruleList finds the list of rules: the file itself, or what stands under "rules".
func ruleList(root *node, f *faults) []*node {
	if root.kind == kindMap {
		var list *node
		for i, key := range root.keys {
			switch {
			case key.text != "rules":
				f.addf(key.line, key.column, "最外层没有 %s 这一项，规则应写在 rules: 之下", quote(key.text))
			case list != nil:
				f.add(key.line, key.column, "rules 写了两次")
			default:
				list = root.values[i]
			}
		}
		if list == nil {
			if f.total == 0 {
				f.add(root.line, root.column, "缺少 rules")
			}
			return nil
		}
		root = list
	}
	if root.kind == kindNull {
		return nil
	}
	if root.kind != kindList {
		f.addf(root.line, root.column, "规则应写成列表，现在是%s", root.kind)
		return nil
	}
	return root.values
}

// rule reads one rule; "reply" is the short form of "replies".
func (d *decoder) rule(n *node, index int) models.Rule {
	var r models.Rule
	path := fmt.Sprintf("rules[%d]", index)
	replies := reflect.ValueOf(&r.Replies).Elem()
	both := 0
	d.object(n, reflect.ValueOf(&r).Elem(), path, func(key, value *node) bool {
		if key.text == "replies" || key.text == "reply" {
			if both++; both > 1 {
				d.faults.addf(key.line, key.column, "%s 里 reply 和 replies 只能写一个", path)
			}
		}
		if key.text == "reply" {
			d.decode(value, replies, path+".reply")
			return true
		}
		return bookkeeping(key.text)
	})
	return r
}
