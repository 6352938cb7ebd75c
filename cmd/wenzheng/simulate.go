package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/sheet/outfile"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/simulator/chat"
)

type simulateCmd struct {
	URL []string `help:"服务地址；写多个则各实例轮流投递（默认取设置里的 addr）" placeholder:"http://HOST:PORT" sep:","`
	accountFlag
	Token      string `help:"Token；不写则从本机数据库读取"`
	AESKey     string `help:"EncodingAESKey；不写则从本机数据库读取" name:"aes-key"`
	Mode       string `help:"消息加解密方式" enum:",safe,compat,plain" default:""`
	OriginalID string `help:"原始 ID（gh_ 开头）" name:"original-id"`
	Retries    int    `help:"每条消息最多投递几次（默认取 simulator.retries）" placeholder:"N"`
	Journal    string `help:"把每条消息的投递经过写入此文件（JSON 行）" placeholder:"文件.jsonl"`
	Unescaped  bool   `help:"市民文字里的 ]]> 原样发出，不转义（微信可能这样发来，用来试夹带字段的消息）"`

	Serve simulateServeCmd `cmd:"" help:"聊天页面与微信接口的替身"`

	Send simulateSendCmd `cmd:"" help:"以市民身份发一句话，显示收到的回复"`
	File simulateFileCmd `cmd:"" help:"签名、加密并投递给定的回调正文文件（XML 或 JSON）"`
	Load simulateLoadCmd `cmd:"" help:"压测：按给定速率发消息，统计应答"`

	History simulateHistoryCmd `cmd:"" help:"写入虚构的若干月往来，供试用"`
}

// client is the platform towards the account the flags name, or the database knows.
func (c *simulateCmd) client(ctx context.Context, p *program) (*simulator.Client, func() error, error) {
	s, err := p.settings(nil)
	if err != nil {
		return nil, nil, err
	}
	account, err := c.account(ctx, p)
	if err != nil {
		return nil, nil, err
	}
	o := simulator.ClientOptions{
		URLs: c.targets(s.Addr), Account: account, Now: p.now, Loose: c.Unescaped,
		Policy: simulator.Policy{Attempts: cmp.Or(c.Retries, s.Simulator.Retries), Spacing: s.Simulator.Spacing},
	}
	done := func() error { return nil }
	if c.Journal != "" {
		f, err := outfile.OpenThrough(c.Journal)
		if err != nil {
			return nil, nil, err
		}
		o.Journal = simulator.NewJournal(f)
		done = func() error { return errors.Join(o.Journal.Flush(), f.Close()) }
	}
	client, err := simulator.NewClient(o)
	if err != nil {
		return nil, nil, errors.Join(err, done())
	}
	return client, func() error { client.Close(); return done() }, nil
}

// targets are the services named, or the one of the settings.
func (c *simulateCmd) targets(addr string) []string {
	if len(c.URL) > 0 {
		return c.URL
	}
	return []string{"http://" + addr}
}

// account takes the secrets from the flags, or from this machine's database.
func (c *simulateCmd) account(ctx context.Context, p *program) (models.Account, error) {
	a := models.Account{AppID: c.Account}
	if c.Token == "" {
		st, err := p.use(ctx)
		if err != nil {
			return a, fmt.Errorf("没有写 --token，也不能从本机数据库读取账号：%w", err)
		}
		if a, err = st.accounts.Named(ctx, c.Account); err != nil {
			return a, err
		}
	} else if !models.ValidAppID(c.Account) {
		return a, models.NewError(models.CodeInvalid, "写了 --token 时请同时用 --account 指明 AppID（wx 开头，18 个字符）")
	}
	return simulator.Override(a, simulator.Overrides{Token: c.Token, AESKey: c.AESKey, OriginalID: c.OriginalID, Mode: models.Mode(c.Mode)})
}

type simulateSendCmd struct {
	Text    string `arg:"" help:"市民写的话"`
	Citizen int    `help:"第几位市民（同一个数字是同一个人）" default:"1"`
	jsonFlag
}

