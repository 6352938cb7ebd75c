// Package texts is what an account says beside its rules, and the words it listens for: what is added
// to receipts, what a call for help is answered, further words of such calls, and words that stand in nothing
// that goes out. Each is written, reviewed by a second person and in effect from then on: what holds is
// a setting of the account, which every instance takes over as it does the others.
//
// What welcomes a citizen and what answers when nothing else does are rules; this package shows them.
//
// Every function that changes something takes who acts and writes the audit entry in the same
// transaction as the change. The package answers nobody (that is bot), and it prints nothing.
package texts
