// Package journal is the promise: an answered message is a logged message. It keeps every
// authentic event in a durable local spool (a bbolt file) before anybody decides anything,
// remembers what was answered so that a redelivery gets the same words, and carries
// everything into the store behind the answer, catching up after any fault.
//
// The order that must never change: commit to the spool, answer, commit to the database,
// delete from the spool. Every step may be repeated, because the event key makes a
// repetition harmless; none may be left out. One goroutine writes the spool, one writes the
// database. The package does not know what a rule or an index is, speaks neither HTTP nor
// SQL, and does not hold the key its records are sealed with.
package journal
