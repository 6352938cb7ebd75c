package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/config"
	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/desk/cases"
	"github.com/wenzheng/wenzheng/desk/kf"
	"github.com/wenzheng/wenzheng/desk/templates"
	"github.com/wenzheng/wenzheng/handler"
	"github.com/wenzheng/wenzheng/handler/console"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/journal"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/rulebook"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/snapshot"
	"github.com/wenzheng/wenzheng/waits"
	"github.com/wenzheng/wenzheng/wechat"
	"github.com/wenzheng/wenzheng/worker"
)

// stopWithin is how long a stop may take: accepting ends at once, callbacks in flight are
// answered, the spool drains; what is left stays on disk. A last sync may take two seconds
// more, and the whole is to be over in ten, even where the process can not end before the
// sync that is under way.
const stopWithin = 5 * time.Second

// stopLatest is when a stop no longer waits for the disk. A sync of seconds, of which closing
// the journal and SQLite make several, can not be interrupted; whoever sent SIGTERM kills
// after ten. Nothing is lost by it: what was answered is on the disk, and the next start goes
// on from there as after a kill.
const stopLatest = 7 * time.Second

// service is the running program: every room, wired once.
type service struct {
	settings  *config.Settings
	now       func() time.Time
	logger    *slog.Logger
	registry  *prometheus.Registry
	store     *store.Store
	waits     *waits.Waits
	journal   *journal.Journal
	brain     *bot.Bot
	accounts  *accounts.Accounts
	rulebook  *rulebook.Book
	outbox    *outbox.Outbox
	desk      *desk.Desk
	cases     *cases.Cases
	templates *templates.Book
	kf        *kf.Client
	hub       *console.Hub // of the live stream
	worker    *worker.Worker
	feed      worker.Periodic // of the live stream
	diagnosis worker.Periodic // since when problems show
	leases    *worker.Leases
	handler   atomic.Pointer[handler.Handler]
	past      atomic.Bool // the demo writes messages of the past
	// onAccounts hears of the accounts besides the door; nil = nobody.
	onAccounts atomic.Pointer[func([]models.Account)]
}

// newService wires the rooms. It succeeds without a database: accounts and rules then come
// from the sealed snapshot of the last good moment. With migrate the schema is brought up
// to date before anything is stored, as soon as the database is there.
func newService(ctx context.Context, p *program, s *config.Settings, sealer *seal.Sealer, migrate bool) (*service, error) {
	v := &service{settings: s, now: p.now, logger: newLogger(p, s), registry: prometheus.NewRegistry(), hub: newHub(p.now())}
	v.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(s.MemoryLimit())
	}
	var err error
	if v.store, err = openStore(s, sealer, v.logger); err != nil {
		return nil, err
	}
	v.waits = waits.New(v.store, v.logger)
	v.outbox = outbox.New(v.store, v.waits, v.outboxOptions())
	v.kf = kf.New(v.store, v.waits, v.kfOptions(sealer))
	for _, warning := range s.Warnings {
		v.logger.Warn("setting", "warning", warning)
	}
	calendar, err := indices.NewLiveCalendar()
	if err == nil {
		v.desk, v.cases, err = v.people(calendar)
	}
	if err != nil {
		return nil, errors.Join(err, v.store.Close())
	}
	v.templates = templates.New(v.store, p.now, calendar)
	brain := botOptions(s, calendar, p.now)
	brain.Logger, brain.Deadlines = v.logger, cases.Deadlines(calendar)
	v.brain = bot.New(brain)
	v.rulebook = rulebook.New(v.store, brain)
	lastGood := s.SnapshotFile()
	kept := journalOptions(s, sealer, v.waits, p.now)
	_, err = snapshot.Load(lastGood, sealer)
	kept.KeyProven, kept.KeyDoubted = err == nil, errors.Is(err, seal.ErrKey)
	kept.Logger, kept.Registerer, kept.OnSecurity = v.logger, v.registry, v.security
	v.journal, err = journal.Open(kept) //nolint:contextcheck // the drain lives until Close, not as long as the start
	if err != nil {
		return nil, errors.Join(err, v.store.Close())
	}
	if s.Embedded() {
		if err := v.store.Migrate(ctx); err != nil {
			return nil, errors.Join(err, v.journal.Close(ctx), v.store.Close())
		}
		migrate = false
	}
	api := platformOptions(s)
	api.Metrics = wechat.NewMetrics(v.registry)
	v.accounts = accounts.New(v.store, accounts.Options{API: api, Now: p.now, OnLost: func(appID, right string) { v.worker.RightLost(appID, right) }, Robots: robotsOf(s, p.now), Console: s.Console.Address})
	v.worker = worker.New(v.workerOptions(calendar, lastGood, sealer, migrate))
	v.worker.Start(ctx)
	v.handler.Store(handler.New(handler.Options{
		Codec: v.codec, Journal: listener{v.journal, v.worker.Heard}, Brain: v.brain, Matches: bot.Outcomes(), Ready: v.ready,
		Console: v.console(ctx, openAuth(v.store, s, p.now, p.demo)), TrustedProxies: s.TrustedProxies, Registerer: v.registry, Logger: v.logger, Now: p.now,
		RouteLimit: p.routeLimit, Deadline: s.Callback.Deadline, MaxInFlight: s.Callback.MaxInFlight,
	}))
	v.tellAccounts(v.worker.Accounts())
	return v, nil
}

