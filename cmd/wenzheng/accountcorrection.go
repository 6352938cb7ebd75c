package main

import (
	"context"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/models"
)

type accountCorrectionCmd struct {
	AppID  string `arg:"" help:"账号的 AppID"`
	Value  string `arg:"" optional:"" help:"on（打开）或 off（关闭）；不写则列出已有的" enum:",on,off" default:""`
	From   string `help:"从哪一天起，例 2026-06-01，always 为一直如此；不写为今天（还没有互动日志的账号为一直如此）" placeholder:"日期"`
	Remove bool   `help:"撤销 --from 那一天起的设置"`
	JSON   bool   `help:"输出 JSON"`
}

// Help implements kong's detailed help.
func (accountCorrectionCmd) Help() string {
	return "例：wenzheng account correction wx0123456789abcdef\n" +
		"    wenzheng account correction wx0123456789abcdef off\n" +
		"没有规则照原文命中时，把同音、近音、颠倒、重复一个字的关键词（三个字以上）看作笔误，按改正后的规则答复，第一行注明“按‘社保卡’答复”。\n" +
		"不设即打开；运行中的服务三秒内生效。"
}

// Run shows or changes whether slips are corrected.
func (c *accountCorrectionCmd) Run(ctx context.Context, p *program) error {
	q := accounts.SettingRequest{AppID: c.AppID, Name: models.SettingCorrection, From: c.From, Value: c.Value}
	var set func(*installation) (models.Setting, error)
	if c.Value != "" {
		set = func(st *installation) (models.Setting, error) { return st.accounts.SetSetting(ctx, operator(), q) }
	}
	return p.changeSetting(ctx, q, settingChange{set: set, remove: c.Remove, json: c.JSON, describe: func(value string) (string, error) {
		if value == models.CorrectionOff {
			return "关闭", nil
		}
		return "打开", nil
	}})
}
