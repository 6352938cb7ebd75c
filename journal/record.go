package journal

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// kind names a record of the spool.
type kind byte

const (
	kindReceived kind = 'R'
	kindRepeat   kind = 'D'
	kindAnswer   kind = 'A'
)

// header stands before every sealed text, in clear so that a repeat is recognised without
// the key, and authenticated with it.
type header struct {
	Kind kind
	At   time.Time // of receipt or answer, whole milliseconds
	Key  string
}

const headerVersion = 1

func appendHeader(b []byte, h header) []byte {
	b = append(b, headerVersion, byte(h.Kind))
	b = binary.BigEndian.AppendUint64(b, uint64(h.At.UnixMilli()))
	return appendString(b, h.Key)
}

// parseHeader splits a stored value; raw is the header's own bytes.
func parseHeader(value []byte) (h header, raw, sealed []byte, err error) {
	const fixed = 10
	if len(value) < fixed || value[0] != headerVersion {
		return h, nil, nil, errLayout
	}
	h.Kind = kind(value[1])
	if h.Kind != kindReceived && h.Kind != kindRepeat && h.Kind != kindAnswer {
		return h, nil, nil, errLayout
	}
	h.At = time.UnixMilli(int64(binary.BigEndian.Uint64(value[2:fixed]))) //nolint:gosec // a bit pattern
	n, size := binary.Uvarint(value[fixed:])
	if size <= 0 || n > uint64(len(value)-fixed-size) { //nolint:gosec // not negative
		return h, nil, nil, errLayout
	}
	end := fixed + size + int(n) //nolint:gosec // bounded by the length above
	h.Key = string(value[fixed+size : end])
	return h, value[:end], value[end:], nil
}

// recordCipher seals and opens the records of one instance. The additional data ties a record to
// its instance, place, kind, time and event key: nothing can be moved or renamed.
type recordCipher struct {
	sealer   Sealer
	instance string
}

func (c *recordCipher) appendAAD(b []byte, seq uint64, head []byte) []byte {
	b = appendString(b, c.instance)
	b = binary.BigEndian.AppendUint64(b, seq)
	return append(b, head...)
}

// seal returns the record as it is stored: header and sealed text. s holds the text.
func (c *recordCipher) seal(seq uint64, h header, s *sealing) ([]byte, error) {
	const overhead = 64 // header, nonce, tag and id of the key, less the event key
	head := appendHeader(make([]byte, 0, len(s.plain)+len(h.Key)+overhead), h)
	s.aad = c.appendAAD(s.aad, seq, head)
	value, err := c.sealer.SealTo(head, s.plain, s.aad)
	if err != nil {
		return nil, fmt.Errorf("journal: seal record: %w", err)
	}
	return value, nil
}

// record is an opened record; exactly one of the three pointers is set.
type record struct {
	header
	seq      uint64
	size     int
	value    []byte // the sealed value, only where it is not in the spool
	received *models.Message
	repeat   *repeatRecord
	answer   *answerRecord
}

// open authenticates and decodes a stored value, and sets the event key, spool and number.
// It copies what it keeps.
func (c *recordCipher) open(seq uint64, value []byte) (*record, error) {
	h, head, sealed, err := parseHeader(value)
	if err != nil {
		return nil, err
	}
	plain, err := c.sealer.Open(sealed, c.appendAAD(nil, seq, head))
	if err != nil {
		return nil, fmt.Errorf("journal: open record: %w", err)
	}
	r := &record{header: h, seq: seq, size: len(value)}
	switch h.Kind {
	case kindReceived:
		r.received, err = decodeMessage(plain)
		r.received.Key = h.Key
		c.place(&r.received.Delivery, seq)
	case kindRepeat:
		r.repeat, err = decodeRepeat(plain)
		c.place(&r.repeat.Delivery, seq)
	case kindAnswer:
		r.answer, err = decodeAnswer(plain)
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// place sets what says where the record of a delivery stands.
func (c *recordCipher) place(d *models.Delivery, seq uint64) { d.SpoolID, d.Seq = c.instance, seq }
