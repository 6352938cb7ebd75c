package models

import "time"

// HeldText is a person's answer that can not be sent now: the citizen's next message is answered
// with it (取件).
type HeldText struct {
	ID     int64 // of the outbox; a smaller one is older
	AppID  string
	OpenID string
	Staff  string
	Text   string
	Key    string // of the message that was answered with it; "" = it waits
}

// SentText is a person's answer that reached the citizen, to be read again (查看答复).
type SentText struct {
	ID     int64 // of the outbox
	AppID  string
	OpenID string
	Text   string
	At     time.Time
}
