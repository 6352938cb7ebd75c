package sheet

import (
	"strconv"
	"strings"
)

// node is a value of a YAML or JSON file and where it stands. One decoder reads both.
type node struct {
	kind         nodeKind
	text         string // of a scalar: the text, or the literal as written
	line, column int
	keys         []*node // of a map, beside values
	values       []*node // of a map or list
}

type nodeKind int

const (
	kindNull nodeKind = iota
	kindText
	kindNumber
	kindBool
	kindMap
	kindList
)

// String is the kind in a message for people.
func (k nodeKind) String() string {
	switch k {
	case kindText:
		return "文字"
	case kindNumber:
		return "数字"
	case kindBool:
		return "true 或 false"
	case kindMap:
		return "一组“名称: 值”"
	case kindList:
		return "列表"
	default:
		return "空值"
	}
}

// find is the place of a field of a rule, like "menu.items[0].title", or of the nearest
// part that the file has.
func (n *node) find(field string) (line, column int) {
	for name := range strings.FieldsFuncSeq(field, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		next := n.child(name)
		if next == nil && name == "replies" {
			next = n.child("reply")
		}
		if next == nil {
			break
		}
		n = next
	}
	return n.line, n.column
}

// child is a value of a map by its key or of a list by its index, or nil.
func (n *node) child(name string) *node {
	if i, err := strconv.Atoi(name); err == nil && n.kind == kindList {
		if i < len(n.values) {
			return n.values[i]
		}
		return nil
	}
	for i, key := range n.keys {
		if key.text == name {
			return n.values[i]
		}
	}
	return nil
}

// maxValues bounds the values of a file: each takes some 200 bytes of memory, a file of
// nothing but commas would take fifty times its size.
const maxValues = 2 << 20

// crowded reports whether a file may hold more values than are read. It counts the
// characters in front of which a value ends, so it may count too many.
func crowded(data []byte) bool {
	n := 0
	for _, c := range data {
		switch c {
		case '\n', '\r', ',', ':', '[', '{', '-', '?':
			n++
		}
	}
	return n > maxValues
}

// maxDepth bounds the nesting of a file; a menu of a menu takes five levels.
const maxDepth = 200
