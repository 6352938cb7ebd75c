package journal

import (
	"encoding/binary"
	"errors"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

var errLayout = errors.New("journal: record is damaged or of an unknown layout")

// decoder reads what encode.go wrote. It never panics and never allocates more than a small
// multiple of its input; the first fault makes every later read return zero values.
type decoder struct {
	b    []byte
	text string // the same bytes, so that strings share one allocation
	at   int
	bad  bool
	// version of the layout: an earlier program may have left its own in the spool.
	version byte
}

func newDecoder(b []byte) *decoder {
	d := &decoder{b: b, text: string(b)}
	if len(b) == 0 || b[0] == 0 || b[0] > layoutVersion {
		d.bad = true
	} else {
		d.version = b[0]
	}
	d.at = 1
	return d
}

// finish reports a fault, or bytes that nobody asked for.
func (d *decoder) finish() error {
	if d.bad || d.at != len(d.b) {
		return errLayout
	}
	return nil
}

func decodeMessage(b []byte) (*models.Message, error) {
	d, m := newDecoder(b), &models.Message{}
	for _, s := range messageStrings(m) {
		*s = d.string()
	}
	m.CreateTime = d.varint()
	if n := d.count(2); n > 0 {
		m.Leaves = make([]models.Leaf, n)
		for i := range m.Leaves {
			m.Leaves[i] = models.Leaf{Path: d.string(), Value: d.string()}
		}
	}
	m.Raw = d.bytes()
	m.ParseStatus = models.ParseStatus(d.string())
	m.Warnings = d.strings()
	d.delivery(&m.Delivery)
	return m, d.finish()
}

func decodeRepeat(b []byte) (*repeat, error) {
	d, r := newDecoder(b), &repeat{}
	d.origin(&r.Origin)
	d.delivery(&r.Delivery)
	return r, d.finish()
}

func decodeSettled(b []byte) (*settled, error) {
	d, s := newDecoder(b), &settled{}
	d.origin(&s.Origin)
	a := &s.Answer
	a.Plain = d.bytes()
	a.Outcome = models.AnswerOutcome(d.string())
	a.At = d.time()
	a.Latency = time.Duration(d.varint())
	d.reply(&a.Reply)
	d.match(&a.Match)
	return s, d.finish()
}

func (d *decoder) reply(r *models.Reply) {
	r.Kind = models.ReplyKind(d.string())
	for _, s := range replyStrings(r) {
		*s = d.string()
	}
	if n := d.count(4); n > 0 {
		r.Articles = make([]models.Article, n)
		for i := range r.Articles {
			for _, s := range articleStrings(&r.Articles[i]) {
				*s = d.string()
			}
		}
	}
}

func (d *decoder) match(m *models.Match) {
	m.RuleID = d.varint()
	m.RulesVersion = d.varint()
	m.Matched = d.bool()
	m.Step = d.version >= 2 && d.bool()
	m.Kind = models.MatchKind(d.string())
	for _, s := range matchStrings(m) {
		*s = d.string()
	}
	if n := d.count(5); n > 0 {
		m.Beaten = make([]models.Beaten, n)
		for i := range m.Beaten {
			x := &m.Beaten[i]
			x.RuleID = d.varint()
			x.RuleName = d.string()
			x.Kind = models.MatchKind(d.string())
			x.Keyword = d.string()
			x.Reason = d.string()
		}
	}
	if d.bool() {
		m.Dialogue = &models.Dialogue{AppID: d.string(), OpenID: d.string(), State: d.bytes(), UpdatedAt: d.time(), ExpiresAt: d.time()}
	}
}

func (d *decoder) delivery(x *models.Delivery) {
	x.ReceivedAt = d.time()
	x.Timestamp = d.varint()
	x.Encrypted = d.bool()
	x.PreviousKey = d.bool()
	x.Skew = time.Duration(d.varint())
	x.Number = int(d.varint())
	x.Latency = time.Duration(d.varint())
	for _, s := range deliveryStrings(x) {
		*s = d.string()
	}
}

func (d *decoder) origin(o *origin) {
	o.AppID = d.string()
	o.OpenID = d.string()
	o.At = d.time()
	o.ReceivedAt = d.time()
}

// span returns the bounds of the next length-prefixed field.
func (d *decoder) span() (from, to int) {
	n := d.uvarint()
	if d.bad || n > uint64(len(d.b)-d.at) { //nolint:gosec // at never passes the end
		d.bad = true
		return 0, 0
	}
	from = d.at
	d.at += int(n) //nolint:gosec // checked against the length above
	return from, d.at
}

func (d *decoder) string() string {
	from, to := d.span()
	return d.text[from:to]
}

func (d *decoder) bytes() []byte {
	from, to := d.span()
	if from == to {
		return nil
	}
	return d.b[from:to:to]
}

func (d *decoder) strings() []string {
	n := d.count(1)
	if n == 0 {
		return nil
	}
	list := make([]string, n)
	for i := range list {
		list[i] = d.string()
	}
	return list
}

// count reads a number of elements of at least width bytes each, so that garbage can not ask
// for more memory than it has bytes.
func (d *decoder) count(width int) int {
	n := d.uvarint()
	if d.bad || n > uint64((len(d.b)-d.at)/width) { //nolint:gosec // at never passes the end
		d.bad = true
		return 0
	}
	return int(n) //nolint:gosec // bounded by the length above
}

func (d *decoder) uvarint() uint64 {
	if d.bad {
		return 0
	}
	v, n := binary.Uvarint(d.b[d.at:])
	if n <= 0 {
		d.bad = true
		return 0
	}
	d.at += n
	return v
}

func (d *decoder) varint() int64 {
	if d.bad {
		return 0
	}
	v, n := binary.Varint(d.b[d.at:])
	if n <= 0 {
		d.bad = true
		return 0
	}
	d.at += n
	return v
}

func (d *decoder) bool() bool {
	if d.bad || d.at >= len(d.b) || d.b[d.at] > 1 {
		d.bad = true
		return false
	}
	d.at++
	return d.b[d.at-1] == 1
}

func (d *decoder) time() time.Time {
	if !d.bool() {
		return time.Time{}
	}
	sec, nsec := d.varint(), d.uvarint()
	if d.bad || nsec >= uint64(time.Second) {
		d.bad = true
		return time.Time{}
	}
	return time.Unix(sec, int64(nsec)).UTC()
}
