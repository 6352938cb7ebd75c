package models

import "time"

// ParseStatus says how well an authentic callback body could be read. The raw bytes are
// kept whatever the status; only ParseOK and ParseRepaired are routed to the brain.
type ParseStatus string

// The statuses of the callback front.
const (
	ParseOK         ParseStatus = "ok"
	ParseRepaired   ParseStatus = "repaired"
	ParseIncomplete ParseStatus = "incomplete"
	ParseForeign    ParseStatus = "foreign_account"
	ParseUnreadable ParseStatus = "unparsable"
	// ParseSuspect: the message says twice who wrote it, when or what kind it is, because a
	// citizen wrote elements into it, or the query names another citizen.
	ParseSuspect ParseStatus = "suspect"
)

// Routable reports whether a message of this status may be answered by a rule.
func (s ParseStatus) Routable() bool { return s == ParseOK || s == ParseRepaired }

// Message is one authentic callback, decoded. Every scalar of WeChat is a string,
// trimmed but otherwise as sent; MsgType and Event are lower case. The zero value of a
// field means that WeChat did not send it. A Message is owned by one request; Raw must
// not be changed.
type Message struct {
	AppID string // the account that was called
	Key   string // event key, see EventKey

	ToUserName string
	OpenID     string // FromUserName, or OpenID of the authorisation events
	CreateTime int64  // Unix seconds by WeChat's clock; 0 when missing or malformed
	MsgType    string
	Event      string
	MsgID      string // MsgId or MsgID

	Content      string
	MenuID       string // bizmsgmenuid: a clicked menu-message item arrives as text
	EventKey     string
	Ticket       string
	MediaID      string
	ThumbMediaID string
	PicURL       string
	Format       string
	Recognition  string
	LocationX    string // latitude as sent, trailing zeros kept
	LocationY    string // longitude as sent
	Scale        string
	Label        string
	Title        string
	Description  string
	URL          string

	// Leaves are all leaf elements in document order, for every body that is not a plain
	// message of the fields above; nil otherwise.
	Leaves []Leaf

	Raw         []byte // the decrypted body, byte for byte: the record of truth
	ParseStatus ParseStatus
	Warnings    []string // conversion faults that cost nothing, as "field: what"

	Delivery Delivery
}

// SentAt is when the citizen acted, to the second. A CreateTime more than a day from the
// receipt is not sound: WeChat delivers within seconds. The receipt stands in then.
func (m *Message) SentAt() (at time.Time, sound bool) {
	const day = 24 * 60 * 60
	received := m.Delivery.ReceivedAt.Unix()
	if m.CreateTime < received-day || m.CreateTime > received+day {
		return m.Delivery.ReceivedAt.Truncate(time.Second), false
	}
	return time.Unix(m.CreateTime, 0), true
}

// Leaf is one element without children: its path below the root, joined by "/", and its
// trimmed value.
type Leaf struct {
	Path  string
	Value string
}

// Worker is the customer-service account that has the citizen from now on, or no longer, "" where the
// message is no event of a session.
func (m *Message) Worker() string {
	for _, l := range m.Leaves {
		if l.Path == "KfAccount" && (m.Event == EventKfCreate || m.Event == EventKfClose) || l.Path == "ToKfAccount" && m.Event == EventKfSwitch {
			return l.Value
		}
	}
	return ""
}

// IsEvent reports whether the message is an event rather than something a citizen wrote.
func (m *Message) IsEvent() bool { return m.MsgType == MsgTypeEvent }

// Message types of WeChat's standard messages.
const (
	MsgTypeText       = "text"
	MsgTypeImage      = "image"
	MsgTypeVoice      = "voice"
	MsgTypeVideo      = "video"
	MsgTypeShortVideo = "shortvideo"
	MsgTypeLocation   = "location"
	MsgTypeLink       = "link"
	MsgTypeEvent      = "event"
)

// Events the program itself acts on; every other event is kept and answered "success".
const (
	EventSubscribe   = "subscribe"
	EventUnsubscribe = "unsubscribe"
	EventKfCreate    = "kf_create_session" // WeChat's own customer-service client has the citizen
	EventKfSwitch    = "kf_switch_session"
	EventKfClose     = "kf_close_session"
	EventScan        = "scan"
	EventClick       = "click"
	EventLocation    = "location"
	EventScanWait    = "scancode_waitmsg"
	EventScanPush    = "scancode_push"

	EventTemplateSent     = "templatesendjobfinish"    // what became of a template message
	EventSubscriptionSent = "subscribe_msg_sent_event" // and of a subscription notice
	EventConsentAsked     = "subscribe_msg_popup_event"
	EventConsentChanged   = "subscribe_msg_change_event"
)

// Delivery is one HTTP delivery of an event. WeChat delivers an event again when it hears
// no answer within five seconds, so an event may have several.
type Delivery struct {
	ReceivedAt  time.Time     `json:"received_at"`
	Timestamp   int64         `json:"timestamp"` // of the query, Unix seconds
	Nonce       string        `json:"nonce"`
	Signature   string        `json:"signature"`   // msg_signature, or signature in plaintext mode
	BodySHA256  string        `json:"body_sha256"` // of Raw, 64 hex digits; set by the journal on its way to the store
	Encrypted   bool          `json:"encrypted"`
	PreviousKey bool          `json:"previous_key"` // opened with the previous AES key: answer with it too
	Skew        time.Duration `json:"skew"`         // our clock minus Timestamp

	SpoolID string        `json:"spool_id"` // set by the journal: the instance's spool
	Seq     uint64        `json:"seq"`      // set by the journal: unique within the spool
	Number  int           `json:"number"`   // 1 for the first delivery this instance saw
	Outcome string        `json:"outcome"`
	Latency time.Duration `json:"latency"` // from receipt to first byte written
}
