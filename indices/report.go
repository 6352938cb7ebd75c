package indices

import (
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Report is the shape of `wenzheng indices --format json`. Values that do not exist are
// null; rates are percent; values are not rounded (people are shown two decimals).
type Report struct {
	FormulaVersion string          `json:"formula_version"`
	AsOf           time.Time       `json:"as_of"`
	From           time.Time       `json:"from"`
	To             time.Time       `json:"to"` // the last second of the window, AsOf while it runs
	Channel        models.Channel  `json:"channel"`
	Provisional    bool            `json:"provisional"` // 暂定: shown, never ranked
	Accounts       []AccountReport `json:"accounts"`
	Ranking        []Place         `json:"ranking"`
	RankingText    string          `json:"ranking_text"`
}

// AccountReport is every metric and index of one account, with the parts they are made of.
type AccountReport struct {
	Account      string `json:"account"`
	Name         string `json:"name"`
	Followers    *int64 `json:"followers"`
	Provisional  bool   `json:"provisional"`
	Insufficient bool   `json:"insufficient"` // 样本不足: fewer than 30 due waits
	// ProvisionalCalendar (暂定日历): the span reaches into a year without a notice.
	ProvisionalCalendar bool           `json:"provisional_calendar"`
	Remeasuring         *Remeasuring   `json:"remeasuring"` // 重算中: shown, never ranked
	Counts              Counts         `json:"counts"`
	First               ResponseTimes  `json:"first_response"`
	Response            AllResponses   `json:"response"`
	Limits              []LimitFigures `json:"limits"`
	LimitsChanged       []string       `json:"limits_changed,omitempty"` // days of the window from which on a wait has other limits; Limits names those of its end
	Backlog             Backlog        `json:"backlog"`                  // of AsOf, as in Live
	Live                Live           `json:"live"`
	SelfServed          *float64       `json:"self_served"` // M11
	TwoWay              *float64       `json:"two_way"`     // M12
	CSAT                *float64       `json:"csat"`        // M15
	Rates               Rates          `json:"rates"`       // the counts and intervals of the three
	Cases               CaseFigures    `json:"cases"`
	Concurrency         *Load          `json:"concurrency"`
	Publication         Publication    `json:"publication"`
	Interface           Health         `json:"interface"`
	Log                 Completeness   `json:"log"`

	RTI         RTI         `json:"rti"`
	Interaction Interaction `json:"interaction_index"`
	Service     Service     `json:"service_index"`
	Spread      Spread      `json:"spread_index"`
	Composite   Composite   `json:"composite"`
	Diagnosis   []Finding   `json:"diagnosis"`
}

// Counts are M1 to M3.
type Counts struct {
	Inbound        int64      `json:"inbound"`
	ActiveCitizens int64      `json:"active_citizens"`
	ActivePermille *float64   `json:"active_permille"`
	Waits          WaitCounts `json:"waits"`
	Sessions       int64      `json:"sessions"`
	TwoWaySessions int64      `json:"two_way_sessions"`
	// Dialogues are counted beside: their steps are no inbound rows and no waits (C15).
	Dialogues *Dialogues `json:"dialogues,omitempty"` // nil where none was counted yet
}

// Dialogues are those in which citizens began to tell a case in the window, as they stand at AsOf: started =
// completed + abandoned + open.
type Dialogues struct {
	Started   int64     `json:"started"`
	Completed int64     `json:"completed"` // the case was submitted
	Abandoned int64     `json:"abandoned"` // it was not, and can not be continued any more
	Open      int64     `json:"open"`
	Since     time.Time `json:"since"` // when the first one of the account was counted
}

// WaitCounts are waits by state: opened = human + bot + expired + left + open; pending is part of open.
type WaitCounts struct {
	Opened  int64 `json:"opened"`
	Human   int64 `json:"human"`
	Bot     int64 `json:"bot"`
	Expired int64 `json:"expired"`
	Left    int64 `json:"left"`
	Open    int64 `json:"open"`
	Pending int64 `json:"pending"`
}

// ResponseTimes are M4 (of first waits of sessions), or of all waits. Quantiles rank the
// unanswered as +∞; the means are of answered waits only (仅已答).
type ResponseTimes struct {
	N        int64    `json:"n"` // human-needing waits due at the last limit
	Answered int64    `json:"answered"`
	P50      Quantile `json:"p50_s"`
	P90      Quantile `json:"p90_s"`
	Mean     *float64 `json:"mean_s"`
}

// AllResponses are M5 and M6, with the mean in office seconds.
type AllResponses struct {
	ResponseTimes
	OfficeMean *float64 `json:"office_mean_s"`
}

// LimitFigures are M7 and M8 at one limit.
type LimitFigures struct {
	Limit       int64    `json:"limit_s"`
	Due         int64    `json:"due"`
	OnTime      int64    `json:"on_time"`
	Breach      int64    `json:"breach"`
	Rate        *float64 `json:"rate"`
	Low         *float64 `json:"rate_low"`
	High        *float64 `json:"rate_high"`
	HumanRate   *float64 `json:"human_rate"`
	HumanOnTime int64    `json:"human_on_time"`
	Need        int64    `json:"need"`
	HumanLow    *float64 `json:"human_rate_low"`
	HumanHigh   *float64 `json:"human_rate_high"`
	Verdict
}

// Backlog is M9 and M10: waits that are open and not pending, by age.
type Backlog struct {
	Open    int64       `json:"open"`
	Ages    []AgeBucket `json:"ages"`
	Oldest  *int64      `json:"oldest_s"`
	AtRisk  int64       `json:"at_risk"` // chat windows about to close
	Pending int64       `json:"pending"`
	Expired int64       `json:"expired"` // of the window
	Left    int64       `json:"left"`    // of the window
}

// Live is what holds at AsOf (实时), whatever the window.
type Live struct {
	AsOf            time.Time   `json:"as_of"`
	Open            int64       `json:"open"` // and not pending
	Pending         int64       `json:"pending"`
	AtRisk          int64       `json:"at_risk"`
	Oldest          *int64      `json:"oldest_s"`
	Ages            []AgeBucket `json:"ages"`
	Unassigned      *int64      `json:"unassigned"` // open longer than an office hour without an assignee; nil without office hours
	PublicationGap  *int64      `json:"publication_gap_d"`
	LastPublication string      `json:"last_publication"`
}

// AgeBucket counts open waits not older than UpTo seconds and older than the bucket before;
// UpTo is null in the last.
type AgeBucket struct {
	UpTo  *int64 `json:"up_to_s"`
	Count int64  `json:"count"`
}

// Rates are M11, M12 and M15 with their counts, and what was left out of all.
type Rates struct {
	SelfServed Rate `json:"self_served"`
	TwoWay     Rate `json:"two_way"`
	CSAT       Rate `json:"csat"`
	Repeat     Rate `json:"repeat_asks"`
	Marked     Rate `json:"marked"` // 无需答复, of all waits with them; in no other figure
}

// Publication is M16, in days: from the last publication to AsOf, to the end of the window (the
// same while it runs), and the longest of the window.
type Publication struct {
	Gap       *int64 `json:"gap_d"`
	GapAtEnd  *int64 `json:"gap_at_end_d"`
	Largest   *int64 `json:"largest_gap_d"`
	Veto      int    `json:"veto_gap_d"` // the bound of V1
	Last      string `json:"last,omitempty"`
	LastAtEnd string `json:"last_at_end,omitempty"`
}

// Health is M17.
type Health struct {
	Rate  Rate     `json:"success"`
	P99MS *float64 `json:"p99_ms"`
}

// Completeness is M18 in percent: over all days, and the days and types below 99 (alarm) or
// above 100 (double logging).
type Completeness struct {
	Ratio  *float64   `json:"ratio"`
	Alarms []LogAlarm `json:"alarms"`
}

// LogAlarm is one day and type whose log does not agree with WeChat's count.
type LogAlarm struct {
	Day    string  `json:"day"`
	Type   string  `json:"type"`
	Ratio  float64 `json:"ratio"`
	Double bool    `json:"double"`
}

// NewReport puts accounts of one window side by side and ranks them. The window is that of
// the first; accounts must be of the same window, instant and channel.
func NewReport(inputs ...Inputs) Report {
	r := Report{FormulaVersion: FormulaVersion, Accounts: make([]AccountReport, 0, len(inputs)), Ranking: []Place{}}
	for i := range inputs {
		r.Accounts = append(r.Accounts, Compute(&inputs[i]))
		r.Provisional = r.Provisional || r.Accounts[i].Provisional
	}
	if len(inputs) > 0 {
		in, zone := &inputs[0], Shanghai()
		r.AsOf, r.From, r.To, r.Channel = in.AsOf.In(zone), in.From.In(zone), LastSecond(in.To, in.AsOf).In(zone), in.channel()
	}
	ranking := Rank(r.Accounts)
	r.Ranking, r.RankingText = ranking.Places, ranking.Text
	return r
}

// StartOfDay is the first instant of the Shanghai day.
func StartOfDay(at time.Time) time.Time {
	at = at.In(Shanghai())
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, at.Location())
}

