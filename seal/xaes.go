package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"fmt"
)

const (
	keySize   = 32
	nonceSize = 24
	tagSize   = 16
)

// xaes is XAES-256-GCM (https://c2sp.org/XAES-256-GCM) under one key. It is safe for
// concurrent use.
type xaes struct {
	block cipher.Block
	k1    [aes.BlockSize]byte // the first CMAC subkey (NIST SP 800-38B, 6.1)
}

func newXAES(key []byte) (*xaes, error) {
	if len(key) != keySize {
		return nil, fmt.Errorf("seal: key of %d bytes, want %d", len(key), keySize)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	x := &xaes{block: block}
	var l [aes.BlockSize]byte
	block.Encrypt(l[:], l[:])
	var carry byte
	for i := len(l) - 1; i >= 0; i-- {
		x.k1[i] = l[i]<<1 | carry
		carry = l[i] >> 7
	}
	x.k1[len(x.k1)-1] ^= 0x87 & -carry // without a branch on key material
	return x, nil
}

// derive returns AES-256-GCM under the key that belongs to the first half of the nonce;
// the second half is the nonce to use with it.
func (x *xaes) derive(nonce []byte) (cipher.AEAD, error) {
	var key [2 * aes.BlockSize]byte
	for i := range 2 {
		m := key[i*aes.BlockSize : (i+1)*aes.BlockSize]
		m[1], m[2] = byte(i+1), 'X'
		copy(m[4:], nonce[:12])
		subtle.XORBytes(m, m, x.k1[:])
		x.block.Encrypt(m, m)
	}
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, fmt.Errorf("seal: derive: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("seal: derive: %w", err)
	}
	return aead, nil
}

// seal appends ciphertext and tag to dst.
func (x *xaes) seal(dst, nonce, plain, aad []byte) ([]byte, error) {
	aead, err := x.derive(nonce)
	if err != nil {
		return nil, err
	}
	return aead.Seal(dst, nonce[12:], plain, aad), nil
}

// open appends the plaintext to dst.
func (x *xaes) open(dst, nonce, sealed, aad []byte) ([]byte, error) {
	aead, err := x.derive(nonce)
	if err != nil {
		return nil, err
	}
	return aead.Open(dst, nonce[12:], sealed, aad)
}
