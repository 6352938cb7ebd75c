package accounts

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat"
)

// Notices are by what an account tells citizens of their cases when no customer-service message can be sent.
type Notices struct {
	Way *models.NoticeWay `json:"way"` // nil: by nothing, they wait for the citizen
}

// Notices returns the notice channel of an account.
func (a *Accounts) Notices(ctx context.Context, appID string) (Notices, error) {
	account, err := a.store.Account(ctx, appID)
	if err != nil {
		return Notices{}, err
	}
	w, ok := models.NoticeWayOf(account.Settings)
	if !ok {
		return Notices{}, nil
	}
	return Notices{&w}, nil
}

// SetNotices sets the notice channel of an account, after asking WeChat whether the account has the template
// with just these fields.
func (a *Accounts) SetNotices(ctx context.Context, by models.Who, appID string, w models.NoticeWay) (Notices, error) {
	w.TemplateID = models.CleanKey(w.TemplateID)
	if err := w.Validate(); err != nil {
		return Notices{}, err
	}
	account, err := a.store.Account(ctx, appID)
	if err != nil {
		return Notices{}, err
	}
	client := a.Client(ctx, account)
	defer client.CloseIdle()
	list, err := client.Templates(ctx, w.Channel)
	if err != nil {
		return Notices{}, a.refusal("读取公众平台的模板失败", account, err)
	}
	at := slices.IndexFunc(list, func(t wechat.Template) bool { return t.ID == w.TemplateID })
	if at < 0 {
		return Notices{}, models.FieldFault("通知设置有误", "template_id", noSuchTemplate(w.Channel, list))
	}
	if err := w.Fits(list[at].Fields); err != nil {
		return Notices{}, err
	}
	v := models.Setting{Name: models.SettingNotices, Value: models.JSON(w)}
	return Notices{&w}, a.store.SetSetting(ctx, appID, v, by)
}

func noSuchTemplate(c models.NoticeChannel, list []wechat.Template) string {
	if len(list) == 0 {
		return "公众平台上这个账号还没有" + c.Title() + "的模板，请先在公众平台选用一个"
	}
	names := make([]string, len(list))
	for i, t := range list {
		names[i] = t.ID + "（" + t.Title + "）"
	}
	return "公众平台上这个账号没有这个模板，有的是 " + models.OneLine(strings.Join(names, "、"), 600)
}

// RemoveNotices takes the notice channel of an account away: its notices wait for citizens to write.
func (a *Accounts) RemoveNotices(ctx context.Context, by models.Who, appID string) (Notices, error) {
	now, err := a.Notices(ctx, appID)
	if err == nil && now.Way == nil {
		err = models.NewError(models.CodeNotFound, "账号没有设置办件通知的通道")
	}
	if err != nil {
		return now, err
	}
	return Notices{}, a.store.RemoveSetting(ctx, appID, models.Setting{Name: models.SettingNotices}, by)
}

// Rows say it to people.
func (n Notices) Rows() [][]string {
	if n.Way == nil {
		return [][]string{{"没有设置：48 小时窗口关了以后，办件通知等市民来信时送达"}}
	}
	rows := [][]string{{"通道", n.Way.Channel.Title()}, {"模板", n.Way.TemplateID}}
	for _, field := range slices.Sorted(maps.Keys(n.Way.Fields)) {
		rows = append(rows, []string{field, n.Way.Fields[field].Title()})
	}
	return rows
}
