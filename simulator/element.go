package simulator

import (
	"strconv"
	"strings"
)

// Field is one element of a callback body: a leaf with a value, or a group of fields.
// WeChat writes text as CDATA and numbers bare.
type Field struct {
	Name   string
	Value  string
	Bare   bool // written without CDATA; the value must hold no markup
	Loose  bool // a "]]>" in the value is left as it is, which ends the CDATA early
	Fields []Field
}

// TextField is a leaf in CDATA. A value holding "]]>" is split over two sections.
func TextField(name, value string) Field { return Field{Name: name, Value: value} }

// LooseField is a leaf in CDATA that leaves "]]>" in the value as it is: what citizens wrote
// may reach the service so (https://github.com/silenceper/wechat/issues/750).
func LooseField(name, value string) Field { return Field{Name: name, Value: value, Loose: true} }

// BareField is a leaf written as it is, for numbers.
func BareField(name, value string) Field { return Field{Name: name, Value: value, Bare: true} }

// IntField is a leaf with a whole number.
func IntField(name string, value int64) Field { return BareField(name, strconv.FormatInt(value, 10)) }

// GroupField is an element that holds others.
func GroupField(name string, fields ...Field) Field { return Field{Name: name, Fields: fields} }

func appendFields(b []byte, fields []Field) []byte {
	for i := range fields {
		b = fields[i].append(b)
	}
	return b
}

func (f *Field) append(b []byte) []byte {
	b = append(b, '<')
	b = append(b, f.Name...)
	b = append(b, '>')
	switch {
	case len(f.Fields) > 0:
		b = appendFields(b, f.Fields)
	case f.Bare:
		b = append(b, f.Value...)
	case f.Loose:
		b = append(b, "<![CDATA["...)
		b = append(b, f.Value...)
		b = append(b, "]]>"...)
	default:
		b = appendCDATA(b, f.Value)
	}
	b = append(b, "</"...)
	b = append(b, f.Name...)
	return append(b, '>')
}

func appendCDATA(b []byte, s string) []byte {
	b = append(b, "<![CDATA["...)
	for {
		i := strings.Index(s, "]]>")
		if i < 0 {
			break
		}
		b = append(b, s[:i]...)
		b = append(b, "]]]]><![CDATA[>"...)
		s = s[i+len("]]>"):]
	}
	b = append(b, s...)
	return append(b, "]]>"...)
}
