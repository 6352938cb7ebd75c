package wechat

import "time"

// doubt is about an API that refuses a token which others take, or may take.
type doubt struct {
	fault *APIError
	until time.Time
	times int
}

// refuse notes that an API does not take a token which is new. The first one is in doubt
// itself, and the token is kept for the others. Where a second one refuses it and none has
// taken it, the token is dropped: another would fare no better, so that none is fetched at
// once.
func (k *tokenKeeper) refuse(value string, e *APIError) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.value != value {
		return
	}
	now := k.c.o.Now()
	if k.doubted == "" || k.doubted == e.API {
		d := k.doubts[e.API]
		k.doubted = e.API
		k.doubts[e.API] = doubt{e, now.Add(k.pause(d.times)), d.times + 1}
		return
	}
	k.value, k.rejected = "", value
	k.fault, k.retryAt = e, now.Add(k.pause(k.refusals))
	k.refusals++
}

// pause is how long to wait after so many refusals before.
func (k *tokenKeeper) pause(before int) time.Duration {
	return min(k.c.o.TokenInterval<<min(before, 16), maxBackoff)
}

// refusing reports whether WeChat has refused new tokens lately and taken none since.
func (k *tokenKeeper) refusing() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.refusals > 0 || k.doubted != ""
}

// doubtful returns why the API is not called for a while: it refused a new token.
func (k *tokenKeeper) doubtful(api string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if d, ok := k.doubts[api]; ok && k.c.o.Now().Before(d.until) {
		return d.fault
	}
	return nil
}

// accepted notes that an API took the token.
func (k *tokenKeeper) accepted(api string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.refusals, k.doubted = 0, ""
	delete(k.doubts, api)
}
