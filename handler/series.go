package handler

import (
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/models"
)

// SeriesQuery asks for one metric over time. Topic and Staff narrow it down, nil = all, ""
// = those without; Split makes one line for each account, topic or member of staff.
type SeriesQuery struct {
	Metric         string
	By             string // day or hour
	Split          string // account, topic or staff
	Accounts       []string
	Channel        models.Channel
	From, To, AsOf time.Time
	Topic, Staff   *string
}

func (a *api) series(c *gin.Context) (any, error) {
	q := a.query(c.Request.URL.RawQuery)
	ask := SeriesQuery{
		Metric: q.text("metric"), By: q.choice("by", "day", "hour"),
		Split:    q.choice("split", "account", "topic", "staff"),
		Accounts: q.accounts(), Channel: q.channel(), AsOf: q.instant("as_of"),
		Topic: q.optional("topic"), Staff: q.optional("staff"),
	}
	ask.From, ask.To = q.window()
	if !slices.Contains(a.o.Metrics, ask.Metric) {
		q.fault("metric", "没有这个指标，可用的见 /openapi.yaml")
	}
	if err := q.err(); err != nil {
		return nil, err
	}
	return a.o.Measure.Series(c.Request.Context(), ask)
}
