package accounts

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat"
)

// LiveMenu asks WeChat for the menu that citizens of the account see.
func (a *Accounts) LiveMenu(ctx context.Context, account models.Account) (models.LiveMenu, error) {
	client := a.Client(ctx, account)
	defer client.CloseIdle()
	live, err := client.Menu(ctx)
	if err != nil {
		return live, a.refusal("读取公众平台的菜单失败", account, err)
	}
	return live, nil
}

// PutMenu makes the menu the one that citizens of the account see, within five minutes. What was
// done before a failure stands; done again it completes the rest.
func (a *Accounts) PutMenu(ctx context.Context, account models.Account, menu models.AccountMenu) error {
	client := a.Client(ctx, account)
	defer client.CloseIdle()
	if err := client.PutMenu(ctx, menu); err != nil {
		return a.refusal("微信没有接受菜单", account, err)
	}
	return nil
}

// refusal tells a person what WeChat refused and what to do about it: invalid where the content is at
// fault, conflict where the account must change first, else unavailable.
func (a *Accounts) refusal(what string, account models.Account, err error) error {
	var e *wechat.APIError
	if !errors.As(err, &e) {
		return err
	}
	if account.Secret == "" {
		return models.NewError(models.CodeConflict, what+"：账号没有填 AppSecret，请系统管理员在“账号”里填写")
	}
	if advice := menuAdvice(e); advice != "" {
		return models.NewError(menuFault(e.Code), what+"："+advice)
	}
	code := models.CodeUnavailable
	if e.Class == wechat.ClassRight || e.Class == wechat.ClassConfig {
		code = models.CodeConflict
	}
	return models.NewError(code, what+"："+a.Advise(err))
}

// menuFault is the code of an error by WeChat's code of a menu.
func menuFault(code int64) string {
	switch code {
	case 45010, 65301, 65303: // another time it may go
		return models.CodeUnavailable
	case 45064, 65306, 65309: // the account is not ready for it
		return models.CodeConflict
	}
	return models.CodeInvalid
}

// menuAdvice says what is wrong with a menu by WeChat's code, "" where the code is none of a menu
// (developers.weixin.qq.com, createCustomMenu and addConditionalMenu).
func menuAdvice(e *wechat.APIError) string {
	if !strings.HasPrefix(e.API, "/cgi-bin/menu/") {
		return ""
	}
	advice, known := map[int64]string{
		40007: "有一个按钮的素材已不在素材库，请重新选永久素材",
		40016: "按钮个数不对，一级菜单 1 至 3 个",
		40017: "有一个按钮的类型微信不认，或账号用不了这种类型",
		40018: "有一个按钮的名称是空的或太长：一级最多 16 字节，二级最多 60 字节",
		40019: "有一个按钮的 KEY 是空的或超过 128 字节",
		40020: "有一个按钮的网址是空的或超过 1024 字节",
		40023: "子菜单个数不对，每个一级菜单下 1 至 5 个",
		40024: "有一个子菜单按钮的类型微信不认",
		40025: "有一个子菜单按钮的名称是空的或太长，最多 60 字节",
		40026: "有一个子菜单按钮的 KEY 是空的或超过 128 字节",
		40027: "有一个子菜单按钮的网址是空的或超过 1024 字节",
		40033: "菜单里有微信不收的字符，请重新输入名称与网址",
		40054: "有一个子菜单按钮的网址域名微信不许用，请换一个",
		40055: "有一个按钮的网址域名微信不许用，请换一个",
		40155: "按钮的网址不能是别的公众号的主页",
		45010: "今天创建菜单的次数已用完，请明天再发布",
		45064: "小程序还没有与公众号关联，请在公众平台“小程序管理”里关联",
		53600: "有一个按钮的图文 article_id 不对，或图文已被删除",
		65301: "要删除的个性化菜单已不在，请再发布一次",
		65303: "没有默认菜单，不能建按标签的菜单，请再发布一次",
		65304: "按标签的菜单没有写标签",
		65305: "按标签的菜单太多，请减少几个",
		65306: "账号不支持按标签的菜单（认证后才有），请删去它们再发布",
		65307: "按标签的菜单是空的",
		65308: "有一个按钮没有类型",
		65309: "个性化菜单在公众平台是关闭的，请先打开",
		65316: "菜单里的网址分属太多域名，最多 3 个",
		65317: "有一个按钮的网址不对",
	}[e.Code]
	if !known {
		return ""
	}
	return fmt.Sprintf("%s（错误码 %d）", advice, e.Code)
}
