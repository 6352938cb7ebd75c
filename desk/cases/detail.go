package cases

import (
	"context"
	"strconv"
	"strings"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Detail is a case with all that stands beside it, masked.
type Detail struct {
	Case
	Text   string   `json:"text"`
	Place  string   `json:"place"`
	Photos []string `json:"photos"` // media ids
	// PhotoStates are the photos, in order.
	PhotoStates []Photo     `json:"photo_states"`
	ExactPlace  *ExactPlace `json:"exact_place"` // nil = it is not kept
	Phone       string      `json:"phone"`
	Draft       string      `json:"draft"` // of the reply, for those who write it; masked for those who review it
	Reply       string      `json:"reply"` // that was released last
	Events      []Event     `json:"events"`
	Allowed     []Step      `json:"allowed"` // what the caller may do now
}

// Case reads one case of an account.
func (b *Cases) Case(ctx context.Context, who models.Who, rights Rights, appID, number string) (out Detail, err error) {
	err = b.store.Read(ctx, store.Console, func(t *store.Tx) error {
		found, err := list(ctx, t, "app_id = ? AND id = ? AND state <> ''", appID, number)
		if err == nil && len(found) == 0 {
			err = errNoCase()
		}
		if err != nil {
			return err
		}
		c := found[0]
		if err := b.look(ctx, c); err != nil {
			return err
		}
		out = Detail{Case: *c, Place: c.place, Photos: append([]string{}, c.photos...), Allowed: b.allowedSteps(c, who, rights, b.o.Now())}
		// What can not be read is left out; Reveal says so.
		if phone, err := t.Unseal("cases", "phone", appID+number, c.phone); err == nil {
			out.Phone = models.Mask(string(phone))
		}
		if draft, err := t.Unseal("cases", "draft", appID+number, c.draft); err == nil && rights.Write {
			out.Draft = string(draft)
		} else if err == nil && c.State == Review && rights.Review {
			out.Draft = models.Mask(string(draft))
		}
		if err := b.kept(ctx, t, c, &out); err != nil {
			return err
		}
		events, err := c.events(ctx, t)
		out.Events = append([]Event{}, events...)
		for i := range events {
			switch e := &events[i]; e.Kind {
			case "submitted":
				out.Text = e.Text
			case string(Closed), string(Rejected):
				out.Reply = e.Text
			}
		}
		return err
	})
	return out, models.Wrap("cases: case", err)
}

// kept fills in what is kept of a case for a time.
func (b *Cases) kept(ctx context.Context, t *store.Tx, c *Case, out *Detail) error {
	photos, err := c.allPhotos(ctx, t)
	if err != nil {
		return err
	}
	out.PhotoStates = make([]Photo, len(photos))
	for i := range photos {
		out.PhotoStates[i] = photos[i].shown(b.o.Now())
	}
	out.ExactPlace, _, err = b.exactPlace(ctx, t, c)
	return err
}

// Revealed is what masked texts hold.
type Revealed struct {
	Text   string            `json:"text"`
	Phone  string            `json:"phone"`
	Exact  string            `json:"exact"`  // the place as latitude,longitude, "" = not kept
	Events map[string]string `json:"events"` // by id
}

// Reveal shows a case as it was written, for a reason that the audit log keeps.
func (b *Cases) Reveal(ctx context.Context, who models.Who, appID, number, reason string) (out Revealed, err error) {
	if reason = models.OneLine(reason, 200); reason == "" {
		return out, faulty("reason", "reason_missing", "请写明为什么查看")
	}
	err = b.store.Transact(ctx, func(t *store.Tx) error {
		c, err := lock(ctx, t, appID, number)
		if err != nil {
			return err
		}
		phone, err := t.Unseal("cases", "phone", appID+number, c.phone)
		if err != nil {
			return err
		}
		_, sealed, err := b.exactPlace(ctx, t, c)
		if err != nil {
			return err
		}
		exact, err := t.Unseal("case_places", "place", appID+number, sealed)
		if err != nil {
			return err
		}
		out = Revealed{Phone: string(phone), Exact: string(exact), Events: map[string]string{}}
		if err := out.read(ctx, t, c); err != nil {
			return err
		}
		return t.Audit(ctx, models.AuditEntry{Who: who, Action: "case.reveal", ObjectType: "case", ObjectID: number, AppID: appID, Reason: reason})
	})
	return out, models.Wrap("cases: reveal", err)
}

// read opens what was written.
func (r *Revealed) read(ctx context.Context, t *store.Tx, c *Case) error {
	sealed, first, err := c.sealedTexts(ctx, t)
	if err != nil {
		return err
	}
	for id, text := range sealed {
		key := strconv.FormatInt(id, 10)
		plain, err := t.Unseal("case_events", "text", key, text)
		if err != nil {
			return err
		}
		if r.Events[key] = string(plain); id == first {
			r.Text = string(plain)
		}
	}
	return nil
}

// Change is what a case is filed under, as somebody corrects it; nil leaves a field.
type Change struct {
	AppID, Number string
	Version       int64
	Topic         *string
	District      *string
	Unit          *string
	Handler       *string
	Place         *string
	Public        *bool
	Kind          *Kind
	Complex       *bool
	Rights        Rights
}

// Change corrects what a case is filed under, audited. Its kind, and whether it is complex, move the
// limit, and are settled once somebody handles it.
func (b *Cases) Change(ctx context.Context, who models.Who, q Change) (out Detail, err error) {
	if q.Kind != nil && q.Kind.Title() == "" {
		return out, faulty("kind", "choice_unknown", "没有这一类")
	}
	act := Act{AppID: q.AppID, Number: q.Number, Version: q.Version}
	err = b.change(ctx, who, &act, "case.change", func(ctx context.Context, t *store.Tx, a *acting) error {
		switch {
		case !a.State.Open():
			return models.NewError(CodeNotAllowed, "这个工单"+StateTitle(a.State)+"，不能再改")
		case (q.Kind != nil && *q.Kind != a.Kind || q.Complex != nil && *q.Complex != a.Complex) && a.State != Submitted && a.State != Accepted:
			return models.NewError(CodeNotAllowed, "已在办理，类别和是否复杂不能再改：办理期限由它们而定")
		}
		if q.Handler != nil {
			a.q.Handler = models.OneLine(*q.Handler, 100)
			if err := b.handsTo(ctx, t, a); err != nil {
				return err
			}
		}
		changed := q.apply(a.Case)
		if q.Kind != nil || q.Complex != nil {
			a.limits.set(a.Case)
		}
		a.events = append(a.events, Event{Kind: "changed", Text: strings.Join(changed, "；")})
		return nil
	})
	if err != nil {
		return out, models.Wrap("cases: change", err)
	}
	return b.Case(ctx, who, q.Rights, q.AppID, q.Number)
}

// apply makes the change, and says what it was for people.
func (q *Change) apply(c *Case) (changed []string) {
	text := func(name string, field, to *string, longest int) {
		if to != nil {
			*field = models.OneLine(*to, longest)
			changed = append(changed, name+" "+*field)
		}
	}
	text("主题", &c.Topic, q.Topic, 100)
	text("区划", &c.District, q.District, 100)
	text("单位", &c.Unit, q.Unit, 100)
	text("地点", &c.place, q.Place, 200)
	c.place = models.Mask(c.place)
	if q.Handler != nil {
		changed = append(changed, "经办 "+c.Handler)
	}
	if q.Public != nil {
		c.Public = *q.Public
		changed = append(changed, map[bool]string{true: "可以公开", false: "不公开"}[c.Public])
	}
	if q.Kind != nil {
		c.Kind = *q.Kind
		changed = append(changed, c.Kind.Title())
	}
	if q.Complex != nil {
		c.Complex = *q.Complex
		changed = append(changed, map[bool]string{true: "复杂", false: "不复杂"}[c.Complex])
	}
	return changed
}
