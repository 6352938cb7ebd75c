package models

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"sort"
	"strconv"
)

// EventKey identifies an event across deliveries and instances: 64 lower-case hex digits
// of a sha256 over length-prefixed fields. With a MsgID the fields are app id, OpenID,
// CreateTime, MsgType, MsgID: MsgID alone has merged different citizens
// (binarywang/WxJava#333). Without one they are app id, OpenID, CreateTime, Event,
// EventKey, MsgID and the sorted leaves of the body, because WeChat's advice of
// FromUserName + CreateTime merges two events of one second. Bodies that could not be
// read are keyed by their raw bytes.
func EventKey(m *Message) string {
	var room [256]byte
	var number [20]byte
	b := appendField(room[:0], m.AppID)
	b = appendField(b, m.OpenID)
	b = appendField(b, strconv.AppendInt(number[:0], m.CreateTime, 10))
	switch {
	case m.ParseStatus == ParseUnreadable:
		b = appendField(b, "raw")
		b = appendField(b, m.Raw)
	case m.MsgID != "" && !m.IsEvent():
		b = appendField(b, m.MsgType)
		b = appendField(b, m.MsgID)
	default:
		b = appendField(b, m.Event)
		b = appendField(b, m.EventKey)
		b = appendField(b, m.MsgID)
		b = appendLeaves(b, m.Leaves)
	}
	return hexDigest(b)
}

// DerivedKey is the key of a row that follows from another row or from its own content:
// an imported row from its columns, say.
func DerivedKey(kind string, fields ...string) string {
	var room [256]byte
	b := appendField(room[:0], kind)
	for _, f := range fields {
		b = appendField(b, f)
	}
	return hexDigest(b)
}

// ReplyKey is the key of the answer to an event: half of the event's key, half of a digest of
// it. So the two stand side by side in the unique index of keys, which has no other order, and
// storing them writes one of its pages, not two. Other keys have answers of DerivedKey.
func ReplyKey(event string) string {
	derived := DerivedKey("reply", event)
	if len(event) != len(derived) {
		return derived
	}
	half := len(derived) / 2
	return event[:half] + derived[half:]
}

// hexDigest returns the sha256 of b as 64 lower-case hex digits.
func hexDigest(b []byte) string {
	var digits [2 * sha256.Size]byte
	sum := sha256.Sum256(b)
	hex.Encode(digits[:], sum[:])
	return string(digits[:])
}

func appendField[S string | []byte](b []byte, s S) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(s))) //nolint:gosec // bodies are bounded far below 4 GiB
	return append(b, s...)
}

func appendLeaves(b []byte, leaves []Leaf) []byte {
	lines := make([]string, len(leaves))
	for i, l := range leaves {
		lines[i] = l.Path + "=" + l.Value
	}
	sort.Strings(lines)
	for _, l := range lines {
		b = appendField(b, l)
	}
	return b
}
