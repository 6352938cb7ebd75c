package demo

import (
	"embed"
	"fmt"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/simulator/platform"
)

// ruleFiles are the rules of the city, one file for each account.
//
//go:embed rules/*.yaml
var ruleFiles embed.FS

// Account is an official account of the city. It has no keys before Seed has made it.
type Account struct {
	models.Account
	Menu []platform.MenuButton // what the platform shows below the chat

	office    string // names its file of rules and its lines of texts
	character simulator.Character
	habits    habits
}

// Menu keys of the demo; those of a topic are topic_ and its name in simulator.Questions.
const (
	keyServices  = "MENU_SERVICES"
	keyComplaint = "MENU_COMPLAINT"
	keyHours     = "MENU_HOURS"
)

// Accounts are those of the city, in a fixed order.
func Accounts() []Account {
	account := func(n int, name string, kind models.AccountKind) models.Account {
		return models.Account{
			AppID: fmt.Sprintf("wx00000000000d%04d", n), Name: name, Kind: kind, Verified: true,
			OriginalID: fmt.Sprintf("gh_lanjiang%04d", n), Mode: models.ModeSafe,
		}
	}
	return []Account{
		{account(1, "澜江政务", models.KindService), []platform.MenuButton{
			column("办事", topic("公积金"), topic("教育"), topic("不动产"), topic("婚姻"), topic("医保")),
			column("生活", topic("供水"), topic("供电"), topic("交通"), topic("停车"), topic("环境")),
			column("服务", click("常用服务", keyServices), click("办公时间", keyHours), click("投诉建议", keyComplaint)),
		}, "zhengwu", simulator.Fast, diligent()},
		{account(2, "澜江公安", models.KindSubscription), []platform.MenuButton{
			column("户政", topic("身份证"), topic("户籍")),
			column("交管", topic("交通"), topic("停车")),
			column("服务", click("业务菜单", keyServices), click("投诉警务", keyComplaint)),
		}, "gongan", simulator.Slow, sluggish()},
		{account(3, "澜江人社", models.KindSubscription), []platform.MenuButton{
			column("社保", topic("社保"), topic("养老"), topic("医保")),
			topic("就业"),
			click("业务菜单", keyServices),
		}, "renshe", simulator.PostsOnly, selfAbsorbed()},
	}
}

// Question is one to begin with: the third account answers it.
const Question = "社保卡丢了怎么补办"

func column(name string, below ...platform.MenuButton) platform.MenuButton {
	return platform.MenuButton{Name: name, SubButton: below}
}

func click(name, key string) platform.MenuButton {
	return platform.MenuButton{Type: "click", Name: name, Key: key}
}

func topic(name string) platform.MenuButton { return click(name, "topic_"+name) }

// Rules reads the rules of the account.
func (a *Account) Rules() ([]models.Rule, error) {
	name := "rules/" + a.office + ".yaml"
	f, err := ruleFiles.Open(name)
	if err != nil {
		return nil, fmt.Errorf("rules: %w", err)
	}
	defer f.Close() //nolint:errcheck // embedded
	return sheet.ReadRules(name, f, sheet.YAML)
}
