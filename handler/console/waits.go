package console

import (
	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/analytics"
)

const (
	usualPage   = 50
	longestPage = 200
)

func (d *Console) waits(c *gin.Context) (any, error) {
	q, err := waitsQuery(c.Request.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	return d.o.Analytics.OpenWaits(c.Request.Context(), q)
}

func waitsQuery(raw string) (analytics.OpenWaitsQuery, error) {
	q := parseQuery(raw)
	ask := analytics.OpenWaitsQuery{
		Accounts: q.accounts(), Channel: q.channel(), Assignee: q.optional("assignee"),
		After: q.text("after"), Limit: q.number("limit", usualPage, 1, longestPage),
	}
	return ask, q.err()
}
