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
// nothing is to be done. What names Item in code, and Code with Values says the rest for whom it
// is told in another language.
type CheckResult struct {
	Item   string            `json:"item"`
	What   string            `json:"what"`
	OK     bool              `json:"ok"`
	State  CheckState        `json:"state"`
	Detail string            `json:"detail"`
	Found  string            `json:"found"`
	Fix    string            `json:"fix"`
	Code   string            `json:"code"`
	Values map[string]string `json:"values"`
	// Problems are what the running service says of itself, where the line is about that.
	Problems []models.Reason `json:"problems"`
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

func pass(what string, s models.Said) CheckResult    { return lineOf(what, CheckPass, s) }
func fail(what string, s models.Said) CheckResult    { return lineOf(what, CheckFail, s) }
func unknown(what string, s models.Said) CheckResult { return lineOf(what, CheckUnknown, s) }

// lineOf parts what is the case from what to do: advice begins with 请, as everywhere in the program.
func lineOf(what string, state CheckState, s models.Said) CheckResult {
	r := CheckResult{
		Item: checkItems[what] + rightOf(s), What: what, OK: state == CheckPass, State: state,
		Detail: s.Text, Found: s.Text, Code: s.Code, Values: s.Values, Problems: []models.Reason{},
	}
	if at := adviceBegins.FindStringSubmatchIndex(s.Text); at != nil && !r.OK {
		r.Found, r.Fix = s.Text[:at[0]], s.Text[at[2]:]
	}
	return r
}

var adviceBegins = regexp.MustCompile(`[：，。；](请)`)

// Service is how the running service is reached that an account is checked against. The errors of
// both functions are for people.
type Service struct {
	// Verify plays the platform's verification and a signed message of no consequence.
	Verify func(ctx context.Context, account models.Account) error
	Ready  func(ctx context.Context) (Readiness, error)
}

// Readiness is what a running service says of itself.
type Readiness struct {
	Status   string          `json:"status"`
	Reasons  []string        `json:"reasons"` // "what: text"
	Problems []models.Reason `json:"problems"`
	Able     bool            `json:"-"` // citizens are answered
}

// problems are what is not as it should be; without codes, where the service is an older one.
func (r *Readiness) problems() []models.Reason {
	if len(r.Problems) > 0 {
		return r.Problems
	}
	var out []models.Reason
	for _, reason := range r.Reasons {
		what, text, ok := strings.Cut(reason, ": ")
		if !ok {
			what, text = "", reason
		}
		out = append(out, models.Reason{What: what, Said: models.Say("", text)})
	}
	return out
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
		return fail("settings", models.Say("settings_wrong", models.PlainText(err)))
	}
	return pass("settings", models.Say("settings_right", "AppID、Token、EncodingAESKey 的格式都正确"))
}

func checkMode(a models.Account) CheckResult {
	if a.Mode == models.ModeSafe {
		return pass("mode", models.Say("mode_safe", "安全模式"))
	}
	return fail("mode", models.Say("mode_open", "现为 {mode}：截获一次请求即可永久伪造消息，请在公众平台改为安全模式，并运行 wenzheng account add … --mode safe", "mode", string(a.Mode)))
}

func checkService(ctx context.Context, account models.Account, service Service) []CheckResult {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := service.Verify(ctx, account); err != nil {
		return []CheckResult{fail("callback", models.Say("callback_wrong", models.PlainText(err)))}
	}
	out := []CheckResult{pass("callback", models.Say("callback_right", "验证 URL（GET）签名与回显正确"))}
	ready, err := service.Ready(ctx)
	if err != nil {
		return append(out, fail("service", models.Say("service_silent", models.PlainText(err))))
	}
	return append(out, checkReady(account.AppID, ready)...)
}

// checkReady tells what the running service says of itself: what concerns callbacks of this
// account, callbacks that lead nowhere, and the clock have lines of their own.
func checkReady(appID string, ready Readiness) []CheckResult {
	var out []CheckResult
	rest := []models.Reason{}
	clock := pass("clock", models.Say("clock_right", "近来的回调没有显出与微信的时钟有差别"))
	for _, reason := range ready.problems() {
		switch {
		case reason.What == "clock":
			clock = fail("clock", models.Say("clock_wrong", reason.Text)).of(reason)
		case (reason.What == appID || reason.What == "callback") && strings.Contains(reason.Text, "次回调"):
			out = append(out, fail("calls", models.Say("calls_refused", reason.Text)).of(reason))
		default:
			rest = append(rest, reason)
		}
	}
	if len(out) == 0 {
		out = append(out, pass("calls", models.Say("calls_taken", "近 10 分钟没有拒绝过微信的回调")))
	}
	return append(out, clock, checkAble(ready.Able, strings.Join(models.ReasonTexts(rest), "；")).of(rest...))
}

// of adds what the service said.
func (r CheckResult) of(problems ...models.Reason) CheckResult {
	r.Problems = problems
	return r
}

func checkAble(able bool, reasons string) CheckResult {
	switch {
	case able && reasons == "":
		return pass("service", models.Say("service_well", "能答复，没有异常"))
	case able:
		return pass("service", models.Say("service_able", "能答复，{reasons}", "reasons", reasons))
	case reasons == "":
		return fail("service", models.Say("service_unable", "还不能答复，没有异常"))
	}
	return fail("service", models.Say("service_unable_as", "还不能答复，{reasons}", "reasons", reasons))
}
