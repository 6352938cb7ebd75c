package worker

import (
	"cmp"
	"context"
	"sync"

	"github.com/wenzheng/wenzheng/models"
)

// originalIDs learns the original id of accounts that were added without one. It is safe for
// concurrent use.
type originalIDs struct {
	mu   sync.Mutex
	want map[string]bool   // by AppID: in safe mode, and its original id is not known
	seen map[string]string // by AppID: what a message named
}

// expect replaces the accounts whose original id is wanted.
func (o *originalIDs) expect(list []models.Account) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.want, o.seen = map[string]bool{}, map[string]string{}
	for _, a := range list {
		if a.OriginalID == "" && a.Mode == models.ModeSafe {
			o.want[a.AppID] = true
		}
	}
}

// see takes a message that was decrypted with the account's key: it names the account by
// its original id.
func (o *originalIDs) see(m *models.Message) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.want[m.AppID] && m.Delivery.Encrypted && m.ParseStatus == models.ParseOK && models.ValidOriginalID(m.ToUserName) {
		o.seen[m.AppID] = m.ToUserName
	}
}

func (o *originalIDs) any() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.seen) > 0
}

// learned returns what messages named, and forgets it.
func (o *originalIDs) learned() map[string]string {
	o.mu.Lock()
	defer o.mu.Unlock()
	seen := o.seen
	o.seen = map[string]string{}
	return seen
}

const learningLease = "original ids"

// learnOriginalIDs keeps what messages told; the accounts are read again with the next poll.
// Any instance may hear of an id, so the lease lasts no longer than writing it: one that does
// not get it tries again with the next poll, if the id is not known by then.
func (r *reloader) learnOriginalIDs(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, stepWithin)
	defer cancel()
	if !r.ids.any() {
		return
	}
	held, err := r.o.Leases.take(ctx, learningLease, stepWithin)
	if err != nil {
		r.o.Logger.Warn("the original ids of accounts are not kept", "error", err)
	}
	if err != nil || !held {
		return
	}
	defer r.o.Leases.release(ctx, learningLease)
	for appID, id := range r.ids.learned() {
		account, err := r.o.Store.Account(ctx, appID)
		if err == nil && account.OriginalID == "" {
			_, err = r.o.Store.UpdateAccount(ctx, appID, models.Who{ID: "system", Name: "问政", Role: "system"}, func(a *models.Account) {
				a.OriginalID = cmp.Or(a.OriginalID, id)
			})
		}
		if err != nil {
			r.o.Logger.Warn("the original id of an account is not kept", "account", appID, "error", err)
			continue
		}
		r.o.Logger.Info("the original id of an account was learned from its first message", "account", appID)
	}
}
