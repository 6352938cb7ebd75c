package cases

import (
	"context"
	"time"

	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/waits"
	"github.com/wenzheng/wenzheng/wechat"
)

// Options are what Cases need. A zero field has its default.
type Options struct {
	Now func() time.Time // nil: time.Now
	// Accounts are those of this installation with their settings, from memory; nil: read each time.
	Accounts func() []models.Account
	Calendar *indices.LiveCalendar // nil: the built-in one
	// Client is the one client of an account, for photos.
	Client func(ctx context.Context, a models.Account) *wechat.Client
	Keeps  models.CaseKeeping
}

// Cases is safe for concurrent use.
type Cases struct {
	store  *store.Store
	waits  *waits.Waits
	outbox *outbox.Outbox
	desk   *desk.Desk
	o      Options
}

// New returns the cases of a store: w has their rows in the log, b tells citizens, conversations of d
// become cases. It is to be called before the first row is recorded.
func New(s *store.Store, w *waits.Waits, b *outbox.Outbox, d *desk.Desk, o Options) (*Cases, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Calendar == nil {
		calendar, err := indices.NewLiveCalendar()
		if err != nil {
			return nil, err
		}
		o.Calendar = calendar
	}
	c := &Cases{store: s, waits: w, outbox: b, desk: d, o: o}
	w.Also(c.follow)
	d.OnEnded(c.conversationClosed)
	return c, nil
}

// account is one of this installation.
func (b *Cases) account(ctx context.Context, appID string) (*models.Account, error) {
	if b.o.Accounts != nil {
		list := b.o.Accounts()
		for i := range list {
			if list[i].AppID == appID {
				return &list[i], nil
			}
		}
	}
	a, err := b.store.Account(ctx, appID)
	if models.ErrorCode(err) == models.CodeNotFound {
		err = models.NewError(models.CodeNotFound, "没有这个账号")
	}
	return &a, err
}
