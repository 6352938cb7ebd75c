package auth

import (
	"fmt"
	"math"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Codes of the errors of this room.
const (
	CodeUnauthorized = "unauthorized"  // 401: nobody is signed in, or not any more
	CodeSignIn       = "sign_in"       // 401: name, password or code is wrong
	CodeUsedCode     = "used_code"     // 401: the code was used before
	CodeLocked       = "locked"        // 429: failed too often
	CodeOtherSession = "other_session" // 409: the name is signed in elsewhere
	CodeLinkOver     = "link_over"     // 410: the one-time link was used, replaced, or is too old
)

// refusal is models.Error under a name that leaves its method visible where it is embedded.
type refusal = models.Error

// LockedError says how long nobody gets in with the name or from the address.
type LockedError struct {
	refusal
	RetryAfterS int `json:"retry_after_s"`
}

// Unwrap is the error without its numbers.
func (e *LockedError) Unwrap() error { return &e.refusal }

// OtherSessionError says where the name is signed in.
type OtherSessionError struct {
	refusal
	Other OtherSession `json:"other"`
}

// OtherSession is where and since when somebody is signed in.
type OtherSession struct {
	StartedAt  time.Time `json:"started_at"`
	LastSeenAt time.Time `json:"last_seen_at"`
	Address    string    `json:"address"`
}

// Unwrap is the error without the place.
func (e *OtherSessionError) Unwrap() error { return &e.refusal }

func errLocked(left time.Duration) error {
	minutes := int(math.Ceil(left.Minutes()))
	return &LockedError{
		refusal{Code: CodeLocked, Message: fmt.Sprintf("失败次数太多，已锁定，请 %d 分钟后再试，或请安全管理员解锁", minutes)},
		int(math.Ceil(left.Seconds())),
	}
}

func errSignIn() error {
	return models.NewError(CodeSignIn, "登录名、密码或验证码不对，请核对后再试")
}

func errUnauthorized() error {
	return models.NewError(CodeUnauthorized, "请登录：尚未登录，或登录已过时")
}

func errLinkOver() error {
	return models.NewError(CodeLinkOver, "这个链接已用过或已过期，请向系统管理员再要一个")
}

func errNoOperator() error {
	return models.NewError(models.CodeNotFound, "没有这位人员，请用 wenzheng operator list 或人员页核对")
}
