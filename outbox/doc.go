// Package outbox sends what people write to citizens through WeChat's API: durably, each message
// once, in order, within what WeChat allows. A message is claimed in the database before the call and
// settled with its row of the log behind it, so that a crash between the two leaves a message of
// which nobody knows whether it arrived (unknown): only a person settles that, and nothing here
// sends it again.
//
// It keeps the ledger of what may still be sent to each citizen, fed by what they do, and holds what
// can not be sent until they write again: their message is then answered with it. It does not decide
// what is said to whom, and is never on the way of an answer.
package outbox
