package models

import (
	"encoding/base64"
	"errors"
	"regexp"
	"time"
)

// AccountKind is the platform's kind of official account.
type AccountKind string

// The two kinds: 公众号 (formerly 订阅号) and 服务号.
const (
	KindSubscription AccountKind = "subscription"
	KindService      AccountKind = "service"
)

// Mode is how WeChat delivers callbacks of an account.
type Mode string

// The platform's three modes. ModeSafe is the default; the two others must be asked for,
// because there one captured query string forges any message for ever.
const (
	ModeSafe   Mode = "safe"
	ModeCompat Mode = "compat"
	ModePlain  Mode = "plain"
)

// Account is one official account. Token, keys and secret are in clear in memory only.
type Account struct {
	AppID          string      `json:"app_id"`
	Name           string      `json:"name"`
	Kind           AccountKind `json:"kind"`
	Verified       bool        `json:"verified"`
	OriginalID     string      `json:"original_id,omitempty"` // gh_..., "" until known
	Mode           Mode        `json:"mode"`
	Token          string      `json:"-"`
	PreviousToken  string      `json:"-"`
	AESKey         string      `json:"-"`
	PreviousAESKey string      `json:"-"`
	Secret         string      `json:"-"`
	Settings       []Setting   `json:"settings,omitempty"` // by name and day
	CreatedAt      time.Time   `json:"created_at"`
	UpdatedAt      time.Time   `json:"updated_at"`
}

var (
	appIDPattern      = regexp.MustCompile(`^wx[0-9a-f]{16}$`)
	tokenPattern      = regexp.MustCompile(`^[A-Za-z0-9]{3,32}$`)
	originalIDPattern = regexp.MustCompile(`^gh_[0-9A-Za-z]{6,32}$`)
)

// ValidAppID reports whether s has the form of an official account's AppID.
func ValidAppID(s string) bool { return appIDPattern.MatchString(s) }

// ValidOriginalID reports whether s has the form of an original id.
func ValidOriginalID(s string) bool { return originalIDPattern.MatchString(s) }

// DecodeAESKey turns the 43 characters of an EncodingAESKey into its 32 bytes. The last
// character carries two bits that strict decoders refuse although WeChat issues such
// keys, so decoding is not strict.
func DecodeAESKey(s string) ([]byte, bool) {
	if len(s) != 43 {
		return nil, false
	}
	key, err := base64.StdEncoding.DecodeString(s + "=")
	return key, err == nil && len(key) == 32
}

// Validate returns every fault of the account as one *Error, or nil.
func (a *Account) Validate() error {
	var f faults
	if !ValidAppID(a.AppID) {
		f.add("app_id", "app_id_form", "AppID 应为 wx 加 16 位小写十六进制字符，请从公众平台“开发接口管理”复制")
	}
	f.required("name", a.Name)
	if a.Kind != KindSubscription && a.Kind != KindService {
		f.add("kind", "account_kind", "账号类型应为 subscription（公众号）或 service（服务号）")
	}
	if a.OriginalID != "" && !ValidOriginalID(a.OriginalID) {
		f.add("original_id", "original_id_form", "原始 ID 应以 gh_ 开头")
	}
	if !tokenPattern.MatchString(a.Token) {
		f.add("token", "token_form", "Token 应为 3 至 32 位英文字母或数字")
	}
	if a.PreviousToken != "" && !tokenPattern.MatchString(a.PreviousToken) {
		f.add("previous_token", "token_form", "Token 应为 3 至 32 位英文字母或数字")
	}
	for i := range a.Settings {
		var fault *Error
		if errors.As(a.Settings[i].Validate(), &fault) {
			f = append(f, fault.Fields...)
		}
	}
	a.validateKeys(&f)
	if len(f) == 0 {
		return nil
	}
	return &Error{Code: CodeInvalid, Message: "账号设置有误", Fields: f}
}

func (a *Account) validateKeys(f *faults) {
	switch a.Mode {
	case ModeSafe, ModeCompat:
		if a.AESKey == "" {
			f.add("aes_key", "aes_key_missing", "安全模式和兼容模式须填 EncodingAESKey（43 个字符）")
		}
	case ModePlain:
		if a.AESKey != "" {
			f.add("mode", "mode_plain", "已填 EncodingAESKey 的账号不能用明文模式：请改用 safe 或 compat，或去掉 AES key")
		}
	default:
		f.add("mode", "mode_unknown", "消息加解密方式应为 safe、compat 或 plain")
	}
	const badKey = "EncodingAESKey 应为 43 个字符，解码后 32 字节，请原样复制"
	if _, ok := DecodeAESKey(a.AESKey); a.AESKey != "" && !ok {
		f.add("aes_key", "aes_key_form", badKey)
	}
	if _, ok := DecodeAESKey(a.PreviousAESKey); a.PreviousAESKey != "" && !ok {
		f.add("previous_aes_key", "aes_key_form", badKey)
	}
}
