package main

import (
	"time"

	"github.com/wenzheng/wenzheng/config"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat"
)

// platform returns the client of an account towards WeChat's API. It shares its access
// token with all instances of the installation.
func (i *installation) platform(a models.Account, now func() time.Time) *wechat.Client {
	o := platformOptions(i.settings, now)
	o.Tokens = i.Store
	return wechat.NewClient(a, o)
}

func platformOptions(s *config.Settings, now func() time.Time) wechat.ClientOptions {
	return wechat.ClientOptions{Base: s.WeChat.APIBase, Egress: s.WeChat.Egress, Proxy: s.WeChat.Proxy, TokenInterval: s.Token.MinInterval, Now: now}
}
