package models

import (
	"cmp"
	"strings"
	"time"
)

// Channel is the way an interaction took.
type Channel string

// The channels; headline figures are of the chat.
const (
	ChannelChat    Channel = "chat"
	ChannelComment Channel = "comment"
	ChannelForm    Channel = "form"
)

// Dir is the direction of an interaction, seen from the account.
type Dir string

// The directions.
const (
	DirIn  Dir = "in"
	DirOut Dir = "out"
)

// Actor is who acted.
type Actor string

// The actors: a citizen opens or joins a wait, a human closes it, a bot closes it only
// when matched and after silence, the system never.
const (
	ActorCitizen Actor = "citizen"
	ActorHuman   Actor = "human"
	ActorBot     Actor = "bot"
	ActorSystem  Actor = "system"
)

// AnswerOutcome says what became of an inbound row on the answer path.
type AnswerOutcome string

// The outcomes. OutcomeUnknown: the program stopped between keeping the message and
// recording its answer, so whether the citizen saw a reply is not known.
const (
	OutcomeNone     AnswerOutcome = ""         // not from a callback
	OutcomeAnswered AnswerOutcome = "answered" // a reply was written
	OutcomeSilent   AnswerOutcome = "silent"   // "success" on purpose
	OutcomeFault    AnswerOutcome = "fault"    // "success" because routing failed or the 4 seconds were over
	OutcomeUnknown  AnswerOutcome = "unknown"
)

// Interaction is one row of the log. Rows are appended and never edited in place, except
// that a late answer completes AnswerOutcome, Latency, Step, Corrected and the rule of its question, and
// that of two instances' answers to one message the one stays that was sent first.
type Interaction struct {
	ID     int64  // made by the store: 64 bits, ordered by time
	AppID  string // the account
	OpenID string // in clear in memory only; the store keeps UID
	UID    string // pseudonym of the citizen, filled by the store
	// Thread separates waits of one citizen: "" for chat (the citizen is the thread), the
	// comment id or the case number otherwise.
	Thread  string
	Channel Channel
	Dir     Dir
	Actor   Actor
	Kind    string // message type, or the event's name in lower case
	Content string // what the citizen sees or wrote; masked by the store
	// At is when it happened: WeChat's CreateTime for inbound rows (whole seconds, the
	// time of receipt where WeChat's is missing or absurd), the time of writing for outbound.
	At         time.Time
	ReceivedAt time.Time
	MsgKey     string // unique; EventKey for callbacks, ReplyKey for their answers, DerivedKey for imports
	ReplyTo    string // MsgKey of the row answered, "" where unknown
	Matched    bool   // bot rows: a rule answered the question
	OK         bool   // outbound: delivered as far as the platform says
	ErrCode    int
	Topic      string
	Staff      string
	RetryCount int  // deliveries beyond the first
	Probe      bool // of the daily self-test, outside every metric
	MenuClick  bool // text that came from a clicked menu-message item: an event (C15)
	// Step: typed in place of such a click: an item of an open menu by number or title, 更多, a
	// rating, a step of a dialogue. An event as well, though its kind stays what it is.
	Step bool
	// Mark is what a person marked the wait as that this row opens, at the Unix second MarkedAt:
	// what comes later is not his judgement's and opens a wait of its own. On any other row it is
	// without meaning, and kept in case that the row opens a wait again.
	Mark     WaitMark
	MarkedAt int64

	Raw          []byte
	ParseStatus  ParseStatus
	Warnings     []string
	RuleID       int64
	RuleName     string
	RulesVersion int64
	// Corrected is the slip of the pen that was put right to answer, and what it was read as, as
	// Match.Correction writes it; "" = the text was read as written.
	Corrected  string
	Outcome    AnswerOutcome
	Latency    time.Duration
	Deliveries []Delivery
	Dialogue   *Dialogue // to be saved with an outbound or silent answer
	Handover   *Handover // of an outbound row: its question was handed to people
	Pulled     bool      // it was said in WeChat's own client and read afterwards
	Case       *CaseForm // of an outbound row: what its answer did to a case
	Keyword    string    // of an outbound row: what decided; kept nowhere
	Left       bool      // of an outbound row: its question ended their conversation
	PickUp     []int64   // the messages of the outbox that an outbound row told, see HeldText
	Wait       *Wait     // the wait that this row opened, where the reader asked for it

	// Amend: the row itself is stored already; only RetryCount, Outcome, Latency, Step, rule and
	// Corrected (when Outcome is set) and Deliveries (when any) are to be completed.
	Amend bool
}

// Answer is what was decided for an event, kept so that a redelivery gets the same bytes.
type Answer struct {
	Reply   Reply
	Plain   []byte // the rendered reply before encryption; empty = "success"
	Match   Match
	Outcome AnswerOutcome
	At      time.Time
	Latency time.Duration // from receipt to first byte, by the monotonic clock
}

