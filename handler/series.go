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
	By             string // SeriesHour or SeriesDay
	Split          string // SplitAccount, SplitTopic or SplitStaff
	Accounts       []string
	Channel        models.Channel
	From, To, AsOf time.Time
	Topic, Staff   *string
}

// What a series may be cut into.
const (
	SeriesDay    = "day"
	SeriesHour   = "hour"
	SplitAccount = "account"
	SplitTopic   = "topic"
	SplitStaff   = "staff"
)

// Series is one metric over time.
type Series struct {
	Metric string         `json:"metric"`
	Unit   string         `json:"unit"` // count, percent, seconds, points
	By     string         `json:"by"`
	Split  string         `json:"split"`
	From   time.Time      `json:"from"`
	To     time.Time      `json:"to"` // the last second of the window, AsOf while it runs
	AsOf   time.Time      `json:"as_of"`
	Chan   models.Channel `json:"channel"`
	// Truncated: more topics or staff than lines are given; those with most waits are.
	Truncated bool         `json:"truncated"`
	Lines     []SeriesLine `json:"series"`
}

// SeriesLine is the metric of one account, topic or member of staff.
type SeriesLine struct {
	Account string        `json:"account"`
	Name    string        `json:"name"`
	Topic   *string       `json:"topic"`
	Staff   *string       `json:"staff"`
	Points  []SeriesPoint `json:"points"`
}

// SeriesPoint is one hour or day: Value is a number, null where there is none, or
// "unanswered" for a quantile that falls on a wait without an answer.
type SeriesPoint struct {
	At          time.Time `json:"at"`
	Value       any       `json:"value"`
	Provisional bool      `json:"provisional"` // 暂定
}

func (a *api) series(c *gin.Context) (any, error) {
	q := a.query(c.Request.URL.RawQuery)
	ask := SeriesQuery{
		Metric: q.text("metric"), By: q.choice("by", SeriesDay, SeriesHour),
		Split:    q.choice("split", SplitAccount, SplitTopic, SplitStaff),
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
