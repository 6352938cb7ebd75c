package simulator

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
)

// The parts of WeChat's message cipher: AES-256-CBC whose IV is the start of the key,
// over random(16), the length as four bytes big endian, the message and the AppID,
// padded by PKCS#7 to blocks of 32.
const (
	cipherRandom = 16
	cipherHeader = cipherRandom + 4
	cipherBlock  = 32
)

// Faults of an encrypted reply.
var (
	errBase64  = errors.New("simulator: ciphertext is not base64")
	errPadding = errors.New("simulator: padding of the ciphertext is wrong")
	errLength  = errors.New("simulator: length inside the ciphertext is wrong")
	errAppID   = errors.New("simulator: ciphertext is of another app id")
)

// Cipher encrypts and decrypts the messages of one account. It is safe for concurrent
// use.
type Cipher struct {
	appID string
	block cipher.Block
	iv    []byte
}

// NewCipher makes the cipher of an account from the 43 characters of its
// EncodingAESKey. The last character's spare bits are ignored, as WeChat issues keys
// that have them set.
func NewCipher(appID, encodingAESKey string) (*Cipher, error) {
	key, err := base64.StdEncoding.DecodeString(encodingAESKey + "=")
	if err != nil || len(key) != 32 {
		return nil, errors.New("simulator: EncodingAESKey must be 43 characters of base64 that give 32 bytes")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("simulator: aes key: %w", err)
	}
	return &Cipher{appID: appID, block: block, iv: key[:aes.BlockSize]}, nil
}

// Seal encrypts message behind the 16 random bytes and returns it as base64.
func (c *Cipher) Seal(random [16]byte, message []byte) string {
	size := cipherHeader + len(message) + len(c.appID)
	pad := cipherBlock - size%cipherBlock
	buf := make([]byte, 0, size+pad)
	buf = append(buf, random[:]...)
	buf = binary.BigEndian.AppendUint32(buf, uint32(len(message))) //nolint:gosec // messages are far below 4 GiB
	buf = append(buf, message...)
	buf = append(buf, c.appID...)
	for range pad {
		buf = append(buf, byte(pad))
	}
	cipher.NewCBCEncrypter(c.block, c.iv).CryptBlocks(buf, buf)
	return base64.StdEncoding.EncodeToString(buf)
}

// Open decrypts what Seal or a service made and returns the random bytes and the message.
func (c *Cipher) Open(encoded []byte) (random [16]byte, message []byte, err error) {
	buf := make([]byte, base64.StdEncoding.DecodedLen(len(encoded)))
	n, err := base64.StdEncoding.Decode(buf, encoded)
	if err != nil {
		return random, nil, errBase64
	}
	buf = buf[:n]
	if n == 0 || n%aes.BlockSize != 0 {
		return random, nil, errLength
	}
	cipher.NewCBCDecrypter(c.block, c.iv).CryptBlocks(buf, buf)
	pad := int(buf[n-1])
	if pad < 1 || pad > cipherBlock || pad > n || !allEqual(buf[n-pad:], byte(pad)) {
		return random, nil, errPadding
	}
	buf = buf[:n-pad]
	if len(buf) < cipherHeader {
		return random, nil, errLength
	}
	copy(random[:], buf)
	size := int64(binary.BigEndian.Uint32(buf[cipherRandom:]))
	if size > int64(len(buf)-cipherHeader) {
		return random, nil, errLength
	}
	message, appID := buf[cipherHeader:cipherHeader+int(size)], buf[cipherHeader+int(size):]
	if !bytes.Equal(appID, []byte(c.appID)) {
		return random, nil, errAppID
	}
	return random, message, nil
}

func allEqual(b []byte, want byte) bool {
	for _, c := range b {
		if c != want {
			return false
		}
	}
	return true
}
