package wechat

import (
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

const (
	maxDepth    = 16
	maxElements = 2000
)

// tree collects the leaves of one document from whoever reads it: the hand scanner,
// encoding/xml or encoding/json. It holds document order and repeated paths.
type tree struct {
	leaves   []models.Leaf
	stack    []node
	elements int
	root     string // name of the root element
	trailing bool   // something follows the root
}

// node is an element that is still open.
type node struct {
	path     string
	text     string
	flat     bool // markup inside is flattened into the text: the element is a scalar of ours
	children bool
}

// reset forgets everything, so that no text of a citizen stays in pooled memory.
func (t *tree) reset() {
	clear(t.leaves)
	clear(t.stack[:cap(t.stack)])
	t.leaves, t.stack = t.leaves[:0], t.stack[:0]
	t.elements, t.root, t.trailing = 0, "", false
}

// open begins an element; it reports false when the document is too deep or too large.
func (t *tree) open(name string) bool {
	t.elements++
	depth := len(t.stack)
	if depth >= maxDepth || t.elements > maxElements {
		return false
	}
	n := node{path: name}
	switch depth {
	case 0:
		n.path, t.root = "", name
	case 1:
		t.stack[0].children = true
	default:
		parent := &t.stack[depth-1]
		parent.children = true
		parent.flat = parent.flat || depth == 2 && isScalar(parent.path)
		n.flat = parent.flat
		n.path = parent.path + "/" + name
	}
	t.stack = append(t.stack, n)
	return true
}

// chars adds text to the innermost open element.
func (t *tree) chars(s string) {
	if len(t.stack) > 1 {
		t.stack[len(t.stack)-1].add(s)
	}
}

// add keeps leading white space out, since values are trimmed in the end: the usual
// element costs no memory.
func (n *node) add(s string) {
	if s == "" {
		return
	}
	if n.text == "" || strings.TrimSpace(n.text) == "" {
		n.text = s
		return
	}
	n.text += s
}

// end ends the innermost open element and reports whether it was the root.
func (t *tree) end() (root bool) {
	last := len(t.stack) - 1
	n := t.stack[last]
	t.stack = t.stack[:last]
	if last == 0 {
		return true
	}
	value := strings.TrimSpace(n.text)
	if !n.children || value != "" {
		t.leaves = append(t.leaves, models.Leaf{Path: n.path, Value: value})
	}
	if n.flat && last > 1 {
		t.stack[last-1].add(n.text)
	}
	return false
}