// FinalEnd is the latest instant before which every day is final at asOf.
func FinalEnd(asOf time.Time) time.Time {
	return StartOfDay(asOf.Add(-time.Duration(DefaultLimits().Expiry) * time.Second))
}

// FinalAt is the instant at which every day before end became final.
func FinalAt(end time.Time) time.Time {
	return end.Add(time.Duration(DefaultLimits().Expiry) * time.Second)
}

// LastSecond is the last second of a window that ends before to, read at asOf.
func LastSecond(to, asOf time.Time) time.Time {
	if last := to.Add(-time.Second); asOf.After(last) {
		return last
	}
	return asOf
}

func (in *Inputs) channel() models.Channel {
	if in.Channel == "" {
		return models.ChannelChat
	}
	return in.Channel
}

// limitsAtEnd are those in force when the window ends, or at AsOf while it runs.
func (in *Inputs) limitsAtEnd() *Limits {
	limits := in.Limits
	if limits == nil {
		d := DefaultLimits()
		limits = &d
	}
	return limits.At(min(in.To.Unix()-1, in.AsOf.Unix()))
}

// Compute returns the report of one account: every figure follows from in alone.
func Compute(in *Inputs) AccountReport {
	limits, asOf := in.limitsAtEnd(), in.AsOf.Unix()
	t := newTally(limits, &in.Sums, in.Responses, in.Live, asOf)
	r := AccountReport{
		Account: in.Account, Name: in.Name,
		Remeasuring:  in.Remeasuring,
		Provisional:  in.AsOf.Before(in.To.Add(time.Duration(limits.Expiry) * time.Second)),
		Insufficient: t.due(lastLimit) < int64(limits.MinWaits),
		Counts:       countsOf(in, t),
		First:        firstResponse(t), Response: response(t), LimitsChanged: limits.changes(in.From.Unix(), in.To.Unix()), Limits: limitFigures(t, &in.Targets),
		Backlog: backlog(in, t, asOf), Concurrency: in.Load,
		Publication: publication(in, limits), Interface: health(&in.Interface), Log: completeness(in.Log),
		Cases: caseFigures(in.Cases, in.Office, limits, &in.Targets, in.AsOf),
	}
	r.Live = live(in, &r)
	if in.Followers > 0 {
		r.Followers = new(in.Followers)
	}
	r.ProvisionalCalendar = in.Office != nil && in.Office.Calendar().ProvisionalSpan(in.From, in.AsOf)
	r.Rates = rates(t)
	r.SelfServed, r.TwoWay, r.CSAT = r.Rates.SelfServed.Value, r.Rates.TwoWay.Value, r.Rates.CSAT.Value
	r.RTI = responseIndex(t)
	r.Interaction = interaction(in, t, &r)
	r.Service = service(in, t, &r)
	r.Spread = spread(in)
	r.Composite = composite(in, limits, &r)
	r.Diagnosis = diagnose(in, limits, &r)
	return r
}
