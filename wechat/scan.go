package wechat

import (
	"bytes"

	"github.com/wenzheng/wenzheng/models"
)

const (
	openCDATA  = "<![CDATA["
	closeCDATA = "]]>"
)

// scanXML reads the XML that WeChat ordinarily sends: elements without attributes, text
// and CDATA in sound UTF-8, nothing after the root. It reports false for everything
// else, which is then for encoding/xml; what it accepts, encoding/xml reads alike.
func scanXML(b []byte, t *tree) bool {
	b = bytes.TrimPrefix(b, byteOrderMark)
	if !models.IsClean(b) || bytes.IndexByte(b, '\r') >= 0 { // XML turns a return into a newline
		return false
	}
	for {
		rest, root, ok := step(b, t)
		if !ok {
			return false
		}
		b = rest
		if root {
			return len(bytes.Trim(b, " \t\n")) == 0
		}
	}
}

// step takes the characters before the next piece of markup, and that piece; root is true
// when it ended the root.
func step(b []byte, t *tree) (rest []byte, root, ok bool) {
	if len(b) == 0 || b[0] != '<' {
		i := bytes.IndexByte(b, '<')
		if i < 0 || !text(b[:i], t) {
			return nil, false, false
		}
		b = b[i:]
	}
	if len(t.stack) == 1 {
		if name, value, rest, ok := simple(b); ok {
			return rest, false, t.simple(name, value)
		}
	}
	if hasPrefix(b, openCDATA) {
		end := bytes.Index(b, []byte(closeCDATA))
		if end < 0 || len(t.stack) == 0 {
			return nil, false, false
		}
		t.chars(b[len(openCDATA):end])
		return b[end+len(closeCDATA):], false, true
	}
	name, kind, rest := tag(b)
	switch kind {
	case tagOpen:
		return rest, false, t.open(name)
	case tagEmpty:
		ok = t.open(name)
	case tagClose:
		ok = t.within(name)
	}
	return rest, ok && t.end(), ok
}

// simple reads at the start of b what nearly every element of the root is: a start tag, one
// section of CDATA or plain characters, and the end tag. What it does not take goes the
// long way.
func simple(b []byte) (name, value, rest []byte, ok bool) {
	end := nameEnd(b, 1)
	if end == 1 || end == len(b) || b[end] != '>' {
		return nil, nil, nil, false
	}
	name, b = b[1:end], b[end+1:]
	if hasPrefix(b, openCDATA) {
		b = b[len(openCDATA):]
		end := bytes.IndexByte(b, ']')
		if end < 0 || !hasPrefix(b[end:], closeCDATA) {
			return nil, nil, nil, false
		}
		value, b = b[:end], b[end+len(closeCDATA):]
	} else {
		end := 0
		for end < len(b) && b[end] != '<' && b[end] != '&' && b[end] != ']' {
			end++
		}
		value, b = b[:end], b[end:]
	}
	end = len("</") + len(name)
	if len(b) <= end || b[0] != '<' || b[1] != '/' || !bytes.Equal(b[2:end], name) || b[end] != '>' {
		return nil, nil, nil, false
	}
	return name, value, b[end+1:], true
}

// nameEnd returns where the name that begins at from ends; at from there is none.
func nameEnd(b []byte, from int) int {
	end := from
	for end < len(b) && wordChar(b[end]) {
		end++
	}
	if end > from && b[from] <= '9' {
		return from
	}
	return end
}

// text takes the characters before a tag.
func text(b []byte, t *tree) bool {
	if len(b) == 0 {
		return true
	}
	if len(t.stack) == 0 {
		return len(bytes.Trim(b, " \t\n")) == 0
	}
	if bytes.IndexByte(b, '&') >= 0 || bytes.Contains(b, []byte(closeCDATA)) {
		return false
	}
	t.chars(b)
	return true
}

type tagKind int

const (
	tagUnusual tagKind = iota
	tagOpen
	tagClose
	tagEmpty
)

// tag reads <name>, </name> or <name/> at the start of b.
func tag(b []byte) (name []byte, kind tagKind, rest []byte) {
	b = b[1:]
	kind = tagOpen
	if hasPrefix(b, "/") {
		b, kind = b[1:], tagClose
	}
	end := nameEnd(b, 0)
	if end == 0 || end == len(b) {
		return nil, tagUnusual, nil
	}
	name, b = b[:end], b[end:]
	switch {
	case b[0] == '>':
		return name, kind, b[1:]
	case kind == tagOpen && hasPrefix(b, "/>"):
		return name, tagEmpty, b[2:]
	}
	return nil, tagUnusual, nil
}

func hasPrefix(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && string(b[:len(prefix)]) == prefix
}
