package accounts

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/accounts/robot"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/wechat"
)

// Accounts are the official accounts of an installation. It is safe for concurrent use.
type Accounts struct {
	store   *store.Store
	options Options

	mu      sync.Mutex
	clients map[string]accountClient
}

// Options say how accounts reach WeChat.
type Options struct {
	API wechat.ClientOptions // Tokens, Denied and Now are set by Accounts
	Now func() time.Time     // nil: time.Now
	// OnLost hears of every right that WeChat took from an account; nil: nobody hears.
	OnLost func(appID, right string)
	// Robots send alarms; nil: none can be sent. Console is the address at which people open the
	// console, for links in alarms; "" = not known.
	Robots  *robot.Sender
	Console string
}

// New returns the accounts that s stores; the caller closes s when they are used no more.
func New(s *store.Store, o Options) *Accounts {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.OnLost == nil {
		o.OnLost = func(string, string) {}
	}
	if o.Robots == nil {
		o.Robots = robot.New(robot.Options{Now: o.Now})
	}
	o.API.Now = o.Now
	return &Accounts{store: s, options: o, clients: map[string]accountClient{}}
}

// Robots send alarms.
func (a *Accounts) Robots() *robot.Sender { return a.options.Robots }

// WithRights is an account with what is known about its rights.
type WithRights struct {
	models.Account
	Rights []models.Right `json:"rights"` // by name; empty, never nil: never asked
}

// List returns every account, by AppID.
func (a *Accounts) List(ctx context.Context) ([]WithRights, error) {
	list, err := a.store.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	known, err := a.store.Rights(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]WithRights, len(list))
	for i, account := range list {
		out[i] = WithRights{account, append([]models.Right{}, known[account.AppID]...)}
	}
	return out, nil
}

// Named returns the account of an AppID, or with "" the only one there is.
func (a *Accounts) Named(ctx context.Context, appID string) (models.Account, error) {
	if appID != "" {
		return a.store.Account(ctx, appID)
	}
	list, err := a.store.Accounts(ctx)
	if err != nil {
		return models.Account{}, err
	}
	switch len(list) {
	case 1:
		return list[0], nil
	case 0:
		return models.Account{}, models.NewError(models.CodeNotFound, "还没有账号，请先运行 wenzheng account add")
	}
	names := make([]string, len(list))
	for i, a := range list {
		names[i] = a.AppID + "（" + a.Name + "）"
	}
	return models.Account{}, models.NewError(models.CodeInvalid, "有多个账号，请用 --account 指明其一："+strings.Join(names, "、"))
}
