package wechat

import (
	"strings"
	"unicode/utf8"
)

const (
	openCDATA  = "<![CDATA["
	closeCDATA = "]]>"
)

// scanXML reads the XML that WeChat ordinarily sends: elements without attributes, text
// and CDATA in sound UTF-8, nothing after the root. It reports false for everything
// else, which is then for encoding/xml; what it accepts, encoding/xml reads alike.
func scanXML(s string, t *tree) bool {
	s = strings.TrimPrefix(s, "\ufeff")
	if !ordinary(s) {
		return false
	}
	var room [maxDepth]string
	names := room[:0]
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 || !text(s[:i], len(names), t) {
			return false
		}
		s = s[i:]
		if strings.HasPrefix(s, openCDATA) {
			end := strings.Index(s, closeCDATA)
			if end < 0 || len(names) == 0 {
				return false
			}
			t.chars(s[len(openCDATA):end])
			s = s[end+len(closeCDATA):]
			continue
		}
		name, kind, rest := tag(s)
		s = rest
		switch kind {
		case tagOpen, tagEmpty:
			if !t.open(name) {
				return false
			}
			names = append(names, name)
		case tagClose:
			if len(names) == 0 || names[len(names)-1] != name {
				return false
			}
		default:
			return false
		}
		if kind == tagOpen {
			continue
		}
		names = names[:len(names)-1]
		if t.end() {
			return strings.Trim(s, " \t\n") == ""
		}
	}
}

// text takes the characters before a tag.
func text(s string, depth int, t *tree) bool {
	if s == "" {
		return true
	}
	if depth == 0 {
		return strings.Trim(s, " \t\n") == ""
	}
	if strings.IndexByte(s, '&') >= 0 || strings.Contains(s, closeCDATA) {
		return false
	}
	t.chars(s)
	return true
}

type tagKind int

const (
	tagUnusual tagKind = iota
	tagOpen
	tagClose
	tagEmpty
)

// tag reads <name>, </name> or <name/> at the start of s.
func tag(s string) (name string, kind tagKind, rest string) {
	s = s[1:]
	kind = tagOpen
	if strings.HasPrefix(s, "/") {
		s, kind = s[1:], tagClose
	}
	end := 0
	for end < len(s) && (letterOrDigit(s[end]) || s[end] == '_') {
		end++
	}
	if end == 0 || end == len(s) || s[0] >= '0' && s[0] <= '9' {
		return "", tagUnusual, ""
	}
	name, s = s[:end], s[end:]
	if kind == tagOpen && strings.HasPrefix(s, "/>") {
		return name, tagEmpty, s[2:]
	}
	if s[0] != '>' {
		return "", tagUnusual, ""
	}
	return name, kind, s[1:]
}

// ordinary reports whether s holds only characters that need no second look. A carriage
// return does: XML turns it into a newline.
func ordinary(s string) bool {
	var all byte
	for i := range len(s) {
		b := s[i]
		if b < ' ' && b != '\n' && b != '\t' {
			return false
		}
		all |= b
	}
	if all < utf8.RuneSelf {
		return true
	}
	return utf8.ValidString(s) && !strings.Contains(s, "\ufffe") && !strings.Contains(s, "\uffff")
}
