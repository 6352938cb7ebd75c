package accounts

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat"
)

// ProbeRights asks WeChat what it lets the account do and keeps the answer; where there is none the
// rights are kept as unknown. When ctx ends nothing is kept.
func (a *Accounts) ProbeRights(ctx context.Context, account models.Account) error {
	client := a.Client(ctx, account)
	defer client.CloseIdle()
	found := a.findRights(ctx, account.AppID, client)
	var faults []error
	if found.unanswered != nil {
		faults = append(faults, fmt.Errorf("the rights of %s can not be found out: %w", account.AppID, found.unanswered))
	}
	if found.unsaved != nil {
		faults = append(faults, fmt.Errorf("the rights of %s are not saved: %w", account.AppID, found.unsaved))
	}
	return errors.Join(faults...)
}

// foundRights is what came of asking for rights.
type foundRights struct {
	rights     []models.Right
	lost       []string // turned from yes to no by it
	unanswered error    // of WeChat: rights are unknown
	unsaved    error    // of the database
}

func (a *Accounts) findRights(ctx context.Context, appID string, client *wechat.Client) (f foundRights) {
	f.rights, f.unanswered = client.Rights(ctx)
	if f.unanswered != nil {
		if ctx.Err() != nil {
			return f
		}
		f.rights = wechat.UnknownRights(a.options.Now(), f.unanswered)
	}
	f.lost, f.unsaved = a.saveRights(ctx, appID, f.rights)
	return f
}

// saveRights keeps what was found and tells of what was lost.
func (a *Accounts) saveRights(ctx context.Context, appID string, found []models.Right) (lost []string, err error) {
	lost, err = a.store.SaveRights(ctx, appID, found)
	for _, right := range lost {
		a.options.OnLost(appID, right)
	}
	return lost, err
}

// RightsText tells the rights of an account in a few words.
func RightsText(rights []models.Right) string {
	by := map[models.RightState][]string{}
	for _, r := range rights {
		by[r.State] = append(by[r.State], RightLabel(r.Name))
	}
	if len(by[models.RightYes])+len(by[models.RightNo]) == 0 {
		return "接口权限未知"
	}
	text := "有权限：" + strings.Join(by[models.RightYes], "、")
	if len(by[models.RightYes]) == 0 {
		text = "没有任何接口权限"
	} else if no := by[models.RightNo]; len(no) > 0 {
		text += "；没有：" + strings.Join(no, "、")
	}
	if unknown := by[models.RightUnknown]; len(unknown) > 0 {
		text += "；未知：" + strings.Join(unknown, "、")
	}
	return text
}

// RightLabel is what the platform's back office calls a right.
func RightLabel(name string) string {
	switch name {
	case "menu":
		return "自定义菜单"
	case "customer_service":
		return "客服消息"
	case "tags":
		return "用户标签"
	case "users":
		return "用户列表"
	case "material":
		return "素材"
	case "template":
		return "模板消息"
	case "subscription":
		return "订阅通知"
	case "sessions":
		return "客服账号"
	case "records":
		return "聊天记录"
	case "datacube":
		return "数据统计"
	}
	return name
}
