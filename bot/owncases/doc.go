// Package owncases is what citizens say of their own cases when that is all they say: to ask for them, and to
// withdraw one, which is a dialogue of one question. What is known of the cases and a text go in, what the
// citizen is told comes out; nothing is looked up, so that every instance says the same. It knows no rules,
// and withdraws nothing itself.
package owncases
