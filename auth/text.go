package auth

import (
	"fmt"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

const minuteLayout = "2006-01-02 15:04"

// LinkText says what to do with a one-time link.
func LinkText(i Invitation) string {
	return fmt.Sprintf("一次性链接（只显示这一次，%s 前有效，用一次即失效），请交给本人：\n  https://你的域名%s\n",
		i.Until.In(models.Shanghai()).Format(minuteLayout), i.Link)
}

// OperatorText is one operator on a line.
func OperatorText(o Operator) string {
	name := o.Name
	if o.DisplayName != o.Name {
		name += "（" + o.DisplayName + "）"
	}
	return name + "  " + grantsText(&o)
}

// grantsText says what an operator may do: 坐席 wx1、wx2.
func grantsText(o *Operator) string {
	var parts []string
	for _, r := range o.Roles {
		var accounts []string
		for _, g := range o.Grants {
			if g.Role == r {
				accounts = append(accounts, g.AppID)
			}
		}
		parts = append(parts, strings.TrimSpace(r.Title()+" "+strings.Join(accounts, "、")))
	}
	if len(parts) == 0 {
		return "尚未授权"
	}
	return strings.Join(parts, "；")
}

// OperatorRows lists operators for people, a row each.
func OperatorRows(list []Operator) [][]string {
	if len(list) == 0 {
		return [][]string{{"还没有人员，用 wenzheng operator add 添加（wenzheng operator add --help 有例子）"}}
	}
	states := map[string]string{"invited": "待设密码", stateActive: "可登录", "locked": "已锁定", stateDisabled: "已停用"}
	rows := make([][]string, len(list))
	for i := range list {
		o := &list[i]
		state, last := states[o.State], "从未登录"
		if o.Asleep {
			state += "，权限待安全管理员确认"
		}
		if o.LastSignInAt != nil {
			last = "上次登录 " + o.LastSignInAt.Format(minuteLayout)
		}
		rows[i] = []string{o.Name, o.DisplayName, state, last, grantsText(o)}
	}
	return rows
}

// TokenRows lists tokens for people, a row each.
func TokenRows(list []Token) [][]string {
	if len(list) == 0 {
		return [][]string{{"还没有令牌，用 wenzheng token add 添加（wenzheng token add --help 有例子）"}}
	}
	rows := make([][]string, len(list))
	for i, t := range list {
		state, accounts := "有效", "全部账号"
		switch {
		case t.RevokedAt != nil:
			state = "已吊销"
		case !t.Valid:
			state = "已过期"
		case t.Until != nil:
			state = "有效至 " + t.Until.Add(-time.Second).Format(time.DateOnly)
		}
		if len(t.Accounts) > 0 {
			accounts = strings.Join(t.Accounts, "、")
		}
		scopes := make([]string, len(t.Scopes))
		for k, s := range t.Scopes {
			scopes[k] = string(s)
		}
		rows[i] = []string{t.Name, state, strings.Join(scopes, "、"), accounts}
	}
	return rows
}
