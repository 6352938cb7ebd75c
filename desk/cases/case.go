package cases

import (
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// State is how far a case has come.
type State string

// The states; the first four are open.
const (
	Submitted State = "submitted"
	Accepted  State = "accepted"
	Handling  State = "handling"
	Review    State = "review"
	Closed    State = "closed"
	Rejected  State = "rejected"
	Withdrawn State = "withdrawn" // by the citizen; outside the figures
)

// Open reports whether something is still owed.
func (s State) Open() bool {
	return s == Submitted || s == Accepted || s == Handling || s == Review
}

// States lists them all.
func States() []State {
	return []State{Submitted, Accepted, Handling, Review, Closed, Rejected, Withdrawn}
}

// Kind is what the citizen wants.
type Kind = models.CaseKind

// The kinds.
const (
	Consult    = models.CaseConsult
	Complaint  = models.CaseComplaint
	Suggestion = models.CaseSuggestion
	Report     = models.CaseReport
	Help       = models.CaseHelp
	Praise     = models.CasePraise
)

// Pending is what waits for the review.
type Pending string

// What may wait for it; an extension waits beside the state.
const (
	PendingReply  Pending = "reply"
	PendingReject Pending = "reject"
)

// Where a case came from; an imported one names its own source.
const (
	SourceChat  = "chat"
	SourceAgent = "agent"
)

// Extension is a longer limit that somebody asked for.
type Extension struct {
	Days   int       `json:"days"` // working days after the limit
	By     string    `json:"by"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

// Case is a matter as lists show it: nothing that names a person.
type Case struct {
	AppID        string     `json:"account"`
	Number       string     `json:"number"`
	Shown        string     `json:"shown"`
	State        State      `json:"state"`
	Kind         Kind       `json:"kind"`
	Topic        string     `json:"topic"`
	District     string     `json:"district"`
	Unit         string     `json:"unit"`
	Handler      string     `json:"handler"` // a sign-in name, "" = nobody
	Title        string     `json:"title"`   // the beginning of the text, masked
	Citizen      string     `json:"citizen"` // as much of the pseudonym as people see
	UID          string     `json:"uid"`     // "" = nobody whom the account knows
	Conversation int64      `json:"conversation,string"`
	Source       string     `json:"source"`
	SourceNumber string     `json:"source_number"` // its number there, of a case that was imported
	Public       bool       `json:"public"`        // the citizen agrees to its being published
	Complex      bool       `json:"complex"`
	SubmittedAt  time.Time  `json:"submitted_at"`
	AcceptedAt   time.Time  `json:"accepted_at,omitzero"`
	ClosedAt     time.Time  `json:"closed_at,omitzero"`
	DueAcceptAt  time.Time  `json:"due_accept_at"`
	DueAt        time.Time  `json:"due_at"`
	ExtendedTo   time.Time  `json:"extended_to,omitzero"`
	Due          time.Time  `json:"due,omitzero"` // of what comes next
	LeftWD       int        `json:"left_wd"`      // working days until then, negative: since then
	Overdue      bool       `json:"overdue"`
	RemindedAt   time.Time  `json:"reminded_at,omitzero"` // of the limit, last
	Returns      int        `json:"returns"`
	Urges        int        `json:"urges"`
	Reopened     int        `json:"reopened"`
	Pending      Pending    `json:"pending"`
	Extension    *Extension `json:"extension"` // that waits for the review
	Author       string     `json:"author"`    // of what waits for the review
	Solved       *bool      `json:"solved"`    // as the citizen rated it
	Satisfied    *bool      `json:"satisfied"`
	Version      int64      `json:"version,string"`
	ChangedAt    time.Time  `json:"changed_at"`

	spells    []store.Spell
	place     string
	photos    []string
	sourceKey string
	phone     []byte // sealed
	draft     []byte // sealed
}

// category is what the figures count the case under.
func (c *Case) category() string {
	switch {
	case c.Complex:
		return indices.CaseComplex
	case c.Kind == Consult:
		return indices.CaseConsultation
	}
	return indices.CaseComplaint
}

// due is when what comes next is owed, zero when nothing is.
func (c *Case) due() time.Time {
	switch {
	case !c.State.Open():
		return time.Time{}
	case c.State == Submitted && c.DueAcceptAt.Before(c.DueAt):
		return c.DueAcceptAt
	case c.ExtendedTo.After(c.DueAt):
		return c.ExtendedTo
	}
	return c.DueAt
}

// opens begins a stretch of time in which the case is open, closes ends it.
func (c *Case) opens(at time.Time) {
	c.spells = append(c.spells, store.Spell{From: at})
	c.ClosedAt = time.Time{}
}

func (c *Case) closes(state State, at time.Time) {
	c.State, c.ClosedAt = state, at
	c.spells[len(c.spells)-1].To = at
}

// limits are the working days of a case of an account.
type limits struct {
	office *indices.Office
	days   indices.CaseLimits // as of when the case was submitted
}

func (b *Cases) limitsOf(a *models.Account, at time.Time) (limits, error) {
	return limitsOf(b.o.Calendar, a, at)
}

// Deadlines returns how it is told from an account's settings alone until when a case of a citizen is to be
// accepted and answered; zero times where the settings can not be read.
func Deadlines(calendar *indices.LiveCalendar) func(*models.Account, Kind, time.Time) (accept, answer time.Time) {
	return func(a *models.Account, kind Kind, at time.Time) (accept, answer time.Time) {
		l, err := limitsOf(calendar, a, at)
		if err != nil {
			return accept, answer
		}
		c := &Case{Kind: kind, SubmittedAt: at}
		c.opens(at)
		l.set(c)
		return c.DueAcceptAt, c.DueAt
	}
}

func limitsOf(calendar *indices.LiveCalendar, a *models.Account, at time.Time) (limits, error) {
	periods, err := models.OfficePeriods(a.Settings)
	if err != nil {
		return limits{}, err
	}
	all, err := indices.LimitsOf(a.Settings)
	if err != nil {
		return limits{}, err
	}
	return limits{calendar.Current().Office(periods...), all.At(at.Unix()).Case}, nil
}

// set works out the deadlines of a case from its submission, or of a case that is open again from then:
// the days of all its stretches count.
func (l *limits) set(c *Case) {
	used := 0
	for _, s := range c.spells[:len(c.spells)-1] {
		used += l.office.Calendar().ElapsedWorkdays(s.From, s.To)
	}
	since := c.spells[len(c.spells)-1].From
	c.DueAcceptAt = l.office.Deadline(c.SubmittedAt, l.days.Limit(indices.CaseAcceptance))
	c.DueAt = l.office.Deadline(since, max(0, l.days.Limit(c.category())-used))
}

// look fills in what depends on the time.
func (l *limits) look(c *Case, now time.Time) {
	if c.Due.IsZero() {
		return
	}
	if c.Overdue = now.After(c.Due); c.Overdue {
		c.LeftWD = -l.office.Calendar().ElapsedWorkdays(c.Due, now)
		return
	}
	c.LeftWD = l.office.Calendar().ElapsedWorkdays(now, c.Due)
}
