package models

import (
	"slices"
	"time"
)

// AlarmName is what an alarm is about.
type AlarmName string

// The alarms. Backlog, quarantine and the calendar concern the service, the others an account.
const (
	AlarmAtRisk     AlarmName = "at_risk"     // open waits are about to break a limit, or did
	AlarmUnassigned AlarmName = "unassigned"  // nobody takes what was handed to people
	AlarmRefused    AlarmName = "refused"     // callbacks are refused, or kept without an answer
	AlarmRights     AlarmName = "rights_lost" // WeChat took a right
	AlarmToken      AlarmName = "token"       // no access token is to be had
	AlarmQuarantine AlarmName = "quarantine"  // messages are kept aside
	AlarmBacklog    AlarmName = "backlog"     // messages are not in the database for long
	AlarmCalendar   AlarmName = "calendar"    // the notice of a year is missing
	AlarmCases      AlarmName = "cases"       // cases are due or overdue; once a day
	AlarmTest       AlarmName = "test"        // somebody tries a channel; nothing is wrong
)

// AlarmNames are those that an account may choose, in the order in which people see them.
func AlarmNames() []AlarmName {
	return []AlarmName{AlarmAtRisk, AlarmUnassigned, AlarmRefused, AlarmRights, AlarmToken, AlarmCases, AlarmQuarantine, AlarmBacklog, AlarmCalendar}
}

// Title is the alarm in Chinese.
func (n AlarmName) Title() string {
	switch n {
	case AlarmAtRisk:
		return "诉求快超时"
	case AlarmUnassigned:
		return "没有人接待"
	case AlarmRefused:
		return "回调被拒绝"
	case AlarmRights:
		return "接口权限被收回"
	case AlarmToken:
		return "取不到接口凭证"
	case AlarmQuarantine:
		return "有消息被隔离"
	case AlarmBacklog:
		return "消息积压未入库"
	case AlarmCalendar:
		return "缺放假安排"
	case AlarmCases:
		return "工单到期"
	case AlarmTest:
		return "测试"
	}
	return string(n)
}

// Alarm is something that stands, or stood and not everybody was told that it is over.
type Alarm struct {
	AppID   string    `json:"app_id"` // "" = of the service
	Name    AlarmName `json:"name"`
	Source  string    `json:"source"` // the instance that is concerned, "" = all of them
	Version int64     `json:"-"`      // of the row it was read from, 0 = there is none

	Episode  string    `json:"episode"` // names this opening; "" while it was not held for long enough
	Since    time.Time `json:"since"`   // when it was first seen
	SeenAt   time.Time `json:"seen_at"` // when it was last seen
	ClosedAt time.Time `json:"closed_at,omitzero"`
	Count    int64     `json:"count"`
	Weight   int64     `json:"weight"` // how bad it is: where it grows, people hear of it again
	Text     string    `json:"text"`   // what is the case and what to do

	Told map[string]*AlarmTold `json:"told"` // by channel
}

// Stands reports whether the alarm is on.
func (a *Alarm) Stands() bool { return a.Episode != "" && a.ClosedAt.IsZero() }

// AlarmTold is what a channel was told of an alarm.
type AlarmTold struct {
	Standing bool      `json:"standing"` // it was told that the alarm stands, and not yet that it is over
	At       time.Time `json:"at,omitzero"`
	Weight   int64     `json:"weight"` // as it was told
	Sends    int64     `json:"sends"`  // that arrived

	// Sending is the kind of message under way, or of one of which nobody knows whether it arrived.
	Sending AlarmKind `json:"sending"`
	// Until then whoever sends it may still be at it: another does not begin.
	Until   time.Time `json:"until,omitzero"`
	Tries   int       `json:"tries"` // in a row that failed
	RetryAt time.Time `json:"retry_at,omitzero"`
}

// AlarmKind is what a message says of an alarm.
type AlarmKind string

// The kinds of messages.
const (
	AlarmFiring   AlarmKind = "firing"
	AlarmRepeat   AlarmKind = "repeat"
	AlarmResolved AlarmKind = "resolved"
	AlarmTrial    AlarmKind = "test"
)

// AlarmOutcome is what became of a message.
type AlarmOutcome string

// The outcomes. Dropped: it was over before it could be told, or could not be told for a day.
const (
	AlarmSent    AlarmOutcome = "sent"
	AlarmFailed  AlarmOutcome = "failed"
	AlarmDropped AlarmOutcome = "dropped"
)

// AlarmOutcomes are all of them.
func AlarmOutcomes() []AlarmOutcome { return []AlarmOutcome{AlarmSent, AlarmFailed, AlarmDropped} }

// AlarmSend is a message that was sent, or given up.
type AlarmSend struct {
	AppID     string       `json:"account"` // of the channel
	ChannelID string       `json:"channel_id"`
	Channel   string       `json:"channel"` // its name then
	Name      AlarmName    `json:"condition"`
	Kind      AlarmKind    `json:"state"`
	Title     string       `json:"title"`
	Outcome   AlarmOutcome `json:"outcome"`
	Detail    string       `json:"detail"` // why it did not arrive
	At        time.Time    `json:"at"`
}

// AlarmLimits names the limits of a chat, rising.
func AlarmLimits() []string { return []string{"first", "acceptance", "same_day", "last"} }

// AlarmAhead is how long before a limit an open wait is told of.
type AlarmAhead struct {
	Limit  string `json:"limit"` // one of AlarmLimits
	AheadS int64  `json:"ahead_s"`
}

// Index counts the limits of a chat from 0, -1 = there is no such limit.
func (a AlarmAhead) Index() int { return slices.Index(AlarmLimits(), a.Limit) }

// AlarmChoice is what an account wants to be told.
type AlarmChoice struct {
	Conditions []AlarmName  `json:"conditions"`
	Ahead      []AlarmAhead `json:"ahead"`
	RepeatS    int64        `json:"repeat_s"` // how often what stands is told again
}

// UsualAlarms is what an account is told that chose nothing: everything, half an hour before the
// second limit and four hours before the last.
func UsualAlarms() AlarmChoice {
	return AlarmChoice{
		Conditions: AlarmNames(), RepeatS: 4 * 3600,
		Ahead: []AlarmAhead{{Limit: "acceptance", AheadS: 1800}, {Limit: "last", AheadS: 4 * 3600}},
	}
}

// Wants reports whether the account wants to be told.
func (c *AlarmChoice) Wants(n AlarmName) bool { return slices.Contains(c.Conditions, n) }
