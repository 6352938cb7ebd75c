package console

import (
	"time"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/analytics"
	"github.com/wenzheng/wenzheng/auth"
)

// surgeTime is how long looking for surges may take: it reads what was asked for three weeks.
const surgeTime = 20 * time.Second

// surgeRoutes are those of what many ask at once.
func (d *Console) surgeRoutes(v1 gin.IRouter) {
	v1.GET("/surges", d.may(auth.ReadSurges), d.do(d.queuedWithin(surgeTime, d.surges)))
	v1.PUT("/surges/mark", d.may(auth.MarkSurges), d.do(d.uploaded(maxBody, d.queuedWithin(surgeTime, d.markSurge))))
}

func (d *Console) surges(c *gin.Context) (any, error) {
	account, err := d.requestAccount(c, parameters(c), nil)
	if err != nil {
		return nil, err
	}
	return d.o.Analytics.Surges(c.Request.Context(), account.AppID)
}

func (d *Console) markSurge(c *gin.Context) (any, error) {
	var body struct {
		Topic    string     `json:"topic"`
		At       time.Time  `json:"at"`
		Major    bool       `json:"major"`
		Answered *time.Time `json:"answered"`
		Answer   string     `json:"answer"`
	}
	account, err := d.requestAccount(c, parameters(c), &body)
	if err != nil {
		return nil, err
	}
	mark := analytics.SurgeMark{AppID: account.AppID, Topic: body.Topic, At: body.At, Major: body.Major, Answer: body.Answer}
	if body.Answered != nil {
		mark.Answered = *body.Answered
	}
	ctx := c.Request.Context()
	if err := d.o.Analytics.MarkSurge(ctx, callerOf(c).Who, mark); err != nil {
		return nil, err
	}
	return d.o.Analytics.Surges(ctx, account.AppID)
}
