package analytics

import (
	"context"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/indices"
)

// The spans of days that people choose among. Those of 7, 30 and 90 days end on the last day whose
// waits are all decided: any that holds today is provisional, and compares with nothing.
const (
	SpanToday     = "today"
	SpanYesterday = "yesterday"
	Span7         = "7d"
	Span30        = "30d"
	Span90        = "90d"
	SpanQuarter   = "quarter" // that runs
)

// Spans are all of them.
func Spans() []string { return []string{Span30, SpanToday, SpanYesterday, Span7, Span90, SpanQuarter} }

// What a window may be compared with: the days before it, as many (环比), or the same days a year
// earlier (同比).
const (
	ComparePrevious = "previous"
	CompareYear     = "year"
)

// WindowDays is a window as its first and last day, to be asked for again as it is written.
type WindowDays struct {
	From        string `json:"from"` // 2006-01-02
	To          string `json:"to"`   // included
	Days        int    `json:"days"`
	Provisional bool   `json:"provisional"`

	start, end time.Time
}

// ends are the window half-open.
func (w *WindowDays) ends() (from, to time.Time) { return w.start, w.end }

func daysOf(from, to, asOf time.Time) WindowDays {
	zone := indices.Shanghai()
	return WindowDays{
		From: from.In(zone).Format(time.DateOnly), To: to.Add(-time.Second).In(zone).Format(time.DateOnly),
		Days: int(to.Sub(from).Hours() / 24), Provisional: provisional(to, asOf), start: from, end: to,
	}
}

// SpanQuery names a window: a span as of an instant, or, where Span is "", the days themselves.
type SpanQuery struct {
	Accounts       []string // that will be asked about
	Span           string
	From, To, AsOf time.Time
}

// SpanWindow is a window in days with an instant of reading: what whoever asks so tomorrow sees the
// same by. Before are the windows that it compares with.
type SpanWindow struct {
	AsOf time.Time `json:"as_of"`
	WindowDays
	Previous WindowDays `json:"previous"`
	Year     WindowDays `json:"year"`
}

// Span is the window that the query names.
func (m *Analytics) Span(ctx context.Context, q SpanQuery) (SpanWindow, error) {
	if _, err := m.accounts(ctx, q.Accounts); err != nil {
		return SpanWindow{}, err
	}
	asOf := q.AsOf
	if asOf.IsZero() {
		asOf = m.now().Truncate(time.Second)
	}
	if q.Span != "" {
		if !q.From.IsZero() || !q.To.IsZero() {
			return SpanWindow{}, invalid("span", "写了 span 就不写 from 和 to")
		}
		if !slices.Contains(Spans(), q.Span) {
			return SpanWindow{}, invalid("span", "没有这个时段")
		}
		q.From, q.To = spanEnds(q.Span, asOf)
	}
	from, to, asOf, err := m.settle(q.From, q.To, asOf)
	if err != nil {
		return SpanWindow{}, err
	}
	out := SpanWindow{AsOf: asOf.In(indices.Shanghai()), WindowDays: daysOf(from, to, asOf)}
	for compare, into := range map[string]*WindowDays{ComparePrevious: &out.Previous, CompareYear: &out.Year} {
		if *into, _, err = Comparison(compare, from, to, asOf); err != nil {
			return SpanWindow{}, err
		}
	}
	return out, nil
}

func spanEnds(span string, asOf time.Time) (from, to time.Time) {
	today := indices.StartOfDay(asOf)
	final := indices.FinalEnd(asOf)
	switch span {
	case SpanToday:
		return today, today.AddDate(0, 0, 1)
	case SpanYesterday:
		return today.AddDate(0, 0, -1), today
	case Span7:
		return final.AddDate(0, 0, -7), final
	case Span90:
		return final.AddDate(0, 0, -90), final
	case SpanQuarter:
		first := time.Date(today.Year(), (today.Month()-1)/3*3+1, 1, 0, 0, 0, 0, today.Location())
		return first, today.AddDate(0, 0, 1)
	}
	return final.AddDate(0, 0, -30), final
}

// Comparison is the window that one is compared with; false: with none.
func Comparison(compare string, from, to, asOf time.Time) (w WindowDays, ok bool, err error) {
	zone := indices.Shanghai()
	from, to = from.In(zone), to.In(zone)
	switch compare {
	case "":
		return WindowDays{}, false, nil
	case ComparePrevious:
		days := int(to.Sub(from).Hours() / 24)
		return daysOf(from.AddDate(0, 0, -days), from, asOf), true, nil
	case CompareYear:
		return daysOf(from.AddDate(-1, 0, 0), to.AddDate(-1, 0, 0), asOf), true, nil
	}
	return WindowDays{}, false, invalid("compare", "应为 "+ComparePrevious+"（环比）或 "+CompareYear+"（同比）")
}
