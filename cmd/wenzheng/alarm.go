package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/accounts/robot"
	"github.com/wenzheng/wenzheng/cmd/wenzheng/terminal"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet/textgrid"
)

type alarmCmd struct {
	Add    alarmAddCmd    `cmd:"" help:"添加一个告警通道"`
	List   alarmListCmd   `cmd:"" help:"告警通道、哪些告警要发、正在告警的、最近发出的"`
	Choose alarmChooseCmd `cmd:"" help:"选择哪些告警要发、提前多久、多久再发"`
	Test   alarmTestCmd   `cmd:"" help:"往一个通道发一条测试消息"`
	Remove alarmRemoveCmd `cmd:"" help:"删除一个告警通道"`
}

type alarmAddCmd struct {
	accountFlag
	Kind    string `help:"wecom（企业微信群机器人）、dingtalk（钉钉机器人）或 json（通用 JSON）" enum:"wecom,dingtalk,json" required:""`
	Name    string `help:"名称，例：值班群" placeholder:"文字"`
	Address string `help:"机器人的 Webhook 网址；写 - 从标准输入读一行，在终端里则提示输入" default:"-" placeholder:"文字"`
	Secret  string `help:"密钥；写 - 从标准输入读一行（在网址之后）" placeholder:"文字"`
	jsonFlag
}

// Run adds a channel.
func (c *alarmAddCmd) Run(ctx context.Context, p *program) error {
	in := terminal.NewSecretReader(p.stdin, p.stderr)
	for _, secret := range []struct {
		what  string
		value *string
	}{{"机器人的网址", &c.Address}, {"密钥", &c.Secret}} {
		if err := in.ReplaceDash(ctx, secret.what, secret.value); err != nil {
			return err
		}
	}
	st, account, err := c.use(ctx, p)
	if err != nil {
		return err
	}
	made, err := st.accounts.AddChannel(ctx, operator(), account.AppID, accounts.ChannelRequest{
		Name: c.Name, Kind: robot.Kind(c.Kind), Address: c.Address, Secret: c.Secret,
	})
	if err != nil {
		return err
	}
	return c.print(p, made, fmt.Sprintf("已添加 %s（%s，%s）\n发一条试试：wenzheng alarm test %s\n", made.Name, made.Kind.Title(), made.Host, made.Name))
}

type alarmListCmd struct {
	accountFlag
	jsonFlag
}

// Run shows the alarms of an account.
func (c *alarmListCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	v, err := st.accounts.Alarms(ctx, account.AppID)
	if err != nil {
		return err
	}
	text := textgrid.Columns(accounts.ChannelRows(v.Channels), p.width()) + "\n" + textgrid.Columns(accounts.AlarmRows(&v), p.width())
	for _, o := range v.Open {
		text += "\n正在告警：" + o.Title + "，" + strings.ReplaceAll(o.Text, "\n", "")
	}
	if len(v.Open) > 0 {
		text += "\n"
	}
	return c.print(p, v, text)
}

type alarmChooseCmd struct {
	accountFlag
	Only   []string      `help:"只发这些，用逗号分开：at_risk、refused、rights_lost、token、quarantine、backlog、calendar；all 为全部，none 为都不发" sep:"," placeholder:"告警"`
	Ahead  []string      `help:"到哪个时限之前多久，例：acceptance=30m,last=4h；时限由短到长为 first、acceptance、same_day、last；none 为不按时限" sep:"," placeholder:"时限=时长"`
	Repeat time.Duration `help:"没有恢复时多久再发一次，例 4h" placeholder:"时长"`
	jsonFlag
}

// Run changes what an account wants to be told and shows it.
func (c *alarmChooseCmd) Run(ctx context.Context, p *program) error {
	q, err := c.choice()
	if err != nil {
		return err
	}
	st, account, err := c.use(ctx, p)
	if err != nil {
		return err
	}
	if _, err := st.accounts.ChooseAlarms(ctx, operator(), account.AppID, q); err != nil {
		return err
	}
	v, err := st.accounts.Alarms(ctx, account.AppID)
	if err != nil {
		return err
	}
	return c.print(p, v, textgrid.Columns(accounts.AlarmRows(&v), p.width()))
}

func (c *alarmChooseCmd) choice() (models.AlarmChoice, error) {
	q := models.AlarmChoice{RepeatS: int64(c.Repeat / time.Second)}
	switch only := names(c.Only); {
	case len(only) == 0:
	case only[0] == "all":
		q.Conditions = models.AlarmNames()
	default:
		q.Conditions = []models.AlarmName{}
		for _, n := range only {
			if n != "none" {
				q.Conditions = append(q.Conditions, models.AlarmName(n))
			}
		}
	}
	ahead := names(c.Ahead)
	if len(ahead) > 0 {
		q.Ahead = []models.AlarmAhead{}
	}
	for _, item := range ahead {
		if item == "none" {
			continue
		}
		limit, span, _ := strings.Cut(item, "=")
		d, err := time.ParseDuration(span)
		if err != nil {
			return q, models.NewError(models.CodeInvalid, "--ahead 应写作 acceptance=30m,last=4h：时限=提前多久")
		}
		q.Ahead = append(q.Ahead, models.AlarmAhead{Limit: limit, AheadS: int64(d / time.Second)})
	}
	return q, nil
}

// channelArg names a channel of an account.
type channelArg struct {
	Channel string `arg:"" help:"通道的名称" placeholder:"名称"`
	accountFlag
}

type alarmTestCmd struct {
	channelArg
	jsonFlag
}

// Run sends a message and fails when it does not arrive.
func (c *alarmTestCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	sent, err := st.accounts.TestChannel(ctx, operator(), account.AppID, c.Channel)
	if err != nil {
		return err
	}
	if err := c.print(p, sent, sent.Channel+"："+accounts.SendText(&sent)+"\n"); err != nil {
		return err
	}
	if sent.Outcome != models.AlarmSent {
		return exitCode(1)
	}
	return nil
}

type alarmRemoveCmd struct{ channelArg }

// Run takes a channel away.
func (c *alarmRemoveCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	gone, err := st.accounts.RemoveChannel(ctx, operator(), account.AppID, c.Channel)
	return confirm(p.stdout, err, "已删除 %s\n", gone.Name)
}
