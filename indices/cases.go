package indices

import (
	"maps"
	"slices"
	"time"
)

// Case is one 办件. It may be re-opened: every stretch of time it was open is a spell, in order.
type Case struct {
	ID       string
	Category string
	Spells   []Spell
	Feedback *Feedback // of the citizen, nil when none was given
}

// Spell is one stretch in which a case was open; To is zero while it still is.
type Spell struct{ From, To time.Time }

// Feedback is what the citizen said of a closed case.
type Feedback struct{ Solved, Satisfied bool }

// Closed reports whether no spell of the case is running.
func (c *Case) Closed() bool {
	return len(c.Spells) > 0 && !c.Spells[len(c.Spells)-1].To.IsZero()
}

// Workdays is the time of the case over all its spells up to asOf, in working days: a
// re-opened case is late when the total exceeds its limit.
func (c *Case) Workdays(calendar *Calendar, asOf time.Time) int {
	n := 0
	for _, s := range c.Spells {
		to := s.To
		if to.IsZero() {
			to = asOf
		}
		n += calendar.ElapsedWorkdays(s.From, to)
	}
	return n
}

// Limit is the limit for a category in working days; unknown categories have that of the
// complex ones.
func (l CaseLimits) Limit(category string) int {
	if n, ok := l[category]; ok {
		return n
	}
	return l[CaseComplex]
}

// CaseFigures are M13 and the case-handling index 办理时效指数, live.
type CaseFigures struct {
	Categories []CaseCategory `json:"categories"`
	All        CaseCategory   `json:"all"`
	// Index is 100 times the mean of u over closed cases and those open for CaseZero working
	// days or more (which earn 0), with u as in the response-time index but in working days.
	Index  *float64 `json:"index"`
	N      int64    `json:"n"`
	UMicro int64    `json:"u_micro"`
	// OpenLong counts cases open for more than the longest limit.
	OpenLong int64 `json:"open_over_complex_limit"`
}

// CaseCategory is 按时办结率 of one category: closed in time / (closed + open past the deadline).
type CaseCategory struct {
	Category string `json:"category"`
	Limit    int    `json:"limit_wd"`
	Closed   int64  `json:"closed"`
	InTime   int64  `json:"closed_in_time"`
	OpenLate int64  `json:"open_late"`
	Open     int64  `json:"open"`
	OnTime   Rate   `json:"on_time"`
	Verdict
}

func caseFigures(cases []Case, office *Office, limits *Limits, targets *Targets, asOf time.Time) CaseFigures {
	f := CaseFigures{Categories: []CaseCategory{}, All: CaseCategory{Category: "all"}}
	f.All.rated(targets)
	if office == nil {
		return f
	}
	byName := map[string]*CaseCategory{}
	for i := range cases {
		c := &cases[i]
		if len(c.Spells) == 0 {
			continue
		}
		days := c.Workdays(office.Calendar(), asOf)
		own := limits.At(c.Spells[0].From.Unix()) // those of when the case was opened
		limit := own.Case.Limit(c.Category)
		if byName[c.Category] == nil {
			byName[c.Category] = &CaseCategory{Category: c.Category, Limit: limits.Case.Limit(c.Category)}
		}
		byName[c.Category].add(c.Closed(), days > limit)
		f.All.add(c.Closed(), days > limit)
		f.score(c.Closed(), days, own)
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		f.Categories = append(f.Categories, *byName[name].rated(targets))
	}
	f.All.rated(targets)
	if f.N > 0 {
		f.Index = new(pointsOf(f.UMicro, f.N))
	}
	return f
}

func (c *CaseCategory) add(closed, late bool) {
	c.Closed += count(closed)
	c.InTime += count(closed && !late)
	c.Open += count(!closed)
	c.OpenLate += count(!closed && late)
}

func (c *CaseCategory) rated(targets *Targets) *CaseCategory {
	c.OnTime = NewRate(c.InTime, c.Closed+c.OpenLate)
	c.Verdict = targets.cases(c.OnTime.Value)
	return c
}

func (f *CaseFigures) score(closed bool, days int, limits *Limits) {
	f.OpenLong += count(!closed && days > limits.Case.Limit(CaseComplex))
	switch {
	case closed:
		f.N++
		f.UMicro += UMicro(int64(days), int64(limits.CaseFull), int64(limits.CaseZero))
	case days >= limits.CaseZero:
		f.N++
	}
}
