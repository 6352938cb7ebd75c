package analytics

import (
	"context"
	"math"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/report"
	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/waits"
)

// enough is how many waits a figure must be of on both sides to be compared.
const enough = 30

// Change is how a figure stands to what it was in the window before: the difference in its own unit
// (points for shares), and for times in percent. It carries a verdict only where it means something.
type Change struct {
	Before  any      `json:"before"` // null, a number or "unanswered"
	NBefore *int64   `json:"n_before"`
	Change  *float64 `json:"change"`
	Percent *float64 `json:"percent"` // of times and counts
	Verdict string   `json:"verdict"` // better, worse, same, or "" where there is none
	Text    string   `json:"text"`    // the same in Chinese
	Why     string   `json:"why"`     // why there is no verdict: provisional, small, absent, neutral
}

// The verdicts, and why there is none.
const (
	verdictBetter = "better"
	verdictWorse  = "worse"
	verdictSame   = "same"

	whyProvisional = "provisional" // either side
	whySmall       = "small"       // either side is of less than 30
	whyAbsent      = "absent"      // either side has no value
	whyNeutral     = "neutral"     // more is neither good nor bad
)

// What counts as the same: a change of less than so many percent of a time, or points of a share or
// an index.
const (
	samePercent = 5
	samePoints  = 1
)

// compared is one side of a comparison.
type compared struct {
	value      *float64
	unanswered bool // a quantile that falls on a wait without an answer: longer than any
	n          *int64
}

func sideOf(f *sheet.Figure) compared {
	return compared{value: f.Value, unanswered: f.Raw == indices.UnansweredText, n: f.N}
}

func (c *compared) shown() any {
	switch {
	case c.unanswered:
		return indices.UnansweredText
	case c.value != nil:
		return *c.value
	}
	return nil
}

// changeOf compares two values of one unit. good is 1 where more is better, -1 where less is, 0 where
// neither; final says that both windows are.
func changeOf(now, before compared, unit sheet.Unit, good int, final bool) Change {
	c := Change{Before: before.shown(), NBefore: before.n}
	moved := 0.
	switch {
	case now.value != nil && before.value != nil:
		moved = *now.value - *before.value
		c.Change = &moved
		if *before.value != 0 && (unit == sheet.UnitSeconds || unit == sheet.UnitCount) {
			c.Percent = new(100 * moved / *before.value)
		}
	case now.unanswered && before.unanswered:
	case now.unanswered && before.value != nil:
		moved = math.Inf(1)
	case before.unanswered && now.value != nil:
		moved = math.Inf(-1)
	default:
		c.Why = whyAbsent
		return c
	}
	small := func(n *int64) bool { return n != nil && *n < enough }
	switch {
	case !final:
		c.Why = whyProvisional
	case small(now.n) || small(before.n):
		c.Why = whySmall
	case good == 0:
		c.Why = whyNeutral
	default:
		c.judge(moved, good, c.same(moved, unit))
	}
	return c
}

// same reports whether the change is too small to be told; percents are looked at as people see
// them, in whole ones.
func (c *Change) same(moved float64, unit sheet.Unit) bool {
	if unit == sheet.UnitSeconds && c.Percent != nil {
		return math.Abs(math.Round(*c.Percent)) < samePercent
	}
	return math.Abs(moved) < samePoints
}

func (c *Change) judge(moved float64, good int, same bool) {
	switch {
	case same:
		c.Verdict, c.Text = verdictSame, "持平"
	case moved > 0 == (good > 0):
		c.Verdict, c.Text = verdictBetter, "变好"
	default:
		c.Verdict, c.Text = verdictWorse, "变差"
	}
}

// quantileChange compares two response times.
func quantileChange(now, before indices.Quantile, n, nBefore int64, final bool) Change {
	side := func(q indices.Quantile, n int64) compared {
		c := compared{unanswered: q.Unanswered, n: &n}
		if q.N > 0 && !q.Unanswered {
			c.value = new(float64(q.Seconds))
		}
		return c
	}
	return changeOf(side(now, n), side(before, nBefore), sheet.UnitSeconds, -1, final)
}

