package models

import "time"

// Matters are what the brain has to know of a citizen's cases and ratings.
type Matters struct {
	AppID, OpenID string
	RateUntil     time.Time  // until when a typed 1, 2 or 3 rates what was asked about, zero = nothing is
	Cases         []CaseLine // the last first, twenty at most
	Reserved      CaseNumber
}

// CaseNumber is reserved for the case that a citizen tells in a dialogue.
type CaseNumber struct {
	Dialogue string // see CaseForm
	Number   string
}

// CaseLine is a case as its citizen reads it.
type CaseLine struct {
	Number string
	Text   string // with the number
	Open   bool   // it is not over
}

// RatingChoices are what a citizen may say of an answer, in the order of their numbers.
func RatingChoices() []string {
	return []string{"解决了，满意", "解决了，不满意", "没解决"}
}

// RatingRule begins the name under which a rating stands in the log, the choice behind it: no rule has
// an id of zero.
const RatingRule = "评价："
