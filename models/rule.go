package models

import "time"

// Trigger is an entry point of a message into the rules.
type Trigger string

// The entry points.
const (
	OnText      Trigger = "text"
	OnSubscribe Trigger = "subscribe" // Keys: scene values; none = any
	OnScan      Trigger = "scan"      // Keys: scene values
	OnClick     Trigger = "click"     // Keys: menu keys
	OnImage     Trigger = "image"
	OnVoice     Trigger = "voice"
	OnVideo     Trigger = "video"
	OnLocation  Trigger = "location"
	OnLink      Trigger = "link"
	OnPhoto     Trigger = "photo" // a menu photo (pic_sysphoto, pic_photo_or_album, pic_weixin); Keys: menu keys
)

// Triggers are the entry points.
func Triggers() []Trigger {
	return []Trigger{OnText, OnSubscribe, OnScan, OnClick, OnImage, OnVoice, OnVideo, OnLocation, OnLink, OnPhoto}
}

// MatchKind is how the keywords of a rule are held against a text.
type MatchKind string

// The kinds, in the order in which they win at equal priority. MatchDefault answers when
// nothing else fits.
const (
	MatchExact    MatchKind = "exact"
	MatchPrefix   MatchKind = "prefix"
	MatchRegexp   MatchKind = "regexp"
	MatchAll      MatchKind = "all"      // every keyword occurs
	MatchContains MatchKind = "contains" // one keyword occurs; the most said, then the longest wins
	MatchDefault  MatchKind = "default"
)

// RuleState is a step in the life of a rule.
type RuleState string

// The life of a rule: a draft is checked, reviewed by a second person, published and in
// the end archived. Only published rules answer citizens. A draft that nobody wants is
// discarded: it stays in the history and is never listed or brought back.
const (
	RuleDraft     RuleState = "draft"
	RuleReview    RuleState = "review"
	RulePublished RuleState = "published"
	RuleArchived  RuleState = "archived"
	RuleDiscarded RuleState = "discarded"
)

// Rule is one automatic answer of an account. The exported shape is the shape of rule
// files (docs/rules.md).
type Rule struct {
	ID       int64     `json:"id,omitempty,string" yaml:"-"`
	AppID    string    `json:"-" yaml:"-"`
	Name     string    `json:"name" yaml:"name"`                       // unique within the account
	Title    string    `json:"title,omitempty" yaml:"title,omitempty"` // what menus and suggestions show; "" = Name
	Match    MatchKind `json:"match,omitempty" yaml:"match,omitempty"`
	Keywords []string  `json:"keywords,omitempty" yaml:"keywords,omitempty"`
	// Groups: of every group at least one keyword must occur, beside what Match asks.
	Groups    [][]string `json:"groups,omitempty" yaml:"groups,omitempty"`
	Exclude   []string   `json:"exclude,omitempty" yaml:"exclude,omitempty"`
	MinLength int        `json:"min_length,omitempty" yaml:"min_length,omitempty"` // characters of the normalised text
	MaxLength int        `json:"max_length,omitempty" yaml:"max_length,omitempty"` // 0 = no bound
	Priority  int        `json:"priority,omitempty" yaml:"priority,omitempty"`     // higher wins

	On   []Trigger `json:"on,omitempty" yaml:"on,omitempty"`     // none = text
	Keys []string  `json:"keys,omitempty" yaml:"keys,omitempty"` // of events: scene values or menu keys
	Say  string    `json:"say,omitempty" yaml:"say,omitempty"`   // an event re-enters the text rules with this text
	When *Window   `json:"when,omitempty" yaml:"when,omitempty"`

	Replies []Reply `json:"replies,omitempty" yaml:"replies,omitempty"`
	Pick    Pick    `json:"pick,omitempty" yaml:"pick,omitempty"`
	Menu    *Menu   `json:"menu,omitempty" yaml:"menu,omitempty"`

	Action RuleAction `json:"action,omitempty" yaml:"action,omitempty"` // beside the reply

	Topic           string   `json:"topic,omitempty" yaml:"topic,omitempty"`
	Examples        []string `json:"examples,omitempty" yaml:"examples,omitempty"`                 // must hit this rule
	CounterExamples []string `json:"counter_examples,omitempty" yaml:"counter_examples,omitempty"` // must not
	Source          *Source  `json:"source,omitempty" yaml:"source,omitempty"`

	State     RuleState `json:"state,omitempty" yaml:"-"`
	Version   int64     `json:"version,omitempty,string" yaml:"-"` // of this rule, from 1
	Author    string    `json:"author,omitempty" yaml:"-"`
	Reviewer  string    `json:"reviewer,omitempty" yaml:"-"`
	UpdatedAt time.Time `json:"updated_at,omitzero" yaml:"-"` // when this version was written

	// LiveVersion is the version that answers citizens, 0 = none; Version may be newer.
	LiveVersion int64 `json:"live_version,omitempty,string" yaml:"-"`
}

