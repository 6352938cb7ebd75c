package main

import (
	"context"

	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/desk/cases"
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

// people are the desk and the cases of those who answer.
func (v *service) people(calendar *indices.LiveCalendar) (*desk.Desk, *cases.Cases, error) {
	accounts := func() []models.Account { return v.worker.Accounts() }
	d, err := desk.New(v.store, v.waits, v.outbox, desk.Options{Now: v.now, Accounts: accounts, Calendar: calendar, Logger: v.logger})
	if err != nil {
		return nil, nil, err
	}
	c, err := cases.New(v.store, v.waits, v.outbox, d, cases.Options{Now: v.now, Accounts: accounts, Calendar: calendar})
	return d, c, err
}
