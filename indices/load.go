package indices

import (
	"cmp"
	"slices"

	"github.com/wenzheng/wenzheng/models"
)

// Duty is one stretch of one staff member on duty, in Unix seconds, To not included.
type Duty struct{ From, To int64 }

// Load is M14: how many waits are open at a time, for each member of staff on duty.
type Load struct {
	WaitSeconds  int64    `json:"wait_s"`  // ∫ open waits dt
	StaffSeconds int64    `json:"staff_s"` // ∫ staff on duty dt
	PerStaff     *float64 `json:"per_staff"`
	Peak         int64    `json:"peak"` // most waits open at once
}

// Concurrency measures M14 over [from, to) in Unix seconds. waits must hold every wait that was
// open in it, whenever opened. Without a roster there is no value (nil): nothing calls it until the
// desk has rosters.
func Concurrency(waits []models.Wait, roster []Duty, from, to, asOf int64) *Load {
	if len(roster) == 0 {
		return nil
	}
	type change struct{ at, by int64 }
	var changes []change
	for i := range waits {
		if waits[i].Mark != models.MarkNone {
			continue
		}
		a, b := clip(waits[i].OpenAt, EndOf(&waits[i], asOf), from, min(to, asOf))
		if a < b {
			changes = append(changes, change{a, 1}, change{b, -1})
		}
	}
	slices.SortFunc(changes, func(a, b change) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.by, b.by)) })
	l := &Load{}
	open, at := int64(0), from
	for _, c := range changes {
		l.WaitSeconds += open * (c.at - at)
		open, at = open+c.by, c.at
		l.Peak = max(l.Peak, open)
	}
	for _, d := range roster {
		a, b := clip(d.From, d.To, from, to)
		l.StaffSeconds += max(0, b-a)
	}
	l.PerStaff = ratio(l.WaitSeconds, l.StaffSeconds)
	return l
}

func clip(a, b, from, to int64) (int64, int64) { return max(a, from), min(b, to) }
