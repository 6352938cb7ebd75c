package worker

import (
	"context"
	"errors"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/desk/cases"
)

// deskEvery is how soon what waits is given to somebody, and how soon every instance knows which
// citizens people hold: within the promised three seconds.
const deskEvery = time.Second

// kfEvery is how soon it is found that something said in WeChat's own client is to be read.
const kfEvery = 10 * time.Second

// deskKeeper does at the desk what the time does, tells the brain whom people hold, and tells others
// that something changed. Every instance does so: each change is made by one of them.
type deskKeeper struct {
	desk  *desk.Desk
	book  *cases.Book // nil = there are none
	brain *bot.Bot
	tell  func(appIDs []string)

	running Periodic
	booking Periodic    // of what the brain knows of cases: all of them are read where one changed
	reading Periodic    // of WeChat's own client
	watch   *desk.Watch // of running alone
}

func newDeskKeeper(o Options) *deskKeeper {
	k := &deskKeeper{desk: o.Desk, brain: o.Brain, tell: o.OnDesk}
	if o.Cases != nil {
		k.book = o.Cases.Book()
		k.booking = Periodic{Name: "cases", Interval: deskEvery, Within: time.Minute, Logger: o.Logger, Run: k.keepBook}
	}
	k.running = Periodic{Name: "desk", Interval: deskEvery, Within: time.Minute, Logger: o.Logger, Run: k.keep}
	if o.WeChat != nil {
		k.reading = Periodic{Name: "kf", Interval: kfEvery, Within: 5 * time.Minute, Logger: o.Logger, Lease: "kf", Leases: o.Leases, Run: o.WeChat.Keep}
	}
	return k
}

func (k *deskKeeper) start(ctx context.Context) {
	if k.desk != nil {
		k.watch = k.desk.Watch()
		k.running.Start(ctx)
	}
	if k.booking.Run != nil {
		k.booking.Start(ctx)
	}
	if k.reading.Run != nil {
		k.reading.Start(ctx)
	}
}

func (k *deskKeeper) quit() {
	k.running.Quit()
	k.booking.Quit()
	k.reading.Quit()
}

func (k *deskKeeper) stop() {
	k.running.Stop()
	k.booking.Stop()
	k.reading.Stop()
}

func (k *deskKeeper) keepBook(ctx context.Context) error {
	matters, changed, err := k.book.Matters(ctx)
	if changed {
		k.brain.Matters(matters)
	}
	return err
}

func (k *deskKeeper) keep(ctx context.Context) error {
	failed := k.desk.Tick(ctx)
	holds, err := k.desk.Holds(ctx)
	if err == nil {
		k.brain.Desks(holds)
	}
	failed = errors.Join(failed, err)
	if k.tell == nil {
		return failed
	}
	accounts, err := k.watch.Changed(ctx)
	if len(accounts) > 0 {
		k.tell(accounts)
	}
	return errors.Join(failed, err)
}