// workerOptions are what runs by itself in this process.
func (v *service) workerOptions(calendar *indices.LiveCalendar, snapshot string, sealer *seal.Sealer, migrate bool) worker.Options {
	o := worker.Options{
		Store: v.store, Waits: v.waits, Brain: v.brain, Calendar: calendar, Codec: codecOptions(v.settings, v.now), Accounts: v.accounts,
		Rulebook: v.rulebook, Outbox: v.outbox, Desk: v.desk, Cases: v.cases, WeChat: v.kf, OnDesk: v.tellDesk, Backlog: func() time.Duration { return v.journal.Backlog().OldestAge },
		Snapshot: snapshot, Sealer: sealer, Migrate: migrate, OnAccounts: v.tellAccounts,
		Now: v.now, Logger: v.logger, Registerer: v.registry,
		Alarms: worker.AlarmOptions{Backlog: v.backlog, Refused: v.refused, File: filepath.Join(v.settings.DataDir, "alarms"), Machine: machine()},
	}
	if !v.settings.Embedded() {
		v.leases = worker.NewLeases(v.store)
		o.Leases = v.leases
	}
	return o
}

// backlog is what this instance keeps on its disk.
func (v *service) backlog() worker.Backlog {
	s := v.journal.Backlog()
	return worker.Backlog{Events: s.Events, Oldest: s.OldestAge, Quarantined: s.Quarantined}
}

// refused are the callbacks that were refused lately, once the door stands.
func (v *service) refused() (out []worker.Refused) {
	if h := v.handler.Load(); h != nil {
		for _, r := range h.Refusals() {
			out = append(out, worker.Refused{AppID: r.Account, N: r.N, Text: r.Text})
		}
	}
	return out
}

// codec is the wire of one account.
func (v *service) codec(appID string) (handler.Codec, bool) {
	c, ok := v.worker.Codec(appID)
	return c, ok
}

// tellAccounts tells the door which accounts there are, once it stands, and who else wants to know.
func (v *service) tellAccounts(list []models.Account) {
	if told := v.onAccounts.Load(); told != nil {
		(*told)(list)
	}
	h := v.handler.Load()
	if h == nil {
		return
	}
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].AppID
	}
	h.Accounts(ids)
}

// listener is the journal behind which others hear of messages that were kept.
type listener struct {
	handler.Journal
	heard func(*models.Message)
}

// Receive keeps the event and tells of it.
func (l listener) Receive(ctx context.Context, m *models.Message) (models.Receipt, error) {
	receipt, err := l.Journal.Receive(ctx, m)
	if err == nil {
		l.heard(m)
	}
	return receipt, err
}

// security counts what the journal finds suspicious, once the door stands.
func (v *service) security(kind string) {
	if h := v.handler.Load(); h != nil {
		h.Suspect(kind)
	}
}

// ready says whether citizens can be answered, and what is not as it should be. It tells
// what was found within the last seconds and waits for nothing.
func (v *service) ready(context.Context) (able bool, reasons []models.Reason) {
	stats := v.journal.Backlog()
	reasons = append(v.worker.Reasons(), stats.Reasons()...)
	return v.worker.Answers() && (!stats.Broken || !v.worker.DatabaseAway()), reasons
}

// serve listens until ctx ends, then stops in order: door, journal, store.
func (v *service) serve(ctx context.Context, listeners ...net.Listener) error {
	servers := []*http.Server{handler.NewServer(v.handler.Load(), v.logger)}
	if len(listeners) > 1 {
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", promhttp.HandlerFor(v.registry, promhttp.HandlerOpts{}))
		servers = append(servers, handler.NewServer(mux, v.logger))
	}
	failed := make(chan error, len(listeners))
	for i, l := range listeners {
		go func() { failed <- servers[i].Serve(l) }()
	}
	v.logger.Info("listening", "addr", listeners[0].Addr().String())
	var fault error
	select {
	case <-ctx.Done():
	case fault = <-failed:
	}
	stopped, err := endsWithin(stopLatest, func() error { return v.stop(context.WithoutCancel(ctx), servers) })
	if !stopped {
		v.logger.Warn("stopped without waiting for the disk, which is slow: what is not finished is finished by the next start")
	}
	return errors.Join(fault, err)
}

// endsWithin runs work and waits for it no longer than limit. What has not ended by then is left
// to the end of the process.
func endsWithin(limit time.Duration, work func() error) (ended bool, err error) {
	done := make(chan error, 1)
	go func() { done <- work() }()
	select {
	case err := <-done:
		return true, err
	case <-time.After(limit):
		return false, nil
	}
}

func (v *service) stop(ctx context.Context, servers []*http.Server) error {
	ctx, cancel := context.WithTimeout(ctx, stopWithin)
	defer cancel()
	v.logger.Info("stopping")
	// A call under way, and giving a lease back, may take a moment: it does so beside the rest.
	v.worker.Quit()
	v.diagnosis.Quit()
	var faults []error
	for _, s := range servers {
		if err := s.Shutdown(ctx); err != nil {
			faults = append(faults, fmt.Errorf("stop listening: %w", err))
		}
	}
	v.feed.Stop()
	v.rulebook.Close()
	if err := v.journal.Close(ctx); errors.Is(err, context.DeadlineExceeded) {
		v.logger.Warn("stopped with messages that are not in the database yet: they stay on this machine's disk and follow after the next start",
			"backlog", v.journal.Backlog().Events)
	} else if err != nil {
		faults = append(faults, err)
	}
	v.worker.Stop()
	v.diagnosis.Stop()
	if err := v.store.Close(); err != nil {
		faults = append(faults, err)
	}
	v.logger.Info("stopped")
	return errors.Join(faults...)
}
