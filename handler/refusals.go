package handler

import (
	"cmp"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

const (
	refusalsFor  = 10 * time.Minute // how long a refusal is told of
	refusalSlice = time.Minute
	warnEvery    = 5 * time.Minute // of one account and reason, in the log
	maxRefusals  = 500             // kinds remembered at one time
)

// refusals remembers what was refused or kept without an answer lately, so that a person
// finds out why an account is silent: in the log, in /readyz and in the doctor. It is safe
// for concurrent use.
type refusals struct {
	logger *slog.Logger
	now    func() time.Time

	mu    sync.Mutex
	kinds map[refusalKind]*refusalCount
}

// refusalKind is one reason of one account; the account is "" where the URL names none of ours.
type refusalKind struct{ account, code string }

// refusalCount counts by minute, so that old ones drop out.
type refusalCount struct {
	text   string
	minute [refusalsFor / refusalSlice]int64 // refusals of the minute that began at begun
	begun  [refusalsFor / refusalSlice]int64 // Unix minutes
	warned time.Time
}

// note counts one; text says what to check.
func (r *refusals) note(account, code, text string) {
	now := r.now()
	r.mu.Lock()
	kind := refusalKind{account, code}
	c := r.kinds[kind]
	if c == nil {
		if len(r.kinds) >= maxRefusals {
			r.sweep(now)
		}
		if len(r.kinds) >= maxRefusals {
			r.mu.Unlock()
			return
		}
		c = &refusalCount{}
		r.kinds[kind] = c
	}
	c.text = text
	minute := now.Unix() / int64(refusalSlice.Seconds())
	i := minute % int64(len(c.minute))
	if c.begun[i] != minute {
		c.begun[i], c.minute[i] = minute, 0
	}
	c.minute[i]++
	warn := now.Sub(c.warned) >= warnEvery
	if warn {
		c.warned = now
	}
	n := c.since(now)
	r.mu.Unlock()
	if warn {
		r.logger.Warn("callbacks are refused or not understood", "account", account, "reason", code, "within_10_min", n, "check", text)
	}
}

// since is how many there were within refusalsFor.
func (c *refusalCount) since(now time.Time) (n int64) {
	oldest := now.Add(-refusalsFor).Unix() / int64(refusalSlice.Seconds())
	for i, begun := range c.begun {
		if begun > oldest {
			n += c.minute[i]
		}
	}
	return n
}

// sweep forgets the kinds that did not occur lately. mu is held.
func (r *refusals) sweep(now time.Time) {
	maps.DeleteFunc(r.kinds, func(_ refusalKind, c *refusalCount) bool { return c.since(now) == 0 && now.Sub(c.warned) >= warnEvery })
}

// reasons tells of those of the last ten minutes, by account and code.
func (r *refusals) reasons() []string {
	now := r.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	kinds := slices.SortedFunc(maps.Keys(r.kinds), func(a, b refusalKind) int {
		return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.code, b.code))
	})
	var out []string
	for _, k := range kinds {
		n := r.kinds[k].since(now)
		if n == 0 {
			continue
		}
		who := k.account
		if who == "" {
			who = "callback"
		}
		out = append(out, fmt.Sprintf("%s: 近 10 分钟有 %d 次回调%s：%s", who, n, verdict(k.code), r.kinds[k].text))
	}
	return out
}

// verdict says what became of the callbacks.
func verdict(code string) string {
	switch models.ParseStatus(code) {
	case models.ParseForeign, models.ParseIncomplete, models.ParseUnreadable:
		return "已收下但没有答复"
	}
	return "被拒绝"
}