// goodOf says whether more of a figure is better, 1, or worse, -1, or neither; false: it is not compared.
func goodOf(key string) (good int, ok bool) {
	switch {
	case strings.HasPrefix(key, "first_response."), strings.HasPrefix(key, "response."), key == "rates.repeat_asks":
		return -1, true
	case strings.HasPrefix(key, "limits.") && strings.HasSuffix(key, "rate"), strings.HasPrefix(key, "rti."),
		key == "self_served", key == "two_way", key == "csat", key == "composite.value", key == "spread_index.s100",
		strings.HasPrefix(key, "interaction_index.") && !strings.HasSuffix(key, "permille"), strings.HasPrefix(key, "service_index."):
		return 1, true
	case key == "counts.inbound", key == "counts.active_citizens", strings.HasPrefix(key, "counts.waits."),
		strings.HasPrefix(key, "limits."):
		return 0, true
	}
	return 0, false
}

// Changes are the figures of accounts held against another window.
type Changes struct {
	FormulaVersion string           `json:"formula_version"`
	AsOf           time.Time        `json:"as_of"`
	Channel        models.Channel   `json:"channel"`
	Window         WindowDays       `json:"window"`
	Before         WindowDays       `json:"before"`
	Accounts       []AccountChanges `json:"accounts"`
}

// AccountChanges are those of one account.
type AccountChanges struct {
	Account string         `json:"account"`
	Name    string         `json:"name"`
	Figures []FigureChange `json:"figures"`
}

// FigureChange is one figure with its change; Key is the path of the figure in a report.
type FigureChange struct {
	Key   string     `json:"key"`
	Name  string     `json:"name"`
	Unit  sheet.Unit `json:"unit"`
	Value any        `json:"value"` // null, a number or "unanswered"
	N     *int64     `json:"n"`
	Change
}

// Changes compares the figures of a window with those of the window that compare names.
func (m *Analytics) Changes(ctx context.Context, q IndicesQuery, compare string) (Changes, error) {
	var err error
	if q.From, q.To, q.AsOf, err = m.settle(q.From, q.To, q.AsOf); err != nil {
		return Changes{}, err
	}
	accounts, err := m.accounts(ctx, q.Accounts)
	if err != nil {
		return Changes{}, err
	}
	calendar, err := m.calendar(ctx)
	if err != nil {
		return Changes{}, err
	}
	before, ok, err := Comparison(compare, q.From, q.To, q.AsOf)
	if err != nil {
		return Changes{}, err
	}
	if !ok {
		return Changes{}, invalid("compare", "应为 "+ComparePrevious+"（环比）或 "+CompareYear+"（同比）")
	}
	out := Changes{
		FormulaVersion: indices.FormulaVersion, AsOf: q.AsOf.In(indices.Shanghai()), Channel: q.Channel,
		Window: daysOf(q.From, q.To, q.AsOf), Before: before, Accounts: []AccountChanges{},
	}
	for _, a := range accounts {
		var sides [2]indices.AccountReport
		for i, days := range []WindowDays{out.Window, before} {
			from, to := days.ends()
			in, err := m.inputs(ctx, a, waits.Window{AppID: a.AppID, Channel: q.Channel, From: from, To: to, AsOf: q.AsOf}, calendar)
			if err != nil {
				return Changes{}, err
			}
			sides[i] = indices.Compute(&in)
		}
		out.Accounts = append(out.Accounts, changesOf(&sides[0], &sides[1]))
	}
	return out, nil
}

// changesOf compares two reports of one account. Where a figure has no n of its own, that of the
// waits that were due stands for it.
func changesOf(now, before *indices.AccountReport) AccountChanges {
	out := AccountChanges{Account: now.Account, Name: now.Name, Figures: []FigureChange{}}
	then := report.Figures(before)
	for _, f := range report.Figures(now) {
		good, ok := goodOf(f.Key)
		if !ok {
			continue
		}
		i := indexOfFigure(then, f.Key)
		if i < 0 {
			continue
		}
		a, b := sideOf(&f), sideOf(&then[i])
		if f.N == nil && good != 0 {
			last := models.ChatLimits - 1
			a.n, b.n = new(now.Limits[last].Due), new(before.Limits[last].Due)
		}
		out.Figures = append(out.Figures, FigureChange{
			Key: f.Key, Name: strings.TrimLeft(f.Name, "　"), Unit: f.Unit, Value: a.shown(), N: a.n,
			Change: changeOf(a, b, f.Unit, good, !now.Provisional && !before.Provisional),
		})
	}
	return out
}

func indexOfFigure(list []sheet.Figure, key string) int {
	for i := range list {
		if list[i].Key == key {
			return i
		}
	}
	return -1
}
