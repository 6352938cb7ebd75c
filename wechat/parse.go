package wechat

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/wenzheng/wenzheng/models"
)

var (
	errDoctype = errors.New("wechat: DOCTYPE refused")
	errLimits  = errors.New("wechat: document too deep or too large")
	errNoRoot  = errors.New("wechat: no root element")
)

// parse reads a body, XML or JSON, into t, which is emptied first. The status is ok,
// repaired when it could be read only after cleaning, or unparsable.
func parse(body []byte, t *tree) models.ParseStatus {
	t.reset()
	if isJSON(body) {
		return attempts(string(body), t, parseJSON, repairedJSON)
	}
	if scanXML(body, t) {
		return models.ParseOK
	}
	t.reset()
	if utf16(body) {
		return models.ParseUnreadable
	}
	return attempts(string(body), t, parseXML, repaired)
}

// utf16 reports whether b begins like UTF-16, by a byte order mark or by an angle bracket of
// two bytes (https://www.w3.org/TR/xml/#sec-guessing). No sender of ours uses it, and without
// its zero bytes it would look like ASCII with wrong text.
func utf16(b []byte) bool {
	return hasPrefix(b, "\xff\xfe") || hasPrefix(b, "\xfe\xff") || hasPrefix(b, "<\x00") || hasPrefix(b, "\x00<")
}

// reader reads a document. Where strict is not set it passes over what can be passed over.
type reader func(s string, t *tree, strict bool) error

// attempts reads s as it is and, when that fails for its characters or its markup, once
// more after repair.
func attempts(s string, t *tree, read reader, repair func(string) string) models.ParseStatus {
	t.reset()
	err := read(s, t, true)
	if err == nil {
		return models.ParseOK
	}
	t.reset()
	if errors.Is(err, errDoctype) || errors.Is(err, errLimits) {
		return models.ParseUnreadable
	}
	clean := repair(s)
	for _, strict := range []bool{true, false} {
		if read(clean, t, strict) == nil {
			return models.ParseRepaired
		}
		t.reset()
	}
	return models.ParseUnreadable
}

// parseXML reads the first root element of s with encoding/xml.
func parseXML(s string, t *tree, strict bool) error {
	d := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(s, "\ufeff")))
	d.Strict = strict
	if !strict {
		d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	}
	for {
		token, err := d.Token()
		if err != nil {
			return readError(err)
		}
		done, err := take(token, t)
		if err != nil {
			return err
		}
		if done {
			t.trailing = trailing(d)
			return nil
		}
	}
}

func readError(err error) error {
	if errors.Is(err, io.EOF) {
		return errNoRoot
	}
	return err
}

func take(token xml.Token, t *tree) (done bool, err error) {
	switch token := token.(type) {
	case xml.Directive:
		return false, errDoctype
	case xml.StartElement:
		if !t.open([]byte(token.Name.Local)) {
			return false, errLimits
		}
	case xml.EndElement:
		if len(t.stack) == 0 {
			return false, errNoRoot
		}
		return t.end(), nil
	case xml.CharData:
		if len(t.stack) == 0 && len(bytes.TrimSpace(token)) > 0 {
			return false, errNoRoot
		}
		t.chars(token)
	}
	return false, nil
}

// trailing reports whether more than comments and white space follows the root.
func trailing(d *xml.Decoder) bool {
	for {
		token, err := d.Token()
		if err != nil {
			return !errors.Is(err, io.EOF)
		}
		switch token := token.(type) {
		case xml.Comment, xml.ProcInst:
		case xml.CharData:
			if len(bytes.TrimSpace(token)) > 0 {
				return true
			}
		default:
			return true
		}
	}
}

var (
	declaration = regexp.MustCompile(`^\s*<\?xml\s[^>]*\?>`)
	gbkDeclared = regexp.MustCompile(`(?i)encoding\s*=\s*["'](gbk|gb2312|gb18030)["']`)
	charRef     = regexp.MustCompile(`&#(x[0-9a-fA-F]+|[0-9]+);`)
)

// repaired returns s as sound UTF-8 without the characters that XML 1.0 forbids and
// without its declaration.
func repaired(s string) string {
	s = strings.TrimPrefix(s, "\ufeff")
	if head := declaration.FindString(s); head != "" {
		s = s[len(head):]
		if gbkDeclared.MatchString(head) && !utf8.ValidString(s) {
			s = fromGBK(s)
		}
	}
	return cleanMarkup(models.CleanText(s))
}

func fromGBK(s string) string {
	decoded, err := simplifiedchinese.GB18030.NewDecoder().String(s)
	if err != nil {
		return s
	}
	return decoded
}

// cleanMarkup removes references to forbidden characters and escapes a stray end of
// CDATA, but not inside CDATA, where both are what they are.
func cleanMarkup(s string) string {
	var b strings.Builder
	for s != "" {
		markup, rest, found := strings.Cut(s, openCDATA)
		markup = charRef.ReplaceAllStringFunc(markup, legalRef)
		b.WriteString(strings.ReplaceAll(markup, closeCDATA, "]]&gt;"))
		if !found {
			break
		}
		end := strings.Index(rest, closeCDATA)
		if end < 0 {
			end = len(rest)
		}
		b.WriteString(openCDATA)
		b.WriteString(rest[:end])
		b.WriteString(closeCDATA)
		s = strings.TrimPrefix(rest[end:], closeCDATA)
	}
	return b.String()
}

func legalRef(ref string) string {
	digits, base := ref[2:len(ref)-1], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseInt(digits, base, 32)
	if err != nil || !utf8.ValidRune(rune(n)) || models.CleanText(string(rune(n))) == "" {
		return ""
	}
	return ref
}
