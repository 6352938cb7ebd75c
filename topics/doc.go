// Package topics finds out what citizens ask about. A Board groups questions by the name or
// the matter they share and proposes keywords for rules; Learn finds weighted keywords of known
// topics in texts that people have labelled, and a Classifier sorts other texts by them.
//
// It reads the log after the fact and is never on the way of an answer: which rule answers a
// message is decided in bot, which knows nothing of this package.
package topics
