// Package platform is the simulator's side of api.weixin.qq.com: it answers the calls of official
// accounts (tokens, menus, users and tags, customer service, templates and notices, media, drafts,
// mass messages, the data API) from a state in memory, with the platform's bounds and errcodes, and
// fails on demand.
package platform
