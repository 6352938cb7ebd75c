package indices

import (
	"github.com/wenzheng/wenzheng/models"
)

// Sample is the part of the waits opened in a window that a figure is of.
type Sample string

// The samples. Due and Human are meant at the limit of the selection, or at the last one.
const (
	SampleOpened Sample = ""      // every wait: counts
	SampleDue    Sample = "due"   // due at the limit: the n of rates
	SampleHuman  Sample = "human" // due and needing a human: the n of quantiles and of RTI
)

// Selection says which waits of a window a figure, or a part of it, is of. The zero value is all
// that count as opened. Has and Decided agree: whatever was decided is counted from sums as it would
// be one by one.
type Selection struct {
	Sample  Sample
	State   models.WaitState // "" = any
	Pending *bool            // only open ones, that are pending or are not; nil = any
	Marked  bool             // those that need no answer instead; then only the time of asking is looked at
	Breach  *int             // only breaches of the limit with this index
	Times   *Times           // nil = any
	Part    Part             // "" = all
	Ages    *Ages            // of those that are open and not pending; nil = any
	Office  *Office          // PartUnassigned alone: office hours, and how many seconds of them are too long
	Within  int64
	Weekday int  // of asking: 1 = Monday to 7; 0 = any
	Hour    *int // of asking, 0 to 23
}

// Part is what the waits of a figure have in common beside their state.
type Part string

// The parts. Aged, repeated and rated are what was settled by the instant of reading.
const (
	PartFirst      Part = "first"      // the first of their sessions: the n of two-way sessions, and with SampleHuman of first responses
	PartTwoWay     Part = "two_way"    // the first of sessions that people answered twice or more
	PartOneWay     Part = "one_way"    // the first of the other sessions
	PartEnded      Part = "ended"      // answered or expired: the n of self-served
	PartRated      Part = "rated"      // rated by the citizen
	PartSatisfied  Part = "satisfied"  // of those, rated good
	PartAged       Part = "aged"       // answered so long ago that it is certain whether the citizen asked again
	PartRepeated   Part = "repeated"   // of those, asked again
	PartAtRisk     Part = "at_risk"    // open, the platform's window is about to close
	PartUnassigned Part = "unassigned" // open longer than Within in office hours, and nobody's
)

// Parts are all of them.
func Parts() []Part {
	return []Part{PartFirst, PartTwoWay, PartOneWay, PartEnded, PartRated, PartSatisfied, PartAged, PartRepeated, PartAtRisk, PartUnassigned}
}

// OfOpen reports whether only open waits may be of the part.
func (p Part) OfOpen() bool { return p == PartAtRisk || p == PartUnassigned }

// Ages restricts a selection to open waits that have waited From to To seconds, both included.
type Ages struct{ From, To int64 }

// Times restricts a selection by response time in seconds.
type Times struct {
	Answered   bool  // by a human or a matched bot, after From to To seconds, both included
	From, To   int64 // of the answered
	Unanswered bool  // all others
}

const (
	week = 7 * 24 * 3600
	// mondayAfterEpoch is the first Monday 0:00 in Shanghai after the epoch, a Thursday.
	mondayAfterEpoch = 4*24*3600 - 8*3600
)

// HourOfWeek is the hour of a Unix second in Shanghai, counted from Monday 0:00 on.
func HourOfWeek(sec int64) int {
	return int(((sec-mondayAfterEpoch)%week + week) % week / 3600)
}

// ByHour reports whether the hour of asking matters.
func (s *Selection) ByHour() bool { return s.Weekday != 0 || s.Hour != nil }

// At reports whether a wait that was opened at a Unix second is asked for.
func (s *Selection) At(sec int64) bool {
	if !s.ByHour() {
		return true
	}
	h := HourOfWeek(sec)
	return (s.Weekday == 0 || h/24 == s.Weekday-1) && (s.Hour == nil || h%24 == *s.Hour)
}

// limit is the index of the limit that the sample is due at.
func (s *Selection) limit() int {
	if s.Breach != nil {
		return *s.Breach
	}
	return lastLimit
}

// Has reports whether a wait is selected, as it reads at the Unix second asOf.
func (s *Selection) Has(w *models.Wait, limits *Limits, asOf int64) bool {
	if !s.At(w.OpenAt) || s.Marked != (w.Mark != models.MarkNone) {
		return false
	}
	r := StateAt(w, asOf)
	at := limits.At(w.OpenAt).Chat[s.limit()]
	switch {
	case s.Marked:
		return true
	case s.State != "" && s.State != r.State, s.Pending != nil && (r.State != models.WaitOpen || r.Pending != *s.Pending), s.Breach != nil && !r.Breach(at):
		return false
	case s.Sample == SampleDue && !r.Due(at), s.Sample == SampleHuman && !r.Need(at):
		return false
	case !s.hasPart(w, r, limits, asOf), s.Ages != nil && (r.State != models.WaitOpen || r.Pending || r.Waited < s.Ages.From || r.Waited > s.Ages.To):
		return false
	case s.Times == nil:
		return true
	case r.Answered():
		return s.Times.Answered && r.Waited >= s.Times.From && r.Waited <= s.Times.To
	default:
		return s.Times.Unanswered
	}
}

