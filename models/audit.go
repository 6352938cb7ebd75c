package models

import (
	"encoding/json"
	"time"
)

// Who is the person or program behind an action, as the audit log names it. A session
// is given as its hash, never as the token.
type Who struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Role      string `json:"role"`
	Session   string `json:"session,omitempty"` // hash of the session token
	IP        string `json:"ip,omitempty"`
	UserAgent string `json:"user_agent,omitempty"`
	RequestID string `json:"request_id,omitempty"`
}

// CommandLine is who acts when a command of the program acts: the name of the operating
// system's user is the best that is known.
func CommandLine(user string) Who {
	return Who{ID: "cli:" + user, Name: user, Role: "cli"}
}

// Results of an audited action.
const (
	AuditDone    = "done"    // it happened
	AuditRefused = "refused" // it was not allowed, or the input was wrong
	AuditFailed  = "failed"  // it was tried and did not happen
)

// AuditEntry is one line of the audit log: who did what to which object, when, with what
// result. Before and After are JSON, redacted by the one who writes the entry. Seq,
// PrevHash and Hash are set by the store, which chains the entries.
type AuditEntry struct {
	Seq        int64     `json:"seq,string"` // from 1, without gaps
	At         time.Time `json:"at"`         // the zero time: the store's clock
	Who        Who       `json:"who"`
	Action     string    `json:"action"`      // dotted verb, for example "rule.publish"
	ObjectType string    `json:"object_type"` // for example "rule"
	ObjectID   string    `json:"object_id"`
	AppID      string    `json:"app_id,omitempty"`
	Result     string    `json:"result"` // "" is taken as AuditDone
	Reason     string    `json:"reason,omitempty"`
	Before     string    `json:"before,omitempty"`
	After      string    `json:"after,omitempty"`
	PrevHash   string    `json:"prev_hash"` // hex of 32 bytes
	Hash       string    `json:"hash"`      // hex of HMAC-SHA256 over all of the above
}

// JSON is a value as it stands in an audit entry; the caller has left secrets out.
func JSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}
