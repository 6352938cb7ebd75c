// Package chat lets a person write in a browser as a citizen: a page that looks like the chat with
// an official account, and beside it what went over the wire. Its server is the whole simulator in
// one handler: the page, the deliveries it causes and the API of the platform.
package chat
