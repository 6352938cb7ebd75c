package indices

import "time"

// Since is from when a problem shows, in days: the last ones of the first and of the latest window in
// which its rule fired.
type Since struct {
	First   string `json:"first"` // 2006-01-02
	Last    string `json:"last"`
	AtLeast bool   `json:"at_least"` // it fired in the first window looked at: it may be older
}

// Episode is the life of one problem of one account: it begins with the first window in
// which the rule fires and is cleared by two clean windows in a row.
type Episode struct {
	Problem   Problem
	FirstSeen time.Time // ends of windows
	LastSeen  time.Time
	Clean     int // windows in a row
	Cleared   *time.Time
	Finding   Finding   // the latest that fired
	Through   time.Time // end of the latest window looked at
}

const cleanWindows = 2

// Advance returns the episode after a window that ended at end, or nil when there is none.
// A window not later than the last one looked at changes nothing, nor does one without
// data. A problem that fires again after it was cleared begins a new episode.
func Advance(e *Episode, f Finding, end time.Time) *Episode {
	if e != nil && !end.After(e.Through) || !f.Checked {
		return e
	}
	if f.Fired {
		next := Episode{Problem: f.Problem, FirstSeen: end}
		if e != nil && e.Cleared == nil {
			next = *e
		}
		next.LastSeen, next.Through, next.Clean, next.Finding = end, end, 0, f
		return &next
	}
	if e == nil || e.Cleared != nil {
		return e
	}
	next := *e
	next.Clean++
	next.Through = end
	if next.Clean >= cleanWindows {
		next.Cleared = &end
	}
	return &next
}

// At reports whether the problem showed in the windows about the one that ends at end.
func (e *Episode) At(end time.Time) bool {
	return !end.Before(e.FirstSeen) && (e.Cleared == nil || end.Before(*e.Cleared))
}
