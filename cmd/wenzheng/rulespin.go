package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
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
	who, now := c.who(), p.now()
	until, err := c.until(now)
	if err != nil {
		return err
	}
	st, account, err := parent.open(ctx, p)
	if err != nil {
		return err
	}
	defer p.close(st)
	pin := models.Pin{
		AppID: account.AppID, Reply: models.TextReply(c.Text), Since: now, Until: until, By: who.Name, Reason: c.Reason,
	}
	if pin.Topics, err = st.topicsOf(ctx, account, c.Topic); err != nil {
		return err
	}
	if faults := pin.Validate(now); len(faults) > 0 {
		return &models.Error{Code: models.CodeInvalid, Message: "置顶有误", Fields: faults}
	}
	if err := st.SetPin(ctx, pin, who); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "已置顶，三秒内生效；提前结束用 wenzheng rules unpin%s\n%s\n", topicFlag(pin.Topics), pinLine(&pin))
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

// topicsOf holds topics against those that the published rules of an account have, and
// returns them without blanks and repetitions.
func (i *installation) topicsOf(ctx context.Context, account models.Account, topics []string) ([]string, error) {
	if len(topics) == 0 {
		return nil, nil
	}
	rules, _, err := i.PublishedRules(ctx, account.AppID)
	if err != nil {
		return nil, err
	}
	known := ruleTopics(rules)
	var out, unknown []string
	for _, topic := range topics {
		topic = strings.TrimSpace(topic)
		switch {
		case !slices.Contains(known, topic):
			unknown = append(unknown, "“"+topic+"”")
		case !slices.Contains(out, topic):
			out = append(out, topic)
		}
	}
	switch {
	case len(unknown) == 0:
		return out, nil
	case len(known) == 0:
		return nil, models.NewError(models.CodeInvalid, "已发布的规则都没有写主题（topic）；不写 --topic 则对所有消息置顶")
	}
	return nil, models.NewError(models.CodeInvalid, "没有主题"+joined(unknown)+"，现有的主题："+joined(known)+"；不写 --topic 则对所有消息置顶")
}

// ruleTopics are the topics of rules and those they belong to: 城乡建设/供水 also gives 城乡建设.
func ruleTopics(rules []models.Rule) []string {
	var out []string
	for i := range rules {
		for topic := rules[i].Topic; topic != ""; {
			out = append(out, topic)
			above := strings.LastIndexByte(topic, '/')
			topic = topic[:max(above, 0)]
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
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
	all, err := st.Pins(ctx)
	if err != nil {
		return err
	}
	pins := all[account.AppID]
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
		fmt.Fprintln(p.stdout, pinLine(&pins[i])) //nolint:errcheck // standard output
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
	for i := range c.Topic {
		c.Topic[i] = strings.TrimSpace(c.Topic[i])
	}
	if err := st.RemovePin(ctx, account.AppID, c.Topic, c.who()); err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.stdout, "已取消置顶，三秒内生效")
	return err
}
