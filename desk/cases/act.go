package cases

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// maxText is how long what somebody writes may be, in characters: it fits the messages that take it to
// the citizen.
const maxText = 2000

// Act is a step of somebody with a case.
type Act struct {
	AppID   string
	Number  string
	Version int64 // as the case was seen
	Step    Step
	Rights  Rights // of the caller, for the account
	Text    string
	Unit    string
	Handler string
	Days    int
	Complex bool
	Of      string // of a review: "" or OfExtension
}

// Act takes a case a step on, audited.
func (b *Cases) Act(ctx context.Context, who models.Who, q Act) (out Detail, err error) {
	s, known := b.steps()[q.Step]
	if !known {
		return out, faulty("event", "choice_unknown", "没有这一步")
	}
	if err := q.check(&s); err != nil {
		return out, err
	}
	err = b.change(ctx, who, &q, "case."+string(q.Step), func(ctx context.Context, t *store.Tx, a *acting) error {
		if err := s.allowed(a, q.Rights); err != nil {
			return err
		}
		return s.do(ctx, t, a)
	})
	if err != nil {
		return out, models.Wrap("cases: "+string(q.Step), err)
	}
	return b.Case(ctx, who, q.Rights, q.AppID, q.Number)
}

func (q *Act) check(s *step) error {
	q.Text = strings.TrimSpace(models.CleanText(q.Text))
	q.Unit, q.Handler = models.OneLine(q.Unit, 100), models.OneLine(q.Handler, 100)
	switch {
	case s.needs == mustSay && q.Text == "":
		return faulty("text", "required", "不能为空")
	case s.needs == noText && q.Text != "":
		return faulty("text", "text_unused", "这一步没有文字")
	case len([]rune(q.Text)) > maxText:
		return faulty("text", "most_characters", "最长 {max} 字", "max", fmt.Sprint(maxText))
	case q.Of != "" && q.Of != OfExtension:
		return faulty("of", "choice_unknown", "应为空或 extension")
	case q.Step == Assign && q.Unit == "":
		return faulty("unit", "unit_missing", "请写承办单位")
	case q.Step == Extend && q.Days < 1:
		return faulty("days", "days_missing", "请写延长几个工作日")
	}
	return nil
}

// change does one thing to a case that is still as the caller saw it.
func (b *Cases) change(ctx context.Context, who models.Who, q *Act, action string, do func(ctx context.Context, t *store.Tx, a *acting) error) error {
	account, err := b.account(ctx, q.AppID)
	if err != nil {
		return err
	}
	return b.store.Transact(ctx, func(t *store.Tx) error {
		c, err := lock(ctx, t, q.AppID, q.Number)
		if err != nil {
			return err
		}
		if c.Version != q.Version {
			return models.NewError(models.CodeConflict, "这个工单刚刚有变化，请看过再操作")
		}
		before := c.audited()
		a := &acting{Case: c, who: who, q: q, now: b.o.Now(), words: models.SensitiveOf(account.Settings)}
		if a.limits, err = b.limitsOf(account, c.SubmittedAt); err != nil {
			return err
		}
		if err := do(ctx, t, a); err != nil {
			return err
		}
		if err := b.save(ctx, t, c); err != nil {
			return err
		}
		for _, e := range a.events {
			e.At, e.By = a.now, who.Name
			if err := c.happens(ctx, t, e); err != nil {
				return err
			}
		}
		return t.Audit(ctx, models.AuditEntry{
			Who: who, Action: action, ObjectType: "case", ObjectID: c.Number, AppID: c.AppID, Reason: models.OneLine(models.Mask(q.Text), 200),
			Before: before, After: c.audited(),
		})
	})
}

// audited is what the audit log says of a case: nothing that the citizen wrote.
func (c *Case) audited() string {
	return models.JSON(map[string]any{
		"state": c.State, "unit": c.Unit, "handler": c.Handler, "pending": c.Pending, "returns": c.Returns, "due_at": c.DueAt, "extended_to": c.ExtendedTo,
	})
}

// isHandler reports whether somebody may handle cases of an account.
func isHandler(ctx context.Context, t *store.Tx, appID, name string) (is bool, err error) {
	found, err := handlers(ctx, t, appID)
	return slices.Contains(found, name), err
}

