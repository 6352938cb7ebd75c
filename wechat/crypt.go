package wechat

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"sync"

	"github.com/wenzheng/wenzheng/models"
)

const (
	randomSize = 16
	headSize   = randomSize + 4
	padBlock   = 32 // WeChat pads to 32 bytes, not to the block of AES
)

// sealedKey is an EncodingAESKey made ready for use.
type sealedKey struct {
	block    cipher.Block
	iv       []byte
	openers  sync.Pool // of rewinder
	closures sync.Pool // of rewinder
}

// rewinder is a mode of CBC that can start anew, as those of crypto/aes can: each is as
// large as all the round keys, and every message needs one or two.
type rewinder interface {
	cipher.BlockMode
	SetIV(iv []byte)
}

// run lets a pooled mode work from src into dst, from the IV of the key on.
func (k *sealedKey) run(pool *sync.Pool, fresh func(cipher.Block, []byte) cipher.BlockMode, dst, src []byte) {
	if r, ok := pool.Get().(rewinder); ok {
		r.SetIV(k.iv)
		r.CryptBlocks(dst, src)
		pool.Put(r)
		return
	}
	mode := fresh(k.block, k.iv)
	mode.CryptBlocks(dst, src)
	if r, ok := mode.(rewinder); ok {
		pool.Put(r)
	}
}

func newSealedKey(encoded string) (*sealedKey, error) {
	key, ok := models.DecodeAESKey(encoded)
	if !ok {
		return nil, errors.New("wechat: bad aes key")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return &sealedKey{block: block, iv: key[:aes.BlockSize]}, nil
}

// sign returns WeChat's signature: sha1 over the sorted parts without separators. sealed
// may be nil. work is used as memory and returned, perhaps grown.
func sign(work, sealed []byte, token, timestamp, nonce string) (signed signature, grown []byte) {
	parts := [...]string{token, timestamp, nonce}
	for i := 1; i < len(parts); i++ {
		for j := i; j > 0 && parts[j] < parts[j-1]; j-- {
			parts[j], parts[j-1] = parts[j-1], parts[j]
		}
	}
	work = work[:0]
	for _, p := range parts {
		if sealed != nil && string(sealed) <= p {
			work = append(work, sealed...)
			sealed = nil
		}
		work = append(work, p...)
	}
	work = append(work, sealed...)
	return sha1.Sum(work), work
}

// signer returns the index of the token that gives this signature, 40 lower-case hex
// digits, and the signature's bytes; the index is -1 when no token does. sealed is nil for
// the signature of the query.
func (c *Codec) signer(s *scratch, given string, q *query, sealed []byte) (token int, signed signature) {
	token = -1
	var want, claim [2 * len(signed)]byte
	if len(given) != len(claim) {
		return token, signed
	}
	copy(claim[:], given)
	for i := len(c.tokens) - 1; i >= 0; i-- {
		var sum signature
		sum, s.signed = sign(s.signed, sealed, c.tokens[i], q.timestamp, q.nonce)
		hex.Encode(want[:], sum[:])
		if subtle.ConstantTimeCompare(want[:], claim[:]) == 1 {
			token, signed = i, sum
		}
	}
	return token, signed
}

// open returns the message inside an encrypted request, in the memory of s, what signed
// it and the index of the key that opened it.
func (c *Codec) open(q *query, s *scratch) (raw []byte, signed signature, key int, err error) {
	sealed, signed, err := c.sealed(q, s)
	if err != nil {
		return nil, signed, 0, err
	}
	n := base64.StdEncoding.DecodedLen(len(sealed))
	s.body = grow(s.body, n)
	n, err = base64.StdEncoding.Decode(s.body, sealed)
	if err != nil {
		return nil, signed, 0, refusal(models.CodeBadBase64)
	}
	fault := ""
	for i, k := range c.keys {
		var code string
		s.clear, raw, code = k.unseal(s.clear, s.body[:n], c.appID)
		if code == "" {
			return raw, signed, i, nil
		}
		if fault == "" {
			fault = code
		}
	}
	return nil, signed, 0, refusal(fault)
}

// unseal decrypts sealed into work, which may grow, and returns the message in it, or
// the code of what is wrong. The signature has been checked before, so distinct codes
// tell a stranger nothing.
func (k *sealedKey) unseal(work, sealed []byte, appID string) (grown, raw []byte, code string) {
	work = grow(work, len(sealed))
	if len(sealed) < padBlock || len(sealed)%padBlock != 0 {
		return work, nil, models.CodeBadLength
	}
	k.run(&k.openers, cipher.NewCBCDecrypter, work, sealed)
	pad := int(work[len(work)-1])
	if pad < 1 || pad > padBlock {
		return work, nil, models.CodeBadPadding
	}
	content := work[:len(work)-pad]
	for _, b := range work[len(content):] {
		if int(b) != pad {
			return work, nil, models.CodeBadPadding
		}
	}
	if len(content) <= headSize {
		return work, nil, models.CodeBadLength
	}
	size := uint64(binary.BigEndian.Uint32(content[randomSize:headSize]))
	content = content[headSize:]
	if size == 0 || size >= uint64(len(content)) {
		return work, nil, models.CodeBadLength
	}
	if string(content[size:]) != appID {
		return work, nil, models.CodeBadAppID
	}
	return work, content[:size], ""
}

// seal appends the sealed message to dst in base64; work is used as memory and returned.
func (k *sealedKey) seal(dst, work, random, plain []byte, appID string) (sealed, grown []byte) {
	work = append(work[:0], random...)
	work = binary.BigEndian.AppendUint32(work, uint32(len(plain))) //nolint:gosec // a reply is bounded far below 4 GiB
	work = append(work, plain...)
	work = append(work, appID...)
	pad := padBlock - len(work)%padBlock
	for range pad {
		work = append(work, byte(pad))
	}
	k.run(&k.closures, cipher.NewCBCEncrypter, work, work)
	return base64.StdEncoding.AppendEncode(dst, work), work
}

// grow returns b with length n; its content is undefined.
func grow(b []byte, n int) []byte {
	if cap(b) < n {
		return make([]byte, n, n+n/4)
	}
	return b[:n]
}

// randomBlock hands out random bytes, drawn from its source in blocks.
type randomBlock struct {
	mu     sync.Mutex
	source io.Reader
	block  [4096]byte
	next   int
}

func newRandomBlock(source io.Reader) *randomBlock {
	r := &randomBlock{source: source}
	r.next = len(r.block)
	return r
}

// fill fills b, which must be shorter than a block, with bytes never given before.
func (r *randomBlock) fill(b []byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next+len(b) > len(r.block) {
		if _, err := io.ReadFull(r.source, r.block[:]); err != nil {
			return err
		}
		r.next = 0
	}
	given := r.block[r.next : r.next+len(b)]
	copy(b, given)
	clear(given)
	r.next += len(b)
	return nil
}
