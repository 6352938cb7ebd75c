package console

import (
	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/analytics"
)

func (d *Console) indices(c *gin.Context) (any, error) {
	q, err := indicesQuery(c.Request.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	return d.o.Analytics.Indices(c.Request.Context(), q, nil)
}

func indicesQuery(raw string) (analytics.IndicesQuery, error) {
	q := parseQuery(raw)
	ask := analytics.IndicesQuery{
		Accounts: q.accounts(), Channel: q.channel(), AsOf: q.asOf(), Undiagnosed: q.choice("diagnosis", "full", "none") == "none",
	}
	ask.From, ask.To = q.window()
	return ask, q.err()
}
