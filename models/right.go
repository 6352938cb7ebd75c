package models

import "time"

// RightState says whether an account has a right.
type RightState string

// The states; unknown when WeChat's answer tells neither, or when it was not asked.
const (
	RightYes     RightState = "yes"
	RightNo      RightState = "no"
	RightUnknown RightState = "unknown"
)

// Right is one right of an account at WeChat, such as menu or datacube, found out by a call
// without side effects. ErrCode is WeChat's answer to it, 0 = the call succeeded or none came.
type Right struct {
	Name      string     `json:"right"`
	State     RightState `json:"state"`
	ErrCode   int64      `json:"errcode"`
	CheckedAt time.Time  `json:"checked_at"`
	LostAt    time.Time  `json:"-"` // when WeChat took it from the account; zero: it did not
}
