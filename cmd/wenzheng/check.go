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

// finding is one line of the doctor's report.
type finding struct {
	Item   string `json:"item"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
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
		if !f.OK {
			failed++
		}
	}
	if c.JSON {
		if err := json.NewEncoder(p.stdout).Encode(report); err != nil {
			return err
		}
	} else {
		for _, f := range report {
			mark := "通过"
			if !f.OK {
				mark = "不通过"
			}
			fmt.Fprintf(p.stdout, "[%s] %s：%s\n", mark, f.Item, f.Detail) //nolint:errcheck // standard output
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d 项未通过，请按上面的说明处理后再查", failed)
	}
	return nil
}

func checkSettings(a models.Account) finding {
	if err := a.Validate(); err != nil {
		return finding{"账号设置", false, plainly(err)}
	}
	return finding{"账号设置", true, "AppID、Token、EncodingAESKey 的格式都正确"}
}

func checkMode(a models.Account) finding {
	if a.Mode == models.ModeSafe {
		return finding{"加解密方式", true, "安全模式"}
	}
	return finding{"加解密方式", false, "现为 " + string(a.Mode) + "：截获一次请求即可永久伪造消息，请在公众平台改为安全模式，并运行 wenzheng account add … --mode safe"}
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
		return []finding{{"回调自测", false, plainly(err)}}
	}
	defer client.Close()
	if err := client.Handshake(ctx); err != nil {
		return []finding{{"回调自测", false, "服务没有通过签名验证：" + plainly(err) + "。请确认服务已启动（wenzheng serve）且地址是 " + base}}
	}
	out := []finding{{"回调自测", true, "验证 URL（GET）签名与回显正确"}}
	return append(out, checkReady(ctx, base))
}

func checkReady(ctx context.Context, base string) finding {
	h, err := askReady(ctx, base)
	if err != nil {
		return finding{"服务状态", false, plainly(err)}
	}
	if len(h.Reasons) == 0 {
		h.Reasons = []string{"没有异常"}
	}
	return finding{"服务状态", h.able, h.Status + "，" + strings.Join(h.Reasons, "；")}
}
