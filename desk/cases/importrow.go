package cases

import (
	"context"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/store"
)

// knownImport is the case that a row was imported as, or the one of our own that it is a copy of; nil =
// none.
func (b *Cases) knownImport(ctx context.Context, t *store.Tx, c *imported, reading bool) (*Case, error) {
	lock := t.Dialect().ForUpdate
	if reading {
		lock = ""
	}
	c.sourceKey = "import:" + models.DerivedKey("case", c.Source, c.number)
	found, err := list(ctx, t, "app_id = ? AND source_key = ?"+lock, c.AppID, c.sourceKey)
	if err == nil && len(found) == 0 && (c.Source == SourceChat || c.Source == SourceAgent) {
		found, err = list(ctx, t, "app_id = ? AND id = ? AND source = ? AND source_number = ''"+lock, c.AppID, c.number, c.Source)
	}
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// addImport writes a new case with what happened to it.
func (b *Cases) addImport(ctx context.Context, t *store.Tx, who models.Who, account *models.Account, c *imported) error {
	l, err := b.limitsOf(account, c.SubmittedAt)
	if err != nil {
		return err
	}
	if c.Number, err = nextNumber(ctx, t, c.AppID, c.SubmittedAt); err != nil {
		return err
	}
	state, closed := c.State, c.ClosedAt
	c.SourceNumber, c.Title = c.number, models.OneLine(models.Mask(c.text), 80)
	c.opens(c.SubmittedAt)
	l.set(&c.Case)
	c.closes(state, closed)
	if c.phone, err = t.Seal("cases", "phone", c.AppID+c.Number, []byte(c.caller)); err != nil {
		return err
	}
	if err := b.insert(ctx, t, &c.Case); err != nil {
		return err
	}
	past := []struct {
		state State
		event Event
	}{
		{Submitted, Event{At: c.SubmittedAt, Kind: "submitted", Text: c.text}},
		{Accepted, Event{At: c.AcceptedAt, Kind: "accepted"}},
		{state, Event{At: closed, Kind: string(state), Unit: c.Unit, Text: c.reply}},
		{state, Event{At: b.o.Now(), Kind: "imported", By: who.Name, Text: c.Source + " " + c.number}},
	}
	for _, p := range past {
		if p.event.At.IsZero() {
			continue
		}
		c.State = p.state
		if err := c.happens(ctx, t, p.event); err != nil {
			return err
		}
	}
	return nil
}

// logRows are a case in the log: its submission, and the release of its reply by somebody who is not
// one of the account's staff.
func (c *imported) logRows() []models.Interaction {
	in, out := c.row(c.SubmittedAt, c.text), c.row(c.ClosedAt, c.reply)
	in.Dir, in.Actor, in.MsgKey = models.DirIn, models.ActorCitizen, c.submissionKey()
	out.Dir, out.Actor, out.ReplyTo, out.MsgKey = models.DirOut, models.ActorHuman, c.submissionKey(), c.releaseKey()
	return []models.Interaction{in, out}
}

// updateImport brings a case up to date with its row.
func (b *Cases) updateImport(ctx context.Context, t *store.Tx, c *imported, known *Case, r *ImportResult, reading bool) error {
	if known.SourceNumber == "" { // it is here whole
		r.Same++
		return nil
	}
	otherwise, err := c.course(ctx, t, known)
	if err != nil {
		return err
	}
	if len(otherwise) > 0 {
		r.Kept++
		r.note(c, known.Number, ImportKept, otherwise)
		return nil
	}
	changed := c.file(known)
	if len(changed) == 0 {
		r.Same++
		return nil
	}
	r.Changed++
	r.note(c, known.Number, ImportChanged, changed)
	if reading {
		return nil
	}
	account, err := b.account(ctx, c.AppID)
	if err != nil {
		return err
	}
	l, err := b.limitsOf(account, known.SubmittedAt)
	if err != nil {
		return err
	}
	l.set(known)
	return b.save(ctx, t, known)
}

// differences are fields that a row tells otherwise.
type differences []sheet.FieldChange

func (d *differences) see(field, title, before, after string) (differs bool) {
	if differs = before != after; differs {
		*d = append(*d, sheet.FieldChange{Field: field, Title: title, Before: before, After: after})
	}
	return differs
}

// course are the differences in what the log and the figures have of a case.
func (c *imported) course(ctx context.Context, t *store.Tx, known *Case) (d differences, err error) {
	texts, replies, err := said(ctx, t, []*Case{known})
	if err != nil {
		return nil, err
	}
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(models.Shanghai()).Format(time.DateTime)
	}
	d.see("submitted_at", "来电时间", at(known.SubmittedAt), at(c.SubmittedAt))
	d.see("closed_at", "办结时间", at(known.ClosedAt), at(c.ClosedAt))
	d.see("state", "状态", StateTitle(known.State), StateTitle(c.State))
	d.see("text", "诉求内容", texts[known.AppID+known.Number], models.Mask(c.text))
	d.see("reply", "答复内容", replies[known.AppID+known.Number], models.Mask(c.reply))
	return d, nil
}

// file takes over how a row files and rates its case, and says what changed.
func (c *imported) file(known *Case) (d differences) {
	text := func(field, title string, of *string, is string) {
		if d.see(field, title, *of, is) {
			*of = is
		}
	}
	text("topic", "主题", &known.Topic, c.Topic)
	text("district", "区县", &known.District, c.District)
	text("unit", "承办单位", &known.Unit, c.Unit)
	text("handler", "经办", &known.Handler, c.Handler)
	text("place", "地点", &known.place, c.place)
	if d.see("kind", "诉求类别", known.Kind.Title(), c.Kind.Title()) {
		known.Kind = c.Kind
	}
	if d.see("complex", "复杂", yesNo(&known.Complex), yesNo(&c.Complex)) {
		known.Complex = c.Complex
	}
	if d.see("public", "公开", yesNo(&known.Public), yesNo(&c.Public)) {
		known.Public = c.Public
	}
	if d.see("satisfied", "是否满意", yesNo(known.Satisfied), yesNo(c.Satisfied)) {
		known.Satisfied = c.Satisfied
	}
	if d.see("solved", "是否解决", yesNo(known.Solved), yesNo(c.Solved)) {
		known.Solved = c.Solved
	}
	return d
}