// Receipt is what the journal says of an event it has made durable.
type Receipt struct {
	// Repeat: this key was seen before. Nothing is routed a second time when Answered.
	Repeat bool
	// Answered: Plain is the stored answer of an earlier delivery (empty = "success").
	Answered bool
	Plain    []byte
}

// KindSuspect is the kind of a row whose own kind is not to be believed (ParseSuspect): it is
// neither content nor an event, so it opens no wait, joins none and ends none.
const KindSuspect = "suspect"

// Inbound turns an authentic message into its row of the log.
func Inbound(m *Message) Interaction {
	at, _ := m.SentAt()
	i := Interaction{
		AppID: m.AppID, OpenID: m.OpenID, Channel: ChannelChat, Dir: DirIn, Actor: ActorCitizen,
		Kind: m.MsgType, Content: m.Content, At: at, ReceivedAt: m.Delivery.ReceivedAt,
		MsgKey: m.Key, OK: true, Raw: m.Raw, ParseStatus: m.ParseStatus, Warnings: m.Warnings,
		MenuClick: m.MenuID != "", Outcome: OutcomeUnknown,
	}
	switch {
	case m.IsEvent():
		i.Kind = eventKind(m.Event)
		i.Content = cmp.Or(m.EventKey, m.Worker())
	case m.MsgType == MsgTypeLocation:
		i.Content = strings.TrimSpace(m.LocationX + "," + m.LocationY + " " + m.Label)
	case m.MsgType == MsgTypeLink:
		i.Content = m.Title
	}
	switch {
	case m.ParseStatus == ParseSuspect:
		i.Kind = KindSuspect
	case i.Kind == "":
		i.Kind = "unknown"
	}
	return i
}

// eventKind keeps an event apart from the message of the same name: the LOCATION event is
// an automatic report of a phone, the location message something a citizen sent.
func eventKind(event string) string {
	if event == MsgTypeLocation {
		return "location_report"
	}
	return event
}

// Settle writes into the inbound row what became of it. ReceivedAt becomes when the delivery came that
// was answered, as the answer tells: rows of question and answer say the same moment, to the
// microsecond that the log keeps, so that of two answers both name the one sent first.
func (i *Interaction) Settle(a *Answer) {
	i.Outcome = a.Outcome
	i.Latency = a.Latency.Truncate(time.Microsecond)
	if !a.At.IsZero() {
		i.ReceivedAt = a.At.Truncate(time.Microsecond).Add(-i.Latency)
	}
	i.RuleID = a.Match.RuleID
	i.RuleName = a.Match.RuleName
	i.RulesVersion = a.Match.RulesVersion
	i.Corrected = a.Match.Correction()
	i.Topic = a.Match.Topic
	i.Step = a.Match.Step
	i.Dialogue = a.Match.Dialogue
}

// Outbound returns the row of the answer to m's row, or false when nothing was said.
func Outbound(in *Interaction, a *Answer) (Interaction, bool) {
	if a.Outcome != OutcomeAnswered {
		return Interaction{}, false
	}
	actor := ActorBot
	if len(a.Match.PickUp) > 0 {
		actor = ActorHuman
	}
	return Interaction{
		AppID: in.AppID, OpenID: in.OpenID, Channel: in.Channel, Thread: in.Thread, Dir: DirOut, Actor: actor,
		Staff: a.Match.Staff, PickUp: a.Match.PickUp,
		Kind: string(a.Reply.Kind), Content: a.Reply.Summary(), At: a.At, ReceivedAt: a.At,
		MsgKey: ReplyKey(in.MsgKey), ReplyTo: in.MsgKey, Matched: a.Match.Matched,
		OK: a.Latency <= PassiveReplyLimit, Topic: a.Match.Topic, Raw: a.Plain, ParseStatus: ParseOK,
		RuleID: a.Match.RuleID, RuleName: a.Match.RuleName, RulesVersion: a.Match.RulesVersion,
		Corrected: a.Match.Correction(), Outcome: OutcomeNone, Latency: a.Latency,
		Handover: a.Match.Handover, Left: a.Match.Left, Case: a.Match.Case, Keyword: a.Match.Keyword,
	}, true
}

// PassiveReplyLimit is how long WeChat waits for a passive reply before it hangs up
// (developers.weixin.qq.com, Passive_user_reply_message).
const PassiveReplyLimit = 5 * time.Second

// Summary is the reply as a line of the log: its text, or its title and media id.
func (r *Reply) Summary() string {
	switch r.Kind {
	case ReplyText:
		return r.Text
	case ReplyNews:
		if len(r.Articles) > 0 {
			return r.Articles[0].Title
		}
	case ReplyImage, ReplyVoice:
		return r.MediaID
	case ReplyVideo, ReplyMusic:
		return r.Title
	}
	return ""
}
