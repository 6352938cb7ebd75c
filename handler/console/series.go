package console

import (
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/analytics"
)

func (d *Console) series(c *gin.Context) (any, error) {
	q := parameters(c)
	asCSV := q.csv()
	ask, err := d.seriesQuery(q)
	if err != nil {
		return nil, err
	}
	answer, err := d.o.Analytics.Series(c.Request.Context(), ask)
	if err != nil || !asCSV {
		return answer, err
	}
	return csvFile("时间序列", answer.Table(q.filter())), nil
}

func (d *Console) seriesQuery(q *query) (analytics.SeriesQuery, error) {
	ask := analytics.SeriesQuery{
		Metric: q.text("metric"), By: q.choice("by", analytics.SeriesDay, analytics.SeriesHour),
		Split:    q.choice("split", analytics.SplitAccount, analytics.SplitTopic, analytics.SplitStaff),
		Accounts: q.accounts(), Channel: q.channel(), AsOf: q.asOf(),
		Topic: q.optional("topic"), Staff: q.optional("staff"),
	}
	ask.From, ask.To = q.window()
	if !slices.Contains(d.metrics, ask.Metric) {
		q.fault("metric", "没有这个指标，可用的见 /openapi.yaml")
	}
	return ask, q.err()
}
