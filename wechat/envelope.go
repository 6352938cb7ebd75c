package wechat

import (
	"bytes"

	"github.com/wenzheng/wenzheng/models"
)

// sealed returns the signed cipher text of a body, in the memory of s, and what signed it.
func (c *Codec) sealed(q *query, s *scratch) (sealed []byte, signed signature, err error) {
	if c.hasTwin(s.body) {
		return c.scan(q, s)
	}
	sealed, ok := envelope(s.body, &s.tree)
	if !ok {
		return nil, signed, refusal(models.CodeBadEnvelope)
	}
	token, signed := c.signer(s, q.msgSignature, q, sealed)
	if token < 0 {
		return nil, signed, refusal(models.CodeBadMsgSignature)
	}
	return sealed, signed, nil
}

// hasTwin reports whether the body holds, beside the cipher text, the message in clear, as
// compat mode has it. A citizen writes into that, so it is not parsed.
func (c *Codec) hasTwin(body []byte) bool {
	return !isJSON(body) && (c.mode == models.ModeCompat || bytes.Contains(body, []byte("<FromUserName>")))
}

// envelope returns the text of the only Encrypt element directly below the only root
// "xml" of the body, in the memory of t.
func envelope(body []byte, t *tree) (sealed []byte, ok bool) {
	if parse(body, t) == models.ParseUnreadable || string(t.root) != "xml" || t.trailing {
		return nil, false
	}
	found := 0
	for _, s := range t.spans {
		if string(t.gathered[s.path:s.value]) == "Encrypt" {
			sealed = t.gathered[s.value:s.end]
			found++
		}
	}
	return sealed, found == 1 && len(sealed) > 0
}

// scan looks for the cipher text that is signed, wherever it is in the body: the last one
// first, for WeChat writes it behind the twin.
func (c *Codec) scan(q *query, s *scratch) (sealed []byte, signed signature, err error) {
	const tag = "<Encrypt>"
	code := models.CodeBadEnvelope
	for at := bytes.LastIndex(s.body, []byte(tag)); at >= 0; at = bytes.LastIndex(s.body[:at], []byte(tag)) {
		candidate := cipherText(s.body[at+len(tag):])
		if len(candidate) == 0 {
			continue
		}
		if token, signed := c.signer(s, q.msgSignature, q, candidate); token >= 0 {
			s.tree.gathered = append(s.tree.gathered[:0], candidate...) // the body's memory is needed for what it decodes to
			return s.tree.gathered, signed, nil
		}
		code = models.CodeBadMsgSignature
	}
	return nil, signed, refusal(code)
}

// cipherText is the value that b begins with, as it is or in CDATA: base64 holds neither
// "<" nor "]".
func cipherText(b []byte) []byte {
	b = bytes.TrimPrefix(bytes.TrimLeft(b, blanks+"\r"), []byte(openCDATA))
	end := 0
	for end < len(b) && b[end] != '<' && b[end] != ']' {
		end++
	}
	return bytes.TrimSpace(b[:end])
}
