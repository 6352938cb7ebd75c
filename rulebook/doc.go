// Package rulebook is the life of a rule: it is drafted or imported, checked, tried, replayed
// against what citizens asked, reviewed, published, rolled back and archived; and the emergency
// answers that are pinned before the rules. Both the command line and the console act through it.
//
// Every function that changes something takes who acts and writes the audit entry in the same
// transaction as the change. Checking and compiling come before that transaction, on the rules of
// one version; the transaction locks the version and refuses with a conflict when it has moved.
//
// The package does not answer citizens (that is bot), store rows (store) or read files (sheet), and
// it prints nothing.
package rulebook
