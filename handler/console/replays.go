package console

import (
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/models"
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
	account, err := d.ruleBody(c, &q)
	if err != nil {
		return nil, err
	}
	start := rulebook.ReplayStart{Account: account, Days: q.Days}
	for i, text := range q.Rules {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil || id <= 0 || i >= rulebook.MaxBulk {
			return nil, &models.Error{Code: models.CodeInvalid, Message: "请求内容有误", Fields: []models.FieldError{
				{Field: "rules[" + strconv.Itoa(i) + "]", Message: "应为规则的编号，至多 200 个"},
			}}
		}
		start.IDs = append(start.IDs, id)
	}
	id, err := d.o.Rulebook.StartReplay(c.Request.Context(), callerOf(c).Who, start)
	return gin.H{"id": strconv.FormatInt(id, 10)}, err
}

// replayID is the account and the id of a replay.
func (d *Console) replayID(c *gin.Context) (appID string, id int64, err error) {
	account, err := d.ruleAccount(c, parseQuery(c.Request.URL.RawQuery))
	if err != nil {
		return "", 0, err
	}
	if id, err = ruleID(c); err != nil {
		err = models.NewError(models.CodeNotFound, "没有这次试跑")
	}
	return account.AppID, id, err
}

func (d *Console) replay(c *gin.Context) (any, error) {
	appID, id, err := d.replayID(c)
	if err != nil {
		return nil, err
	}
	return d.o.Rulebook.ReplayOf(c.Request.Context(), appID, id)
}

func (d *Console) cancelReplay(c *gin.Context) (any, error) {
	appID, id, err := d.replayID(c)
	if err != nil {
		return nil, err
	}
	return done{}, d.o.Rulebook.CancelReplay(c.Request.Context(), appID, id)
}
