// Package models holds the words every other package uses: message, reply, rule,
// match, interaction, account, error. It validates them and computes what follows
// from them alone (event keys, redaction). It does no I/O, reads no clock and imports
// nothing of ours, so any room may depend on it.
package models
