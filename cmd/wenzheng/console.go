package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng"
	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/analytics"
	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/desk/messages"
	"github.com/wenzheng/wenzheng/handler/console"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook/menu"
	"github.com/wenzheng/wenzheng/rulebook/texts"
	"github.com/wenzheng/wenzheng/web"
	"github.com/wenzheng/wenzheng/worker"
)

// console wires the door for people and programs to the log: questions, and the live stream.
func (v *service) console(ctx context.Context, a *auth.Auth) *console.Console {
	questions := analytics.New(v.store, v.waits, analyticsOptions(v.settings, v.now))
	feed := analytics.NewFeed(questions, v.hub)
	v.store.OnStored(feed.Stored)
	v.feed = worker.Periodic{Name: "live figures", Interval: analytics.FeedInterval, Logger: v.logger, Run: feed.Tell}
	v.feed.Start(ctx)
	v.diagnosis = worker.Periodic{
		Name: "diagnosis", Interval: analytics.DiagnoseEvery, Within: analytics.DiagnoseWithin, Logger: v.logger, Run: questions.Diagnose,
		Lease: "diagnosis", Leases: v.leases,
	}
	v.diagnosis.Start(ctx)
	return console.New(console.Options{
		Token: string(v.settings.API.Token), Auth: a, Analytics: questions, Live: v.hub, Health: v.health, Spec: wenzheng.OpenAPI(), Files: web.Dist(),
		Accounts: v.accounts, Rulebook: v.rulebook, Menus: menu.New(v.store), Texts: texts.New(v.store), Outbox: v.outbox, Desk: v.desk, Cases: v.cases, Templates: v.templates,
		Messages: messages.New(v.store, messages.Options{Now: v.now, Accounts: v.known, Client: v.client}), Service: accounts.Service{
			Verify: func(ctx context.Context, a models.Account) error {
				return verifyCallback(ctx, v.now, a, "http://"+v.settings.Addr)
			},
			Ready: v.readiness,
		},
		AdminAllow: v.settings.AdminAllow, Logger: v.logger,
	})
}

// newHub is the live stream of this run of the program.
func newHub(now time.Time) *console.Hub {
	return console.NewHub(console.HubOptions{Epoch: strconv.FormatInt(now.UnixMilli(), 36)})
}

// tellDesk has the desks that are open read again.
func (v *service) tellDesk(accounts []string) {
	for _, appID := range accounts {
		if err := v.hub.Publish(appID, "desk", map[string]string{"account": appID}); err != nil {
			v.logger.Error("live event", "error", err)
		}
	}
}

// health is what the service says of itself on the console's first page.
func (v *service) health(ctx context.Context) analytics.ServiceHealth {
	able, reasons := v.ready(ctx)
	stats := v.journal.Backlog()
	refused := map[string]string{}
	for _, r := range v.refused() {
		refused[r.AppID] = strings.TrimPrefix(refused[r.AppID]+"；"+fmt.Sprintf("近 10 分钟有 %d 次被拒绝或没有答复：%s", r.N, r.Text), "；")
	}
	return analytics.ServiceHealth{Able: able, Reasons: models.ReasonTexts(reasons), Refused: refused, Backlog: stats.Events, Oldest: stats.OldestAge, Quarantined: stats.Quarantined, Past: v.past.Load()}
}

// readiness is what this process says of itself, once the door stands.
func (v *service) readiness(ctx context.Context) (accounts.Readiness, error) {
	h := v.handler.Load()
	if h == nil {
		return accounts.Readiness{}, models.NewError(models.CodeUnavailable, "服务正在启动，请稍后再看")
	}
	return accounts.Readiness(h.Health(ctx)), nil
}
