// Package analytics answers questions about the log: the indices of accounts, a metric over time,
// by topic and by staff, the waits behind a figure, what is wrong and what to do, and the live feed.
// Both the command line and the console ask through it; it marks waits that need no answer, audited
// in the transaction of the mark. Rows of the log and the records beside it come in from files and go
// out into them here, and topics are learned from files.
//
// Waits counts and indices reckons; this package brings them together with accounts, calendar and
// limits as they are stored. It does not store, does not print, and knows no HTTP.
package analytics
