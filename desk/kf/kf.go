package kf

import (
	"context"
	"log/slog"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/waits"
	"github.com/wenzheng/wenzheng/wechat"
)

// Options are what a Client needs.
type Options struct {
	Now func() time.Time // nil: time.Now
	// Accounts are those of this installation with their settings, from memory; nil: read each time.
	Accounts func() []models.Account
	// API is the one client of an account.
	API func(ctx context.Context, a models.Account) *wechat.Client
	// UID is a citizen's pseudonym.
	UID    func(appID, openID string) string
	Logger *slog.Logger // nil: nothing is logged
}

// Client is WeChat's own customer-service client as this installation sees it. It is safe for
// concurrent use.
type Client struct {
	store *store.Store
	waits *waits.Waits
	o     Options

	began map[string]bool // of Keep alone: accounts that were pulled once
}

// New returns the client's view of all accounts; what it reads is recorded by w.
func New(s *store.Store, w *waits.Waits, o Options) *Client {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Client{store: s, waits: w, o: o, began: map[string]bool{}}
}

func (c *Client) accounts(ctx context.Context) ([]models.Account, error) {
	if c.o.Accounts != nil {
		return c.o.Accounts(), nil
	}
	return c.store.Accounts(ctx)
}
