// Package handler is the door for WeChat: it owns the server, the callbacks, their limits and status
// codes, and the health pages, and hands every message to the rooms behind it through small
// interfaces declared here. It knows neither SQL nor XML nor how a rule matches. The door for people
// and programs, handler/console, is mounted on it.
package handler
