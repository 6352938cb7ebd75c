package seal

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"
)

// Errors of Open. Neither says more, so that nothing can be learned from trying.
var (
	// ErrKey: sealed under a master key that was not given.
	ErrKey = errors.New("seal: sealed under another key")
	// ErrOpen: not sealed at all, damaged, tampered with, or opened with another aad than it was sealed with.
	ErrOpen = errors.New("seal: damaged or not what it claims to be")
)

// Overhead is how many bytes longer a sealed value is than its plaintext.
const Overhead = headerSize + nonceSize + tagSize

const (
	algorithmXAES = 1
	headerSize    = 1 + idSize
	idSize        = 4
)

// Sealer seals and opens values under one master key. It is safe for concurrent use.
type Sealer struct {
	keys     []dataKey // the first seals
	uidKey   []byte
	auditKey []byte
}

type dataKey struct {
	header [headerSize]byte
	cipher *xaes
}

// NewSealer derives everything from the 32-byte master key. The previous master keys,
// newest first, open what was sealed before; the last of all keys given makes pseudonyms
// and audit signatures. The keys are not kept.
func NewSealer(kek []byte, previous ...[]byte) (*Sealer, error) {
	all := append([][]byte{kek}, previous...)
	s := &Sealer{}
	for i, k := range all {
		if len(k) != keySize {
			return nil, fmt.Errorf("seal: master key %d has %d bytes, want %d", i, len(k), keySize)
		}
		d, err := newDataKey(k)
		if err != nil {
			return nil, err
		}
		s.keys = append(s.keys, d)
	}
	oldest := all[len(all)-1]
	var err error
	if s.uidKey, err = derive(oldest, "uid"); err != nil {
		return nil, err
	}
	s.auditKey, err = derive(oldest, "audit")
	return s, err
}

func derive(kek []byte, purpose string) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, kek, nil, "wenzheng/v1/"+purpose, keySize)
	if err != nil {
		return nil, fmt.Errorf("seal: derive %s key: %w", purpose, err)
	}
	return key, nil
}

func newDataKey(kek []byte) (dataKey, error) {
	var d dataKey
	id, err := derive(kek, "id")
	if err != nil {
		return d, err
	}
	key, err := derive(kek, "data")
	if err != nil {
		return d, err
	}
	sum := sha256.Sum256(id)
	d.header[0] = algorithmXAES
	copy(d.header[1:], sum[:idSize])
	d.cipher, err = newXAES(key)
	return d, err
}

// Seal returns plain sealed; aad is authenticated but not stored and must be given again
// to Open. It names the place of the value (table, column, row), so that one sealed value
// cannot stand in for another.
func (s *Sealer) Seal(plain, aad []byte) ([]byte, error) {
	return s.SealTo(make([]byte, 0, len(plain)+Overhead), plain, aad)
}

// SealTo appends plain sealed to dst and returns it. plain and dst must not overlap.
func (s *Sealer) SealTo(dst, plain, aad []byte) ([]byte, error) {
	k := &s.keys[0]
	var nonce [nonceSize]byte
	if _, err := rand.Read(nonce[:]); err != nil {
		return nil, fmt.Errorf("seal: random: %w", err)
	}
	return k.cipher.seal(append(dst, k.header[:]...), nonce, plain, bind(k.header, aad))
}

// Open returns the plaintext of a sealed value, or an error that is ErrKey or ErrOpen.
func (s *Sealer) Open(sealed, aad []byte) ([]byte, error) {
	return s.OpenTo(nil, sealed, aad)
}

// OpenTo appends the plaintext of a sealed value to dst. sealed and dst must not overlap.
func (s *Sealer) OpenTo(dst, sealed, aad []byte) ([]byte, error) {
	if len(sealed) < Overhead || sealed[0] != algorithmXAES {
		return nil, ErrOpen
	}
	for i := range s.keys {
		k := &s.keys[i]
		if !bytes.Equal(k.header[:], sealed[:headerSize]) {
			continue
		}
		nonce, rest := sealed[headerSize:headerSize+nonceSize], sealed[headerSize+nonceSize:]
		plain, err := k.cipher.open(dst, nonce, rest, bind(k.header, aad))
		if err != nil {
			return nil, ErrOpen
		}
		return plain, nil
	}
	return nil, ErrKey
}

// Headers are what the values begin with that the keys given sealed, and no others but damaged ones.
func (s *Sealer) Headers() [][]byte {
	out := make([][]byte, len(s.keys))
	for i := range s.keys {
		out[i] = s.keys[i].header[:]
	}
	return out
}

func bind(header [headerSize]byte, aad []byte) []byte {
	b := make([]byte, 0, headerSize+len(aad))
	return append(append(b, header[:]...), aad...)
}

// UID is the pseudonym of a citizen of an account: 32 lower-case characters of base32,
// 160 bits of HMAC-SHA256 over "appid|openid". Nobody without the key can turn it back
// or compute it from a list of OpenIDs.
func (s *Sealer) UID(appID, openID string) string {
	m := hmac.New(sha256.New, s.uidKey)
	b := make([]byte, 0, len(appID)+1+len(openID))
	b = append(append(append(b, appID...), '|'), openID...)
	m.Write(b)
	var sum [sha256.Size]byte
	return pseudonyms().EncodeToString(m.Sum(sum[:0])[:20])
}

func pseudonyms() *base32.Encoding {
	return base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
}

// AuditMAC signs a link of the audit chain: 32 bytes of HMAC-SHA256. Compare it with
// hmac.Equal.
func (s *Sealer) AuditMAC(b []byte) []byte {
	m := hmac.New(sha256.New, s.auditKey)
	m.Write(b)
	return m.Sum(nil)
}

// NewKey returns a fresh master key as the base64 text that settings take.
func NewKey() (string, error) {
	key := make([]byte, keySize)
	if _, err := rand.Read(key); err != nil {
		return "", fmt.Errorf("seal: new key: %w", err)
	}
	return base64.StdEncoding.EncodeToString(key), nil
}
