// Package worker is what runs by itself beside the answers: it reloads accounts, rules, emergency
// answers, dialogues and the calendar when they change in the database, keeps a sealed snapshot of
// them for the day the database is away, sweeps waits that the clock decided, finds out what WeChat
// lets each account do, learns original ids, and tells the robots of the accounts what is not as it
// should be. What one instance is enough for runs under a lease.
//
// Nothing here is on the way of an answer: the brain and the wire of an account are replaced whole,
// behind one pointer each.
package worker
