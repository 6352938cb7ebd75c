// Package auth knows who may do what: the people who sign in to the console and the programs that
// call the interface, their roles and accounts, passwords, one-time codes and links, sessions, and
// how often somebody may fail. Every change writes its audit entry in the same transaction, and so
// does every sign-in that fails.
//
// Three administrators keep each other in check: sysadmin makes and disables operators, secadmin
// says what they may do, auditor reads what was done. Nobody is two of them, none of them reads a
// citizen's message, and none acts on the others or on itself: only the command line does.
//
// It knows no HTTP: the console's door hands it the token of a cookie or header and where the
// request came from, and gets back who it is or a *models.Error.
package auth
