package worker

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/models"
)

const (
	alarmEvery  = 5 * time.Second
	alarmWithin = 40 * time.Second // a round: finding out, and slow robots
	alarmStep   = 3 * time.Second  // one question to the database
	alarmLease  = "alarms"
	// alarmRecall is how much of the history tells what robots were sent in the last minute.
	alarmRecall = 200
)

// AlarmOptions are what the alarms of this instance are made of.
type AlarmOptions struct {
	Backlog func() Backlog
	Refused func() []Refused
	File    string        // keeps the alarms of this instance while the database is away
	Machine string        // how people know this instance
	Every   time.Duration // 0 = 5 s
}

// Backlog is what this instance keeps on its disk.
type Backlog struct {
	Events      int64
	Oldest      time.Duration // of them
	Quarantined int64
}

// Refused are the callbacks that were refused lately for one reason; AppID "" = they name no account
// of ours.
type Refused struct {
	AppID string
	N     int64
	Text  string // what to check
}

// alarmer finds out what stands and tells the robots of the accounts. What any instance can find out
// is found out by the one that holds the lease, and kept in the database. What concerns this
// instance alone is kept in a file of its own and copied into the database for people to see, so
// that it is told while the database is away.
//
// Before a message is sent it is noted that it will be, after it what became of it: when the program
// ends in between, it is sent once more, under the same id, and says so. An alarm that is told twice
// does less harm than one that nobody hears of.
type alarmer struct {
	o       Options
	list    func() []models.Account
	logger  *slog.Logger
	total   *prometheus.CounterVec
	running Periodic

	// Of the rounds alone:
	targets []accounts.AlarmTarget
	away    bool            // the database could not be read in this round
	known   map[string]bool // accounts whose counters exist
	recall  bool            // what was sent in the last minute is known
	shared  alarmBook
	own     alarmBook
	file    alarmFile
}

// newAlarmer registers its figures, once a registry.
func newAlarmer(o Options, list func() []models.Account) *alarmer {
	a := &alarmer{
		o: o, list: list, logger: o.Logger, known: map[string]bool{}, shared: newAlarmBook(""),
		total: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wenzheng_alarms_total", Help: "Messages about alarms, by account, condition and outcome.",
		}, []string{"account", "condition", "outcome"}),
	}
	o.Registerer.MustRegister(a.total)
	every := o.Alarms.Every
	if every == 0 {
		every = alarmEvery
	}
	a.running = Periodic{Name: "alarms", Interval: every, Within: alarmWithin, Logger: o.Logger, Run: a.round, Ended: a.release}
	return a
}

func (a *alarmer) start(ctx context.Context) {
	a.file = openAlarmFile(a.o.Alarms.File, a.o.Sealer)
	a.targets = a.file.content.Targets
	a.own = a.file.book()
	a.running.Start(ctx)
}

// release gives the lease back, after the last round.
func (a *alarmer) release(ctx context.Context) { a.o.Leases.release(ctx, alarmLease) }

// round finds out what stands and tells of it.
func (a *alarmer) round(ctx context.Context) error {
	a.countFromZero()
	unread := a.readTargets(ctx)
	a.away = unread != nil
	if len(a.targets)+len(a.own.alarms)+len(a.shared.alarms) == 0 {
		return unread
	}
	fault := a.tell(ctx, &a.own, a.ownFindings())
	if a.away {
		return errors.Join(unread, fault)
	}
	held, err := a.o.Leases.take(ctx, alarmLease, a.running.Interval+alarmWithin)
	if err != nil || !held {
		a.shared.stale = true
		return errors.Join(err, fault)
	}
	return errors.Join(a.sharedRound(ctx), fault)
}

func (a *alarmer) sharedRound(ctx context.Context) error {
	if err := a.settleShared(ctx); err != nil {
		return err
	}
	return a.tell(ctx, &a.shared, a.sharedFindings(ctx))
}

