package console

import (
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/analytics"
)

func (d *Console) distribution(c *gin.Context) (any, error) {
	q, err := distributionQuery(c.Request.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	return d.o.Analytics.Distribution(c.Request.Context(), q)
}

func distributionQuery(raw string) (analytics.DistributionQuery, error) {
	q := parseQuery(raw)
	ask := analytics.DistributionQuery{
		By:       q.list("by", analytics.DistributionRT, analytics.DistributionHeat, analytics.DistributionTopic, analytics.DistributionStaff),
		Accounts: q.accounts(), Channel: q.channel(), AsOf: q.asOf(), Sample: q.sample(sampleHuman, sampleAll),
		Topic: q.optional("topic"), Staff: q.optional("staff"), Compare: q.compare(""),
	}
	ask.From, ask.To = q.window()
	return ask, q.err()
}

// list is one or several of the values, separated by commas and required.
func (q *query) list(name string, values ...string) []string {
	var list []string
	for item := range strings.SplitSeq(q.text(name), ",") {
		if item = strings.TrimSpace(item); !slices.Contains(values, item) {
			q.fault(name, "应为 "+strings.Join(values, "、")+"，多个用逗号分开")
			return nil
		}
		if !slices.Contains(list, item) {
			list = append(list, item)
		}
	}
	return list
}

// compare is what the window is compared with, initial when absent.
func (q *query) compare(initial string) string {
	if !q.values.Has("compare") {
		q.text("compare")
		return initial
	}
	return q.choice("compare", analytics.ComparePrevious, analytics.CompareYear)
}

func (d *Console) changes(c *gin.Context) (any, error) {
	q := parseQuery(c.Request.URL.RawQuery)
	ask := analytics.IndicesQuery{Accounts: q.accounts(), Channel: q.channel(), AsOf: q.asOf()}
	ask.From, ask.To = q.window()
	compare := q.compare(analytics.ComparePrevious)
	if err := q.err(); err != nil {
		return nil, err
	}
	return d.o.Analytics.Changes(c.Request.Context(), ask, compare)
}

func (d *Console) window(c *gin.Context) (any, error) {
	q := parseQuery(c.Request.URL.RawQuery)
	ask := analytics.SpanQuery{Accounts: q.accounts(), AsOf: q.asOf()}
	ask.From, ask.To = q.window()
	if spans := analytics.Spans(); ask.From.IsZero() && ask.To.IsZero() || q.values.Has("span") {
		ask.Span = q.choice("span", spans...)
	} else {
		q.text("span")
	}
	if err := q.err(); err != nil {
		return nil, err
	}
	return d.o.Analytics.Span(c.Request.Context(), ask)
}
