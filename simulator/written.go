package simulator

import (
	"slices"
	"strings"
)

// writtenField is an element whose text a citizen, or a code he scanned, made up. The
// platform leaves a "]]>" in it as it is, so his text may close the section and write
// elements: it reaches to the last end of the element that the platform's next one follows.
type writtenField struct {
	name string
	next []string // one of these follows
}

func writtenFields() []writtenField {
	ids := []string{"<MsgId>", "<MsgDataId>", "<Idx>", "<bizmsgmenuid>"}
	return []writtenField{
		{"Content", ids},
		{"Recognition", ids},
		{"Label", append(slices.Clone(ids), "<Poiname>")},
		{"Title", []string{"<Description>"}},
		{"Description", []string{"<Url>"}},
		{"Url", ids},
		{"ScanResult", []string{"</ScanCodeInfo>"}},
		{"Poiname", []string{"</SendLocationInfo>"}},
	}
}

// quoteWritten splits every "]]>" within the text of citizens over two sections, as it
// would stand in well-formed XML.
func quoteWritten(body string) string {
	if strings.Count(body, "]]>") < 2 {
		return body
	}
	for _, f := range writtenFields() {
		head, rest, found := strings.Cut(body, "<"+f.name+"><![CDATA[")
		if !found {
			continue
		}
		if end := f.endIn(rest); end >= 0 {
			body = head + "<" + f.name + "><![CDATA[" + quoted(rest[:end]) + rest[end:]
		}
	}
	return body
}

// endIn returns where in rest, which begins with the text, the section is closed, or -1.
func (f *writtenField) endIn(rest string) int {
	end, sure := -1, false
	pieces := strings.SplitAfter(rest, "</"+f.name+">")
	at := 0
	for i, piece := range pieces[:len(pieces)-1] {
		at += len(piece)
		text := strings.TrimSuffix(rest[:at], "</"+f.name+">")
		text = strings.TrimRight(text, " \t\r\n")
		behind := strings.TrimLeft(strings.Join(pieces[i+1:], ""), " \t\r\n")
		follows := slices.ContainsFunc(f.next, func(next string) bool { return strings.HasPrefix(behind, next) })
		if strings.HasSuffix(text, "]]>") && (follows || !sure) {
			end, sure = len(text)-len("]]>"), follows
		}
	}
	return end
}

func quoted(text string) string {
	for _, split := range []string{"]]]]><![CDATA[>", "]]]><![CDATA[]>"} {
		text = strings.ReplaceAll(text, split, "]]>")
	}
	return strings.ReplaceAll(text, "]]>", "]]]]><![CDATA[>")
}
