package accounts

import (
	"context"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat"
)

// saveDeniedWithin is how long a call that WeChat refused waits for the database.
const saveDeniedWithin = 3 * time.Second

// accountClient is kept so that its token, its breaker and its limits last.
type accountClient struct {
	account models.Account
	client  *wechat.Client
}

// Client returns the one client of an account towards WeChat's API, a new one when what it calls
// with has changed. It shares its access token with all instances of the installation and keeps what
// it is refused for want of a right. It outlasts ctx, whose values it
// keeps; the caller may close its idle connections.
func (a *Accounts) Client(ctx context.Context, account models.Account) *wechat.Client {
	a.mu.Lock()
	defer a.mu.Unlock()
	known, there := a.clients[account.AppID]
	if there && known.account.Secret == account.Secret && known.account.Verified == account.Verified && known.account.Kind == account.Kind {
		return known.client
	}
	if there {
		known.client.CloseIdle()
	}
	o := a.options.API
	o.Tokens = a.store
	ctx = context.WithoutCancel(ctx)
	o.Denied = func(r models.Right) {
		ctx, cancel := context.WithTimeout(ctx, saveDeniedWithin)
		defer cancel()
		_, _ = a.saveRights(ctx, account.AppID, []models.Right{r}) // the next probe finds it out again
	}
	client := wechat.NewClient(account, o)
	a.clients[account.AppID] = accountClient{account, client}
	return client
}

// KeepClients drops the clients of all other accounts.
func (a *Accounts) KeepClients(of []models.Account) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for appID, known := range a.clients {
		if !slices.ContainsFunc(of, func(account models.Account) bool { return account.AppID == appID }) {
			known.client.CloseIdle()
			delete(a.clients, appID)
		}
	}
}