// Run sends one text and prints what the citizen sees.
func (c *simulateSendCmd) Run(ctx context.Context, p *program, parent *simulateCmd) (err error) {
	client, done, err := parent.client(ctx, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	trace, err := client.Send(ctx, simulator.OpenID(client.Account().AppID, 0, c.Citizen), c.Text)
	if err != nil {
		return err
	}
	if c.JSON {
		return c.print(p, trace, "")
	}
	text, err := trace.Shown()
	return confirm(p.stdout, err, "%s\n", text)
}

type simulateFileCmd struct {
	Files []string `arg:"" help:"回调正文文件（解密后的 XML，或 JSON）"`
	To    string   `help:"把 ToUserName 改为"`
	From  string   `help:"把 FromUserName 改为"`
	JSON  bool     `help:"每个文件输出一行 JSON"`
}

// Run delivers the files one after the other.
func (c *simulateFileCmd) Run(ctx context.Context, p *program, parent *simulateCmd) (err error) {
	client, done, err := parent.client(ctx, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	traces, err := client.File(ctx, c.Files, simulator.FileOptions{To: c.To, From: c.From})
	refused := 0
	for i, t := range traces {
		if !t.Answered {
			refused++
		}
		if c.JSON {
			err = errors.Join(err, json.NewEncoder(p.stdout).Encode(t))
			continue
		}
		fmt.Fprintf(p.stdout, "%s\t%s\t%s\n", c.Files[i], t.Outcome().Explain(), strings.ReplaceAll(t.Reply.Summary(), "\n", "⏎")) //nolint:errcheck // standard output
	}
	if err == nil && refused > 0 {
		err = fmt.Errorf("%d 个文件没有被接受，原因见上表与服务日志", refused)
	}
	return err
}

type simulateLoadCmd struct {
	Rate        float64 `help:"每秒发几条，不管服务快慢；0 为一条答完再发下一条" default:"100"`
	Seconds     float64 `help:"发多少秒（给了 --texts 则发完为止）" default:"10"`
	Citizens    int     `help:"多少位市民" default:"1000"`
	Concurrency int     `help:"同时在途的投递数上限" placeholder:"N"`
	Texts       string  `help:"市民的话，取自 CSV 的一列，每行恰好发一次" placeholder:"文件.csv" type:"existingfile"`
	Column      string  `help:"CSV 里的列名" default:"text"`
	Duplicates  float64 `help:"故意重复投递的比例，0 到 1"`
	Seed        uint64  `help:"随机种子"`
	jsonFlag
}

// Bounds of a load: more than any machine of this size plays, and a week.
const (
	maxLoadRate    = 100_000
	maxLoadSeconds = 7 * 24 * 60 * 60
)

// Run plays the load and sums up; it fails when an event was refused or answered differently.
func (c *simulateLoadCmd) Run(ctx context.Context, p *program, parent *simulateCmd) (err error) {
	// Asked in this way, what is no number (NaN) is refused too.
	if !(c.Rate >= 0 && c.Rate <= maxLoadRate && c.Seconds > 0 && c.Seconds <= maxLoadSeconds && c.Citizens > 0 && c.Concurrency >= 0 &&
		c.Duplicates >= 0 && c.Duplicates <= 1) {
		return models.NewError(models.CodeInvalid, "--rate 应为 0 至 100000，--seconds 大于 0 且不超过 604800（七天），--citizens 大于 0，"+
			"--concurrency 不能是负数，--duplicates 在 0 到 1 之间")
	}
	o := simulator.LoadOptions{
		Rate: c.Rate, Duration: seconds(c.Seconds), Citizens: c.Citizens, Concurrency: c.Concurrency,
		Duplicates: c.Duplicates, Seed: c.Seed,
	}
	if c.Texts != "" {
		if o.Texts, err = sheet.ReadTextsFile(c.Texts, c.Column); err != nil {
			return err
		}
		o.Once, o.Duration = true, 0
	}
	client, done, err := parent.client(ctx, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	bar := p.progress("发送", c.total(o))
	o.Progress = func(s simulator.Summary) { bar.Set(s.Sent) }
	s, err := client.Load(ctx, o)
	bar.End()
	if err != nil && ctx.Err() == nil {
		return err
	}
	if err := c.print(p, s, s.Text()); err != nil {
		return err
	}
	if s.Refused > 0 || s.Mismatches > 0 || s.BadReplies > 0 {
		return fmt.Errorf("%d 条没有送达，%d 条前后回复不一致，%d 条回复不合要求", s.Refused, s.Mismatches, s.BadReplies)
	}
	return nil
}

func (c *simulateLoadCmd) total(o simulator.LoadOptions) int {
	if o.Once {
		return len(o.Texts)
	}
	return int(c.Rate * c.Seconds)
}

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
