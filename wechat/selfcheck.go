package wechat

import (
	"bytes"
	"encoding/hex"

	"github.com/silenceper/wechat/v2/util"

	"github.com/wenzheng/wenzheng/models"
)

// selfCheck holds signature and cipher against the SDK's own before the account goes to
// work: what cannot be read by others is found at the start, not by citizens.
func (c *Codec) selfCheck(a *models.Account) error {
	const timestamp, nonce, text = "1700000000", "selfcheck", "<xml><Content>自检</Content></xml>"
	for _, token := range c.tokens {
		ours, _ := sign(nil, nil, token, timestamp, nonce)
		if hex.EncodeToString(ours[:]) != util.Signature(token, timestamp, nonce) {
			return setupError("signature differs from the SDK's")
		}
	}
	random := []byte("0123456789abcdef")
	for i, encoded := range []string{a.AESKey, a.PreviousAESKey}[:len(c.keys)] {
		sealed, _ := c.keys[i].seal(nil, nil, random, []byte(text), c.appID)
		theirs, err := util.EncryptMsg(random, []byte(text), c.appID, encoded)
		if err != nil || !bytes.Equal(theirs, sealed) {
			return setupError("cipher differs from the SDK's")
		}
		if _, opened, err := util.DecryptMsg(c.appID, string(sealed), encoded); err != nil || string(opened) != text {
			return setupError("the SDK can not open our cipher")
		}
	}
	return nil
}
