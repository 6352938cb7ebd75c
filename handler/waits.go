package handler

import (
	"time"

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

// WaitPage is one page of open waits; Next is "" on the last.
type WaitPage struct {
	AsOf  time.Time  `json:"as_of"`
	Waits []OpenWait `json:"waits"`
	Next  string     `json:"next"`
}

// OpenWait is one wait that nobody has answered for good. Citizens are given by their
// pseudonym, never by their OpenID.
type OpenWait struct {
	ID       string         `json:"id"`
	Account  string         `json:"account"`
	Channel  models.Channel `json:"channel"`
	Citizen  string         `json:"citizen"`
	Thread   string         `json:"thread"`
	OpenAt   time.Time      `json:"open_at"`
	LastInAt time.Time      `json:"last_in_at"`
	Age      int64          `json:"age_s"`
	// Expires is when the platform's window closes; null where it does not.
	Expires  *time.Time `json:"expires_at"`
	AtRisk   bool       `json:"at_risk"` // it is about to close
	Pending  bool       `json:"pending"` // a bot answered, its silence is not over
	Breached []int64    `json:"breached_s"`
	Topic    string     `json:"topic"`
	Assignee string     `json:"assignee"`
	Messages int        `json:"messages"`
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
