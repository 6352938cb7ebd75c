package accounts

import (
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// said is a sentence for people: text in Chinese; by code and values it is said in another language.
type said struct {
	code   string
	values map[string]string
	text   string
}

// say fills the {holes} of a text by pairs of a name and a value. A text of somebody else has none.
func say(code, text string, pairs ...string) said {
	values := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
		text = strings.ReplaceAll(text, "{"+pairs[i]+"}", pairs[i+1])
	}
	return said{code, values, text}
}

// line is a sentence that has its advice apart.
func (s said) line(fix string) models.ProgressLine {
	return models.ProgressLine{Found: s.text, Fix: fix, Code: s.code, Values: s.values}
}

// checkItems are what the doctor looks at.
var checkItems = map[string]string{ //nolint:gosec // "token" is what is looked at, no secret
	"settings": "账号设置", "mode": "加解密方式", "callback": "回调自测", "service": "服务状态", "clock": "时钟", "calls": "近来的回调",
	"api": "微信接口", "token": "接口凭证", "network": "微信到服务器的网络", "rights": "接口权限", "right": "接口权限 ", "rights_kept": "记录接口权限",
}

// rightOf names the right that a line is of, "" = of none.
func rightOf(s said) string {
	if right, ok := s.values["right"]; ok {
		return RightLabel(right)
	}
	return ""
}
