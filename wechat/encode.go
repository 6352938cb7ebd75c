package wechat

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"

	"github.com/wenzheng/wenzheng/models"
)

const (
	plainText = "text/plain; charset=utf-8"
	xmlText   = "text/xml; charset=utf-8"
)

// Encode returns the body that answers m's request, which Decode has returned: plain as it
// is, or encrypted anew with the key that opened the request and the second of its receipt
// as TimeStamp. An empty plain is silence, the literal "success". The caller owns the body.
// An error means that there was no randomness.
func (c *Codec) Encode(m *models.Message, plain []byte) (body []byte, contentType string, err error) {
	if len(plain) == 0 {
		if m.Delivery.Encrypted && c.o.SafeEmptyZeroBytes {
			return []byte{}, plainText, nil
		}
		return []byte("success"), plainText, nil
	}
	if !m.Delivery.Encrypted || len(c.keys) == 0 || c.mode == models.ModeCompat && c.o.CompatPlainReply {
		return plain, xmlText, nil
	}
	var random [randomSize]byte
	if err := c.random.fill(random[:]); err != nil {
		return nil, "", fmt.Errorf("wechat: draw randomness: %w", err)
	}
	key := c.keys[0]
	if m.Delivery.PreviousKey {
		key = c.keys[len(c.keys)-1]
	}
	var room [20]byte
	timestamp := string(strconv.AppendInt(room[:0], m.Delivery.ReceivedAt.Unix(), 10))
	return c.wrap(key, random[:], plain, c.replyToken(&m.Delivery), timestamp, m.Delivery.Nonce), xmlText, nil
}

// replyToken is the token that signed the request.
func (c *Codec) replyToken(d *models.Delivery) string {
	if len(c.tokens) == 1 {
		return c.tokens[0]
	}
	var signed signature
	if len(d.Signature) != hex.EncodedLen(len(signed)) {
		return c.tokens[0]
	}
	if _, err := hex.Decode(signed[:], []byte(d.Signature)); err == nil && c.oldToken.has(signed) {
		return c.tokens[1]
	}
	return c.tokens[0]
}

// envelopeMarkup is what an encrypted reply holds besides cipher text and nonce.
const envelopeMarkup = 184

// wrap builds the encrypted envelope of a reply.
func (c *Codec) wrap(key *sealedKey, random, plain []byte, token, timestamp, nonce string) []byte {
	s := takeScratch()
	defer s.release()
	body := make([]byte, 0, base64.StdEncoding.EncodedLen(headSize+len(plain)+len(c.appID)+padBlock)+envelopeMarkup+len(nonce))
	body = append(body, "<xml><Encrypt><![CDATA["...)
	from := len(body)
	body, s.clear = key.seal(body, s.clear, random, plain, c.appID)
	sealed := body[from:]
	body = append(body, "]]></Encrypt><MsgSignature><![CDATA["...)
	var signed signature
	signed, s.signed = sign(s.signed, sealed, token, timestamp, nonce)
	body = hex.AppendEncode(body, signed[:])
	body = append(body, "]]></MsgSignature><TimeStamp>"...)
	body = append(body, timestamp...)
	body = append(body, "</TimeStamp><Nonce>"...)
	body = appendCDATA(body, nonce)
	return append(body, "</Nonce></xml>"...)
}
