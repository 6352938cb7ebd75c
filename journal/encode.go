package journal

import (
	"encoding/binary"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// The encoding of records: every value in a fixed order, strings and bytes behind their
// length, integers as varints. The first byte is the version of the layout, so that a later
// program reads what an earlier one left in the spool. What a record's place tells is not in
// it: event key, spool and number, see vault.open.
// Version 1 lacks Match.Step.
const layoutVersion = 2

// origin is what an answer or a repeat must know of its question once the question has left
// the spool.
type origin struct {
	AppID      string
	OpenID     string
	At         time.Time
	ReceivedAt time.Time
}

// repeat is a delivery beyond the first. It brings the sum of its body along, because the
// body itself is not kept.
type repeat struct {
	Origin   origin
	Delivery models.Delivery
}

// settled is an answer and the question it belongs to.
type settled struct {
	Origin origin
	Answer models.Answer
}

func appendMessage(b []byte, m *models.Message) []byte {
	b = append(b, layoutVersion)
	for _, s := range messageStrings(m) {
		b = appendString(b, *s)
	}
	b = binary.AppendVarint(b, m.CreateTime)
	b = binary.AppendUvarint(b, uint64(len(m.Leaves)))
	for i := range m.Leaves {
		b = appendString(b, m.Leaves[i].Path)
		b = appendString(b, m.Leaves[i].Value)
	}
	b = appendBytes(b, m.Raw)
	b = appendString(b, string(m.ParseStatus))
	b = appendStrings(b, m.Warnings)
	return appendDelivery(b, &m.Delivery)
}

// messageStrings lists the plain string fields in the order of the layout; new ones need a
// new version.
func messageStrings(m *models.Message) [22]*string {
	return [22]*string{
		&m.AppID, &m.ToUserName, &m.OpenID, &m.MsgType, &m.Event, &m.MsgID, &m.Content, &m.MenuID,
		&m.EventKey, &m.Ticket, &m.MediaID, &m.ThumbMediaID, &m.PicURL, &m.Format, &m.Recognition, &m.LocationX,
		&m.LocationY, &m.Scale, &m.Label, &m.Title, &m.Description, &m.URL,
	}
}

func appendRepeat(b []byte, r *repeat) []byte {
	b = append(b, layoutVersion)
	b = appendOrigin(b, &r.Origin)
	return appendDelivery(b, &r.Delivery)
}

func appendSettled(b []byte, s *settled) []byte {
	a := &s.Answer
	b = append(b, layoutVersion)
	b = appendOrigin(b, &s.Origin)
	b = appendBytes(b, a.Plain)
	b = appendString(b, string(a.Outcome))
	b = appendTime(b, a.At)
	b = binary.AppendVarint(b, int64(a.Latency))
	b = appendReply(b, &a.Reply)
	return appendMatch(b, &a.Match)
}

func appendReply(b []byte, r *models.Reply) []byte {
	b = appendString(b, string(r.Kind))
	for _, s := range replyStrings(r) {
		b = appendString(b, *s)
	}
	b = binary.AppendUvarint(b, uint64(len(r.Articles)))
	for i := range r.Articles {
		for _, s := range articleStrings(&r.Articles[i]) {
			b = appendString(b, *s)
		}
	}
	return b
}

func replyStrings(r *models.Reply) [8]*string {
	return [8]*string{
		&r.Text, &r.MediaID, &r.Title, &r.Description, &r.MusicURL, &r.HQMusicURL, &r.ThumbMediaID, &r.KfAccount,
	}
}

func articleStrings(a *models.Article) [4]*string {
	return [4]*string{&a.Title, &a.Description, &a.PicURL, &a.URL}
}

func appendMatch(b []byte, m *models.Match) []byte {
	b = binary.AppendVarint(b, m.RuleID)
	b = binary.AppendVarint(b, m.RulesVersion)
	b = appendBool(b, m.Matched)
	b = appendBool(b, m.Step)
	b = appendString(b, string(m.Kind))
	for _, s := range matchStrings(m) {
		b = appendString(b, *s)
	}
	b = binary.AppendUvarint(b, uint64(len(m.Beaten)))
	for i := range m.Beaten {
		x := &m.Beaten[i]
		b = binary.AppendVarint(b, x.RuleID)
		b = appendString(b, x.RuleName)
		b = appendString(b, string(x.Kind))
		b = appendString(b, x.Keyword)
		b = appendString(b, x.Reason)
	}
	b = appendBool(b, m.Dialogue != nil)
	if d := m.Dialogue; d != nil {
		b = appendString(b, d.AppID)
		b = appendString(b, d.OpenID)
		b = appendBytes(b, d.State)
		b = appendTime(b, d.UpdatedAt)
		b = appendTime(b, d.ExpiresAt)
	}
	return b
}

func matchStrings(m *models.Match) [5]*string {
	return [5]*string{&m.RuleName, &m.Keyword, &m.Topic, &m.Reason, &m.Outcome}
}

func appendDelivery(b []byte, d *models.Delivery) []byte {
	b = appendTime(b, d.ReceivedAt)
	b = binary.AppendVarint(b, d.Timestamp)
	b = appendBool(b, d.Encrypted)
	b = appendBool(b, d.PreviousKey)
	b = binary.AppendVarint(b, int64(d.Skew))
	b = binary.AppendVarint(b, int64(d.Number))
	b = binary.AppendVarint(b, int64(d.Latency))
	for _, s := range deliveryStrings(d) {
		b = appendString(b, *s)
	}
	return b
}

func deliveryStrings(d *models.Delivery) [4]*string {
	return [4]*string{&d.Nonce, &d.Signature, &d.BodySHA256, &d.Outcome}
}

func appendOrigin(b []byte, o *origin) []byte {
	b = appendString(b, o.AppID)
	b = appendString(b, o.OpenID)
	b = appendTime(b, o.At)
	return appendTime(b, o.ReceivedAt)
}

func appendString(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

func appendBytes(b, s []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

func appendStrings(b []byte, list []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, s := range list {
		b = appendString(b, s)
	}
	return b
}

func appendBool(b []byte, v bool) []byte {
	if v {
		return append(b, 1)
	}
	return append(b, 0)
}

// appendTime keeps the instant to the nanosecond; the zero time stays the zero time.
func appendTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, 0)
	}
	b = append(b, 1)
	b = binary.AppendVarint(b, t.Unix())
	return binary.AppendUvarint(b, uint64(t.Nanosecond())) //nolint:gosec // 0..999999999
}
