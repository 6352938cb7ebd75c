package worker

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/desk/cases"
	"github.com/wenzheng/wenzheng/desk/kf"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/rulebook"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/waits"
	"github.com/wenzheng/wenzheng/wechat"
)

// Options are what a Worker works on. Every field without a stated default is required.
type Options struct {
	Store    *store.Store
	Waits    *waits.Waits          // are swept
	Brain    *bot.Bot              // gets rules, pins and dialogues
	Calendar *indices.LiveCalendar // gets the days that were imported or set by hand
	Codec    wechat.Options
	Accounts *accounts.Accounts // whose OnLost is the Worker's RightLost
	Rulebook *rulebook.Book     // whose planned publishing is carried out
	Outbox   *outbox.Outbox     // is sent; nil = there is none
	Desk     *desk.Desk         // is looked after; nil = there is none
	Cases    *cases.Cases       // what the brain knows of them is kept up; nil = there are none
	WeChat   *kf.Client         // what is said in WeChat's own client is read; nil = it is not
	// OnDesk hears of accounts at whose desk something changed; nil = nobody does.
	OnDesk func(appIDs []string)
	// Backlog is how old the oldest message is that the spool has not stored yet, 0 = none is left; nil
	// = none ever is.
	Backlog func() time.Duration

	Snapshot string // the file
	Sealer   *seal.Sealer
	// Migrate: the schema is brought up to date as soon as the database is there.
	Migrate bool
	Leases  *Leases // nil = there is one instance

	Alarms AlarmOptions

	// OnAccounts hears of the accounts that are answered for when they change; it must return at
	// once. nil = nobody hears.
	OnAccounts func([]models.Account)

	Now        func() time.Time
	Logger     *slog.Logger
	Registerer prometheus.Registerer // of the Worker's figures, once
}

// Worker runs the jobs of an instance. It is safe for concurrent use.
type Worker struct {
	reloader  *reloader
	prober    *prober
	sweeper   *Periodic
	sender    *sender
	alarmer   *alarmer
	publisher *Periodic
	counter   *Periodic
	trimmer   *Periodic
	desk      *deskKeeper
}

// New returns a worker that has not started.
func New(o Options) *Worker {
	r := newReloader(o)
	return &Worker{reloader: r, prober: newProber(o, r.all), sweeper: newSweeper(o), sender: newSender(o, r.report), alarmer: newAlarmer(o, r.all), publisher: newPublisher(o), counter: newCounter(o), trimmer: newTrimmer(o), desk: newDeskKeeper(o)}
}

// Start takes accounts and rules over once, from the database or, after three seconds without it,
// from the snapshot, and begins the jobs. They outlast ctx.
func (w *Worker) Start(ctx context.Context) {
	w.reloader.start(ctx)
	w.prober.start(ctx)
	w.sweeper.Start(ctx)
	w.sender.start(ctx)
	w.alarmer.start(ctx)
	w.publisher.Start(ctx)
	w.counter.Start(ctx)
	w.trimmer.Start(ctx)
	w.desk.start(ctx)
}

// Quit lets no further run of a job begin, and cuts those under way short.
func (w *Worker) Quit() {
	w.reloader.quit()
	w.prober.quit()
	w.sweeper.Quit()
	w.sender.quit()
	w.alarmer.running.Quit()
	w.publisher.Quit()
	w.counter.Quit()
	w.trimmer.Quit()
	w.desk.quit()
}

// Stop is Quit that waits for the runs under way.
func (w *Worker) Stop() {
	w.Quit()
	w.reloader.stop()
	w.prober.stop()
	w.sweeper.Stop()
	w.sender.stop()
	w.alarmer.running.Stop()
	w.publisher.Stop()
	w.counter.Stop()
	w.trimmer.Stop()
	w.desk.stop()
}

// Heard takes a message that was kept: an event of verification may have changed the account's
// rights, and one that was decrypted names its account. It never waits.
func (w *Worker) Heard(m *models.Message) {
	w.reloader.ids.see(m)
	if m.IsEvent() && aboutVerification(m.Event) {
		w.prober.wake(m.AppID)
	}
}

// RightLost tells the log and the figures that WeChat took a right from an account.
func (w *Worker) RightLost(appID, right string) { w.prober.rightLost(appID, right) }

// Codec is the wire of an account that is answered for.
func (w *Worker) Codec(appID string) (*wechat.Codec, bool) { return w.reloader.codec(appID) }

// Accounts are those that are answered for.
func (w *Worker) Accounts() []models.Account { return w.reloader.all() }

// Answers reports whether there is an account to answer for and all rules have been loaded once.
func (w *Worker) Answers() bool { return w.reloader.any() }

// DatabaseAway reports whether the database could not be used when it was last tried.
func (w *Worker) DatabaseAway() bool { return w.reloader.away() }

// Reasons say, for people, what is not as it should be.
func (w *Worker) Reasons() []models.Reason { return w.reloader.reasons() }
