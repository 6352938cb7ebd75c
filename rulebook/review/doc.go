// Package review is how far what somebody writes has come: it is a draft, waits for a second person,
// takes effect, and is replaced by the next version. Menus and texts go this way; what they say and what
// taking effect means is theirs. Rules have more to them and a life of their own.
//
// The package writes no rows: whoever calls it locks the account, reads the newest version, and stores
// what becomes of it in the same transaction.
package review
