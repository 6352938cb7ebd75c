package outbox

import (
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat"
)

// State is where a message stands.
type State string

// The states. Queued and sending go on by themselves; held waits for the citizen or for a person,
// unknown for a person alone.
const (
	Queued    State = "queued"
	Sending   State = "sending"
	Sent      State = "sent"
	Failed    State = "failed"
	Held      State = "held"
	Unknown   State = "unknown"
	Cancelled State = "cancelled"
)

// States lists them all.
func States() []State { return []State{Queued, Sending, Sent, Failed, Held, Unknown, Cancelled} }

// Purpose is what a message is for: an answer is a person's row of the log, the others are the
// system's and never end a wait.
type Purpose string

// The purposes.
const (
	Answer Purpose = "answer"
	Notice Purpose = "notice"
	Rating Purpose = "rating"
)

// Channel is how a message reaches the citizen.
type Channel string

// The channels: a customer-service message, the answer to the citizen's next message, and for notices
// alone a template message or a subscription notice.
const (
	CustomerService Channel = "kf"
	PickUp          Channel = "pickup"
	Template        Channel = Channel(models.NoticeTemplate)
	Subscription    Channel = Channel(models.NoticeSubscription)
)

// Reasons why a message is held, failed or cancelled.
const (
	ReasonWindow    = "window"    // no window is open, or WeChat says so
	ReasonCount     = "count"     // the windows are open and spent
	ReasonRight     = "right"     // the account may not send customer-service messages
	ReasonSecret    = "secret"    // the account's AppSecret is not known: nothing can be called
	ReasonPickUp    = "pickup"    // it is to wait for the citizen's next message
	ReasonPart      = "part"      // an earlier part of the same text has not arrived
	ReasonQuota     = "quota"     // the account's calls are used up; it goes on by itself
	ReasonOffline   = "offline"   // WeChat can not be reached; it goes on by itself
	ReasonRefused   = "refused"   // WeChat refuses this content or this citizen
	ReasonTimeout   = "timeout"   // no answer that says what became of it
	ReasonLost      = "lost"      // the program stopped during the call
	ReasonPerson    = "person"    // somebody decided
	ReasonUnfollow  = "unfollow"  // the citizen left
	ReasonStranger  = "stranger"  // nobody knows the citizen's OpenID
	ReasonUnread    = "unread"    // what it says can not be read with the keys of the program
	ReasonUncertain = "uncertain" // it was to answer a message whose answer nobody knows
	ReasonConsent   = "consent"   // the citizen takes no notices, or left
	ReasonTold      = "told"      // a notice told that there is a text; it waits for the citizen's next message
)

// codeUnknown is the error code of the log row of a message of which nobody knows.
const codeUnknown = -100

// Content is what a message says: a reply (no music card with transfer), or a menu to click.
type Content struct {
	Reply models.Reply        `json:"reply"`
	Menu  *wechat.MenuMessage `json:"menu,omitempty"`
	Card  *models.CaseNotice  `json:"card,omitempty"` // of a notice: what it says by the account's notice channel
}

// kind is what the log calls it.
func (c *Content) kind() string {
	if c.Menu != nil {
		return "msgmenu"
	}
	return string(c.Reply.Kind)
}

// summary is its text for people and for the log.
func (c *Content) summary() string {
	if c.Menu == nil {
		return c.Reply.Summary()
	}
	text := c.Menu.Head
	for _, i := range c.Menu.Items {
		text += "\n" + i.Content
	}
	return text + "\n" + c.Menu.Tail
}

// Item is a message as people see it. Its text is masked.
type Item struct {
	ID           int64     `json:"id,string"`
	AppID        string    `json:"app_id"`
	UID          string    `json:"-"`
	Citizen      string    `json:"citizen"` // as much of the pseudonym as people see
	SendKey      string    `json:"send_key"`
	Conversation int64     `json:"conversation,string"` // 0 = none
	Case         string    `json:"case"`
	Staff        string    `json:"staff"`
	Purpose      Purpose   `json:"purpose"`
	Channel      Channel   `json:"channel"`
	Kind         string    `json:"kind"`
	Text         string    `json:"text"`
	Part         int       `json:"part"` // from 1
	Parts        int       `json:"parts"`
	FirstPart    int64     `json:"first_part,string"` // the id of part 1
	State        State     `json:"state"`
	Reason       string    `json:"reason"`
	ErrCode      int64     `json:"errcode"`
	NotBefore    time.Time `json:"not_before,omitzero"`
	AttemptAt    time.Time `json:"attempt_at,omitzero"` // of the last attempt; of a sent one, when it arrived
	ReplyTo      string    `json:"reply_to"`            // the newest message of the citizen that its author saw
	PickedBy     string    `json:"picked_by"`           // the message that was answered with it
	ResendOf     int64     `json:"resend_of,string"`    // 0 = it is no repetition
	Version      int64     `json:"version,string"`
	CreatedAt    time.Time `json:"created_at"`
	UpdatedAt    time.Time `json:"updated_at"`
}

// Over reports whether nothing more happens to the message.
func (i *Item) Over() bool { return i.State == Sent || i.State == Failed || i.State == Cancelled }
