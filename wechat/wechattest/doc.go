// Package wechattest builds the callbacks that must not harm the program: every case of
// testdata/badinput.json, as the requests that somebody would send, signed and encrypted
// for a given account at a given time, each with what must become of it. It is for tests
// only, and its signature and cipher are its own, so that nothing agrees with the wire
// only because it is the wire. It sends nothing and judges nothing.
package wechattest
