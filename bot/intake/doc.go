// Package intake is the dialogue in which a citizen tells a case step by step: kind, text, place, photos,
// telephone, a last look. A state and a message go in, the next state and what the citizen is told come
// out; nothing else is looked at, so that every instance says the same. It knows no rules, accounts or
// numbers of cases, and stores nothing.
package intake