func (b *Cases) accept(ctx context.Context, t *store.Tx, a *acting) error {
	a.State, a.AcceptedAt, a.Handler = Accepted, a.now, a.who.Name
	if a.q.Complex && !a.Complex {
		a.Complex = true
		a.limits.set(a.Case)
	}
	if err := b.handsTo(ctx, t, a); err != nil {
		return err
	}
	a.events = append(a.events, Event{Kind: "accepted"})
	if a.q.Unit != "" {
		a.State, a.Unit = Handling, a.q.Unit
		a.events = append(a.events, Event{Kind: "assigned", Unit: a.Unit})
	}
	return b.notice(ctx, t, a.Case, "accepted", "已受理，将在 "+dayText(a.DueAt)+" 前答复。", brief("已受理", dayText(a.DueAt)+" 前答复"))
}

// handsTo makes the handler of a step the case's, where it names one.
func (b *Cases) handsTo(ctx context.Context, t *store.Tx, a *acting) error {
	if a.q.Handler == "" || a.q.Handler == a.Handler {
		return nil
	}
	is, err := isHandler(ctx, t, a.AppID, a.q.Handler)
	if err == nil && !is {
		err = faulty("handler", "not_an_agent", "这个账号没有坐席 {operator}", "operator", a.q.Handler)
	}
	a.Handler = a.q.Handler
	return err
}

func (b *Cases) reject(_ context.Context, _ *store.Tx, a *acting) error {
	a.State, a.Pending, a.Author = Review, PendingReject, a.who.Name
	a.events = append(a.events, Event{Kind: "rejected_proposed", Text: a.q.Text})
	return a.words.Refuse("text", a.q.Text)
}

func (b *Cases) assign(ctx context.Context, t *store.Tx, a *acting) error {
	if err := b.handsTo(ctx, t, a); err != nil {
		return err
	}
	a.State, a.Unit = Handling, a.q.Unit
	a.events = append(a.events, Event{Kind: "assigned", Unit: a.Unit})
	return nil
}

func (b *Cases) giveBack(_ context.Context, _ *store.Tx, a *acting) error {
	a.Returns++
	a.events = append(a.events, Event{Kind: "returned", Unit: a.Unit, Text: a.q.Text})
	if a.Unit = a.q.Unit; a.Unit != "" {
		a.events = append(a.events, Event{Kind: "assigned", Unit: a.Unit})
	}
	return nil
}

func (b *Cases) ask(ctx context.Context, t *store.Tx, a *acting) error {
	if err := a.words.Refuse("text", a.q.Text); err != nil {
		return err
	}
	a.events = append(a.events, Event{Kind: "asked", Text: a.q.Text})
	return b.notice(ctx, t, a.Case, "ask", "需要您补充：\n"+a.q.Text, beginning("需要补充", "问题"))
}

func (b *Cases) extend(_ context.Context, _ *store.Tx, a *acting) error {
	if longest := a.limits.days.Limit(a.category()); a.q.Days > longest {
		return faulty("days", "most_workdays", "最多延长 {max} 个工作日", "max", fmt.Sprint(longest))
	}
	a.Extension = &Extension{Days: a.q.Days, By: a.who.Name, Reason: models.OneLine(models.Mask(a.q.Text), 200), At: a.now}
	a.events = append(a.events, Event{Kind: "extension_asked", Days: a.q.Days, Text: a.q.Text})
	return nil
}

func (b *Cases) saveDraft(_ context.Context, t *store.Tx, a *acting) (err error) {
	a.draft, err = t.Seal("cases", "draft", a.AppID+a.Number, []byte(a.q.Text))
	return err
}

func (b *Cases) submit(ctx context.Context, t *store.Tx, a *acting) error {
	text := a.q.Text
	if text != "" { // the draft stays until it is approved
		if err := b.saveDraft(ctx, t, a); err != nil {
			return err
		}
	} else {
		plain, err := t.Unseal("cases", "draft", a.AppID+a.Number, a.draft)
		if err != nil {
			return err
		}
		if text = string(plain); text == "" {
			return faulty("text", "answer_missing", "请写答复")
		}
	}
	a.State, a.Pending, a.Author = Review, PendingReply, a.who.Name
	a.events = append(a.events, Event{Kind: "reply_submitted", Text: text})
	return a.words.Refuse("text", text)
}

// dayText is a deadline as citizens read it.
func dayText(at time.Time) string {
	at = at.In(models.Shanghai())
	return fmt.Sprintf("%d月%d日 %s", at.Month(), at.Day(), at.Format("15:04"))
}
