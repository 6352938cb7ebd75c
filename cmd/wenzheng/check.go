package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/wenzheng/wenzheng/accounts"
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

// Run examines one account from its settings to the platform.
func (c *accountCheckCmd) Run(ctx context.Context, p *program) error {
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	base := c.URL
	if base == "" {
		base = "http://" + st.settings.Addr
	}
	results, err := st.accounts.Check(ctx, c.AppID, accounts.Service{
		Verify: func(ctx context.Context, a models.Account) error { return verifyCallback(ctx, p, a, base) },
		Ready:  func(ctx context.Context) (accounts.Readiness, error) { return askReady(ctx, base) },
	})
	if err != nil {
		return err
	}
	return c.print(p, results)
}

func (c *accountCheckCmd) print(p *program, results []accounts.CheckResult) error {
	failed := 0
	for _, r := range results {
		if r.State == accounts.CheckFail {
			failed++
		}
	}
	if c.JSON {
		if err := json.NewEncoder(p.stdout).Encode(results); err != nil {
			return err
		}
	} else {
		for _, r := range results {
			fmt.Fprintf(p.screen(), "[%s] %s：%s\n", r.State.Title(), r.Item, r.Detail) //nolint:errcheck // standard output
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d 项未通过，请按上面的说明处理后再查", failed)
	}
	return nil
}

// verifyCallback plays the platform's verification and a signed message of no consequence against
// the service at base.
func verifyCallback(ctx context.Context, p *program, a models.Account, base string) error {
	client, err := simulator.NewClient(simulator.ClientOptions{
		URLs: []string{base}, Account: a, Now: p.now, Policy: simulator.Policy{Attempts: 1},
	})
	if err != nil {
		return err
	}
	defer client.Close()
	if err := client.Handshake(ctx); err != nil {
		return models.NewError(models.CodeUnavailable, "服务没有通过签名验证："+models.PlainText(err)+"。请确认服务已启动（wenzheng serve）且地址是 "+base)
	}
	return nil
}
