package worker

import (
	"context"
	"errors"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/desk/cases"
	"github.com/wenzheng/wenzheng/models"
)

// deskEvery is how soon what waits is given to somebody, and how soon every instance knows which
// citizens people hold: within the promised three seconds.
const deskEvery = time.Second

// kfEvery is how soon it is found that something said in WeChat's own client is to be read.
const kfEvery = 10 * time.Second

// photosEvery is how soon a photo of a case that is to be kept is fetched.
const photosEvery = 10 * time.Second

// remindEvery is how soon after nine o'clock the reminders of a day are given.
const remindEvery = 20 * time.Second

// deskKeeper does at the desk what the time does, tells the brain whom people hold, and tells others
// that something changed. Every instance does so: each change is made by one of them.
type deskKeeper struct {
	desk  *desk.Desk
	book  *cases.Book // nil = there are none
	cases *cases.Cases
	now   func() time.Time
	brain *bot.Bot
	tell  func(appIDs []string)

	running   Periodic
	booking   Periodic    // of what the brain knows of cases
	reminding Periodic    // of the limits of cases
	reminded  time.Time   // when nobody was left to be reminded of today; of reminding alone
	keeping   Periodic    // of photos of cases
	reading   Periodic    // of WeChat's own client
	watch     *desk.Watch // of running alone
}

func newDeskKeeper(o Options) *deskKeeper {
	k := &deskKeeper{desk: o.Desk, brain: o.Brain, tell: o.OnDesk}
	if o.Cases != nil {
		k.book = o.Cases.Book()
		k.cases, k.now = o.Cases, o.Now
		k.reminding = Periodic{
			Name: "case reminders", Interval: remindEvery, Within: 5 * time.Minute, Logger: o.Logger, Lease: "case-reminders", Leases: o.Leases, Run: k.remind,
		}
		k.keeping = Periodic{
			Name: "case photos", Interval: photosEvery, Within: 5 * time.Minute, Logger: o.Logger, Lease: "case-photos", Leases: o.Leases, Run: o.Cases.KeepPhotos,
		}
		k.booking = Periodic{Name: "cases", Interval: deskEvery, Within: time.Minute, Logger: o.Logger, Run: k.keepBook}
	}
	k.running = Periodic{Name: "desk", Interval: deskEvery, Within: time.Minute, Logger: o.Logger, Run: k.keep}
	if o.Desk != nil {
		k.running.Wake = o.Desk.Causes()
	}
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
		k.reminding.Start(ctx)
		k.keeping.Start(ctx)
	}
	if k.reading.Run != nil {
		k.reading.Start(ctx)
	}
}

func (k *deskKeeper) quit() {
	k.running.Quit()
	k.booking.Quit()
	k.reminding.Quit()
	k.keeping.Quit()
	k.reading.Quit()
}

func (k *deskKeeper) stop() {
	k.running.Stop()
	k.booking.Stop()
	k.reminding.Stop()
	k.keeping.Stop()
	k.reading.Stop()
}

// remind gives the reminders of a day once; what comes to be due later that day was not due at nine.
func (k *deskKeeper) remind(ctx context.Context) error {
	const day = time.DateOnly
	now := k.now().In(models.Shanghai())
	if k.reminded.In(models.Shanghai()).Format(day) == now.Format(day) {
		return nil
	}
	_, done, err := k.cases.Remind(ctx)
	if done {
		k.reminded = now
	}
	return err
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
