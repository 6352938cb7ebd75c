// Command wenzheng runs a government office behind its WeChat official account: it answers
// citizens from keyword rules, loses no message, and keeps the log that tells how well
// they are served. This package is the only place where the rooms meet; it wires them,
// starts and stops them in order, and decides nothing about the domain.
package main
