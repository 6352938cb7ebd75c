// Package kf brings what people say to citizens in WeChat's own customer-service client (客服工具) into
// the log, and knows with whom the client has a session. While a session is open the platform keeps
// what its citizen writes from the account's callback, so that both sides of it are read afterwards
// (聊天记录), again and again: each line is stored once.
//
// It decides about no conversation: that is done by package desk, which asks who has a session.
package kf
