package accounts

import (
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

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
