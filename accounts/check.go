package accounts

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// CheckResult is one line of what Check found, in words for people. OK is true for what passed
// alone. Detail is Found and Fix in one: what is the case, and what to do about it, "" where
// nothing is to be done.
type CheckResult struct {
	Item   string     `json:"item"`
	OK     bool       `json:"ok"`
	State  CheckState `json:"state"`
	Detail string     `json:"detail"`
	Found  string     `json:"found"`
	Fix    string     `json:"fix"`
}

// CheckState is how something came out.
type CheckState string

// Where nothing can be said the state is unknown.
const (
	CheckPass    CheckState = "pass"
	CheckFail    CheckState = "fail"
	CheckUnknown CheckState = "unknown"
)

// Title is the state in Chinese.
func (s CheckState) Title() string {
	switch s {
	case CheckPass:
		return "通过"
	case CheckUnknown:
		return "未知"
	}
	return "不通过"
}

func pass(item, detail string) CheckResult {
	return CheckResult{item, true, CheckPass, detail, detail, ""}
}

func fail(item, detail string) CheckResult    { return toMend(item, CheckFail, detail) }
func unknown(item, detail string) CheckResult { return toMend(item, CheckUnknown, detail) }

// toMend parts what is the case from what to do: advice begins with 请, as everywhere in the program.
func toMend(item string, state CheckState, detail string) CheckResult {
	found, fix := detail, ""
	if at := adviceBegins.FindStringSubmatchIndex(detail); at != nil {
		found, fix = detail[:at[0]], detail[at[2]:]
	}
	return CheckResult{item, false, state, detail, found, fix}
}

var adviceBegins = regexp.MustCompile(`[：，。；](请)`)

// judged passes or fails.
func judged(item string, ok bool, detail string) CheckResult {
	if ok {
		return pass(item, detail)
	}
	return fail(item, detail)
}

// Service is how the running service is reached that an account is checked against. The errors of
// both functions are for people.
type Service struct {
	// Verify plays the platform's verification and a signed message of no consequence.
	Verify func(ctx context.Context, account models.Account) error
	Ready  func(ctx context.Context) (Readiness, error)
}

// Readiness is what a running service says of itself.
type Readiness struct {
	Status  string   `json:"status"`
	Reasons []string `json:"reasons"` // "what: text"
	Able    bool     `json:"-"`       // citizens are answered
}

// Check examines one account from its settings to the platform, and keeps what it found and what it
// learned about its rights.
func (a *Accounts) Check(ctx context.Context, appID string, service Service) ([]CheckResult, error) {
	account, err := a.store.Account(ctx, appID)
	if err != nil {
		return nil, err
	}
	results := []CheckResult{checkSettings(account), checkMode(account)}
	results = append(results, checkService(ctx, account, service)...)
	results = append(results, a.checkPlatform(ctx, account)...)
	return results, a.KeepProgress(ctx, appID, models.ProgressCheck, models.JSON(results))
}

func checkSettings(a models.Account) CheckResult {
	if err := a.Validate(); err != nil {
		return fail("账号设置", models.PlainText(err))
	}
	return pass("账号设置", "AppID、Token、EncodingAESKey 的格式都正确")
}

func checkMode(a models.Account) CheckResult {
	if a.Mode == models.ModeSafe {
		return pass("加解密方式", "安全模式")
	}
	return fail("加解密方式", "现为 "+string(a.Mode)+"：截获一次请求即可永久伪造消息，请在公众平台改为安全模式，并运行 wenzheng account add … --mode safe")
}

func checkService(ctx context.Context, account models.Account, service Service) []CheckResult {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := service.Verify(ctx, account); err != nil {
		return []CheckResult{fail("回调自测", models.PlainText(err))}
	}
	out := []CheckResult{pass("回调自测", "验证 URL（GET）签名与回显正确")}
	ready, err := service.Ready(ctx)
	if err != nil {
		return append(out, fail("服务状态", models.PlainText(err)))
	}
	return append(out, checkReady(account.AppID, ready)...)
}

// checkReady tells what the running service says of itself: what concerns callbacks of this
// account, callbacks that lead nowhere, and the clock have lines of their own.
func checkReady(appID string, ready Readiness) []CheckResult {
	var out []CheckResult
	rest := ready.Reasons[:0:0]
	clock := pass("时钟", "近来的回调没有显出与微信的时钟有差别")
	for _, reason := range ready.Reasons {
		what, text, _ := strings.Cut(reason, ": ")
		switch {
		case what == "clock":
			clock = fail("时钟", text)
		case (what == appID || what == "callback") && strings.Contains(text, "次回调"):
			out = append(out, fail("近来的回调", text))
		default:
			rest = append(rest, reason)
		}
	}
	if len(out) == 0 {
		out = append(out, pass("近来的回调", "近 10 分钟没有拒绝过微信的回调"))
	}
	if len(rest) == 0 {
		rest = []string{"没有异常"}
	}
	state := "能答复"
	if !ready.Able {
		state = "还不能答复"
	}
	return append(out, clock, judged("服务状态", ready.Able, state+"，"+strings.Join(rest, "；")))
}
