// Package desk is where people answer: what citizens hand over to them becomes a conversation, which
// is given to whoever is on duty and there, taken, passed on and closed. It keeps who is on duty, who
// is at the desk, notes, drafts, and what somebody has seen.
//
// A conversation is about whose turn it is. It opens, stops and closes no wait: those follow from the
// rows of the log alone (package waits), so closing a conversation without an answer leaves the citizen
// waiting. Messages to citizens go through package outbox.
//
// Hand-overs are stored in the transaction that stores the message (follow.go), once per message; every
// other change is one conditional update by version, so that of two people, or two instances, one wins.
package desk
