package accounts

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// View is an account as people see it: how it is, and nothing of its keys that could be used.
type View struct {
	AppID      string             `json:"app_id"`
	Name       string             `json:"name"`
	Kind       models.AccountKind `json:"kind"`
	Verified   bool               `json:"verified"`
	OriginalID string             `json:"original_id"`
	Mode       models.Mode        `json:"mode"`
	State      ViewState          `json:"state"`
	// Reasons say what is not as it should be, in words; Clock how far the server's clock is off
	// WeChat's, "" where no callback has shown it. Problems are both, for other languages.
	Reasons  []string        `json:"reasons"`
	Clock    string          `json:"clock"`
	Problems []models.Reason `json:"problems"`
	Keys     KeyHints        `json:"keys"`
	Rights   []RightView     `json:"rights"` // by name; empty: never asked
	// CallbackPath is what the platform's back office needs, behind the office's own domain.
	CallbackPath   string     `json:"callback_path"`
	LastCallbackAt *time.Time `json:"last_callback_at"`
	CreatedAt      time.Time  `json:"created_at"`
	UpdatedAt      time.Time  `json:"updated_at"`
}

// ViewState is how an account is.
type ViewState string

// The states; unknown where the running service can not be asked.
const (
	ViewOK        ViewState = "ok"
	ViewAttention ViewState = "attention" // citizens are answered, something needs a hand
	ViewUnable    ViewState = "unable"    // citizens are not answered
	ViewUnknown   ViewState = "unknown"
)

// KeyHints tell keys apart without telling them: dots and the last four characters, dots alone for
// a short one, "" where there is none.
type KeyHints struct {
	Token          string `json:"token"`
	AESKey         string `json:"aes_key"`
	Secret         string `json:"secret"`
	PreviousToken  string `json:"previous_token"`
	PreviousAESKey string `json:"previous_aes_key"`
}

// hintFrom is how long a key must be for its end to say nothing of the rest.
const hintFrom = 16

func hint(key string) string {
	const dots = "••••"
	switch {
	case key == "":
		return ""
	case len(key) < hintFrom:
		return dots
	}
	return dots + key[len(key)-4:]
}

// RightView is a right with its name in the back office, and who grants it.
type RightView struct {
	models.Right
	Label     string `json:"label"`
	GrantedBy string `json:"granted_by"`
}

// Views returns the accounts of these AppIDs, nil = all, as people see them; not_found where one of
// them is none.
func (a *Accounts) Views(ctx context.Context, appIDs []string, service Service) ([]View, error) {
	list, err := a.List(ctx)
	if err != nil {
		return nil, err
	}
	if appIDs != nil {
		list = slices.DeleteFunc(list, func(w WithRights) bool { return !slices.Contains(appIDs, w.AppID) })
		if len(list) < len(appIDs) {
			return nil, models.NewError(models.CodeNotFound, "没有这个账号")
		}
	}
	ready, unasked := service.Ready(ctx)
	views := make([]View, len(list))
	for i := range list {
		if views[i], err = a.view(ctx, &list[i]); err != nil {
			return nil, err
		}
		views[i].judge(&ready, unasked)
	}
	return views, nil
}

// View returns one account as people see it.
func (a *Accounts) View(ctx context.Context, appID string, service Service) (View, error) {
	list, err := a.Views(ctx, []string{appID}, service)
	if err != nil {
		return View{}, err
	}
	return list[0], nil
}

func (a *Accounts) view(ctx context.Context, w *WithRights) (View, error) {
	v := View{
		AppID: w.AppID, Name: w.Name, Kind: w.Kind, Verified: w.Verified, OriginalID: w.OriginalID, Mode: w.Mode,
		Keys:         KeyHints{hint(w.Token), hint(w.AESKey), hint(w.Secret), hint(w.PreviousToken), hint(w.PreviousAESKey)},
		CallbackPath: "/wechat/callback/" + w.AppID, Reasons: []string{}, Problems: []models.Reason{}, Rights: []RightView{}, CreatedAt: w.CreatedAt, UpdatedAt: w.UpdatedAt,
	}
	for _, r := range w.Rights {
		v.Rights = append(v.Rights, RightView{r, RightLabel(r.Name), rightSource(r.Name)})
	}
	at, err := a.lastCallback(ctx, w.AppID)
	v.LastCallbackAt = at
	return v, err
}

// lastCallback is when WeChat last brought something that was written down; nil: never, or the
// newest row came from a file.
func (a *Accounts) lastCallback(ctx context.Context, appID string) (at *time.Time, err error) {
	newest := store.Filter{AppIDs: []string{appID}, Dir: models.DirIn, Newest: true, Limit: 1}
	err = a.store.Interactions(ctx, newest, func(i models.Interaction) error {
		if !i.ReceivedAt.IsZero() {
			at = &i.ReceivedAt
		}
		return nil
	})
	return at, models.Wrap("accounts: last callback", err)
}

// judge says how the account is by what the running service tells of itself.
func (v *View) judge(ready *Readiness, unasked error) {
	if unasked != nil {
		v.State = ViewUnknown
		v.lacks(models.Say("service_silent", "{said}", "said", models.PlainText(unasked)))
		return
	}
	for _, reason := range ready.problems() {
		switch {
		case reason.What == "clock":
			v.Clock, v.Problems = reason.Text, append(v.Problems, reason)
		case strings.Contains(reason.What, v.AppID):
			v.lacks(reason.Said)
		}
	}
	if v.Mode != models.ModeSafe {
		v.lacks(models.Say("mode_open", "不是安全模式：截获一次请求即可永久伪造消息，请在公众平台改为安全模式，再在这里改"))
	}
	v.State = ViewOK
	switch {
	case !ready.Able:
		v.State, v.Reasons, v.Problems = ViewUnable, append(v.Reasons, ready.Reasons...), append(v.Problems, ready.problems()...)
	case len(v.Reasons) > 0 || v.Clock != "":
		v.State = ViewAttention
	}
}

// lacks notes what is not as it should be with this account.
func (v *View) lacks(what models.Said) {
	v.Reasons, v.Problems = append(v.Reasons, what.Text), append(v.Problems, models.Reason{What: v.AppID, Said: what})
}

// rightSource says who grants a right, and how.
func rightSource(name string) string {
	of := map[string]string{
		"customer_service": "微信认证后开通；公众平台 → 设置与开发 → 接口权限",
		"template":         "微信认证后，在公众平台 → 广告与服务 → 模板消息 申请",
		"subscription":     "微信认证后，在公众平台 → 广告与服务 → 订阅通知 开通",
		"sessions":         "公众平台 → 广告与服务 → 客服功能 开通",
		"records":          "公众平台 → 广告与服务 → 客服功能 开通",
	}
	return cmp.Or(of[name], "微信认证后由微信开通；公众平台 → 设置与开发 → 接口权限")
}
