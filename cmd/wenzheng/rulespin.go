package main

import (
	"context"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

type rulesPinCmd struct {
	Text   string        `arg:"" help:"置顶的回复"`
	For    time.Duration `help:"持续多久，例 6h；到时自动失效" required:"" placeholder:"时长"`
	Topic  []string      `help:"只对这些主题置顶；不写则对所有消息" sep:","`
	Reason string        `help:"理由（写入审计）" required:""`
	as
}

// Help implements kong's detailed help.
func (rulesPinCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef pin 台风红色预警，请勿外出，求助拨 110 --for 12h --reason 台风应急\n涉及生命危险的话仍会先得到求助热线。"
}

// Run pins an answer until its end.
func (c *rulesPinCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	st, account, err := parent.open(ctx, p)
	if err != nil {
		return err
	}
	defer p.close(st)
	who, now := c.who(), p.now()
	pin := models.Pin{
		AppID: account.AppID, Reply: models.TextReply(c.Text), Topics: c.Topic, Since: now, Until: now.Add(c.For), By: who.Name, Reason: c.Reason,
	}
	if faults := pin.Validate(now); len(faults) > 0 {
		return &models.Error{Code: models.CodeInvalid, Message: "置顶有误", Fields: faults}
	}
	if err := st.SetPin(ctx, pin, who); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "已置顶至 %s，三秒内生效；提前结束用 wenzheng rules unpin\n", pin.Until.In(indices.Shanghai()).Format("2006-01-02 15:04"))
	return err
}

type rulesUnpinCmd struct{ as }

// Help implements kong's detailed help.
func (rulesUnpinCmd) Help() string { return "例：wenzheng rules --account wx0123456789abcdef unpin" }

// Run ends a pin.
func (c *rulesUnpinCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	st, account, err := parent.open(ctx, p)
	if err != nil {
		return err
	}
	defer p.close(st)
	if err := st.RemovePin(ctx, account.AppID, c.who()); err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.stdout, "已取消置顶，三秒内生效")
	return err
}
