package simulator

import (
	"cmp"

	"github.com/wenzheng/wenzheng/models"
)

// Overrides are what a person says of an account; what is empty stays as it is known.
type Overrides struct {
	Token, AESKey, OriginalID string
	Mode                      models.Mode
}

// Override is an account with what a person says of it. Where the mode is not known it is plain
// without an AES key and safe with one.
func Override(a models.Account, o Overrides) (models.Account, error) {
	a.Token, a.AESKey = cmp.Or(o.Token, a.Token), cmp.Or(o.AESKey, a.AESKey)
	a.OriginalID, a.Mode = cmp.Or(o.OriginalID, a.OriginalID), cmp.Or(o.Mode, a.Mode)
	if _, ok := models.DecodeAESKey(a.AESKey); a.AESKey != "" && !ok {
		return a, models.NewError(models.CodeInvalid, "--aes-key 应为 43 个字符，解码后 32 字节，请从公众平台原样复制")
	}
	switch {
	case a.Mode == "" && a.AESKey == "":
		a.Mode = models.ModePlain
	case a.Mode == "":
		a.Mode = models.ModeSafe
	}
	if a.Mode != models.ModePlain && a.AESKey == "" {
		return a, models.NewError(models.CodeInvalid, "安全模式和兼容模式须用 --aes-key 写明 EncodingAESKey（43 个字符）")
	}
	return a, nil
}
