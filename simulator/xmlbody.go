package simulator

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/wenzheng/wenzheng/models"
)

// Bounds of a callback body; a larger or deeper one, or one with a DOCTYPE, is not read.
const (
	maxBodyDepth    = 16
	maxBodyElements = 2000
)

var (
	errBodyBounds = errors.New("simulator: body is too deep, too large or has a DOCTYPE")
	errBodyRoot   = errors.New("simulator: body has no whole root element")
)

// xmlLeaves reads all leaf elements: as they are, else without what XML forbids, else as
// leniently as the decoder can.
func xmlLeaves(body []byte) ([]models.Leaf, error) {
	for _, mark := range []string{"\xff\xfe", "\xfe\xff", "<\x00", "\x00<"} {
		if bytes.HasPrefix(body, []byte(mark)) {
			return nil, errBodyRoot // UTF-16, which WeChat does not write
		}
	}
	body = []byte(quoteWritten(string(body)))
	leaves, err := decodeLeaves(body, true)
	if err == nil || errors.Is(err, errBodyBounds) {
		return leaves, err
	}
	mended := mend(string(body))
	if leaves, err = decodeLeaves(mended, true); err == nil {
		return leaves, nil
	}
	return decodeLeaves(mended, false)
}

// openElement is an element whose end has not come yet.
type openElement struct {
	path   string
	text   strings.Builder
	parent bool
	flat   bool // markup inside counts as text: a field that holds one value
}

// leafReader collects the leaves of one document.
type leafReader struct {
	stack    []*openElement
	leaves   []models.Leaf
	elements int
}

func decodeLeaves(body []byte, strict bool) ([]models.Leaf, error) {
	d := xml.NewDecoder(bytes.NewReader(body)) //nolint:gosec // leaves only, nothing runs
	d.Strict = strict
	if !strict {
		d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	}
	var r leafReader
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil, errBodyRoot
		}
		if err != nil {
			return nil, fmt.Errorf("simulator: read body: %w", err)
		}
		if done, err := r.take(token); done || err != nil {
			return r.leaves, err
		}
	}
}

func (r *leafReader) take(token xml.Token) (done bool, err error) {
	switch t := token.(type) {
	case xml.Directive:
		return false, errBodyBounds
	case xml.StartElement:
		return false, r.start(t.Name.Local)
	case xml.CharData:
		if len(r.stack) == 0 && len(bytes.TrimSpace(t)) > 0 {
			return false, errBodyRoot
		}
		if len(r.stack) > 0 {
			r.stack[len(r.stack)-1].text.Write(t)
		}
	case xml.EndElement:
		if len(r.stack) == 0 {
			return false, errBodyRoot
		}
		return r.finish(), nil
	}
	return false, nil
}

func (r *leafReader) start(name string) error {
	r.elements++
	depth := len(r.stack)
	if depth >= maxBodyDepth || r.elements > maxBodyElements {
		return errBodyBounds
	}
	e := &openElement{}
	if depth > 0 {
		top := r.stack[depth-1]
		top.parent = true
		e.path = name
		if depth > 1 {
			e.path = top.path + "/" + name
			top.flat = top.flat || depth == 2 && oneValue(top.path)
			e.flat = top.flat
		}
	}
	r.stack = append(r.stack, e)
	return nil
}

// finish ends the innermost element. One with children is a leaf only when it has text of
// its own beside them.
func (r *leafReader) finish() (root bool) {
	last := len(r.stack) - 1
	e := r.stack[last]
	r.stack = r.stack[:last]
	if last == 0 {
		return true
	}
	value := strings.TrimSpace(e.text.String())
	if !e.parent || value != "" {
		r.leaves = append(r.leaves, models.Leaf{Path: e.path, Value: value})
	}
	if e.flat && last > 1 {
		r.stack[last-1].text.WriteString(e.text.String())
	}
	return false
}

// oneValue reports whether WeChat's documents give the field a single value.
func oneValue(name string) bool {
	switch name {
	case "ToUserName", "FromUserName", "CreateTime", "MsgType", "Event", "MsgId", "MsgID", "Content", "bizmsgmenuid",
		"EventKey", "Ticket", "MediaId", "ThumbMediaId", "PicUrl", "Format", "Recognition", "Location_X", "Location_Y",
		"Scale", "Label", "Title", "Description", "Url":
		return true
	}
	return false
}

var (
	xmlDeclaration = regexp.MustCompile(`^\s*<\?xml\s[^>]*\?>`)
	chineseCharset = regexp.MustCompile(`(?i)encoding\s*=\s*["']gb(k|2312|18030)["']`)
	numericRef     = regexp.MustCompile(`&#(x?)([0-9a-fA-F]+);`)
	cdataSection   = regexp.MustCompile(`(?s)<!\[CDATA\[.*?\]\]>`)
)

// mend drops a second byte order mark and the declaration, decodes what it says is GBK, and
// takes out of the markup the characters that XML forbids.
func mend(s string) []byte {
	s = strings.TrimPrefix(s, "\ufeff")
	if head := xmlDeclaration.FindString(s); head != "" {
		s = s[len(head):]
		if chineseCharset.MatchString(head) && !utf8.ValidString(s) {
			if decoded, err := simplifiedchinese.GB18030.NewDecoder().String(s); err == nil {
				s = decoded
			}
		}
	}
	s = models.CleanText(s)
	var b strings.Builder
	at := 0
	for _, section := range cdataSection.FindAllStringIndex(s, -1) {
		b.WriteString(mendMarkup(s[at:section[0]]))
		b.WriteString(s[section[0]:section[1]])
		at = section[1]
	}
	b.WriteString(mendMarkup(s[at:]))
	return []byte(b.String())
}

func mendMarkup(s string) string {
	s = numericRef.ReplaceAllStringFunc(s, func(ref string) string {
		parts := numericRef.FindStringSubmatch(ref)
		base := 10
		if parts[1] == "x" {
			base = 16
		}
		n, err := strconv.ParseInt(parts[2], base, 32)
		if err != nil || !utf8.ValidRune(rune(n)) || models.CleanText(string(rune(n))) == "" {
			return ""
		}
		return ref
	})
	return strings.ReplaceAll(s, "]]>", "]]&gt;")
}
