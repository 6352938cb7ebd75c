package wechat

import (
	"context"
	"time"
)

// Tokens keeps the access tokens of an installation, sealed, for all its instances. Every
// method may fail, as when the database is away: a client then works from memory alone.
type Tokens interface {
	// Token returns the account's token and when it ends; "" when there is none.
	Token(ctx context.Context, appID string) (token string, expires time.Time, err error)
	// LeaseToken makes holder the only one to fetch the account's token for d; false when
	// another instance is.
	LeaseToken(ctx context.Context, appID, holder string, d time.Duration) (held bool, err error)
	// SaveToken stores a token that holder fetched under its lease, and ends the lease; false,
	// and nothing stored, when the lease is another's meanwhile.
	SaveToken(ctx context.Context, appID, holder, token string, expires time.Time) (saved bool, err error)
	// DropToken forgets the token if it is still the given one.
	DropToken(ctx context.Context, appID, token string) error
}

const (
	storeWithin = 2 * time.Second        // what is shared may be asked for so long
	leasePoll   = 200 * time.Millisecond // between two looks at what another instance fetches
)

// credential is an access token and its end by our clock.
type credential struct {
	value  string
	endsAt time.Time
}

// turn says who fetches the next token.
type turn int

const (
	turnOurs   turn = iota // under a lease: fetch and save
	turnTheirs             // another instance is at it
	turnAlone              // nothing can be shared: fetch, and keep it in memory
)

// await returns the token that another instance has fetched, or else whose turn it is. It
// waits for another instance's fetch, unless the old token still serves; a holder that
// never comes back is waited for twice its lease at most, whatever the clocks say.
func (k *tokenKeeper) await(ctx context.Context, pause time.Duration) (credential, turn) {
	if k.c.o.Tokens == nil {
		return credential{}, turnAlone
	}
	k.dropShared(ctx)
	lease := pause + k.c.o.Timeout + 2*storeWithin
	for range 2 * lease / leasePoll {
		found, whose := k.ask(ctx, lease)
		if found.value != "" || whose != turnTheirs || k.serves() {
			return found, whose
		}
		if wait(ctx, leasePoll) != nil {
			return credential{}, turnTheirs
		}
	}
	return credential{}, turnAlone
}

// ask looks once. Behind the lease it looks again: who held it before may have saved.
func (k *tokenKeeper) ask(ctx context.Context, lease time.Duration) (credential, turn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeWithin)
	defer cancel()
	tokens, appID := k.c.o.Tokens, k.c.account.AppID
	if found := k.shared(ctx); found.value != "" {
		return found, turnTheirs
	}
	held, err := tokens.LeaseToken(ctx, appID, k.c.o.Holder, lease)
	switch {
	case err != nil:
		return credential{}, turnAlone
	case !held:
		return credential{}, turnTheirs
	}
	return k.shared(ctx), turnOurs
}

// shared is the stored token if it is good for a while and WeChat has not refused it. Its
// end comes from another machine's clock: it is never believed beyond a token's longest
// life. One that can not be opened, as after a change of keys, is fetched anew and replaced.
func (k *tokenKeeper) shared(ctx context.Context) credential {
	value, end, err := k.c.o.Tokens.Token(ctx, k.c.account.AppID)
	if err != nil {
		return credential{}
	}
	now := k.c.o.Now()
	if longest := now.Add(maxTokenSeconds * time.Second); end.After(longest) {
		end = longest
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if value == k.rejected || !now.Before(k.renewal(end)) && (value == k.value || end.Sub(now) < keptAtLeast) {
		return credential{}
	}
	return credential{value, end}
}

// dropShared takes the token that WeChat refused from all instances. Where that fails it
// stays, and this client does not take it.
func (k *tokenKeeper) dropShared(ctx context.Context) {
	k.mu.Lock()
	value := k.rejected
	k.mu.Unlock()
	if value == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeWithin)
	defer cancel()
	_ = k.c.o.Tokens.DropToken(ctx, k.c.account.AppID, value)
}

// save shares a token that was fetched under our lease, and returns the token to use: ours,
// or the one of the instance that took the lease while our call lasted too long. Where the
// store fails ours serves, and the others fetch their own once the lease has run out.
func (k *tokenKeeper) save(ctx context.Context, got credential) credential {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeWithin)
	defer cancel()
	saved, err := k.c.o.Tokens.SaveToken(ctx, k.c.account.AppID, k.c.o.Holder, got.value, got.endsAt)
	if saved || err != nil {
		return got
	}
	if newer := k.shared(ctx); newer.value != "" {
		return newer
	}
	return got
}

// serves reports whether the old token is still good.
func (k *tokenKeeper) serves() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.value != "" && k.c.o.Now().Before(k.endsAt)
}
