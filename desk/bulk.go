package desk

import (
	"context"
	"errors"
	"fmt"

	"github.com/wenzheng/wenzheng/models"
)

// mostAtOnce is how many conversations one step may change.
const mostAtOnce = 100

// The steps that can be taken with many conversations at once.
const (
	StepClose    = "close"
	StepTransfer = "transfer"
	StepTake     = "take"
)

// Bulk is one step with many conversations, each as the caller saw it.
type Bulk struct {
	Step   string
	Acts   []Act
	To     string // of StepTransfer, as Transfer.To
	Reason string // likewise
	Code   string // of StepClose, as Close.Code
	Text   string // likewise
}

// Outcome is what became of one of them.
type Outcome struct {
	ID      int64  `json:"id,string"`
	OK      bool   `json:"ok"`
	Code    string `json:"code"`    // of the refusal, "" = there was none
	Message string `json:"message"` // for people
	Version int64  `json:"version,string"`
}

// Bulk takes one step with many conversations, audited one by one. One that can not be changed keeps none of the
// others, and where the database gives out on the way the outcomes say how far it came; an error is of all of them, and
// then nothing was changed.
func (d *Desk) Bulk(ctx context.Context, who models.Who, q Bulk) ([]Outcome, error) {
	switch {
	case len(q.Acts) == 0:
		return nil, faulty("conversations", "conversations_missing", "请选中接待")
	case len(q.Acts) > mostAtOnce:
		return nil, faulty("conversations", "most_at_once", "一次至多 {max} 个", "max", fmt.Sprint(mostAtOnce))
	case q.Step == StepTransfer && q.Reason == "":
		return nil, faulty("reason", "reason_missing", "请写明为什么转交")
	}
	out := make([]Outcome, 0, len(q.Acts))
	var broken error // the rest is not tried
	for i, act := range q.Acts {
		c, err := Conversation{}, broken
		if broken == nil {
			c, err = d.step(ctx, who, &q, act)
		}
		o := Outcome{ID: act.ID, OK: err == nil, Version: c.Version}
		var refused *models.Error
		told := errors.As(err, &refused)
		switch {
		case err == nil:
		case i == 0 && (!told || refused.Code == models.CodeInvalid):
			return nil, err // what is written holds for all of them
		case told:
			o.Code, o.Message = refused.Code, refused.Message
		default:
			if broken == nil {
				d.o.Logger.WarnContext(ctx, "a step with many conversations broke off", "step", q.Step, "done", i, "error", err)
			}
			broken, o.Code, o.Message = err, models.CodeUnavailable, "没有做到，请稍后看过再试"
		}
		out = append(out, o)
	}
	return out, nil
}

func (d *Desk) step(ctx context.Context, who models.Who, q *Bulk, act Act) (Conversation, error) {
	switch q.Step {
	case StepClose:
		return d.Close(ctx, who, Close{Act: act, Code: q.Code, Text: q.Text})
	case StepTransfer:
		return d.Transfer(ctx, who, Transfer{Act: act, To: q.To, Reason: q.Reason})
	case StepTake:
		return d.Take(ctx, who, act)
	}
	return Conversation{}, faulty("action", "choice_unknown", "应为 close、transfer 或 take")
}
