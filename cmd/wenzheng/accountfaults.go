package main

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
)

// away reports whether the database could not be used when it was last tried.
func (a *accounts) away() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.faults["database"] != "" || a.faults["schema"] != ""
}

func (a *accounts) warn(warnings []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.warnings = warnings
}

// failed notes a fault, unless the program itself is stopping.
func (a *accounts) failed(ctx context.Context, what, reason string, err error) {
	if !errors.Is(ctx.Err(), context.Canceled) {
		a.fault(what, reason, err)
	}
}

// fault notes what keeps the service from its best, in words for people, and tells the log
// the cause.
func (a *accounts) fault(what, reason string, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.note(what, reason, err)
}

// note is fault for one who holds the lock.
func (a *accounts) note(what, reason string, err error) {
	if a.faults[what] == reason {
		return
	}
	a.faults[what] = reason
	a.v.logger.Error("degraded", "what", what, "error", err)
}

// mended takes a fault back.
func (a *accounts) mended(what string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.clear(what)
}

// clear is mended for one who holds the lock.
func (a *accounts) clear(what string) {
	if a.faults[what] != "" {
		delete(a.faults, what)
		a.v.logger.Info("recovered", "what", what)
	}
}

func (a *accounts) reasons() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	faults := maps.Clone(a.faults)
	for appID, reason := range a.expired {
		faults[rulesOf(appID)] = reason
	}
	var out []string
	for _, what := range slices.Sorted(maps.Keys(faults)) {
		out = append(out, what+": "+faults[what])
	}
	out = append(out, a.warnings...)
	if waiting := a.waiting(); len(waiting) > 0 {
		out = append(out, "rules: 规则还在读取，读完才能答复："+strings.Join(waiting, "、"))
	}
	if len(a.list) == 0 {
		out = append(out, "还没有账号，请用 wenzheng account add 添加")
	}
	return out
}
