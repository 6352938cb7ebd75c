package main

import (
	"context"
	"time"

	"github.com/wenzheng/wenzheng/config"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat"
)

// platform returns the client of an account towards WeChat's API. It shares its access
// token with all instances of the installation, and what it is refused for want of a right.
func (i *installation) platform(ctx context.Context, a models.Account, now func() time.Time) *wechat.Client {
	o := platformOptions(i.settings, now)
	o.Tokens = i.Store
	o.Denied = func(r models.Right) {
		_, _ = i.SaveRights(ctx, a.AppID, []models.Right{r}) // the next probe finds it out again
	}
	return wechat.NewClient(a, o)
}

func platformOptions(s *config.Settings, now func() time.Time) wechat.ClientOptions {
	return wechat.ClientOptions{Base: s.WeChat.APIBase, Egress: s.WeChat.Egress, Proxy: s.WeChat.Proxy, TokenInterval: s.Token.MinInterval, Now: now}
}
