package wechat

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"github.com/wenzheng/wenzheng/models"
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
		comment := hasPrefix(x.b, "<!--") && x.pass("<!--", "-->")
		if !comment && !(hasPrefix(x.b, "<?") && x.pass("<?", "?>")) {
			return len(x.b) > 0
		}
	}
}

// unescaped puts characters in the place of references. What looks like one and is none
// stays as it is; one to a character that XML forbids is left out.
func (x *xmlReader) unescaped(s []byte) []byte {
	if bytes.Contains(s, []byte(closeCDATA)) {
		x.mended = true
	}
	at := bytes.IndexByte(s, '&')
	if at < 0 {
		return s
	}
	var out []byte
	for at >= 0 {
		out = append(out, s[:at]...)
		s = s[at:]
		char, length, sound := reference(s)
		x.mended = x.mended || !sound
		out = append(out, char...)
		s = s[length:]
		at = bytes.IndexByte(s, '&')
	}
	return append(out, s...)
}

// longestReference is "&#x10ffff;" with room for leading zeros.
const longestReference = 16

// reference reads the reference that b begins with.
func reference(b []byte) (char string, length int, sound bool) {
	end := bytes.IndexByte(b[:min(len(b), longestReference)], ';')
	if end < 0 {
		return "&", 1, false
	}
	length = end + 1
	name := string(b[1:end])
	switch name {
	case "lt":
		return "<", length, true
	case "gt":
		return ">", length, true
	case "amp":
		return "&", length, true
	case "apos":
		return "'", length, true
	case "quot":
		return `"`, length, true
	}
	digits, base := name, 10
	if digits, found := bytes.CutPrefix(b[1:end], []byte("#x")); found {
		name, base = string(digits), 16
	} else if digits, found := bytes.CutPrefix(b[1:end], []byte("#")); found {
		name = string(digits)
	}
	if name == digits {
		return "&", 1, false
	}
	n, err := strconv.ParseUint(name, base, 32)
	switch {
	case err != nil:
		return "&", 1, false
	case n >= 0xd800 && n <= 0xdfff: // half a character, as some phones send of an emoji
		return string(utf8.RuneError), length, true
	case n > utf8.MaxRune || models.CleanText(string(rune(n))) == "":
		return "", length, false
	}
	return string(rune(n)), length, true
}

func hasPrefix(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && string(b[:len(prefix)]) == prefix
}
