package handler

import (
	"time"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/models"
)

// IndicesQuery asks for the metrics and indices of accounts over a window. Zero times are
// left to the Measure: the last 30 days, and now.
type IndicesQuery struct {
	Accounts       []string
	Channel        models.Channel
	From, To, AsOf time.Time // [From, To)
}

func (a *api) indices(c *gin.Context) (any, error) {
	q := a.query(c.Request.URL.RawQuery)
	ask := IndicesQuery{Accounts: q.accounts(), Channel: q.channel(), AsOf: q.instant("as_of")}
	ask.From, ask.To = q.window()
	if err := q.err(); err != nil {
		return nil, err
	}
	return a.o.Measure.Indices(c.Request.Context(), ask)
}
