package journal

import (
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// layoutVersion is the first byte of every record, so that a later program reads what an
// earlier one left in the spool. Version 1 lacks Match.Step,
// 2 Match.Corrected, 3 Match.PickUp and Match.Staff, 4 Match.Handover and Match.Left, 5 Match.Case, 6 its Withdrawn,
// 7 its PhotosAt and Exact. A field can be added at the end
// of a new version only. What the place of a record says is not in it: event key, spool and
// number, see recordCipher.open.
const layoutVersion = 8

// origin is what an answer or a repeat must know of its question once the question has left
// the spool.
type origin struct {
	AppID      string
	OpenID     string
	At         time.Time
	ReceivedAt time.Time
}

// repeatRecord is a delivery beyond the first. It brings the sum of its body along, because
// the body itself is not kept.
type repeatRecord struct {
	Origin   origin
	Delivery models.Delivery
}

// answerRecord is an answer and the question it belongs to.
type answerRecord struct {
	Origin origin
	Answer models.Answer
}

func appendMessage(b []byte, m *models.Message) []byte {
	c := newWriter(b)
	c.message(m)
	return c.b
}

func decodeMessage(b []byte) (*models.Message, error) {
	c, m := newReader(b), &models.Message{}
	c.message(m)
	return m, c.finish()
}

func appendRepeat(b []byte, r *repeatRecord) []byte {
	c := newWriter(b)
	c.repeat(r)
	return c.b
}

func decodeRepeat(b []byte) (*repeatRecord, error) {
	c, r := newReader(b), &repeatRecord{}
	c.repeat(r)
	return r, c.finish()
}

func appendAnswer(b []byte, a *answerRecord) []byte {
	c := newWriter(b)
	c.answer(a)
	return c.b
}

func decodeAnswer(b []byte) (*answerRecord, error) {
	c, a := newReader(b), &answerRecord{}
	c.answer(a)
	return a, c.finish()
}

func (c *coder) message(m *models.Message) {
	c.strings([]*string{
		&m.AppID, &m.ToUserName, &m.OpenID, &m.MsgType, &m.Event, &m.MsgID, &m.Content, &m.MenuID,
		&m.EventKey, &m.Ticket, &m.MediaID, &m.ThumbMediaID, &m.PicURL, &m.Format, &m.Recognition, &m.LocationX,
		&m.LocationY, &m.Scale, &m.Label, &m.Title, &m.Description, &m.URL,
	})
	c.int(&m.CreateTime)
	codeList(c, &m.Leaves, 2, func(l *models.Leaf) { c.strings([]*string{&l.Path, &l.Value}) })
	c.bytes(&m.Raw)
	c.string((*string)(&m.ParseStatus))
	codeList(c, &m.Warnings, 1, c.string)
	c.delivery(&m.Delivery)
}

func (c *coder) repeat(r *repeatRecord) {
	c.origin(&r.Origin)
	c.delivery(&r.Delivery)
}

func (c *coder) answer(r *answerRecord) {
	c.origin(&r.Origin)
	a := &r.Answer
	c.bytes(&a.Plain)
	c.string((*string)(&a.Outcome))
	c.time(&a.At)
	c.duration(&a.Latency)
	c.reply(&a.Reply)
	c.match(&a.Match)
}

func (c *coder) reply(r *models.Reply) {
	c.string((*string)(&r.Kind))
	c.strings([]*string{
		&r.Text, &r.MediaID, &r.Title, &r.Description, &r.MusicURL, &r.HQMusicURL, &r.ThumbMediaID, &r.KfAccount,
	})
	codeList(c, &r.Articles, 4, func(a *models.Article) {
		c.strings([]*string{&a.Title, &a.Description, &a.PicURL, &a.URL})
	})
}

func (c *coder) match(m *models.Match) {
	c.int(&m.RuleID)
	c.int(&m.RulesVersion)
	c.bool(&m.Matched)
	if c.version >= 2 {
		c.bool(&m.Step)
	}
	if c.version >= 3 {
		c.string(&m.Corrected)
	}
	c.string((*string)(&m.Kind))
	c.strings([]*string{&m.RuleName, &m.Keyword, &m.Topic, &m.Reason, &m.Outcome})
	codeList(c, &m.Beaten, 5, func(b *models.Beaten) {
		c.int(&b.RuleID)
		c.strings([]*string{&b.RuleName, (*string)(&b.Kind), &b.Keyword, &b.Reason})
	})
	if c.version >= 4 {
		codeList(c, &m.PickUp, 1, c.int)
		c.string(&m.Staff)
	}
	if c.version >= 5 {
		c.handover(m)
	}
	if c.version >= 6 {
		c.caseForm(m)
	}
	dialogue := m.Dialogue != nil
	if c.bool(&dialogue); !dialogue {
		return
	}
	if !c.writing {
		m.Dialogue = &models.Dialogue{}
	}
	c.strings([]*string{&m.Dialogue.AppID, &m.Dialogue.OpenID})
	c.bytes(&m.Dialogue.State)
	c.time(&m.Dialogue.UpdatedAt)
	c.time(&m.Dialogue.ExpiresAt)
}

func (c *coder) handover(m *models.Match) {
	c.bool(&m.Left)
	there := m.Handover != nil
	if c.bool(&there); !there {
		return
	}
	if !c.writing {
		m.Handover = &models.Handover{}
	}
	c.string(&m.Handover.Reason)
	c.time(&m.Handover.PromisedAt)
}

func (c *coder) caseForm(m *models.Match) {
	there := m.Case != nil
	if c.bool(&there); !there {
		return
	}
	if !c.writing {
		m.Case = &models.CaseForm{}
	}
	f := m.Case
	c.strings([]*string{&f.Dialogue, &f.Number, (*string)(&f.Kind), &f.Topic, &f.Text, &f.Place, &f.Phone})
	codeList(c, &f.Photos, 1, c.string)
	c.bool(&f.Submitted)
	c.bool(&f.Public)
	c.time(&f.At)
	if c.version >= 7 {
		c.bool(&f.Withdrawn)
	}
	if c.version >= 8 {
		c.time(&f.PhotosAt)
		c.string(&f.Exact)
	}
}

func (c *coder) delivery(d *models.Delivery) {
	c.time(&d.ReceivedAt)
	c.int(&d.Timestamp)
	c.bool(&d.Encrypted)
	c.bool(&d.PreviousKey)
	c.duration(&d.Skew)
	number := int64(d.Number)
	if c.int(&number); !c.writing {
		d.Number = int(number)
	}
	c.duration(&d.Latency)
	c.strings([]*string{&d.Nonce, &d.Signature, &d.BodySHA256, &d.Outcome})
}

func (c *coder) origin(o *origin) {
	c.strings([]*string{&o.AppID, &o.OpenID})
	c.time(&o.At)
	c.time(&o.ReceivedAt)
}
