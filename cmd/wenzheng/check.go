package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
)

type accountCheckCmd struct {
	AppID string `arg:"" help:"账号的 AppID"`
	URL   string `help:"运行中的服务地址；不写则取设置里的 addr" placeholder:"http://HOST:PORT"`
	JSON  bool   `help:"输出 JSON"`
}

// Help implements kong's detailed help.
func (accountCheckCmd) Help() string {
	return "例：wenzheng account check wx0123456789abcdef\n" +
		"逐项检查并说明怎么办；有一项不通过则退出码为 1。调用微信接口的检查需要 AppSecret 与 IP 白名单。"
}

// finding is one line of the doctor's report. OK is true for what passed alone.
type finding struct {
	Item   string     `json:"item"`
	OK     bool       `json:"ok"`
	State  checkState `json:"state"`
	Detail string     `json:"detail"`
}

// checkState is pass, fail or, where nothing can be said, unknown.
type checkState string

const (
	statePass    checkState = "pass"
	stateFail    checkState = "fail"
	stateUnknown checkState = "unknown"
)

func (s checkState) label() string {
	switch s {
	case statePass:
		return "通过"
	case stateUnknown:
		return "未知"
	}
	return "不通过"
}

func pass(item, detail string) finding    { return finding{item, true, statePass, detail} }
func fail(item, detail string) finding    { return finding{item, false, stateFail, detail} }
func unknown(item, detail string) finding { return finding{item, false, stateUnknown, detail} }

// judged passes or fails.
func judged(item string, ok bool, detail string) finding {
	if ok {
		return pass(item, detail)
	}
	return fail(item, detail)
}

// Run examines one account from its settings to the platform.
func (c *accountCheckCmd) Run(ctx context.Context, p *program) error {
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	account, err := st.Account(ctx, c.AppID)
	if err != nil {
		return err
	}
	base := c.URL
	if base == "" {
		base = "http://" + st.settings.Addr
	}
	report := []finding{checkSettings(account), checkMode(account)}
	report = append(report, checkService(ctx, p, account, base)...)
	report = append(report, checkPlatform(ctx, p, st, account)...)
	return c.print(p, report)
}

func (c *accountCheckCmd) print(p *program, report []finding) error {
	failed := 0
	for _, f := range report {
		if f.State == stateFail {
			failed++
		}
	}
	if c.JSON {
		if err := json.NewEncoder(p.stdout).Encode(report); err != nil {
			return err
		}
	} else {
		for _, f := range report {
			fmt.Fprintf(p.stdout, "[%s] %s：%s\n", f.State.label(), f.Item, f.Detail) //nolint:errcheck // standard output
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d 项未通过，请按上面的说明处理后再查", failed)
	}
	return nil
}

func checkSettings(a models.Account) finding {
	if err := a.Validate(); err != nil {
		return fail("账号设置", plainly(err))
	}
	return pass("账号设置", "AppID、Token、EncodingAESKey 的格式都正确")
}

func checkMode(a models.Account) finding {
	if a.Mode == models.ModeSafe {
		return pass("加解密方式", "安全模式")
	}
	return fail("加解密方式", "现为 "+string(a.Mode)+"：截获一次请求即可永久伪造消息，请在公众平台改为安全模式，并运行 wenzheng account add … --mode safe")
}

// checkService plays the platform's verification and a signed message of no consequence
// against the running service.
func checkService(ctx context.Context, p *program, a models.Account, base string) []finding {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	client, err := simulator.NewClient(simulator.ClientOptions{
		URLs: []string{base}, Account: a, Now: p.now, Policy: simulator.Policy{Attempts: 1},
	})
	if err != nil {
		return []finding{fail("回调自测", plainly(err))}
	}
	defer client.Close()
	if err := client.Handshake(ctx); err != nil {
		return []finding{fail("回调自测", "服务没有通过签名验证："+plainly(err)+"。请确认服务已启动（wenzheng serve）且地址是 "+base)}
	}
	out := []finding{pass("回调自测", "验证 URL（GET）签名与回显正确")}
	return append(out, checkReady(ctx, a.AppID, base)...)
}

// checkReady tells what the running service says of itself: what concerns callbacks of this
// account, callbacks that lead nowhere, and the clock have lines of their own.
func checkReady(ctx context.Context, appID, base string) []finding {
	h, err := askReady(ctx, base)
	if err != nil {
		return []finding{fail("服务状态", plainly(err))}
	}
	var out []finding
	rest := h.Reasons[:0:0]
	clock := pass("时钟", "近来的回调没有显出与微信的时钟有差别")
	for _, reason := range h.Reasons {
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
	return append(out, clock, judged("服务状态", h.able, h.Status+"，"+strings.Join(rest, "；")))
}
