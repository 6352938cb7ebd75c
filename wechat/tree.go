package wechat

import (
	"bytes"
	"unicode/utf8"

	"github.com/wenzheng/wenzheng/models"
)

const (
	maxDepth    = 16
	maxElements = 2000
)

// tree collects the leaves of one document, XML or JSON. It holds document order and
// repeated paths, in memory of its own that serves the next document too.
type tree struct {
	gathered []byte // path and value of every leaf, one after the other
	spans    []span
	path     []byte // of the innermost open element
	text     []byte // of the open elements, the innermost last
	stack    []node
	elements int
	root     []byte // name of the root element
	trailing bool   // something follows the root
	suspect  bool   // a citizen wrote elements of the head, see written.go
}

// span says where a leaf is in what was gathered: its path from path to value, its value
// from there to end.
type span struct{ path, value, end int }

// node is an element that is still open.
type node struct {
	path     int  // how long the path was before it
	text     int  // where its text begins
	flat     bool // markup inside is flattened into the text: the element is a scalar of ours
	children bool
}

// reset forgets the document.
func (t *tree) reset() {
	t.spans, t.stack = t.spans[:0], t.stack[:0]
	t.gathered, t.path, t.text, t.root = t.gathered[:0], t.path[:0], t.text[:0], t.root[:0]
	t.elements, t.trailing, t.suspect = 0, false, false
}

// size is how much memory the tree keeps for the next document.
func (t *tree) size() int {
	return cap(t.gathered) + cap(t.path) + cap(t.text) + cap(t.root)
}

// open begins an element; it reports false when the document is too deep or too large.
func (t *tree) open(name []byte) bool {
	t.elements++
	depth := len(t.stack)
	if depth >= maxDepth || t.elements > maxElements {
		return false
	}
	n := node{path: len(t.path), text: len(t.text)}
	switch depth {
	case 0:
		t.root = append(t.root, name...)
	case 1:
		t.stack[0].children = true
		t.path = append(t.path, name...)
	default:
		parent := &t.stack[depth-1]
		parent.children = true
		parent.flat = parent.flat || depth == 2 && isScalar(string(t.path))
		n.flat = parent.flat
		t.path = append(t.path, '/')
		t.path = append(t.path, name...)
	}
	t.stack = append(t.stack, n)
	return true
}

// within reports whether the innermost open element has this name.
func (t *tree) within(name []byte) bool {
	return len(t.stack) > 0 && bytes.Equal(t.name(len(t.stack)-1), name)
}

// name returns the name of the open element at this depth.
func (t *tree) name(depth int) []byte {
	if depth == 0 {
		return t.root
	}
	end := len(t.path)
	if depth+1 < len(t.stack) {
		end = t.stack[depth+1].path
	}
	return bytes.TrimPrefix(t.path[t.stack[depth].path:end], []byte("/"))
}

// above returns how many open elements end with the innermost one of this name, 0 where
// none has it.
func (t *tree) above(name []byte) int {
	for depth := len(t.stack) - 1; depth >= 0; depth-- {
		if bytes.Equal(t.name(depth), name) {
			return len(t.stack) - depth
		}
	}
	return 0
}

// chars adds text to the innermost open element. White space before other text is left
// out, for values are trimmed in the end; where markup is flattened it may stand between
// two words.
func (t *tree) chars(s []byte) {
	last := len(t.stack) - 1
	if last < 1 || len(s) == 0 {
		return
	}
	if n := t.stack[last]; !n.flat && len(bytes.TrimSpace(t.text[n.text:])) == 0 {
		t.text = t.text[:n.text]
	}
	t.text = append(t.text, s...)
}

// end ends the innermost open element and reports whether it was the root.
func (t *tree) end() (root bool) {
	last := len(t.stack) - 1
	n := t.stack[last]
	t.stack = t.stack[:last]
	if last == 0 {
		return true
	}
	value := trimmed(t.text[n.text:])
	if !n.children || len(value) > 0 {
		t.leaf(t.path, value)
	}
	t.path = t.path[:n.path]
	if !n.flat || last == 1 {
		t.text = t.text[:n.text]
	} // else it is the parent's
	return false
}

// simple is open, chars and end in one for an element of the root without markup inside.
func (t *tree) simple(name, value []byte) bool {
	t.elements++
	t.stack[0].children = true
	t.leaf(name, trimmed(value))
	return t.elements <= maxElements
}

func (t *tree) leaf(path, value []byte) {
	s := span{path: len(t.gathered)}
	t.gathered = append(t.gathered, path...)
	s.value = len(t.gathered)
	t.gathered = append(t.gathered, value...)
	s.end = len(t.gathered)
	t.spans = append(t.spans, s)
}

// leaves returns the leaves; all is what was gathered, which they share.
func (t *tree) leaves(all string) []models.Leaf {
	leaves := make([]models.Leaf, len(t.spans))
	for i, s := range t.spans {
		leaves[i] = models.Leaf{Path: all[s.path:s.value], Value: all[s.value:s.end]}
	}
	return leaves
}

// trimmed is bytes.TrimSpace, at hand for values that begin and end with ASCII.
func trimmed(b []byte) []byte {
	if last := len(b) - 1; last >= 0 && b[0] > ' ' && b[0] < utf8.RuneSelf && b[last] > ' ' && b[last] < utf8.RuneSelf {
		return b
	}
	return bytes.TrimSpace(b)
}
