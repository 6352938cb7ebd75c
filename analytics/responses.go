package analytics

import (
	"slices"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/waits"
)

// ResponsePairs are the response times of all the accounts together: of the first questions of
// conversations, and of each question.
type ResponsePairs struct {
	First Responses `json:"first"`
	All   Responses `json:"all"`
}

// Responses are the median and the ninth of ten by the calendar and in office hours, of waits that needed
// a human; the unanswered rank last on both clocks.
type Responses struct {
	N         int64            `json:"n"`
	Answered  int64            `json:"answered"`
	P50       indices.Quantile `json:"p50_s"`
	P90       indices.Quantile `json:"p90_s"`
	OfficeP50 indices.Quantile `json:"office_p50_s"`
	OfficeP90 indices.Quantile `json:"office_p90_s"`
}

// clocks are response times of humans by both clocks, in no order, and how many waits have none.
type clocks struct {
	seconds, office []int64
	unanswered      int64
}

func (c *clocks) add(o *clocks) {
	c.seconds, c.office = append(c.seconds, o.seconds...), append(c.office, o.office...)
	c.unanswered += o.unanswered
}

// read adds a wait that was read one by one.
func (c *clocks) read(w *models.Wait, asOf int64) {
	r := indices.StateAt(w, asOf)
	if r.State != models.WaitHuman {
		c.unanswered++
		return
	}
	c.seconds, c.office = append(c.seconds, r.Waited), append(c.office, w.OfficeRT)
}

func (c *clocks) responses() Responses {
	slices.Sort(c.seconds)
	slices.Sort(c.office)
	answered := int64(len(c.seconds))
	n := answered + c.unanswered
	return Responses{
		N: n, Answered: answered,
		P50: indices.QuantileOf(50, c.seconds, n), P90: indices.QuantileOf(90, c.seconds, n),
		OfficeP50: indices.QuantileOf(50, c.office, n), OfficeP90: indices.QuantileOf(90, c.office, n),
	}
}

// clocksOf are first and all responses of a group that holds everything.
func clocksOf(g *waits.Group, limits *indices.Limits, asOf int64) (first, all clocks) {
	sel := indices.Selection{Sample: indices.SampleHuman}
	_, lost := sel.Decided(&g.Sums)
	all = clocks{slices.Clone(g.Seconds), slices.Clone(g.Office), lost}
	first = clocks{slices.Clone(g.First), slices.Clone(g.FirstOffice), g.Sums.FirstLost}
	for i := range g.Live {
		v := &g.Live[i]
		if !sel.Has(v, limits, asOf) {
			continue
		}
		all.read(v, asOf)
		if v.First {
			first.read(v, asOf)
		}
	}
	return first, all
}

// responses are those of all the accounts.
func (d *distributed) responses() *ResponsePairs {
	return &ResponsePairs{First: d.first.responses(), All: d.all.responses()}
}
