package main

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/handler"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
)

type accountCheckCmd struct {
	AppID string `arg:"" help:"账号的 AppID"`
	URL   string `help:"运行中的服务地址；不写则取设置里的 addr" placeholder:"http://HOST:PORT"`
	jsonFlag
}

// Run examines one account from its settings to the platform.
func (c *accountCheckCmd) Run(ctx context.Context, p *program, st *installation) error {
	base := cmp.Or(c.URL, "http://"+st.settings.Addr)
	results, err := st.accounts.Check(ctx, c.AppID, accounts.Service{
		Verify: func(ctx context.Context, a models.Account) error { return verifyCallback(ctx, p.now, a, base) },
		Ready: func(ctx context.Context) (accounts.Readiness, error) {
			h, err := handler.AskReady(ctx, base)
			return accounts.Readiness(h), err
		},
	})
	if err != nil {
		return err
	}
	text, failed := accounts.CheckText(results)
	if err := c.print(p, results, text); err != nil || failed == 0 {
		return err
	}
	return fmt.Errorf("%d 项未通过，请按上面的说明处理后再查", failed)
}

type accountProgressCmd struct {
	AppID string `arg:"" optional:"" help:"账号的 AppID；不写则为最新的、还没有走完的"`
	jsonFlag
}

// Run tells how far a new account has come.
func (c *accountProgressCmd) Run(ctx context.Context, p *program, st *installation) error {
	var ids []string
	if c.AppID != "" {
		ids = []string{c.AppID}
	}
	progress, err := st.accounts.Progress(ctx, ids)
	if err != nil {
		return err
	}
	return c.print(p, progress, accounts.ProgressText(&progress))
}

// verifyCallback plays the platform's verification and a signed message of no consequence against
// the service at base.
func verifyCallback(ctx context.Context, now func() time.Time, a models.Account, base string) error {
	client, err := simulator.NewClient(simulator.ClientOptions{
		URLs: []string{base}, Account: a, Now: now, Policy: simulator.Policy{Attempts: 1},
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
