package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"fmt"
	"sync/atomic"
)

const (
	keySize   = 32
	nonceSize = 24
	tagSize   = 16

	prefixSize = 12 // the half of the nonce that a key is derived from
	// runLength is how many values share the first half of the nonce, and with it the
	// derived key. The second half is random for each.
	runLength = 4096
)

// xaes is XAES-256-GCM (https://c2sp.org/XAES-256-GCM) under one key. It is safe for
// concurrent use.
type xaes struct {
	block cipher.Block
	k1    [aes.BlockSize]byte // the first CMAC subkey (NIST SP 800-38B, 6.1)

	sealing atomic.Pointer[derived] // the run in hand
	opened  atomic.Pointer[derived] // the last one opened: neighbours are of one run
}

// derived is AES-256-GCM under the key that belongs to the first half of a nonce.
type derived struct {
	prefix [prefixSize]byte
	aead   cipher.AEAD
	left   atomic.Int64 // how many values may still be sealed under it
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

// derive makes the AES-256-GCM that belongs to the first half of a nonce; the second half
// is the nonce to use with it.
func (x *xaes) derive(prefix []byte) (*derived, error) {
	d := &derived{prefix: [prefixSize]byte(prefix)}
	var key [2 * aes.BlockSize]byte
	for i := range 2 {
		m := key[i*aes.BlockSize : (i+1)*aes.BlockSize]
		m[1], m[2] = byte(i+1), 'X'
		copy(m[4:], prefix[:prefixSize])
		subtle.XORBytes(m, m, x.k1[:])
		x.block.Encrypt(m, m)
	}
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, fmt.Errorf("seal: derive: %w", err)
	}
	if d.aead, err = cipher.NewGCM(block); err != nil {
		return nil, fmt.Errorf("seal: derive: %w", err)
	}
	return d, nil
}

// run returns a derived key that may seal one more value, from a nonce just drawn where the
// last run is used up.
func (x *xaes) run(nonce []byte) (*derived, error) {
	if d := x.sealing.Load(); d != nil && d.left.Add(-1) >= 0 {
		return d, nil
	}
	d, err := x.derive(nonce)
	if err != nil {
		return nil, err
	}
	d.left.Store(runLength - 1)
	x.sealing.Store(d)
	return d, nil
}

// seal appends nonce, ciphertext and tag to dst. The nonce is fresh from the source of
// randomness; its first half gives way to that of the run.
func (x *xaes) seal(dst []byte, nonce [nonceSize]byte, plain, aad []byte) ([]byte, error) {
	d, err := x.run(nonce[:])
	if err != nil {
		return nil, err
	}
	copy(nonce[:], d.prefix[:])
	dst = append(dst, nonce[:]...)
	return d.aead.Seal(dst, nonce[prefixSize:], plain, aad), nil
}

// open appends the plaintext of ciphertext and tag to dst.
func (x *xaes) open(dst, nonce, sealed, aad []byte) ([]byte, error) {
	d := x.opened.Load()
	if d == nil || d.prefix != [prefixSize]byte(nonce) {
		var err error
		if d, err = x.derive(nonce); err != nil {
			return nil, err
		}
		x.opened.Store(d)
	}
	return d.aead.Open(dst, nonce[prefixSize:], sealed, aad)
}
