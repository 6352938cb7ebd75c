package accounts

import (
	"context"
	"errors"
	"fmt"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat"
)

// AutoReplyRules asks WeChat for the automatic replies that are set in its back office, as rules, with
// notes about what could not be carried over.
func (a *Accounts) AutoReplyRules(ctx context.Context, account models.Account) (rules []models.Rule, notes []string, err error) {
	client := a.Client(ctx, account)
	defer client.CloseIdle()
	replies, err := client.AutoReplies(ctx)
	if err != nil {
		return nil, nil, a.refusal("读取公众平台的自动回复失败", account, err)
	}
	rules, notes = replies.Rules()
	return rules, notes, nil
}

// KeptReplies reads an answer of WeChat that was kept in a file, as leniently as WeChat's own.
func KeptReplies(name string, content []byte) (rules []models.Rule, notes []string, err error) {
	replies, err := wechat.ReadAutoReplies(content)
	var e *wechat.APIError
	switch {
	case errors.As(err, &e) && e.Code != 0:
		return nil, nil, models.NewError(models.CodeInvalid, fmt.Sprintf("%s 里存的是微信的错误（%d：%s），不是自动回复，请重新获取", name, e.Code, e.Msg))
	case err != nil:
		return nil, nil, models.NewError(models.CodeInvalid, name+" 不是 get_current_autoreply_info 的结果，应为 JSON")
	}
	rules, notes = replies.Rules()
	return rules, notes, nil
}
