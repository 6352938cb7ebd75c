package analytics

import (
	"strings"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/report"
)

// scope is how finely a metric can be divided.
type scope int

// The scopes. Waits know their hour, topic and staff; citizens and their messages only the
// hour; what comes from daily figures (followers, articles, cases, the platform's counts)
// only the day. The rest has no series: it tells of now, or of a whole window.
const (
	scopeNone scope = iota
	scopeDay
	scopeHour
	scopeWait
)

func scopeOf(key string) scope {
	switch key {
	case "composite.band", "composite.vetoes": // words
		return scopeNone
	case "counts.inbound", "counts.active_citizens":
		return scopeHour
	case "counts.active_permille":
		return scopeDay
	}
	top, _, _ := strings.Cut(key, ".")
	switch top {
	case "counts", "limits", "response", "first_response", "rti", "self_served", "two_way", "csat":
		return scopeWait
	case "composite", "interaction_index", "service_index", "spread_index", "cases", "followers", "interface", "log":
		return scopeDay
	}
	return scopeNone
}

// SeriesMetrics are the keys of the figures that have a series.
func SeriesMetrics() []string {
	var list []string
	empty := indices.Compute(&indices.Inputs{})
	all := report.Figures(&empty)
	for i := range all {
		if scopeOf(all[i].Key) != scopeNone {
			list = append(list, all[i].Key)
		}
	}
	return list
}

// The bounds of every series.
const (
	longestByDay  = 366
	longestByHour = 31 * 24
	mostPoints    = 40_000
)

// The bounds of a metric that is computed anew for every day of every account.
const (
	longestDaily    = 92
	mostAccountDays = 400
)

// divisible refuses a question that divides a metric more finely than it is known.
func divisible(q *SeriesQuery, s scope, accounts int) error {
	var faults []models.FieldError
	refuse := func(field, message string) {
		faults = append(faults, models.FieldError{Field: field, Message: message})
	}
	const byWait = "；能按主题和人员分的是诉求的指标：诉求轮次、响应时长、时限、RTI、自助解决率、双向会话率、满意率"
	if s != scopeWait {
		if q.Split != SplitAccount {
			refuse("split", "“"+q.Metric+"”只能按账号分（split=account）"+byWait)
		}
		if q.Topic != nil {
			refuse("topic", "“"+q.Metric+"”不能只看一个主题"+byWait)
		}
		if q.Staff != nil {
			refuse("staff", "“"+q.Metric+"”不能只看一位人员"+byWait)
		}
	}
	if s == scopeDay && q.By == SeriesHour {
		refuse("by", "“"+q.Metric+"”由每日的数据算出，只能按日（by=day）")
	}
	switch days := int(q.To.Sub(q.From).Hours() / 24); {
	case s == scopeDay && days > longestDaily:
		refuse("from", "“"+q.Metric+"”逐日计算，窗口最长 92 天")
	case s == scopeDay && days*accounts > mostAccountDays:
		refuse("account", "“"+q.Metric+"”逐日计算，账号数乘以天数至多 400：请用 account 指明账号，或缩短窗口")
	}
	points, lines := int(q.To.Sub(q.From).Hours()/24), accounts
	if q.By == SeriesHour {
		points *= 24
	}
	if q.Split != SplitAccount {
		lines *= maxLines
	}
	switch {
	case q.By == SeriesDay && points > longestByDay, q.By == SeriesHour && points > longestByHour:
		refuse("from", "窗口太长：按日最长 366 天，按小时最长 31 天；不写 to 即到现在为止")
	case points*lines > mostPoints:
		refuse("account", "点数（天数或小时数，乘以账号数，分主题或人员再乘以 20）至多 40000：请用 account 指明账号，或缩短窗口")
	}
	if len(faults) == 0 {
		return nil
	}
	return &models.Error{Code: models.CodeInvalid, Message: "指标的窗口或细分有误", Fields: faults}
}
