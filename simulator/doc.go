// Package simulator is a stand-in for the WeChat platform: its deliveries. It signs, encrypts
// and delivers callbacks over real HTTP with WeChat's retry policy, verifies every reply with
// code of its own, keeps a journal of what it saw, plays load and makes up months of history.
// Package platform answers the API that official accounts call, package chat lets a person
// write in a browser as a citizen; both stand on this one.
//
// It is not the service: it shares nothing with the packages that answer callbacks but
// the words of models, so that what it accepts is an independent opinion. It stands for
// the platform's documented behaviour, not for its undocumented limits, and is meant for
// loopback use and tests, never for production.
package simulator
