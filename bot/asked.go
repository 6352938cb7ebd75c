package bot

import "time"

// asked carries the instant of a question; what depends on it is computed when needed.
type asked struct {
	rs    *Ruleset
	at    time.Time
	known bool
	now   moment
	check *probe // nil when a citizen asks
}

func (a *asked) moment() *moment {
	if !a.known {
		a.now = a.rs.office.moment(a.at)
		a.known = true
	}
	return &a.now
}

// active reports whether a rule may answer at this moment at all.
func (a *asked) active(place int32) bool {
	r := &a.rs.rules[place]
	if a.check != nil {
		return a.check.active(r, place)
	}
	if r.expires != 0 && r.expired(a.moment().day) {
		return false
	}
	return r.more == nil || r.more.when == nil || r.more.when.holds(a.moment())
}
