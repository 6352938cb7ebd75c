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
		if len(b) == 0 || b[0] != '<' {
			i := bytes.IndexByte(b, '<')
			if i < 0 || !text(b[:i], t) {
				return false
			}
			b = b[i:]
		}
		if hasPrefix(b, openCDATA) {
			end := bytes.Index(b, []byte(closeCDATA))
			if end < 0 || len(t.stack) == 0 {
				return false
			}
			t.chars(b[len(openCDATA):end])
			b = b[end+len(closeCDATA):]
			continue
		}
		name, kind, rest := tag(b)
		b = rest
		if kind == tagOpen && len(t.stack) == 1 {
			if value, rest, ok := usual(b, name); ok {
				if !t.scalar(name, value) {
					return false
				}
				b = rest
				continue
			}
		}
		switch kind {
		case tagOpen, tagEmpty:
			if !t.open(name) {
				return false
			}
		case tagClose:
			if !t.within(name) {
				return false
			}
		default:
			return false
		}
		if kind == tagOpen {
			continue
		}
		if t.end() {
			return len(bytes.Trim(b, " \t\n")) == 0
		}
	}
}

// usual reads what follows nearly every start tag below the root: one section of CDATA,
// or plain characters, and the end tag. What it does not take is for the long way.
func usual(b, name []byte) (value, rest []byte, ok bool) {
	if hasPrefix(b, openCDATA) {
		b = b[len(openCDATA):]
		end := bytes.IndexByte(b, ']')
		if end < 0 || !hasPrefix(b[end:], closeCDATA) {
			return nil, nil, false
		}
		value, b = b[:end], b[end+len(closeCDATA):]
	} else {
		end := 0
		for end < len(b) && b[end] != '<' && b[end] != '&' && b[end] != ']' {
			end++
		}
		value, b = b[:end], b[end:]
	}
	end := len(name) + len("</")
	if len(b) <= end || b[0] != '<' || b[1] != '/' || !bytes.Equal(b[2:end], name) || b[end] != '>' {
		return nil, nil, false
	}
	return value, b[end+1:], true
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
	end := 0
	for end < len(b) && wordChar(b[end]) {
		end++
	}
	if end == 0 || end == len(b) || b[0] >= '0' && b[0] <= '9' {
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
