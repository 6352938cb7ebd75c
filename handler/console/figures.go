package console

import (
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/analytics"
)

func (d *Console) distribution(c *gin.Context) (any, error) {
	q := parameters(c)
	asCSV := q.csv()
	ask, err := q.distribution()
	if asCSV && len(ask.By) > 1 {
		q.fault("by", "导出 CSV 时只写一种")
		err = q.err()
	}
	if err != nil {
		return nil, err
	}
	answer, err := d.o.Analytics.Distribution(c.Request.Context(), ask)
	if err != nil || !asCSV {
		return answer, err
	}
	return csvFile("响应时长分布", answer.Table(q.filter())), nil
}

func (q *query) distribution() (analytics.DistributionQuery, error) {
	ask := analytics.DistributionQuery{
		By:       q.list("by", analytics.DistributionRT, analytics.DistributionHeat, analytics.DistributionResponse, analytics.DistributionTopic, analytics.DistributionStaff),
		Accounts: q.accounts(), Channel: q.channel(), AsOf: q.asOf(), Sample: q.sample(sampleHuman, sampleAll),
		Topic: q.optional("topic"), Staff: q.optional("staff"), Compare: q.compare(""),
	}
	ask.From, ask.To = q.window()
	if ask.Sample != analytics.SampleHuman && slices.Contains(ask.By, analytics.DistributionResponse) {
		q.fault("human", "by 含 response 时只能为 true：办公时间只算人工答复")
	}
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
	q := parameters(c)
	ask := analytics.IndicesQuery{Accounts: q.accounts(), Channel: q.channel(), AsOf: q.asOf()}
	ask.From, ask.To = q.window()
	compare, asCSV := q.compare(analytics.ComparePrevious), q.csv()
	if err := q.err(); err != nil {
		return nil, err
	}
	answer, err := d.o.Analytics.Changes(c.Request.Context(), ask, compare)
	if err != nil || !asCSV {
		return answer, err
	}
	return csvFile("指标变化", answer.Table(q.filter())), nil
}

func (d *Console) window(c *gin.Context) (any, error) {
	q := parameters(c)
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
