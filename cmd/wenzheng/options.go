package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/wenzheng/wenzheng/accounts/robot"
	"github.com/wenzheng/wenzheng/analytics"
	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/bot/intake"
	"github.com/wenzheng/wenzheng/config"
	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/desk/cases"
	"github.com/wenzheng/wenzheng/desk/kf"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/journal"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/waits"
	"github.com/wenzheng/wenzheng/wechat"
)

func openStore(s *config.Settings, sealer *seal.Sealer, logger *slog.Logger) (*store.Store, error) {
	return store.Open(store.Options{
		Database: s.Database, Sealer: sealer, AuditMAC: sealer.AuditMAC, AuditHeadFile: filepath.Join(s.DataDir, "audit-head"),
		Logger: logger, RequireDurable: s.Store.RequireDurable,
	})
}

// openAuth is who may do what in an installation.
func openAuth(st *store.Store, s *config.Settings, now func() time.Time, demo bool) *auth.Auth {
	return auth.New(st, auth.Options{
		Now: now, Idle: s.Session.Idle, Lifetime: s.Session.Lifetime,
		PasswordDays: s.Session.PasswordDays, PasswordHistory: s.Session.PasswordHistory, Demo: demo,
	})
}

// dialogueShare is the part of the memory that the dialogues of citizens may take.
const dialogueShare = 8

// botOptions are what rules mean under these settings, to citizens as to a check.
func botOptions(s *config.Settings, calendar bot.Calendar, now func() time.Time) bot.Options {
	o := bot.Options{
		Now: now, Calendar: calendar, DialogueTTL: s.Bot.DialogueTTL, DefaultQuiet: s.Bot.DefaultQuiet, Keeps: keepingOf(s),
		Limits: bot.Limits{TextBytes: s.Reply.MaxBytes, DialogueBytes: s.MemoryLimit() / dialogueShare},
	}
	if o.DefaultQuiet == 0 {
		o.DefaultQuiet = -1 // always repeat
	}
	return o
}

// journalOptions are the journal of this installation, for the service and for commands.
func journalOptions(s *config.Settings, sealer *seal.Sealer, w *waits.Waits, now func() time.Time) journal.Options {
	return journal.Options{
		Dir: s.JournalDir(), Sealer: sealer, Recorder: w, Now: now,
		Memory: s.Callback.Memory, MaxBytes: s.Journal.MaxBytes, AllowVolatile: s.Journal.AllowVolatile,
		AppendTimeout: s.Journal.AppendTimeout, DirectTimeout: s.Journal.DirectTimeout,
	}
}

// codecOptions say how callbacks are read and replies written.
func codecOptions(s *config.Settings, now func() time.Time) wechat.Options {
	skew := s.Callback.MaxSkew
	if skew == 0 {
		skew = -1 // off
	}
	return wechat.Options{
		MaxBody: s.Callback.MaxBody, MaxSkew: skew, AllowJSON: s.Callback.AllowJSON,
		CompatPlainReply: s.Callback.CompatPlainReply, SafeEmptyZeroBytes: s.Callback.SafeEmpty == config.SafeEmptyZeroBytes,
		MaxReplyBytes: s.Reply.MaxBytes, Now: now,
	}
}

// platformOptions say how the installation reaches WeChat's API.
func platformOptions(s *config.Settings) wechat.ClientOptions {
	return wechat.ClientOptions{Base: s.WeChat.APIBase, Egress: s.WeChat.Egress, Proxy: s.WeChat.Proxy, TokenInterval: s.Token.MinInterval}
}

// outboxLimits are what WeChat allows and how fast this process sends.
func outboxLimits(s *config.Settings) outbox.Limits {
	return outbox.Limits{
		MessageCount: s.Outbox.MessageCount, MessageWindow: s.Outbox.MessageWindow,
		EventCount: s.Outbox.EventCount, EventWindow: s.Outbox.EventWindow,
		TextBytes: s.Reply.MaxBytes, PerSecond: s.Outbox.PerSecond,
	}
}

// robotsOf send alarms to where the settings allow.
func robotsOf(s *config.Settings, now func() time.Time) *robot.Sender {
	return robot.New(robot.Options{Hosts: s.Alarm.Egress, Networks: s.Alarm.Networks, Proxy: s.Alarm.Proxy, Now: now})
}

// analyticsOptions count a dialogue as abandoned once it can not be continued: its last step may be followed by one message
// that is no step and still extends it by a time to live, so that there are two.
func analyticsOptions(s *config.Settings, now func() time.Time) analytics.Options {
	return analytics.Options{Now: now, Targets: targetsOf(s), DialogueKept: intake.KeptFor + 2*s.Bot.DialogueTTL}
}

// targetsOf are the shares that the office set itself.
func targetsOf(s *config.Settings) indices.Targets {
	t := indices.Targets{Reply: map[int64]float64{}, Cases: s.Targets.Cases, Source: s.Targets.Source}
	for limit, share := range s.Targets.Reply {
		t.Reply[int64(limit/time.Second)] = share
	}
	if t.Source == "" {
		t.Source = "设置 targets"
	}
	return t
}

// outboxOptions are what messages are sent by; accounts and worker stand when the first is.
func (v *service) outboxOptions() outbox.Options {
	return outbox.Options{
		Now: v.now, Limits: outboxLimits(v.settings), Logger: v.logger, Registerer: v.registry,
		Accounts: v.known, Client: v.client,
	}
}

// known are the accounts in memory.
func (v *service) known() []models.Account { return v.worker.Accounts() }

// client is that of an account towards WeChat.
func (v *service) client(ctx context.Context, a models.Account) *wechat.Client {
	return v.accounts.Client(ctx, a)
}

// kfOptions are what WeChat's own customer-service client is read by.
func (v *service) kfOptions(sealer *seal.Sealer) kf.Options {
	return kf.Options{Now: v.now, Accounts: v.known, API: v.client, UID: sealer.UID}
}

// people are the desk and the cases of those who answer.
func (v *service) people(calendar *indices.LiveCalendar) (*desk.Desk, *cases.Cases, error) {
	d, err := desk.New(v.store, v.waits, v.outbox, desk.Options{Now: v.now, Accounts: v.known, Calendar: calendar, Logger: v.logger, WeChat: v.kf})
	if err != nil {
		return nil, nil, err
	}
	c, err := cases.New(v.store, v.waits, v.outbox, d, cases.Options{Now: v.now, Accounts: v.known, Calendar: calendar, Client: v.client, Keeps: keepingOf(v.settings)})
	return d, c, err
}

// keepingOf is what is kept of cases for a time.
func keepingOf(s *config.Settings) models.CaseKeeping {
	return models.CaseKeeping{Photos: models.Keeping(s.Cases.KeepMedia), Place: models.Keeping(s.Cases.ExactPlace)}
}

// machine is how people know this instance.
func machine() string {
	name, err := os.Hostname()
	if err != nil {
		return "（名称不明）"
	}
	return name
}
