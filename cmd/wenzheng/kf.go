package main

import (
	"context"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

type kfCmd struct {
	Pull kfPullCmd `cmd:"" help:"把客服工具里说的话读进互动日志"`
}

type kfPullCmd struct {
	accountFlag
	Days int `help:"重读最近多少天；不写为上次之后的" placeholder:"天数"`
	jsonFlag
}

// Run reads what was said in WeChat's own client; to read it again changes nothing.
func (c *kfPullCmd) Run(ctx context.Context, p *program) error {
	st, account, err := c.use(ctx, p)
	if err != nil {
		return err
	}
	pulled, err := st.kf.Read(ctx, operator(), account, c.Days)
	if err != nil {
		return models.NewError(models.CodeUnavailable, st.accounts.Advise(err))
	}
	at := func(t time.Time) string { return t.In(models.Shanghai()).Format(time.DateTime) }
	return c.print(p, pulled, fmt.Sprintf("%s 至 %s：客服记录 %d 条，其中 %d 条已由回调收到，其余 %d 条在互动日志里\n",
		at(pulled.From), at(pulled.To), pulled.Records, pulled.Known, pulled.Rows))
}
