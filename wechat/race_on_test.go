//go:build race

package wechat

// raced: the race detector allocates too, so allocations are not counted under it.
const raced = true
