package sheet

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// jsonParser turns a JSON text into nodes that know where they stand, which the decoder of
// the standard library does not tell.
type jsonParser struct {
	data    []byte
	tokens  *json.Decoder
	faults  *faults
	line    int
	column  int // characters of the line before scanned
	scanned int // offset up to which lines and characters are counted
}

// parseJSON returns nil where the faults say why nothing could be read.
func parseJSON(data []byte, f *faults) *node {
	p := &jsonParser{data: data, tokens: json.NewDecoder(bytes.NewReader(data)), faults: f, line: 1}
	p.tokens.UseNumber()
	n, err := p.value(0)
	if err == nil && n != nil {
		if _, err = p.tokens.Token(); errors.Is(err, io.EOF) {
			return n
		}
	}
	p.fault(err)
	return nil
}

func (p *jsonParser) fault(err error) {
	offset := int(p.tokens.InputOffset())
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		offset = max(offset, min(int(syntax.Offset)-1, len(p.data)))
		line, column := p.place(offset)
		p.faults.add(line, column, "不是正确的 JSON："+jsonWords(syntax.Error()))
	case errors.Is(err, io.EOF) && len(bytes.TrimSpace(p.data)) == 0:
		p.faults.add(1, 1, "文件是空的")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		line, column := p.place(len(p.data))
		p.faults.add(line, column, "JSON 没有写完，缺少括号或引号")
	case errors.Is(err, errDepth):
		line, column := p.place(offset - 1)
		p.faults.add(line, column, "嵌套太深")
	default:
		line, column := p.place(offset - 1)
		p.faults.add(line, column, "JSON 之后还有多余的内容")
	}
}

var errDepth = errors.New("sheet: nested too deeply")

// place turns an offset into line and column, counting on from the last call; an offset
// before that one gives the same place again.
func (p *jsonParser) place(offset int) (line, column int) {
	for ; p.scanned < offset && p.scanned < len(p.data); p.scanned++ {
		switch c := p.data[p.scanned]; {
		case c == '\n':
			p.line, p.column = p.line+1, 0
		case utf8.RuneStart(c):
			p.column++
		}
	}
	return p.line, p.column + 1
}

// next reads a token and the place where it begins.
func (p *jsonParser) next() (json.Token, *node, error) {
	at := int(p.tokens.InputOffset())
	for at < len(p.data) && strings.IndexByte(" \t\r\n,:", p.data[at]) >= 0 {
		at++
	}
	token, err := p.tokens.Token()
	if err != nil {
		return nil, nil, err
	}
	n := &node{}
	n.line, n.column = p.place(at)
	return token, n, nil
}

func (p *jsonParser) value(depth int) (*node, error) {
	token, n, err := p.next()
	if err != nil {
		return nil, err
	}
	if depth > maxDepth {
		return nil, errDepth
	}
	switch t := token.(type) {
	case string:
		n.kind, n.text = kindText, strings.ReplaceAll(t, "\r\n", "\n")
	case json.Number:
		n.kind, n.text = kindNumber, t.String()
	case bool:
		n.kind = kindBool
	case json.Delim:
		return n, p.inside(n, t, depth)
	}
	return n, nil
}

func (p *jsonParser) inside(n *node, open json.Delim, depth int) error {
	n.kind = kindList
	if open == '{' {
		n.kind = kindMap
	}
	for p.tokens.More() {
		if n.kind == kindMap {
			key, at, err := p.next()
			if err != nil {
				return err
			}
			at.kind = kindText
			at.text, _ = key.(string)
			n.keys = append(n.keys, at)
		}
		v, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		n.values = append(n.values, v)
	}
	_, err := p.tokens.Token()
	return err
}
