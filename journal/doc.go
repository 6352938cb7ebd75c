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
//
// pages.go and salvage.go read the file of the spool without bbolt, and look at all of it
// before bbolt opens it, because bbolt does not get over damage. Tried with v1.4.3 on a spool
// of 400 events:
//
//	damage                       bbolt                                       ours
//	both meta pages              refuses the file: 400 lost                  none lost
//	the newer meta page          opens the state before: 397 lost, unseen    none lost
//	the name of the bucket       opens, no events: 400 lost                  none lost
//	one page of data zeroed      panics, a cursor stops there: 288 lost      14 lost
//	five pages of data zeroed    panics, a cursor stops there: 204 lost      70 lost
//	the end of the file cut off  panics: 400 lost                            134 lost
//	the offset of an element     the process ends at every start: a panic    1 lost
//	                             in a goroutine of bbolt's own
//
// bbolt's Check panics in a goroutine of its own as well, so it can not be asked first. A single
// bad record inside a sound page is no matter for either: it does not open.
package journal
