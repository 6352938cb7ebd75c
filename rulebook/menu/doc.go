// Package menu is the life of the menu below the chat of an account: it is written or imported,
// checked against the rules that answer its keys, reviewed by a second person, told to WeChat and
// compared with what citizens see.
//
// Every function that changes something takes who acts and writes the audit entry in the same
// transaction as the change. What is said to WeChat goes out before that transaction.
//
// The package does not call WeChat (that is accounts), read files (sheet) or answer a press (bot), and
// it prints nothing.
package menu
