package robot

import (
	"encoding/json"
	"fmt"
	"time"
)

// judgeRobot reads the answer of a group's robot, which says what went wrong in its body. The codes
// are those of https://developer.work.weixin.qq.com/document/path/90313 and
// https://open.dingtalk.com/document/robots/custom-robots-send-group-messages.
func judgeRobot(kind Kind, body []byte) error {
	var answer struct {
		Code *int64 `json:"errcode"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Code == nil {
		return &Fault{Text: "回答的不是" + kind.Title() + "，请核对网址，中间的代理也可能改了回答", Wait: lasting}
	}
	code := *answer.Code
	if code == 0 {
		return nil
	}
	if kind == WeCom {
		switch code {
		case 45009, 45033:
			return &Fault{Text: fmt.Sprintf("这个机器人一分钟内发得太多（错误码 %d），稍后再发", code), Wait: minute}
		case 93000, 93004, 93008:
			return &Fault{Text: fmt.Sprintf("群里已没有这个机器人（错误码 %d）：请在群里重新添加，再换上新的网址", code), Wait: lasting}
		case -1:
			return &Fault{Text: "企业微信繁忙，稍后再发"}
		}
		return &Fault{Text: fmt.Sprintf("企业微信不收（错误码 %d），请核对网址", code), Wait: lasting}
	}
	const limited = 10 * time.Minute
	switch code {
	case 130101, 410100:
		return &Fault{Text: fmt.Sprintf("这个机器人一分钟内发得太多（错误码 %d），钉钉限流十分钟，稍后再发", code), Wait: limited}
	case 310000:
		return &Fault{Text: "钉钉的安全设置没有通过（错误码 310000）：请核对“加签”的密钥与本机时间；没有用加签则把“告警”设为关键词", Wait: lasting}
	case 300001, 300005, 400013, 400014, 400101, 400102:
		return &Fault{Text: fmt.Sprintf("群里已没有这个机器人，或它已停用（错误码 %d）：请在群里重新添加，再换上新的网址", code), Wait: lasting}
	case -1:
		return &Fault{Text: "钉钉繁忙，稍后再发"}
	}
	return &Fault{Text: fmt.Sprintf("钉钉不收（错误码 %d），请核对网址与密钥", code), Wait: lasting}
}
