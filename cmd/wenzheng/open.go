package main

import (
	"context"
	"errors"
	"log/slog"
	"os/user"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/analytics"
	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/config"
	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/desk/cases"
	"github.com/wenzheng/wenzheng/desk/kf"
	"github.com/wenzheng/wenzheng/desk/templates"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/rulebook"
	"github.com/wenzheng/wenzheng/rulebook/menu"
	"github.com/wenzheng/wenzheng/rulebook/texts"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/waits"
	"github.com/wenzheng/wenzheng/wechat"
)

// settings loads and checks what the operator decided; flags overrule the environment,
// which overrules the file.
func (p *program) settings(flags map[string]string) (*config.Settings, error) {
	return config.Load(config.Options{Path: p.config, Environ: p.environ, Flags: flags})
}

// sealer opens the keys of an installation.
func (p *program) sealer(s *config.Settings) (*seal.Sealer, error) {
	key, err := s.MasterKey()
	if err != nil {
		return nil, err
	}
	previous := make([][]byte, len(s.PreviousSecretKeys))
	for i, k := range s.PreviousSecretKeys {
		previous[i] = k
	}
	return seal.NewSealer(key, previous...)
}

// operator is who acts in the audit log when a command acts.
func operator() models.Who {
	name := "unknown"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	return models.CommandLine(name)
}

// installation is what a command works on: the settings, the keys and the database.
type installation struct {
	*store.Store
	waits     *waits.Waits
	settings  *config.Settings
	sealer    *seal.Sealer
	calendar  *indices.LiveCalendar
	rulebook  *rulebook.Book
	menus     *menu.Book
	texts     *texts.Book
	accounts  *accounts.Accounts
	auth      *auth.Auth
	outbox    *outbox.Outbox // sends nothing
	desk      *desk.Desk
	cases     *cases.Cases
	templates *templates.Book
	kf        *kf.Client
	analytics *analytics.Analytics
}

// open opens the installation for a command and says in one line what to do when the
// database can not be used.
func (p *program) open(ctx context.Context) (*installation, error) {
	s, err := p.settings(nil)
	if err != nil {
		return nil, err
	}
	i, err := p.openWith(ctx, s)
	if err != nil {
		return nil, err
	}
	if err := i.Ready(ctx); err != nil {
		return nil, errors.Join(err, i.Close())
	}
	days, err := i.CalendarDays(ctx)
	if err == nil {
		_, err = i.calendar.Take(days)
	}
	if err != nil {
		return nil, errors.Join(err, i.Close())
	}
	i.rulebook = rulebook.New(i.Store, botOptions(s, i.calendar, p.now))
	i.menus = menu.New(i.Store)
	i.texts = texts.New(i.Store)
	i.accounts = accounts.New(i.Store, accounts.Options{API: platformOptions(s), Now: p.now, Robots: robotsOf(s, p.now), Console: s.Console.Address})
	i.auth = openAuth(i.Store, s, p.now, p.demo)
	return i, nil
}

// openWith opens the installation of these settings. SQLite is migrated at once, MySQL only
// by `wenzheng migrate up`, which needs a database that is not ready yet.
func (p *program) openWith(ctx context.Context, s *config.Settings) (*installation, error) {
	if err := s.CheckFolder(); err != nil {
		return nil, err
	}
	sealer, err := p.sealer(s)
	if err != nil {
		return nil, err
	}
	st, err := openStore(s, sealer, p.quiet())
	if err != nil {
		return nil, err
	}
	if s.Embedded() {
		if err := st.Migrate(ctx); err != nil {
			return nil, errors.Join(err, st.Close())
		}
	}
	w := waits.New(st, p.quiet())
	messages := outbox.New(st, w, outbox.Options{Now: p.now, Limits: outboxLimits(s)})
	calendar, err := indices.NewLiveCalendar()
	i := &installation{
		Store: st, waits: w, settings: s, sealer: sealer, calendar: calendar, outbox: messages,
		analytics: analytics.New(st, w, analyticsOptions(s, p.now)),
	}
	i.templates = templates.New(st, p.now, calendar)
	client := func(ctx context.Context, a models.Account) *wechat.Client { return i.accounts.Client(ctx, a) }
	i.kf = kf.New(st, w, kf.Options{Now: p.now, UID: sealer.UID, API: client})
	if err == nil {
		i.desk, err = desk.New(st, w, messages, desk.Options{Now: p.now, WeChat: i.kf, Calendar: calendar})
	}
	if err == nil {
		i.cases, err = cases.New(st, w, messages, i.desk, cases.Options{Now: p.now, Calendar: calendar, Client: client, Keeps: keepingOf(s)})
	}
	if err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return i, nil
}

// use is open for as long as the command runs. A command without flags to check has the parser
// call it; the others refuse a faulty command line first, which then leaves no trace.
func (p *program) use(ctx context.Context) (*installation, error) {
	i, err := p.open(ctx)
	if err == nil {
		p.used = append(p.used, i)
	}
	return i, err
}

func (p *program) closeUsed() {
	for _, i := range p.used {
		p.close(i)
	}
}

// close ends the use of an installation; a command has said all it had to say by then.
func (p *program) close(i *installation) {
	if err := i.Close(); err != nil {
		p.quiet().Error("close database", "error", err)
	}
}

// quiet is the logger of a command: only what someone must act on.
func (p *program) quiet() *slog.Logger {
	return slog.New(slog.NewTextHandler(p.stderr, &slog.HandlerOptions{Level: slog.LevelError}))
}

func newLogger(p *program, s *config.Settings) *slog.Logger {
	o := &slog.HandlerOptions{Level: s.Log.Level}
	if s.Log.Format == config.LogText {
		return slog.New(slog.NewTextHandler(p.stderr, o))
	}
	return slog.New(slog.NewJSONHandler(p.stderr, o))
}
