package wechat

import "bytes"

// WeChat may leave "]]>" as a citizen wrote it, so that he can end the CDATA around his
// words and write elements behind it (https://github.com/silenceper/wechat/issues/750).
// Elements that WeChat alone fills stand before or behind his words, never within: so his
// words reach to the last end of their element that fits, and what they hold is text.

// byCitizen reports whether a citizen, or a code he scanned, fills the element at path.
func byCitizen(path string) bool {
	switch path {
	case "Content", "Recognition", "Label", "Title", "Description", "Url",
		"ScanCodeInfo/ScanResult", "SendLocationInfo/Label", "SendLocationInfo/Poiname":
		return true
	}
	return false
}

// fits reports whether rest begins with what WeChat writes behind the element at path.
func fits(path string, rest []byte) bool {
	rest = bytes.TrimLeft(rest, blanks)
	switch path {
	case "Title":
		return hasPrefix(rest, "<Description>")
	case "Description":
		return hasPrefix(rest, "<Url>")
	case "SendLocationInfo/Label":
		return hasPrefix(rest, "<Poiname>")
	case "SendLocationInfo/Poiname":
		return hasPrefix(rest, "</SendLocationInfo>")
	case "ScanCodeInfo/ScanResult":
		return hasPrefix(rest, "</ScanCodeInfo>")
	}
	for _, next := range [...]string{"<MsgId>", "<MsgDataId>", "<Idx>", "<bizmsgmenuid>"} {
		if hasPrefix(rest, next) {
			return true
		}
	}
	return false
}

// headBit tells the elements that say who wrote to whom, when and what kind, one bit each;
// 0 is none of them. WeChat writes them first and once.
func headBit(name string) uint {
	switch name {
	case "ToUserName":
		return 1
	case "FromUserName":
		return 2
	case "CreateTime":
		return 4
	case "MsgType":
		return 8
	case "Event":
		return 16
	}
	return 0
}

// value takes the whole value of the innermost open element, and its end, where it is a
// section of CDATA. What it does not take is read piece by piece.
func (x *xmlReader) value(name []byte) {
	inner := bytes.TrimLeft(x.b, blanks)
	if len(x.t.stack) < 2 || !hasPrefix(inner, openCDATA) {
		return
	}
	inner = inner[len(openCDATA):]
	end, next := ending(inner, name, string(x.t.path))
	if end < 0 {
		return
	}
	x.t.chars(x.written(inner[:end]))
	x.t.end()
	x.b = inner[next:]
}

// ending finds the end of the section that fills an element: the first "]]>" with the
// element's end behind it, and where a citizen wrote, the last such that fits, or else the
// last. The element ends at next; end is -1 where there is none.
func ending(inner, name []byte, path string) (end, next int) {
	var room [64]byte
	tag := append(append(append(room[:0], "</"...), name...), '>')
	end = -1
	sure, his := false, byCitizen(path)
	for at := 0; ; {
		i := bytes.Index(inner[at:], tag)
		if i < 0 {
			return end, next
		}
		section := bytes.TrimRight(inner[:at+i], blanks)
		at += i + len(tag)
		if !bytes.HasSuffix(section, []byte(closeCDATA)) {
			continue
		}
		if fit := !his || fits(path, inner[at:]); fit || !sure {
			end, next, sure = len(section)-len(closeCDATA), at, fit
		}
		if !his {
			return end, next
		}
	}
}

// written returns the text of a section that may hold "]]>": one that WeChat has split over
// two sections is put together, any other is what was written. An element of the head behind
// such a one makes the document suspect.
func (x *xmlReader) written(s []byte) []byte {
	at := bytes.Index(s, []byte(closeCDATA))
	if at < 0 {
		return s
	}
	var out []byte
	for at >= 0 {
		rest := s[at+len(closeCDATA):]
		if split(s[:at], rest) {
			out = append(out, s[:at]...)
			rest = rest[len(openCDATA):]
		} else {
			out = append(out, s[:at+len(closeCDATA)]...)
			x.t.suspect = x.t.suspect || holdsHead(rest)
		}
		s = rest
		at = bytes.Index(s, []byte(closeCDATA))
	}
	return append(out, s...)
}

// split reports whether an end of CDATA between before and after is there only so that
// none stands in the text: the two sections join to one.
func split(before, after []byte) bool {
	if !hasPrefix(after, openCDATA) {
		return false
	}
	after = after[len(openCDATA):]
	return bytes.HasSuffix(before, []byte("]]")) && hasPrefix(after, ">") ||
		bytes.HasSuffix(before, []byte("]")) && hasPrefix(after, "]>")
}

// holdsHead reports whether a start tag of the head is anywhere in s.
func holdsHead(s []byte) bool {
	for {
		_, rest, found := bytes.Cut(s, []byte("<"))
		if !found {
			return false
		}
		name, _ := elementName(rest)
		if headBit(string(name)) != 0 {
			return true
		}
		s = rest
	}
}
