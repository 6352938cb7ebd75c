package sheet

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// maxText bounds one text of a file in bytes; what citizens may be sent is much shorter.
const maxText = 64 << 10

// decoder fills values from nodes by the yaml tags of their types, strictly: whatever it
// does not know or cannot convert becomes a fault, and it goes on.
type decoder struct {
	faults  *faults
	fields  map[reflect.Type]map[string]int
	lax     bool // numbers and true stand for texts too, as YAML writes them without quotes
	pattern bool // the keywords of a table's row are regular expressions
}

func newDecoder(f *faults, lax bool) *decoder {
	return &decoder{faults: f, fields: map[reflect.Type]map[string]int{}, lax: lax}
}

// fieldsOf maps the keys of a struct to its fields.
func (d *decoder) fieldsOf(t reflect.Type) map[string]int {
	if m, ok := d.fields[t]; ok {
		return m
	}
	m := map[string]int{}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		if name != "" && name != "-" {
			m[name] = i
		}
	}
	d.fields[t] = m
	return m
}

// decode fills v. An absent value (null) leaves it as it is.
func (d *decoder) decode(n *node, v reflect.Value, path string) {
	if n.kind == kindNull {
		return
	}
	switch v.Interface().(type) {
	case models.Reply:
		d.reply(n, v, path)
		return
	case []models.Reply:
		if n.kind != kindList {
			n = &node{kind: kindList, line: n.line, column: n.column, values: []*node{n}}
		}
	case []string:
		if n.kind != kindList && n.kind != kindMap {
			n = &node{kind: kindList, line: n.line, column: n.column, values: []*node{n}}
		}
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.decode(n, v.Elem(), path)
	case reflect.Struct:
		d.object(n, v, path, nil)
	case reflect.Slice:
		d.list(n, v, path)
	case reflect.Int:
		d.number(n, v, path)
	case reflect.String:
		d.text(n, v, path)
	}
}

func (d *decoder) mismatch(n *node, path, want string) {
	d.faults.addf(n.line, n.column, "%s 应为%s，现在是%s", path, want, n.kind)
}

func (d *decoder) list(n *node, v reflect.Value, path string) {
	if n.kind != kindList {
		d.mismatch(n, path, "列表")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.values), len(n.values)))
	for i, item := range n.values {
		if item.kind == kindNull {
			d.faults.addf(item.line, item.column, "%s 的第 %d 项是空的，请填写或删去", path, i+1)
			continue
		}
		d.decode(item, v.Index(i), fmt.Sprintf("%s[%d]", path, i))
	}
	if len(n.values) == 0 {
		v.SetZero()
	}
}

func (d *decoder) number(n *node, v reflect.Value, path string) {
	if n.kind != kindNumber {
		d.mismatch(n, path, "整数")
		return
	}
	i, err := strconv.ParseInt(n.text, 10, 32)
	if err != nil {
		d.faults.addf(n.line, n.column, "%s 应为整数（不超过九位），现在是 %s", path, quote(n.text))
		return
	}
	v.SetInt(i)
}

func (d *decoder) text(n *node, v reflect.Value, path string) {
	scalar := n.kind == kindText || d.lax && (n.kind == kindNumber || n.kind == kindBool)
	if !scalar {
		d.mismatch(n, path, "文字")
		return
	}
	if len(n.text) > maxText {
		d.faults.addf(n.line, n.column, "%s 有 %d 字节，太长：一段文字最长 %d 字节，一条回复最长 %d 字节",
			path, len(n.text), maxText, models.MaxLongTextBytes)
		return
	}
	text := n.text
	if choices := choicesOf(v.Type()); choices != nil {
		var ok bool
		if text, ok = choose(choices, text); !ok {
			d.faults.addf(n.line, n.column, "%s 没有 %s 这个选项，请用 %s", path, quote(n.text), choiceNames(choices))
			return
		}
	}
	v.SetString(text)
}

// object fills a struct. extra handles keys that are no field, and says whether it knew one.
func (d *decoder) object(n *node, v reflect.Value, path string, extra func(key, value *node) bool) {
	if n.kind != kindMap {
		d.mismatch(n, path, "一组“名称: 值”")
		return
	}
	fields := d.fieldsOf(v.Type())
	seen := make(map[string]bool, len(n.keys))
	for i, key := range n.keys {
		if seen[key.text] {
			d.faults.addf(key.line, key.column, "%s 里的 %s 写了两次", path, quote(key.text))
			continue
		}
		seen[key.text] = true
		if extra != nil && extra(key, n.values[i]) {
			continue
		}
		f, ok := fields[key.text]
		if !ok || key.kind == kindMap || key.kind == kindList {
			d.faults.addf(key.line, key.column, "%s 里没有 %s 这一项，可用的有 %s", path, quote(key.text),
				strings.Join(slices.Sorted(maps.Keys(fields)), "、"))
			continue
		}
		d.decode(n.values[i], v.Field(f), path+"."+key.text)
	}
}

// reply reads a reply; a plain text is a text reply, and the kind may be left out where
// the content tells it.
func (d *decoder) reply(n *node, v reflect.Value, path string) {
	if n.kind != kindMap {
		var text string
		d.text(n, reflect.ValueOf(&text).Elem(), path)
		v.Set(reflect.ValueOf(models.TextReply(text)))
		return
	}
	kind := false
	d.object(n, v, path, func(key, value *node) bool {
		kind = kind || key.text == "kind" && value.kind != kindNull
		return false
	})
	if kind {
		return
	}
	r, _ := v.Interface().(models.Reply)
	switch {
	case r.Text != "":
		r.Kind = models.ReplyText
	case len(r.Articles) > 0:
		r.Kind = models.ReplyNews
	default:
		d.faults.addf(n.line, n.column, "%s 缺少 kind（回复的种类，如 text、image、news）", path)
	}
	v.Set(reflect.ValueOf(r))
}
