package simulator

import (
	"crypto/sha1"
	"encoding/hex"
	"slices"
	"strings"
)

// Signature is WeChat's signature of its parts: the hex SHA-1 of the parts sorted as
// bytes and joined without a separator. A query is signed over token, timestamp and
// nonce; an encrypted body over those and its ciphertext
// (developers.weixin.qq.com/doc/offiaccount/Getting_Started/message-push.html).
func Signature(parts ...string) string {
	sorted := slices.Clone(parts)
	slices.Sort(sorted)
	size := 0
	for _, p := range sorted {
		size += len(p)
	}
	var b strings.Builder
	b.Grow(size)
	for _, p := range sorted {
		b.WriteString(p)
	}
	sum := sha1.Sum([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}