// hasPart reports whether a wait that reads as r is of the part.
func (s *Selection) hasPart(w *models.Wait, r Reading, limits *Limits, asOf int64) bool {
	switch s.Part {
	case PartFirst:
		return w.First
	case PartTwoWay:
		return w.First && w.TwoWay
	case PartOneWay:
		return w.First && !w.TwoWay
	case PartEnded:
		return r.State == models.WaitBot || r.State == models.WaitHuman || r.State == models.WaitExpired
	case PartRated:
		return w.Rated
	case PartSatisfied:
		return w.Rated && w.Satisfied
	case PartAged:
		return w.Aged && w.AgeAt <= asOf
	case PartRepeated:
		return w.Aged && w.AgeAt <= asOf && w.Repeated
	case PartAtRisk:
		return AtRisk(w, limits.At(asOf), asOf)
	case PartUnassigned:
		return s.unassigned(w, r, asOf)
	}
	return true
}

func (s *Selection) unassigned(w *models.Wait, r Reading, asOf int64) bool {
	return r.State == models.WaitOpen && !r.Pending && w.Assignee == "" && s.Office != nil && s.Office.Seconds(w.OpenAt, asOf) > s.Within
}

// Answered reports whether Waited is a response time: of a human, or of a matched bot whose answer
// stands so far.
func (r Reading) Answered() bool {
	return r.State == models.WaitHuman || r.State == models.WaitBot || r.Pending
}

// Decided counts the decided waits of sums that are selected, whatever Times, Part, Weekday and Hour
// say: the answered, and those without an answer.
func (s *Selection) Decided(sums *models.WaitSums) (answered, unanswered int64) {
	if s.Marked {
		return 0, sums.Marked
	}
	is := func(state models.WaitState) bool { return s.Pending == nil && (s.State == "" || s.State == state) }
	i := s.limit()
	if is(models.WaitHuman) {
		answered += sums.Human
		if s.Breach != nil {
			answered -= sums.OnTimeHuman[i]
		}
	}
	if is(models.WaitBot) && s.Sample != SampleHuman {
		answered += sums.Bot
		if s.Breach != nil {
			answered -= sums.OnTimeBot[i]
		}
	}
	if is(models.WaitExpired) {
		unanswered += sums.Expired
	}
	if is(models.WaitLeft) {
		if s.Sample == SampleOpened && s.Breach == nil {
			unanswered += sums.Left
		} else {
			unanswered += sums.LeftBreach[i]
		}
	}
	return answered, unanswered
}

// DecidedPart counts the decided waits of sums that are of the part, false where sums do not tell it: where
// more is asked for than the time of asking.
func (s *Selection) DecidedPart(sums *models.WaitSums) (n int64, ok bool) {
	n, ok = map[Part]int64{
		PartFirst: sums.Sessions, PartTwoWay: sums.TwoWay, PartOneWay: sums.Sessions - sums.TwoWay,
		PartEnded: sums.Bot + sums.Human + sums.Expired, PartRated: sums.Rated, PartSatisfied: sums.Satisfied,
		PartAged: sums.Aged, PartRepeated: sums.Repeated,
	}[s.Part]
	return n, ok && s.State == "" && s.Sample == SampleOpened && s.Breach == nil && s.Times == nil && !s.Marked
}

// QuantileOf is the q-th percentile over n waits of which those with an answer waited so many seconds,
// sorted; the others are unanswered.
func QuantileOf(q int64, sorted []int64, n int64) Quantile {
	if n <= 0 {
		return Quantile{}
	}
	if rank := NearestRank(q, n); rank <= int64(len(sorted)) {
		return Quantile{N: n, Seconds: sorted[rank-1]}
	}
	return Quantile{N: n, Unanswered: true}
}

// LimitRates are the rates of waits at every limit: sums of the decided ones, the others one by one.
func LimitRates(limits *Limits, sums *models.WaitSums, live []models.Wait, asOf int64) []LimitFigures {
	return limitFigures(newTally(limits, sums, nil, live, asOf), &Targets{})
}

// Least is the least that the limit with an index ever was, in seconds.
func (l *Limits) Least(i int) int64 {
	least := l.Chat[i]
	for k := range l.periods {
		least = min(least, l.periods[k].limits.Chat[i])
	}
	return least
}

// Responses are the response times of waits: sums and bands of the decided ones, the others one by one.
func Responses(limits *Limits, sums *models.WaitSums, bands []models.ResponseBand, live []models.Wait, asOf int64) AllResponses {
	return response(newTally(limits, sums, bands, live, asOf))
}
