package wechat

import (
	"bytes"
	"regexp"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/wenzheng/wenzheng/models"
)

// parse reads a body, XML or JSON, into t, which is emptied first. The status is ok,
// repaired when it could be read only after cleaning, or unparsable.
func parse(body []byte, t *tree) models.ParseStatus {
	t.reset()
	if isJSON(body) {
		return readJSON(string(body), t)
	}
	if utf16(body) {
		return models.ParseUnreadable
	}
	x := xmlReader{t: t}
	x.b, x.mended = sound(body)
	switch ok := x.document(); {
	case !ok:
		t.reset()
		return models.ParseUnreadable
	case x.mended:
		return models.ParseRepaired
	}
	return models.ParseOK
}

// utf16 reports whether b begins like UTF-16, by a byte order mark or by an angle bracket of
// two bytes (https://www.w3.org/TR/xml/#sec-guessing). No sender of ours uses it, and without
// its zero bytes it would look like ASCII with wrong text.
func utf16(b []byte) bool {
	return hasPrefix(b, "\xff\xfe") || hasPrefix(b, "\xfe\xff") || hasPrefix(b, "<\x00") || hasPrefix(b, "\x00<")
}

var (
	declaration  = regexp.MustCompile(`^\s*<\?xml\s[^>]*\?>`)
	gbkDeclared  = regexp.MustCompile(`(?i)encoding\s*=\s*["'](gbk|gb2312|gb18030)["']`)
	otherVersion = regexp.MustCompile(`version\s*=\s*["'](?:[^1]|1[^.]|1\.[^0])`)
	declaredUTF8 = regexp.MustCompile(`(?i)encoding\s*=\s*["']utf-8["']`)
	anyEncoding  = regexp.MustCompile(`(?i)encoding\s*=`)
)

// sound returns b without byte order marks, in UTF-8, with the characters of XML 1.0 only
// and with line feeds for returns, as XML has it. mended tells that it had to be changed,
// or declares what it should not.
func sound(b []byte) (clean []byte, mended bool) {
	b = bytes.TrimPrefix(b, byteOrderMark)
	for hasPrefix(b, string(byteOrderMark)) {
		b, mended = b[len(byteOrderMark):], true
	}
	if head := declared(b); head != nil {
		if gbkDeclared.Match(head) && !utf8.Valid(b) {
			b = fromGBK(b[len(head):])
		}
		mended = mended || otherVersion.Match(head) || anyEncoding.Match(head) && !declaredUTF8.Match(head)
	}
	if !models.IsClean(b) {
		b, mended = []byte(models.CleanText(string(b))), true
	}
	if bytes.IndexByte(b, '\r') >= 0 {
		b = bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
		b = bytes.ReplaceAll(b, []byte("\r"), []byte("\n"))
	}
	return b, mended
}

// declared returns the declaration of a document, nil where it has none.
func declared(b []byte) []byte {
	if hasPrefix(b, "<xml>") {
		return nil
	}
	return declaration.Find(b)
}

// fromUTF16 decodes by the byte order mark, or by where the first zero byte is.
func fromUTF16(b []byte) []byte {
	order := unicode.LittleEndian
	if hasPrefix(b, "\x00") {
		order = unicode.BigEndian
	}
	decoded, err := unicode.UTF16(order, unicode.UseBOM).NewDecoder().Bytes(b)
	if err != nil {
		return b
	}
	return decoded
}

func fromGBK(b []byte) []byte {
	decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
	if err != nil {
		return b
	}
	return decoded
}
