package handler

import (
	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/models"
)

// WaitsQuery asks for the open waits, the oldest first. After is the Next of the page
// before, "" for the first.
type WaitsQuery struct {
	Accounts []string
	Channel  models.Channel
	Assignee *string // nil = any, "" = nobody yet
	After    string
	Limit    int
}

const (
	usualPage   = 50
	longestPage = 200
)

func (a *api) waits(c *gin.Context) (any, error) {
	q := a.query(c.Request.URL.RawQuery)
	ask := WaitsQuery{
		Accounts: q.accounts(), Channel: q.channel(), Assignee: q.optional("assignee"),
		After: q.text("after"), Limit: q.number("limit", usualPage, 1, longestPage),
	}
	if err := q.err(); err != nil {
		return nil, err
	}
	return a.o.Measure.Waits(c.Request.Context(), ask)
}
