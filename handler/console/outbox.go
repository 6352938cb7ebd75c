package console

import (
	"context"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
)

// outboxRoutes are those of messages to citizens. Who may settle everybody's sees them all, others what
// they wrote themselves: outboxScope.
func (d *Console) outboxRoutes(v1 gin.IRouter) {
	v1.GET("/outbox", d.may(auth.OwnOutbox), d.do(d.timed(d.outbox)))
	v1.DELETE("/outbox/:id", d.may(auth.OwnOutbox), d.do(d.cancelMessage))
	v1.POST("/outbox/:id/resolve", d.may(auth.OwnOutbox), d.do(d.resolveMessage))
	v1.POST("/outbox/:id/resend", d.may(auth.OwnOutbox), d.do(d.resendMessage))
	v1.GET("/outbox/:id/channel", d.may(auth.OwnOutbox), d.do(d.timed(d.channels)))
	v1.POST("/outbox/:id/channel", d.may(auth.OwnOutbox), d.do(d.changeChannel))
}

// outboxScope is whose messages the caller may see and settle.
func outboxScope(c *gin.Context) outbox.Scope {
	who := callerOf(c)
	s := outbox.Scope{Accounts: []string{}, Own: who.Accounts(auth.OwnOutbox), Staff: who.Who.Name}
	if who.May(auth.ResolveOutbox) {
		s.Accounts = who.Accounts(auth.ResolveOutbox)
	}
	return s
}

func (d *Console) outbox(c *gin.Context) (any, error) {
	q := parameters(c)
	f := outbox.Filter{
		Accounts: q.accounts(), Staff: q.text("staff"), Purpose: outbox.Purpose(q.choice("purpose", "", string(outbox.Answer), string(outbox.Notice), string(outbox.Rating))),
		Conversation: int64(q.number("conversation", 0, 1, maxID)), After: q.text("after"), Limit: q.number("limit", usualPage, 1, longestPage),
	}
	for state := range strings.SplitSeq(q.text("state"), ",") {
		if state = strings.TrimSpace(state); state == "" {
			continue
		}
		if outbox.StateTitle(outbox.State(state)) == "" {
			q.fault("state", "没有这种状态")
		}
		f.States = append(f.States, outbox.State(state))
	}
	if err := q.err(); err != nil {
		return nil, err
	}
	return d.o.Outbox.List(c.Request.Context(), outboxScope(c), f)
}

const maxID = 1<<62 - 1

// outboxAct is what every change of a message says.
type outboxAct struct {
	Version string `json:"version"` // of the message as it was seen
	Reason  string `json:"reason"`
}

func (a *outboxAct) act(c *gin.Context) (outbox.Act, error) {
	id, err := pathID(c, "没有这条消息", nil)
	if err != nil {
		return outbox.Act{}, err
	}
	version, err := parseVersion(a.Version, "应为所见消息的 version")
	return outbox.Act{ID: id, Version: version, Reason: models.OneLine(a.Reason, 500)}, err
}

func (d *Console) cancelMessage(c *gin.Context) (any, error) {
	q := parameters(c)
	a := outboxAct{Version: q.text("version"), Reason: q.text("reason")}
	q.accounts()
	if err := q.err(); err != nil {
		return nil, err
	}
	act, err := a.act(c)
	if err != nil {
		return nil, err
	}
	return d.o.Outbox.Cancel(c.Request.Context(), callerOf(c).Who, outboxScope(c), act)
}

func (d *Console) resolveMessage(c *gin.Context) (any, error) {
	var q struct {
		outboxAct
		Arrived *bool `json:"arrived"`
	}
	return changed(c, &q, &q.outboxAct, func(ctx context.Context, who models.Who, s outbox.Scope, act outbox.Act) (any, error) {
		if q.Arrived == nil {
			return nil, badField("arrived", "应为 true（已送达）或 false")
		}
		return d.o.Outbox.Resolve(ctx, who, s, act, *q.Arrived)
	})
}

func (d *Console) resendMessage(c *gin.Context) (any, error) {
	var q struct {
		outboxAct
		SendKey string `json:"send_key"`
		Warned  bool   `json:"warned"`
	}
	return changed(c, &q, &q.outboxAct, func(ctx context.Context, who models.Who, s outbox.Scope, act outbox.Act) (any, error) {
		list, err := d.o.Outbox.Resend(ctx, who, s, act, q.SendKey, q.Warned)
		return struct {
			Items []outbox.Item `json:"items"`
		}{list}, err
	})
}

func (d *Console) channels(c *gin.Context) (any, error) {
	q := parameters(c)
	q.accounts()
	if err := q.err(); err != nil {
		return nil, err
	}
	id, err := pathID(c, "没有这条消息", nil)
	if err != nil {
		return nil, err
	}
	list, err := d.o.Outbox.Choices(c.Request.Context(), outboxScope(c), id)
	return named("channels", list, err)
}

func (d *Console) changeChannel(c *gin.Context) (any, error) {
	var q struct {
		outboxAct
		Channel outbox.Channel `json:"channel"`
	}
	return changed(c, &q, &q.outboxAct, func(ctx context.Context, who models.Who, s outbox.Scope, act outbox.Act) (any, error) {
		return d.o.Outbox.ChangeChannel(ctx, who, s, act, q.Channel)
	})
}

// changed reads the body of a change and makes it.
func changed(c *gin.Context, into any, a *outboxAct, do func(ctx context.Context, who models.Who, s outbox.Scope, act outbox.Act) (any, error)) (any, error) {
	if err := decode(c, into); err != nil {
		return nil, err
	}
	act, err := a.act(c)
	if err != nil {
		return nil, err
	}
	return do(c.Request.Context(), callerOf(c).Who, outboxScope(c), act)
}
