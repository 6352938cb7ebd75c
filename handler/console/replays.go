package console

import (
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/rulebook"
)

// replayRoutes are those of asking the log what rules on their way would change.
func (d *Console) replayRoutes(v1 gin.IRouter) {
	v1.POST("/replays", d.may(auth.WriteRules), d.do(d.timed(d.startReplay)))
	v1.GET("/replays/:id", d.may(auth.ReadQuestions), d.do(d.timed(d.replay)))
	v1.DELETE("/replays/:id", d.may(auth.WriteRules), d.do(d.timed(d.cancelReplay)))
}

func (d *Console) startReplay(c *gin.Context) (any, error) {
	var q struct {
		Days  int      `json:"days"`
		Rules []string `json:"rules"`
	}
	account, err := d.requestAccount(c, parameters(c), &q)
	if err != nil {
		return nil, err
	}
	start := rulebook.ReplayStart{Account: account, Days: q.Days}
	for i, text := range q.Rules {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil || id <= 0 || i >= rulebook.MaxBulk {
			return nil, badField("rules["+strconv.Itoa(i)+"]", "应为规则的编号，至多 200 个")
		}
		start.IDs = append(start.IDs, id)
	}
	id, err := d.o.Rulebook.StartReplay(c.Request.Context(), callerOf(c).Who, start)
	return gin.H{"id": strconv.FormatInt(id, 10)}, err
}

const noReplay = "没有这次试跑"

func (d *Console) replay(c *gin.Context) (any, error) {
	account, id, err := d.accountAndID(c, parameters(c), noReplay, nil)
	if err != nil {
		return nil, err
	}
	return d.o.Rulebook.ReplayOf(c.Request.Context(), account.AppID, id)
}

func (d *Console) cancelReplay(c *gin.Context) (any, error) {
	account, id, err := d.accountAndID(c, parameters(c), noReplay, nil)
	if err != nil {
		return nil, err
	}
	return done{}, d.o.Rulebook.CancelReplay(c.Request.Context(), account.AppID, id)
}
