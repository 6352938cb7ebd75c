package report

import (
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// Week is the report of one week, or of the part of it that lies in the window.
type Week struct {
	From   time.Time
	Days   int
	Report indices.AccountReport
}

// Charts are the trends of an account, a point for each week.
func Charts(weeks []Week) []Chart {
	last := "48 小时"
	if n := len(weeks); n > 0 {
		last = limitName(lastLimit(&weeks[n-1].Report))
	}
	list := []Chart{
		{Title: "诉求轮次（每周）", Bars: true},
		{Title: last + "响应率（%）", Top: 100},
		{Title: "响应时效指数 RTI", Top: 100},
		{Title: "逐轮响应 P50（小时，未答按 " + last + "计）"},
		{Title: "来信量（条）", Bars: true},
		{Title: "自助解决率（%）", Top: 100},
	}
	for i := range weeks {
		w := &weeks[i]
		r := &w.Report
		if target := r.Limits[models.ChatLimits-1].Target; target != nil {
			list[1].Bound, list[1].BoundName = target, "目标 "+strconv.FormatFloat(*target, 'f', -1, 64)+"%"
		}
		for k, v := range []*float64{
			new(float64(r.Counts.Waits.Opened)), r.Limits[models.ChatLimits-1].Rate, r.RTI.Value, hours(r.Response.P50, lastLimit(r)),
			new(float64(r.Counts.Inbound)), r.SelfServed,
		} {
			if r.Provisional && !list[k].Bars { // fast answers are in, slow ones not yet
				v = nil
			}
			list[k].Points = append(list[k].Points, Point{
				Label: w.From.Format("1/2"), Value: v, Part: r.Provisional || w.Days < 7,
			})
		}
	}
	return list
}

// hours is a quantile in hours, that of the last limit for the unanswered; nil where there is none.
func hours(q indices.Quantile, last int64) *float64 {
	switch {
	case q.N == 0:
		return nil
	case q.Unanswered:
		return new(float64(last) / 3600)
	default:
		return new(float64(q.Seconds) / 3600)
	}
}
