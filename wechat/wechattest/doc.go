// Package wechattest builds the callbacks that must not harm the program: every case of
// testdata/badinput.json, as the requests that somebody would send, signed and encrypted
// for a given account at a given time, each with what must become of it. It is for tests
// only, and its signature and cipher are its own, so that nothing agrees with the wire
// only because it is the wire. It sends nothing and judges nothing.
//
// Beside it lies samples: a body of every kind of message and event that WeChat delivers,
// every kind of reply, an answer of each call of its API, and messages that openssl sealed
// (samples/vectors.sh). Fields are the protocol's, names and words are of a city that does
// not exist. The tests of several rooms read them.
package wechattest
