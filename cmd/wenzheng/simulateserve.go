package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/simulator/chat"
)

type simulateServeCmd struct {
	Addr   string `help:"聊天页面与微信接口的地址" default:"127.0.0.1:8090"`
	Remote bool   `help:"允许其他机器访问：谁能访问，谁就能冒充任何市民"`
}

// Run serves the platform until a signal.
func (c *simulateServeCmd) Run(ctx context.Context, p *program, st *installation, parent *simulateCmd) error {
	p.serves.Store(true)
	accounts, err := st.Accounts(ctx)
	if err != nil {
		return err
	}
	if len(accounts) == 0 {
		return models.NewError(models.CodeNotFound, "还没有账号，请先运行 wenzheng account add，或用 wenzheng demo 试用")
	}
	platform, err := chat.NewServer(chat.Options{
		Accounts: accounts, Targets: parent.targets(st.settings.Addr), Now: p.now, Remote: c.Remote, Explain: st.rulebook.Explain,
		Policy: simulator.Policy{Attempts: st.settings.Simulator.Retries, Spacing: st.settings.Simulator.Spacing},
	})
	if err != nil {
		return err
	}
	page, err := listen(ctx, address{c.Addr, "--addr"})
	if err != nil {
		platform.Close()
		return err
	}
	if _, err := fmt.Fprintf(p.stdout, "聊天页面：http://%s\n", c.Addr); err != nil {
		return errors.Join(err, closeAll(page))
	}
	return platform.Serve(ctx, page[0])
}
