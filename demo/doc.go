// Package demo is the fictional city of Lanjiang, by which the program can be tried and shown: its
// official accounts with their rules and menus, the months that are behind them, and what an office
// imports beside its messages: followers, articles, ratings, cases. The desk of its first account was worked at as well.
//
// The months are delivered to a running service through the same door, rules, journal and log as
// real messages, under a clock that they move forward, and afterwards it is held that every event is in the log
// exactly once. An interrupted run goes on where it ended. Everything but the keys of the accounts
// follows from a seed.
//
// The package starts no service of its own (but a stand-in for WeChat while the past of the desk is
// written, whose messages arrive in the past) and prints nothing: who calls it brings the service and
// says what there is to say.
package demo
