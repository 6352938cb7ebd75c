package wechattest

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// usual is the usual text message with some elements replaced.
func (b *builder) usual(fields map[string]*string) string {
	var out strings.Builder
	out.WriteString("<xml>")
	rest := maps.Clone(fields)
	write := func(name, value string) { out.WriteString("<" + name + ">" + b.expand(value) + "</" + name + ">") }
	for _, known := range [][2]string{
		{"ToUserName", "gh_7f083739789a"},
		{"FromUserName", "{openid}"},
		{"CreateTime", "1750000000"},
		{"MsgType", "text"},
		{"Content", "<![CDATA[社保卡]]>"},
		{"MsgId", "{msg_id}"},
	} {
		value, replaced := fields[known[0]]
		delete(rest, known[0])
		if !replaced {
			write(known[0], known[1])
		} else if value != nil {
			write(known[0], *value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(rest)) {
		write(name, *rest[name])
	}
	out.WriteString("</xml>")
	return out.String()
}

// plain is the message in clear.
func (b *builder) plain() string {
	if b.Plain == nil {
		return b.usual(b.Fields)
	}
	return strings.ReplaceAll(b.expand(*b.Plain), "{plain}", b.usual(nil))
}

// seal is the cipher text of a message, with the faults of the case.
func (b *builder) seal(plain string) string {
	if b.Sealed != nil {
		return *b.Sealed
	}
	op, arg, _ := strings.Cut(b.Cipher, ":")
	var n int64
	if arg != "" {
		var err error
		if n, err = strconv.ParseInt(arg, 10, 64); err != nil {
			b.fault("cipher: %w", err)
		}
	}
	content := b.content(plain, op, n)
	pad := 32 - len(content)%32
	for range pad {
		content = append(content, byte(pad))
	}
	switch op {
	case "pad":
		content[len(content)-1] = byte(n & 0xff)
	case "pad_garbage":
		content[len(content)-1], content[len(content)-2] = 2, 9
	}
	return b.finish(op, n, b.encrypt(content))
}

// content is what is encrypted, before padding: random, length, message, AppID.
func (b *builder) content(plain, op string, n int64) []byte {
	appID := b.account.AppID
	if b.AppID != nil {
		appID = b.expand(*b.AppID)
	}
	length := int64(len(plain))
	switch {
	case op == "length":
		length = n
	case strings.HasPrefix(op, "length"):
		more, err := strconv.ParseInt(strings.TrimPrefix(op, "length"), 10, 64)
		if err != nil {
			b.fault("cipher: %w", err)
		}
		length += more
	}
	content := []byte("aaaabbbbccccdddd")
	content = binary.BigEndian.AppendUint32(content, uint32(length)) //nolint:gosec // faulty lengths are the point
	content = append(append(content, plain...), appID...)
	if op == "content" {
		content = content[:n]
	}
	return content
}

func (b *builder) encrypt(content []byte) []byte {
	encoded := b.account.AESKey
	switch b.Key {
	case "":
	case "old":
		encoded = FormerAESKey
	default:
		encoded = b.Key
	}
	if encoded == "" { // plain mode: nothing of it is sent
		return content
	}
	key, ok := models.DecodeAESKey(encoded)
	if !ok {
		b.fault("no AES key")
		return content
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		b.fault("%w", err)
		return content
	}
	cipher.NewCBCEncrypter(block, key[:16]).CryptBlocks(content, content)
	return content
}

// finish applies the faults of the cipher text itself.
func (b *builder) finish(op string, n int64, sealed []byte) string {
	switch op {
	case "bytes":
		sealed = sealed[:n]
	case "drop_block":
		sealed = sealed[:len(sealed)-32]
	case "flip_last":
		sealed[len(sealed)-1] ^= 1
	}
	text := base64.StdEncoding.EncodeToString(sealed)
	switch op {
	case "urlsafe":
		return "-_" + text[2:] // a sign of the URL-safe alphabet is sure to be there
	case "cut_base64":
		return text[:len(text)-1]
	case "newline":
		return text[:76] + "\n" + text[76:]
	}
	return text
}
