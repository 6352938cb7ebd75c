package console

import (
	"math"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/analytics"
)

const (
	usualPage   = 50
	longestPage = 200
)

func (d *Console) waits(c *gin.Context) (any, error) {
	q := parameters(c)
	asCSV := q.csv()
	ask, err := q.waits()
	switch {
	case err != nil:
		return nil, err
	case !asCSV:
		return d.o.Analytics.WaitList(c.Request.Context(), ask)
	}
	t, err := d.o.Analytics.ExportWaits(c.Request.Context(), ask, q.filter())
	if err != nil {
		return nil, err
	}
	return csvFile("诉求明细", t), nil
}

func (q *query) waits() (analytics.WaitListQuery, error) {
	ask := analytics.WaitListQuery{
		Accounts: q.accounts(), Channel: q.channel(), Assignee: q.optional("assignee"),
		After: q.text("after"), Limit: q.number("limit", usualPage, 1, longestPage), AsOf: q.asOf(),
		State: q.choice("state", append([]string{""}, analytics.WaitStates()...)...), Sample: q.sample("", sampleHuman, sampleAll),
		Breach: int64(q.number("breach", 0, 1, math.MaxInt32)), Times: q.times(), Part: q.part(), Ages: q.ages(), Weekday: q.number("weekday", 0, 1, 7),
		Hour: q.optionalNumber("hour", 0, 23), Topic: q.optional("topic"), Staff: q.optional("staff"),
	}
	ask.From, ask.To = q.window()
	return ask, q.err()
}

// The values of the parameter human: only those that needed a human, or all that are due.
const (
	sampleHuman = "true"
	sampleAll   = "all"
)

// sample is the parameter human, the first of the choices when absent.
func (q *query) sample(choices ...string) analytics.Sample {
	switch q.choice("human", choices...) {
	case sampleHuman:
		return analytics.SampleHuman
	case sampleAll:
		return analytics.SampleDue
	}
	return analytics.SampleOpened
}

// The words that rt_from and rt_to may hold instead of seconds.
const (
	timesUnanswered = "unanswered"
	timesAnswered   = "answered"
)

// times are the parameters rt_from and rt_to: seconds, both included. Who was not answered waited
// longer than any answer took, so that without rt_to the unanswered are among those at or above
// rt_from; rt_to=answered leaves them out, rt_from=unanswered everybody else.
func (q *query) times() *analytics.Times {
	from, to := q.text("rt_from"), q.text("rt_to")
	switch {
	case !q.values.Has("rt_from") && !q.values.Has("rt_to"):
		return nil
	case from == timesUnanswered:
		if q.values.Has("rt_to") {
			q.fault("rt_to", "rt_from 为 unanswered 时不写")
		}
		return &analytics.Times{Unanswered: true}
	}
	t := &analytics.Times{Answered: true, To: math.MaxInt64}
	if q.values.Has("rt_from") {
		t.From = q.seconds("rt_from", from, "应为不小于 0 的秒数，或 unanswered（未答）")
	}
	switch {
	case !q.values.Has("rt_to"):
		t.Unanswered = true
	case to != timesAnswered:
		t.To = q.seconds("rt_to", to, "应为不小于 0 的秒数，或 answered（只要已答的，不设上限）")
	}
	if t.From > t.To {
		q.fault("rt_from", "大于 rt_to，请对调")
	}
	return t
}

// part is what the waits have in common beside their state.
func (q *query) part() analytics.Part {
	names := []string{""}
	for _, p := range analytics.WaitParts() {
		names = append(names, string(p))
	}
	return analytics.Part(q.choice("part", names...))
}

// ages are the parameters age_from and age_to: seconds, both included.
func (q *query) ages() *analytics.Ages {
	from, to := q.text("age_from"), q.text("age_to")
	if !q.values.Has("age_from") && !q.values.Has("age_to") {
		return nil
	}
	const what = "应为不小于 0 的秒数"
	a := &analytics.Ages{To: math.MaxInt64}
	if q.values.Has("age_from") {
		a.From = q.seconds("age_from", from, what)
	}
	if q.values.Has("age_to") {
		a.To = q.seconds("age_to", to, what)
	}
	if a.From > a.To {
		q.fault("age_from", "大于 age_to，请对调")
	}
	return a
}

func (q *query) seconds(name, text, what string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		q.fault(name, what)
		return 0
	}
	return n
}
