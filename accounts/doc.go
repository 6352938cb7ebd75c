// Package accounts is what an office does with its official accounts: it adds and changes them,
// checks whether everything about one works, knows what WeChat lets each do, keeps their office
// hours, limits and the office calendar, and makes the client of WeChat's API of each. It keeps where
// alarms of an account go, which stand, and what was sent; whether one stands is for worker to find
// out. Both the command line and the console act through it.
//
// Every function that changes something takes who acts and writes the audit entry in the same
// transaction as the change.
//
// The package does not decode callbacks (that is wechat), does not probe by itself (worker) and
// does not store rows (store); it prints nothing.
package accounts
