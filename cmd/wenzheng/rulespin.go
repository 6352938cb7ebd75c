package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook"
)

type rulesPinCmd struct {
	Set  rulesPinSetCmd  `cmd:"" default:"withargs" help:"置顶一句回复；set 可以不写"`
	List rulesPinListCmd `cmd:"" help:"列出现有的应急置顶"`
}

type rulesPinSetCmd struct {
	Text   string        `arg:"" help:"置顶的回复"`
	For    time.Duration `help:"持续多久，例 6h；到时自动失效" placeholder:"时长"`
	Until  string        `help:"到什么时候自动失效，例 \"2026-12-01 18:00\"；只写 18:00 则为今天" placeholder:"时刻"`
	Topic  []string      `help:"只对这些主题置顶，可写几个，逗号分开；不写则对所有消息" sep:"," placeholder:"主题"`
	Reason string        `help:"理由（写入审计）" required:""`
	as
}

// Help implements kong's detailed help.
func (rulesPinSetCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef pin \"台风红色预警，请勿外出，求助拨 110\" --for 12h --reason 台风应急\n" +
		"主题的置顶与对所有消息的置顶可以同时有，各有各的时间，主题的先答；同一主题再置顶一次则替换。\n" +
		"涉及生命危险的话仍会先得到求助热线。"
}

// Run pins an answer until its end.
func (c *rulesPinSetCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	until, err := c.until(p.now())
	if err != nil {
		return err
	}
	st, account, err := parent.open(ctx, p)
	if err != nil {
		return err
	}
	defer p.close(st)
	pin, err := st.rulebook.SetPin(ctx, c.who(), rulebook.PinRequest{
		Account: account, Text: c.Text, Until: until, Topics: c.Topic, Reason: c.Reason,
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.screen(), "已置顶，三秒内生效；提前结束用 wenzheng rules unpin%s\n%s\n", topicFlag(pin.Topics), rulebook.PinText(&pin))
	return err
}

func (c *rulesPinSetCmd) until(now time.Time) (time.Time, error) {
	if (c.For != 0) == (c.Until != "") {
		return time.Time{}, models.NewError(models.CodeInvalid, "请用 --for 写持续多久（例 6h），或用 --until 写到什么时候（例 \"2026-12-01 18:00\"），二者取一")
	}
	if c.Until == "" {
		return now.Add(c.For), nil
	}
	return momentOf(c.Until, now)
}

func topicFlag(topics []string) string {
	if len(topics) == 0 {
		return ""
	}
	return " --topic " + strings.Join(topics, ",")
}

type rulesPinListCmd struct {
	JSON bool `help:"输出 JSON"`
}

// Help implements kong's detailed help.
func (rulesPinListCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef pin list"
}

// Run lists the pins that have not ended.
func (c *rulesPinListCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	st, account, err := parent.open(ctx, p)
	if err != nil {
		return err
	}
	defer p.close(st)
	pins, err := st.rulebook.Pins(ctx, account.AppID)
	if err != nil {
		return err
	}
	if c.JSON {
		if pins == nil {
			pins = []models.Pin{}
		}
		for i := range pins {
			pins[i].Since, pins[i].Until = pins[i].Since.In(indices.Shanghai()), pins[i].Until.In(indices.Shanghai())
		}
		return json.NewEncoder(p.stdout).Encode(pins)
	}
	if len(pins) == 0 {
		_, err := fmt.Fprintln(p.stdout, "没有应急置顶")
		return err
	}
	for i := range pins {
		fmt.Fprintln(p.screen(), rulebook.PinText(&pins[i])) //nolint:errcheck // standard output
	}
	return nil
}

type rulesUnpinCmd struct {
	Topic []string `help:"取消这些主题的置顶；不写则取消对所有消息的置顶" sep:"," placeholder:"主题"`
	as
}

// Help implements kong's detailed help.
func (rulesUnpinCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef unpin --topic 城乡建设"
}

// Run ends a pin.
func (c *rulesUnpinCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	st, account, err := parent.open(ctx, p)
	if err != nil {
		return err
	}
	defer p.close(st)
	if err := st.rulebook.DeletePin(ctx, c.who(), account.AppID, c.Topic); err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.stdout, "已取消置顶，三秒内生效")
	return err
}
