package models

import (
	"strconv"
	"strings"
	"time"
)

// SettingHuman says where people answer what the rules can not: HumanDesk, HumanWeChat (WeChat's own
// customer-service client), or HumanNone, the default.
const (
	SettingHuman = "human"
	HumanNone    = "none"
	HumanDesk    = "desk"
	HumanWeChat  = "wechat"
)

// SettingAssignment says how what waits comes to people at the desk: AssignAuto, the default, gives it to them;
// AssignManual offers it, and they take it by hand.
const (
	SettingAssignment = "assignment"
	AssignAuto        = "auto"
	AssignManual      = "manual"
)

// SettingHeld says what the program does while a person holds a conversation: HeldSilent, the default, says
// nothing; HeldExact gives the answers of rules that the whole of a text hits, and of no others.
const (
	SettingHeld = "held"
	HeldSilent  = "silent"
	HeldExact   = "exact"
)

// DeskSettings are the settings of an account's desk with the values of each, the default first.
func DeskSettings() map[string][]string {
	return map[string][]string{
		SettingHuman: {HumanNone, HumanDesk, HumanWeChat}, SettingAssignment: {AssignAuto, AssignManual}, SettingHeld: {HeldSilent, HeldExact},
	}
}

// Handover is a citizen's message that is handed to people: why, and when the citizen was told that
// somebody reads it, zero where no time was told.
type Handover struct {
	Reason     string
	PromisedAt time.Time
}

// The reasons of a hand-over.
const (
	HandoverRule      = "rule"      // a rule says so
	HandoverAsked     = "asked"     // the citizen asked for a person
	HandoverUnmatched = "unmatched" // the second text in ten minutes that no rule knows
	HandoverAgent     = "agent"     // somebody at the desk began it
)

// HoldState says who has an open conversation. Any but these: somebody at the desk.
type HoldState string

// The states that are answered otherwise.
const (
	HoldQueued HoldState = "queued" // nobody has taken it
	HoldWeChat HoldState = "wechat" // WeChat's own client has it
)

// Desk is what the brain has to know of the people who answer for an account.
type Desk struct {
	Staffed bool                 // somebody is on duty and there
	Waiting int                  // how many conversations nobody has taken
	Holds   map[string]HoldState // by OpenID: who has an open conversation
}

// Duty is when somebody is on duty for an account.
type Duty struct {
	ID       int64    `json:"id,string"`
	AppID    string   `json:"account"`
	Operator string   `json:"operator"` // sign-in name
	From     string   `json:"from"`     // 2006-01-02, "" = without beginning
	To       string   `json:"to"`       // inclusive, "" = without end
	Weekdays string   `json:"weekdays"` // digits, 1 = Monday; "" = every working day of the calendar
	Hours    string   `json:"hours"`    // 09:00-12:00,13:30-17:30
	Topics   []string `json:"topics"`   // none = all
}

// Validate returns every fault of the duty; the fields are named relative to it.
func (d *Duty) Validate() []FieldError {
	var f faults
	f.required("operator", d.Operator)
	f.date("from", d.From)
	f.date("to", d.To)
	if d.From != "" && d.To != "" && d.To < d.From {
		f.add("to", "until_before_from", "不能早于开始的一天")
	}
	if strings.Trim(d.Weekdays, "1234567") != "" {
		f.add("weekdays", "weekdays_form", "请写 1（周一）到 7（周日）的数字，例如 135；不写就是每个工作日")
	}
	f.required("hours", d.Hours)
	for part := range strings.SplitSeq(d.Hours, ",") {
		if _, ok := ParseHours(strings.TrimSpace(part)); d.Hours != "" && !ok {
			f.add("hours", "hours_form", "时间段应写成 09:00-17:30，现为 {given}", "given", strconv.Quote(strings.TrimSpace(part)))
		}
	}
	return f
}
