package main

import (
	"context"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/sheet/textgrid"
)

type accountIncidentCmd struct {
	AppID string `arg:"" help:"账号的 AppID"`
	Note  string `help:"登记一起安全事件，写明情况；不写则列出已登记的" placeholder:"文字"`
	Since string `help:"事件从何时起，例 \"2026-03-04 08:00\"；不写为现在" placeholder:"时间"`
	Clear string `help:"解除这个编号的事件" placeholder:"编号"`
	jsonFlag
}

// Run flags or clears an incident where that is asked for and shows all of the account.
func (c *accountIncidentCmd) Run(ctx context.Context, p *program, st *installation) error {
	var err error
	switch {
	case c.Clear != "":
		err = st.accounts.ClearIncident(ctx, operator(), c.AppID, c.Clear)
	case c.Note != "" || c.Since != "":
		err = st.accounts.FlagIncident(ctx, operator(), accounts.IncidentRequest{AppID: c.AppID, Note: c.Note, Since: c.Since})
	}
	if err != nil {
		return err
	}
	list, err := st.accounts.Incidents(ctx, c.AppID)
	if err != nil {
		return err
	}
	return c.print(p, list, textgrid.Columns(accounts.IncidentRows(list), p.width()))
}
