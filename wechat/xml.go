package wechat

import (
	"bytes"
	"unicode/utf8"
)

const (
	openCDATA  = "<![CDATA["
	closeCDATA = "]]>"
	blanks     = " \t\n" // a return was turned into a line feed before
)

// xmlReader reads one document into a tree, in one pass. What is not well formed is passed
// over where nothing is lost by it; mended tells. See written.go for what citizens write.
type xmlReader struct {
	b      []byte // what is left to read
	t      *tree
	mended bool
}

// document reads the first root element. It is false where there is none, where it does
// not end, has a DOCTYPE, or is too deep or too large.
func (x *xmlReader) document() bool {
	for {
		done, ok := x.step()
		if !ok {
			return false
		}
		if done {
			x.t.trailing = x.trailing()
			return true
		}
	}
}

// step takes the characters before the next piece of markup, and that piece; done is true
// when it ended the root.
func (x *xmlReader) step() (done, ok bool) {
	if !x.text() {
		return false, false
	}
	if len(x.t.stack) == 1 {
		if name, value, rest, ok := simple(x.b); ok {
			x.b = rest
			return false, x.t.simple(name, value)
		}
	}
	switch b := x.b; {
	case hasPrefix(b, "</"):
		return x.close()
	case hasPrefix(b, "<!--"):
		return false, x.pass("<!--", "-->")
	case hasPrefix(b, "<?"):
		return false, x.pass("<?", "?>")
	case hasPrefix(b, openCDATA):
		return false, x.section()
	case hasPrefix(b, "<!"):
		return false, false
	}
	return x.open()
}

// simple reads at the start of b what nearly every element of the root is: a start tag, one
// section of CDATA or plain characters, and the end tag. What it does not take goes the
// long way.
func simple(b []byte) (name, value, rest []byte, ok bool) {
	end := 1
	for end < len(b) && wordChar(b[end]) {
		end++
	}
	if end == 1 || end == len(b) || b[end] != '>' || b[1] <= '9' {
		return nil, nil, nil, false
	}
	name, b = b[1:end], b[end+1:]
	section := hasPrefix(b, openCDATA)
	if section {
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
	tag, rest := b[:end+1], b[end+1:]
	if section && byCitizen(string(name)) && bytes.Contains(rest, tag) {
		return nil, nil, nil, false
	}
	return name, value, rest, true
}

// text takes the characters before the next tag. There is one before the root has ended.
func (x *xmlReader) text() bool {
	if len(x.b) > 0 && x.b[0] == '<' {
		return true
	}
	i := bytes.IndexByte(x.b, '<')
	if i < 0 {
		return false
	}
	s := x.b[:i]
	x.b = x.b[i:]
	if len(x.t.stack) == 0 {
		return len(bytes.Trim(s, blanks)) == 0
	}
	x.t.chars(x.unescaped(s))
	return true
}

// pass leaves out a comment or an instruction.
func (x *xmlReader) pass(begin, end string) bool {
	i := bytes.Index(x.b[len(begin):], []byte(end))
	if i < 0 {
		return false
	}
	x.b = x.b[len(begin)+i+len(end):]
	return true
}

// section takes one section of CDATA among other things in an element.
func (x *xmlReader) section() bool {
	end := bytes.Index(x.b, []byte(closeCDATA))
	if end < 0 || len(x.t.stack) == 0 {
		return false
	}
	x.t.chars(x.b[len(openCDATA):end])
	x.b = x.b[end+len(closeCDATA):]
	return true
}

// open takes a start tag, its attributes unread, and the value in CDATA behind it. A "<"
// that begins no tag is a character.
func (x *xmlReader) open() (done, ok bool) {
	name, rest := elementName(x.b[1:])
	end := tagEnd(rest)
	if len(name) == 0 || end < 0 {
		x.mended = true
		x.t.chars(x.b[:1])
		x.b = x.b[1:]
		return false, len(x.t.stack) > 0
	}
	if !x.t.open(name) {
		return false, false
	}
	x.b = rest[end+1:]
	if end > 0 && rest[end-1] == '/' {
		return x.t.end(), true
	}
	x.value(name)
	return false, true
}

// close takes an end tag. One that belongs to an element further out ends all within it;
// one that belongs to none is passed over.
func (x *xmlReader) close() (done, ok bool) {
	name, rest := elementName(x.b[len("</"):])
	end := bytes.IndexByte(rest, '>')
	if end < 0 || len(x.t.stack) == 0 {
		return false, false
	}
	x.b = rest[end+1:]
	if !x.t.within(name) {
		x.mended = true
	}
	for range x.t.above(name) {
		done = x.t.end()
	}
	return done, true
}

// elementName splits off the name that b begins with, without its prefix; it is empty where
// none begins.
func elementName(b []byte) (name, rest []byte) {
	end := 0
	for end < len(b) && (wordChar(b[end]) || b[end] == '-' || b[end] == '.' || b[end] == ':' || b[end] >= utf8.RuneSelf) {
		end++
	}
	name, rest = b[:end], b[end:]
	if i := bytes.LastIndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	if len(name) > 0 && name[0] <= '9' {
		return nil, rest
	}
	return name, rest
}

// tagEnd returns where the ">" of a start tag is, or -1.
func tagEnd(b []byte) int {
	var quote byte
	for i, c := range b {
		switch {
		case c == quote:
			quote = 0
		case quote != 0:
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i
		case c == '<':
			return -1
		}
	}
	return -1
}

// trailing reports whether more than comments, instructions and blanks follows the root.
func (x *xmlReader) trailing() bool {
	for {
		x.b = bytes.TrimLeft(x.b, blanks)
		switch {
		case hasPrefix(x.b, "<!--") && x.pass("<!--", "-->"), hasPrefix(x.b, "<?") && x.pass("<?", "?>"):
		default:
			return len(x.b) > 0
		}
	}
}

func hasPrefix(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && string(b[:len(prefix)]) == prefix
}
