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

// vault seals and opens the records of one instance. The additional data ties a record to
// its instance, place, kind, time and event key: nothing can be moved or renamed.
type vault struct {
	sealer   Sealer
	instance string
}

func (v *vault) aad(b []byte, seq uint64, head []byte) []byte {
	b = appendString(b, v.instance)
	b = binary.BigEndian.AppendUint64(b, seq)
	return append(b, head...)
}

// seal completes it.value from it.plain; both buffers are reused by the next owner of it.
func (v *vault) seal(it *item, h header) error {
	it.value = appendHeader(it.value[:0], h)
	it.aad = v.aad(it.aad[:0], it.seq, it.value)
	value, err := v.sealer.SealTo(it.value, it.plain, it.aad)
	if err != nil {
		return fmt.Errorf("journal: seal record: %w", err)
	}
	it.value = value
	return nil
}

// record is an opened record; exactly one of the three pointers is set.
type record struct {
	header
	seq      uint64
	size     int
	value    []byte // the sealed value, only where it is not in the spool
	received *models.Message
	repeat   *repeat
	settled  *settled
}

// open authenticates and decodes a stored value, and completes it with what its place tells.
// It copies what it keeps.
func (v *vault) open(seq uint64, value []byte) (*record, error) {
	h, head, sealed, err := parseHeader(value)
	if err != nil {
		return nil, err
	}
	plain, err := v.sealer.Open(sealed, v.aad(make([]byte, 0, 160), seq, head))
	if err != nil {
		return nil, fmt.Errorf("journal: open record: %w", err)
	}
	r := &record{header: h, seq: seq, size: len(value)}
	switch h.Kind {
	case kindReceived:
		r.received, err = decodeMessage(plain)
		r.received.Key = h.Key
		v.place(&r.received.Delivery, seq)
	case kindRepeat:
		r.repeat, err = decodeRepeat(plain)
		v.place(&r.repeat.Delivery, seq)
	case kindAnswer:
		r.settled, err = decodeSettled(plain)
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// place tells a delivery where its record stands.
func (v *vault) place(d *models.Delivery, seq uint64) { d.SpoolID, d.Seq = v.instance, seq }
