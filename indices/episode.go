package indices

import "time"

// Episode is the life of one problem of one account: it begins with the first window in
// which the rule fires and is cleared by two clean windows in a row.
type Episode struct {
	Problem   Problem    `json:"problem"`
	FirstSeen time.Time  `json:"first_seen"` // ends of windows
	LastSeen  time.Time  `json:"last_seen"`
	Clean     int        `json:"clean_windows"`
	Cleared   *time.Time `json:"cleared"`
	Finding   Finding    `json:"finding"` // the latest that fired
	Through   time.Time  `json:"through"` // end of the latest window looked at
}

const cleanWindows = 2

// Advance returns the episode after a window that ended at end, or nil when there is none.
// A window not later than the last one looked at changes nothing, nor does one without
// data. A problem that fires again after it was cleared begins a new episode. Nothing keeps
// episodes yet: reports tell of one window.
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