// RuleAction is what a rule does beside its answer.
type RuleAction string

// ActionHandover hands the message to people where the account has some; the reply is said before.
const ActionHandover RuleAction = "handover"

// Pick says which of several replies is given.
type Pick string

// The ways to pick: the first, one at random, or one after the other.
const (
	PickFirst  Pick = "first"
	PickRandom Pick = "random"
	PickRotate Pick = "rotate"
)

// Window limits when a rule answers; every part that is set must hold. Times are
// of Asia/Shanghai. The part of Hours after midnight belongs to the day on which it began: dates,
// weekdays and holidays are asked of that day.
type Window struct {
	From     string   `json:"from,omitempty" yaml:"from,omitempty"`         // 2006-01-02, inclusive
	Until    string   `json:"until,omitempty" yaml:"until,omitempty"`       // 2006-01-02, inclusive
	Weekdays []int    `json:"weekdays,omitempty" yaml:"weekdays,omitempty"` // 1 = Monday .. 7 = Sunday
	Hours    []string `json:"hours,omitempty" yaml:"hours,omitempty"`       // "22:00-06:00" wraps midnight
	Office   string   `json:"office,omitempty" yaml:"office,omitempty"`     // "open" or "closed" by the account's office hours
	Holiday  string   `json:"holiday,omitempty" yaml:"holiday,omitempty"`   // "yes" or "no": no working day by the calendar
}

// Menu is a numbered menu shown in a text; a citizen answers with a number or a title.
type Menu struct {
	Intro string     `json:"intro,omitempty" yaml:"intro,omitempty"`
	Items []MenuItem `json:"items" yaml:"items"`
	Outro string     `json:"outro,omitempty" yaml:"outro,omitempty"`
}

// MenuItem leads to exactly one of: another rule by name, a reply, or a menu below.
type MenuItem struct {
	Title string `json:"title" yaml:"title"`
	Rule  string `json:"rule,omitempty" yaml:"rule,omitempty"`
	Reply *Reply `json:"reply,omitempty" yaml:"reply,omitempty"`
	Menu  *Menu  `json:"menu,omitempty" yaml:"menu,omitempty"`
}

// Source is where an answer comes from. After ValidUntil the rule stops answering.
type Source struct {
	Document   string `json:"document,omitempty" yaml:"document,omitempty"` // document number
	Issuer     string `json:"issuer,omitempty" yaml:"issuer,omitempty"`
	ValidUntil string `json:"valid_until,omitempty" yaml:"valid_until,omitempty"` // 2006-01-02, inclusive
}

