package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

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

// Run pins an answer until its end.
func (c *rulesPinSetCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	until, err := c.until(p.now())
	if err != nil {
		return err
	}
	st, account, err := parent.use(ctx, p)
	if err != nil {
		return err
	}
	pin, err := st.rulebook.SetPin(ctx, c.who(), rulebook.PinRequest{
		Account: account, Text: c.Text, Until: until, Topics: c.Topic, Reason: c.Reason,
	})
	if err != nil {
		return pinFault(err)
	}
	topics := ""
	if len(pin.Topics) > 0 {
		topics = " --topic " + strings.Join(pin.Topics, ",")
	}
	_, err = fmt.Fprintf(p.screen(), "已置顶，三秒内生效；提前结束用 wenzheng rules unpin%s\n%s", topics, rulebook.PinsText([]models.Pin{pin}))
	return err
}

func (c *rulesPinSetCmd) until(now time.Time) (time.Time, error) {
	if (c.For != 0) == (c.Until != "") {
		return time.Time{}, models.NewError(models.CodeInvalid, "请用 --for 写持续多久（例 6h），或用 --until 写到什么时候（例 \"2026-12-01 18:00\"），二者取一")
	}
	if c.For < 0 {
		return time.Time{}, models.NewError(models.CodeInvalid, "--for 应为以后的时长，例 6h，不是 "+c.For.String())
	}
	if c.Until == "" {
		return now.Add(c.For), nil
	}
	until, err := models.ParseMoment(c.Until, now)
	if err == nil && !until.After(now) {
		err = models.NewError(models.CodeInvalid, "--until 应为以后的时刻，"+until.In(models.Shanghai()).Format("2006-01-02 15:04")+" 已经过了")
	}
	return until, err
}

// pinFault names the options of the command in the place of the fields of a pin.
func pinFault(err error) error {
	var fault *models.Error
	if !errors.As(err, &fault) {
		return err
	}
	options := map[string]string{"until": "--until", "reason": "--reason", "reply": "回复", "reply.text": "回复"}
	told := *fault
	told.Fields = slices.Clone(fault.Fields)
	for i := range told.Fields {
		f := &told.Fields[i]
		f.Field = cmp.Or(options[f.Field], f.Field)
	}
	return &told
}

type rulesPinListCmd struct {
	Past bool `help:"最近结束的，和各自答复的次数"`
	jsonFlag
}

// Run lists the pins that have not ended, or those that have.
func (c *rulesPinListCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	if c.Past {
		board, err := st.rulebook.PinBoard(ctx, account.AppID)
		if err != nil {
			return err
		}
		return c.print(p, board.Past, cmp.Or(rulebook.PastPinsText(board.Past), "没有结束了的应急置顶\n"))
	}
	pins, err := st.rulebook.Pins(ctx, account.AppID)
	if err != nil {
		return err
	}
	for i := range pins {
		pins[i].Since, pins[i].Until = pins[i].Since.In(models.Shanghai()), pins[i].Until.In(models.Shanghai())
	}
	return c.print(p, append([]models.Pin{}, pins...), cmp.Or(rulebook.PinsText(pins), "没有应急置顶\n"))
}

type rulesUnpinCmd struct {
	Topic []string `help:"取消这些主题的置顶；不写则取消对所有消息的置顶" sep:"," placeholder:"主题"`
	as
}

// Run ends a pin.
func (c *rulesUnpinCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	return confirm(p.stdout, st.rulebook.DeletePin(ctx, c.who(), account.AppID, c.Topic), "已取消置顶，三秒内生效\n")
}
