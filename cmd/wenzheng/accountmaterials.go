package main

import (
	"context"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet/textgrid"
)

type accountMaterialsCmd struct {
	AppID  string `arg:"" help:"账号的 AppID"`
	Kind   string `help:"image（图片）、news（图文）、voice（语音）或 video（视频）" enum:"image,news,voice,video" default:"image"`
	Offset int    `help:"从第几个起，0 为最新的" default:"0" placeholder:"数字"`
	jsonFlag
}

// Run asks WeChat for the account's permanent material.
func (c *accountMaterialsCmd) Run(ctx context.Context, p *program, st *installation) error {
	account, err := st.accounts.Named(ctx, c.AppID)
	if err != nil {
		return err
	}
	page, err := st.accounts.Materials(ctx, accounts.MaterialRequest{Account: account, Kind: models.ReplyKind(c.Kind), Offset: c.Offset})
	if err != nil {
		return err
	}
	return c.print(p, page, textgrid.Columns(accounts.MaterialRows(&page), p.width()))
}