// Match says which rule answered and why.
type Match struct {
	RuleID   int64     `json:"rule_id,string"`
	RuleName string    `json:"rule"`
	Kind     MatchKind `json:"kind"`
	Keyword  string    `json:"keyword"` // the keyword that decided as it was written, or the pattern
	// Corrected is what the citizen wrote in the place of Keyword, "" unless a slip was put right.
	Corrected    string   `json:"corrected,omitempty"`
	Topic        string   `json:"topic,omitempty"`
	Reason       string   `json:"reason"` // one sentence for people; filled by Explain, not for citizens
	Beaten       []Beaten `json:"beaten,omitempty"`
	RulesVersion int64    `json:"rules_version,string"`
	// Matched: a rule, menu or emergency answered the question. A default answer and
	// silence are not matched.
	Matched bool `json:"matched"`
	// Step: the message answered what the account asked (an item of an open menu by number or
	// title, 更多), as a click on a menu message does. Its row is an event, not content.
	Step bool `json:"step,omitempty"`
	// Outcome for counting: rule, correction (a rule once a slip was put right), menu, suggestion, emergency, crisis, default, quiet
	// (a default not repeated), pickup (a person's answer that waited), silence, event.
	Outcome string `json:"outcome"`
	// Handover is set where the message was handed to people, Left where the citizen left them.
	Handover *Handover `json:"-"`
	Left     bool      `json:"-"`
	// Case is set where the answer begins or submits a case of the citizen.
	Case *CaseForm `json:"-"`
	// Dialogue is the citizen's dialogue after this answer, nil when it did not change.
	Dialogue *Dialogue `json:"-"`
	// PickUp are the ids of the held texts that this answer tells, in order, and Staff wrote them: it
	// is a person's answer, not the program's.
	PickUp []int64 `json:"-"`
	Staff  string  `json:"-"`
}

// Correction says what was put right and as what it was read, 社宝卡→社保卡; "" = nothing was.
func (m *Match) Correction() string {
	if m.Corrected == "" {
		return ""
	}
	return m.Corrected + "→" + m.Keyword
}

// Beaten is a rule that hit too, and why it lost.
type Beaten struct {
	RuleID   int64     `json:"rule_id,string"`
	RuleName string    `json:"rule"`
	Kind     MatchKind `json:"kind"`
	Keyword  string    `json:"keyword"`
	Reason   string    `json:"reason"`
}

// Dialogue is what the brain remembers of one citizen between two messages. State is
// the brain's own encoding. It is nothing once ExpiresAt has passed.
type Dialogue struct {
	AppID     string
	OpenID    string
	State     []byte
	UpdatedAt time.Time
	ExpiresAt time.Time
}

// Pin is the emergency switch of an account (typhoon, epidemic): one answer that goes
// before every rule until Until, then it ends by itself. With Topics it only replaces
// answers of those topics and answers texts that name one of them.
type Pin struct {
	AppID  string    `json:"-"`
	Reply  Reply     `json:"reply"`
	Topics []string  `json:"topics,omitempty"` // none = every message
	Since  time.Time `json:"since"`
	Until  time.Time `json:"until"`
	By     string    `json:"by"`
	Reason string    `json:"reason"`
}

// Validate reports what is wrong with a pin at this moment.
func (p *Pin) Validate(now time.Time) []FieldError {
	var f faults
	if p.Reply.Silent() {
		f.add("reply", "pin_missing", "请写明要置顶的回复")
	}
	f.within("reply", p.Reply.Validate())
	switch {
	case !p.Until.After(now):
		f.add("until", "until_past", "结束时间须晚于现在")
	case p.Until.After(now.AddDate(0, 0, MaxPinDays)):
		f.add("until", "pin_long", "应急置顶最长 30 天，到期前可以再次设置")
	}
	f.required("by", p.By)
	f.required("reason", p.Reason)
	return f
}

// MaxPinDays is the longest an emergency answer may stand without being set again.
const MaxPinDays = 30

// Severity says whether a finding stops publishing.
type Severity string

// The severities: an error refuses, a warning tells.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
)

// Finding is one fault or doubt about a rule, found by looking at all rules together.
// Code is stable and for programs, Message for people: it says what to do.
type Finding struct {
	RuleID   int64    `json:"rule_id,string"`
	Rule     string   `json:"rule"` // name
	Code     string   `json:"code"`
	Severity Severity `json:"severity"`
	Message  string   `json:"message"`
	Example  string   `json:"example,omitempty"` // the text, keyword or other rule it is about
}
