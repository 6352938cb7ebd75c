package accounts

import "github.com/wenzheng/wenzheng/models"

// checkItems are what the doctor looks at.
var checkItems = map[string]string{ //nolint:gosec // "token" is what is looked at, no secret
	"settings": "账号设置", "mode": "加解密方式", "callback": "回调自测", "service": "服务状态", "clock": "时钟", "calls": "近来的回调",
	"api": "微信接口", "token": "接口凭证", "network": "微信到服务器的网络", "rights": "接口权限", "right": "接口权限 ", "rights_kept": "记录接口权限",
}

// rightOf names the right that a line is of, "" = of none.
func rightOf(s models.Said) string {
	if right, ok := s.Values["right"]; ok {
		return RightLabel(right)
	}
	return ""
}
