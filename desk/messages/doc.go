// Package messages is what citizens and those who answered them wrote, as people at the desk look it up: a search
// in the masked texts, one message as it was written, for a reason that the audit log keeps, and the picture, voice
// or video of one, fetched from WeChat when somebody wants to see it. It changes nothing and stores nothing.
package messages
