package main

import (
	"context"

	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/wechat"
)

// outboxOptions are what messages are sent by; accounts and worker stand when the first is.
func (v *service) outboxOptions() outbox.Options {
	return outbox.Options{
		Now: v.now, Limits: outboxLimits(v.settings), Logger: v.logger, Registerer: v.registry,
		Accounts: func() []models.Account { return v.worker.Accounts() },
		Client:   func(ctx context.Context, a models.Account) *wechat.Client { return v.accounts.Client(ctx, a) },
	}
}

// deskOptions are what people at the desk work by.
func (v *service) deskOptions(calendar *indices.LiveCalendar) desk.Options {
	return desk.Options{Now: v.now, Accounts: func() []models.Account { return v.worker.Accounts() }, Calendar: calendar, Logger: v.logger}
}
