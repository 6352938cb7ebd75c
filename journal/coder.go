package journal

import (
	"encoding/binary"
	"errors"
	"time"
)

var errLayout = errors.New("journal: record is damaged or of an unknown layout")

// coder writes the fields of a record one after the other, or reads them in the same order,
// so that layout.go describes every record once. Strings and bytes stand behind their
// length, integers are varints. Reading never panics and never allocates more than a small
// multiple of its input; the first fault makes every later field keep its zero value.
type coder struct {
	writing bool
	b       []byte // what is written so far, or what is to be read
	text    string // the bytes to be read, so that strings share one allocation
	at      int    // the next byte to be read
	bad     bool
	version byte // of the layout: an earlier program may have left its own in the spool
}

// newWriter begins a record in b, which is empty.
func newWriter(b []byte) *coder {
	return &coder{writing: true, version: layoutVersion, b: append(b, layoutVersion)}
}

// newReader begins to read a record.
func newReader(b []byte) *coder {
	c := &coder{b: b, text: string(b), at: 1}
	if len(b) == 0 || b[0] == 0 || b[0] > layoutVersion {
		c.bad = true
	} else {
		c.version = b[0]
	}
	return c
}

// finish returns an error after a fault, or when bytes are left.
func (c *coder) finish() error {
	if c.bad || c.at != len(c.b) {
		return errLayout
	}
	return nil
}

func (c *coder) string(s *string) {
	if c.writing {
		c.b = appendString(c.b, *s)
		return
	}
	from, to := c.span()
	*s = c.text[from:to]
}

func (c *coder) strings(list []*string) {
	for _, s := range list {
		c.string(s)
	}
}

// bytes that are read are part of the text, not a copy.
func (c *coder) bytes(b *[]byte) {
	if c.writing {
		c.b = appendBytes(c.b, *b)
		return
	}
	if from, to := c.span(); from < to {
		*b = c.b[from:to:to]
	}
}

// span returns the bounds of the next length-prefixed field.
func (c *coder) span() (from, to int) {
	var n uint64
	c.uint(&n)
	if c.bad || n > uint64(len(c.b)-c.at) { //nolint:gosec // at never passes the end
		c.bad = true
		return 0, 0
	}
	from = c.at
	c.at += int(n)
	return from, c.at
}

func (c *coder) uint(v *uint64) {
	if c.writing {
		c.b = binary.AppendUvarint(c.b, *v)
		return
	}
	value, n := binary.Uvarint(c.b[min(c.at, len(c.b)):])
	*v = c.took(n, value)
}

func (c *coder) int(v *int64) {
	if c.writing {
		c.b = binary.AppendVarint(c.b, *v)
		return
	}
	value, n := binary.Varint(c.b[min(c.at, len(c.b)):])
	*v = int64(c.took(n, uint64(value))) //nolint:gosec // there and back
}

// took moves on by n bytes and returns the value, or 0 after a fault.
func (c *coder) took(n int, value uint64) uint64 {
	if c.bad || n <= 0 {
		c.bad = true
		return 0
	}
	c.at += n
	return value
}

func (c *coder) bool(v *bool) {
	if c.writing {
		c.b = append(c.b, 0)
		if *v {
			c.b[len(c.b)-1] = 1
		}
		return
	}
	*v = false
	if c.bad || c.at >= len(c.b) || c.b[c.at] > 1 {
		c.bad = true
		return
	}
	*v = c.b[c.at] == 1
	c.at++
}

func (c *coder) duration(d *time.Duration) { c.int((*int64)(d)) }

// time keeps the instant to the nanosecond; the zero time stays the zero time.
func (c *coder) time(t *time.Time) {
	there := !t.IsZero()
	if c.bool(&there); !there {
		return
	}
	sec, nsec := t.Unix(), uint64(t.Nanosecond()) //nolint:gosec // 0..999999999
	c.int(&sec)
	c.uint(&nsec)
	if c.writing {
		return
	}
	if c.bad || nsec >= uint64(time.Second) {
		c.bad = true
		return
	}
	*t = time.Unix(sec, int64(nsec)).UTC()
}

// codeList codes the number of elements and each of them. An element takes at least width
// bytes, so that garbage can not ask for more memory than it has bytes.
func codeList[T any](c *coder, list *[]T, width int, each func(*T)) {
	n := uint64(len(*list))
	c.uint(&n)
	if !c.writing {
		if c.bad || n > uint64((len(c.b)-c.at)/width) { //nolint:gosec // at never passes the end
			c.bad = true
			return
		}
		if n > 0 {
			*list = make([]T, n)
		}
	}
	for i := range *list {
		each(&(*list)[i])
	}
}

func appendString(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

func appendBytes(b, s []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}