// settleShared writes what could not be written after it was sent, and reads what is in the database.
func (a *alarmer) settleShared(ctx context.Context) error {
	b := &a.shared
	if len(b.unsaved) > 0 && !b.stale {
		err := a.save(ctx, b.list(), nil, b.unsaved)
		if err != nil && !errors.Is(err, accounts.ErrAlarmChanged) {
			return err
		}
	}
	b.unsaved, b.stale = nil, false
	ctx, cancel := context.WithTimeout(ctx, alarmStep)
	defer cancel()
	stored, err := a.o.Accounts.StoredAlarms(ctx, "")
	if err == nil {
		b.take(stored)
	}
	return err
}

func (a *alarmer) save(ctx context.Context, changed, over []*models.Alarm, sends []models.AlarmSend) error {
	if len(changed)+len(over)+len(sends) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), alarmStep)
	defer cancel()
	return a.o.Accounts.SaveAlarms(ctx, changed, over, sends)
}

// readTargets reads where alarms go, and keeps what it knew where the database is away.
func (a *alarmer) readTargets(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, alarmStep)
	defer cancel()
	targets, err := a.o.Accounts.AlarmTargets(ctx)
	if err != nil {
		return err
	}
	a.targets = targets
	if a.file.see(targets) {
		a.saveFile()
	}
	if a.recall || len(targets) == 0 {
		return nil
	}
	sends, err := a.o.Accounts.AlarmSends(ctx, "", alarmRecall)
	if err != nil {
		return err
	}
	for _, s := range sends {
		for i := range targets {
			if targets[i].ID == s.ChannelID && s.Outcome == models.AlarmSent {
				a.o.Accounts.Robots().Sent(targets[i].Channel, s.At)
			}
		}
	}
	a.recall = true
	return nil
}

// countFromZero makes the counters of an account exist, so that the first message is an increase.
func (a *alarmer) countFromZero() {
	for _, account := range a.list() {
		if a.known[account.AppID] {
			continue
		}
		a.known[account.AppID] = true
		for _, name := range models.AlarmNames() {
			for _, outcome := range models.AlarmOutcomes() {
				a.total.WithLabelValues(account.AppID, string(name), string(outcome))
			}
		}
	}
}

// tell moves a book on by what was found, and sends what is due.
func (a *alarmer) tell(ctx context.Context, b *alarmBook, found []finding) error {
	now := a.o.Now()
	b.apply(found, a.targets, now)
	due := b.due(a.targets, now, a.o.Accounts.Robots().Take)
	if err := a.keep(ctx, b, nil); err != nil || len(due) == 0 {
		return err
	}
	a.sendAll(ctx, due)
	var sends []models.AlarmSend
	for _, d := range due {
		s := d.settle(a.o.Now())
		if s == nil {
			continue
		}
		a.count(s)
		if d.worthKeeping(s) {
			sends = append(sends, *s)
		}
	}
	err := a.keep(ctx, b, sends)
	if err != nil {
		b.unsaved = append(b.unsaved, sends...)
	}
	return err
}

func (a *alarmer) count(s *models.AlarmSend) {
	a.total.WithLabelValues(s.AppID, string(s.Name), string(s.Outcome)).Inc()
}

// keep writes down what changed in a book: the shared one in the database; this instance's in its
// file, and in the database when that can be.
func (a *alarmer) keep(ctx context.Context, b *alarmBook, sends []models.AlarmSend) error {
	changed, over := b.pending(a.targets, a.o.Now())
	dropped := b.takeDropped()
	for i := range dropped {
		a.count(&dropped[i])
	}
	sends = append(dropped, sends...)
	if b.source == "" {
		err := a.save(ctx, changed, over, sends)
		b.stale = b.stale || errors.Is(err, accounts.ErrAlarmChanged)
		return err
	}
	if len(changed)+len(over)+len(sends) > 0 {
		a.file.note(b, over, sends)
		a.saveFile()
	}
	if !a.away {
		a.copyOwn(ctx)
	}
	return nil
}

func (a *alarmer) saveFile() {
	if err := a.file.save(); err != nil {
		a.logger.Error("the alarms of this instance are not kept: after a restart they are told again", "error", err)
	}
}

// copyOwn copies what is new of this instance's alarms into the database, where people see it.
func (a *alarmer) copyOwn(ctx context.Context) {
	changed, over, sends, news := a.file.uncopied()
	if news && a.save(ctx, changed, over, sends) == nil {
		a.file.copied()
		a.saveFile()
	}
}
