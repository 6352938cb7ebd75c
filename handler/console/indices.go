package console

import (
	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/analytics"
)

func (d *Console) indices(c *gin.Context) (any, error) {
	q, err := parameters(c).indices()
	if err != nil {
		return nil, err
	}
	return d.o.Analytics.Indices(c.Request.Context(), q, nil)
}

func (q *query) indices() (analytics.IndicesQuery, error) {
	ask := analytics.IndicesQuery{
		Accounts: q.accounts(), Channel: q.channel(), AsOf: q.asOf(), Undiagnosed: q.choice("diagnosis", "full", "none") == "none",
	}
	ask.From, ask.To = q.window()
	return ask, q.err()
}
