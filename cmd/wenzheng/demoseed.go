package main

import (
	"context"
	"embed"
	"fmt"
	"io"
	"strings"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/store"
)

// demoRules are the rules of the fictional city, one file for each demo account.
//
//go:embed demo/*.yaml
var demoRules embed.FS

// demoAccount is an account of the fictional city; rules names its file of rules, menu is
// what the platform shows below the chat.
type demoAccount struct {
	models.Account
	rules     string
	character simulator.Character
	habits    habits
	menu      []simulator.MenuButton
}

// Menu keys of the demo; those of a topic are topic_ and its name in simulator.Questions.
const (
	keyServices  = "MENU_SERVICES"
	keyComplaint = "MENU_COMPLAINT"
	keyHours     = "MENU_HOURS"
)

func demoAccounts() []demoAccount {
	account := func(n int, name string, kind models.AccountKind) models.Account {
		return models.Account{
			AppID: fmt.Sprintf("wx00000000000d%04d", n), Name: name, Kind: kind, Verified: true,
			OriginalID: fmt.Sprintf("gh_lanjiang%04d", n), Mode: models.ModeSafe,
		}
	}
	return []demoAccount{
		{account(1, "澜江政务", models.KindService), "demo/zhengwu.yaml", simulator.Fast, diligent(), []simulator.MenuButton{
			column("办事", topic("公积金"), topic("教育"), topic("不动产"), topic("婚姻"), topic("医保")),
			column("生活", topic("供水"), topic("供电"), topic("交通"), topic("停车"), topic("环境")),
			column("服务", click("常用服务", keyServices), click("办公时间", keyHours), click("投诉建议", keyComplaint)),
		}},
		{account(2, "澜江公安", models.KindSubscription), "demo/gongan.yaml", simulator.Slow, sluggish(), []simulator.MenuButton{
			column("户政", topic("身份证"), topic("户籍")),
			column("交管", topic("交通"), topic("停车")),
			column("服务", click("业务菜单", keyServices), click("投诉警务", keyComplaint)),
		}},
		{account(3, "澜江人社", models.KindSubscription), "demo/renshe.yaml", simulator.PostsOnly, selfAbsorbed(), []simulator.MenuButton{
			column("社保", topic("社保"), topic("养老"), topic("医保")),
			topic("就业"),
			click("业务菜单", keyServices),
		}},
	}
}

func column(name string, below ...simulator.MenuButton) simulator.MenuButton {
	return simulator.MenuButton{Name: name, SubButton: below}
}

func click(name, key string) simulator.MenuButton {
	return simulator.MenuButton{Type: "click", Name: name, Key: key}
}

func topic(name string) simulator.MenuButton { return click(name, "topic_"+name) }

// seedDemo makes the accounts and rules that a data folder lacks, also where an earlier
// start was cut short between the two, and leaves alone what is there.
func seedDemo(ctx context.Context, p *program) error {
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	for _, account := range demoAccounts() {
		if err := st.seed(ctx, account); err != nil {
			return fmt.Errorf("demo account %s: %w", account.Name, err)
		}
	}
	return nil
}

func (i *installation) seed(ctx context.Context, a demoAccount) error {
	known, err := i.Account(ctx, a.AppID)
	switch {
	case err == nil:
		a.Account = known
	case models.ErrorCode(err) != models.CodeNotFound:
		return err
	default:
		if a.Token, a.AESKey, a.Secret, err = demoSecrets(); err != nil {
			return err
		}
		if err := i.CreateAccount(ctx, a.Account, operator()); err != nil {
			return err
		}
	}
	ever, err := i.Rules(ctx, store.RuleFilter{AppID: a.AppID})
	if err != nil || len(ever) > 0 {
		return err
	}
	rules, err := a.read()
	if err != nil {
		return err
	}
	_, err = i.rulebook.Import(ctx, operator(), rulebook.ImportRequest{Account: a.Account, Rules: rules, Publish: true})
	return err
}

// read reads the account's rules.
func (a *demoAccount) read() ([]models.Rule, error) {
	f, err := demoRules.Open(a.rules)
	if err != nil {
		return nil, fmt.Errorf("rules: %w", err)
	}
	defer f.Close() //nolint:errcheck // embedded
	return sheet.ReadRules(a.rules, f, sheet.YAML)
}

// demoSecrets draws a token, an AES key and an app secret for one installation.
func demoSecrets() (token, aesKey, secret string, err error) {
	key, err := seal.NewKey()
	if err != nil {
		return "", "", "", err
	}
	letters := strings.NewReplacer("+", "x", "/", "y", "=", "").Replace(key)
	return letters[:16], key[:42] + "A", letters[16:40], nil
}

// demoDays is how many days are behind a demo, demoSeed who wrote in them.
const (
	demoDays = 90
	demoSeed = 1
)

// months writes the days before today, unless they are there. What is wrong with them is
// said and does not end the demo: citizens are answered.
func (c *demoCmd) months(ctx context.Context, p *program) error {
	if c.Empty {
		return nil
	}
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	tellings, err := st.demoTellings(ctx, demoDays)
	if err != nil {
		return err
	}
	missing, err := st.untold(ctx, tellings)
	if err != nil {
		return err
	}
	if !missing {
		return st.bringRecords(ctx, tellings)
	}
	if _, err := io.WriteString(p.stdout, "正在生成九十天演示数据 … "); err != nil {
		return err
	}
	told, err := p.tellHistory(ctx, st, tellings, func(int) {})
	if err == nil {
		err = st.bringRecords(ctx, tellings)
	}
	if ctx.Err() != nil {
		_, err = io.WriteString(p.stdout, "已停下，下次启动接着生成\n")
		return err
	}
	if err != nil {
		p.fail(err, 0)
		_, err = io.WriteString(p.stdout, "没有完成，下次启动接着生成\n")
		return err
	}
	events, answers := 0, 0
	for i := range told {
		events, answers = events+told[i].Verified, answers+told[i].Answers
	}
	_, err = fmt.Fprintf(p.stdout, "完成（市民的消息与事件 %d 条，坐席答复 %d 条，以及关注人数、文章、评价与办件）\n看指标：bin/wenzheng indices --config %s\n",
		events, answers, p.config)
	return err
}

// demoTellings are the months of the demo accounts.
func (i *installation) demoTellings(ctx context.Context, days int) ([]telling, error) {
	var list []telling
	for _, a := range demoAccounts() {
		account, err := i.Account(ctx, a.AppID)
		if err != nil {
			return nil, err
		}
		list = append(list, telling{account: account, character: a.character, days: days, seed: demoSeed})
	}
	return list, nil
}
