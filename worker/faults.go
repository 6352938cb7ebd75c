package worker

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
)

// away reports whether the database could not be used when it was last tried.
func (r *reloader) away() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.faults["database"] != "" || r.faults["schema"] != ""
}

func (r *reloader) warn(warnings []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.warnings = warnings
}

// failed notes a fault, unless the program itself is stopping.
func (r *reloader) failed(ctx context.Context, what, reason string, err error) {
	if !errors.Is(ctx.Err(), context.Canceled) {
		r.fault(what, reason, err)
	}
}

// fault notes what keeps the service from its best, in words for people, and tells the log
// the cause.
func (r *reloader) fault(what, reason string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.note(what, reason, err)
}

// report is fault for what has no cause but the reason; without one it is mended.
func (r *reloader) report(what, reason string) {
	if reason == "" {
		r.mended(what)
		return
	}
	r.fault(what, reason, errors.New(reason))
}

// note is fault for one who holds the lock.
func (r *reloader) note(what, reason string, err error) {
	if r.faults[what] == reason {
		return
	}
	r.faults[what] = reason
	r.o.Logger.Error("degraded", "what", what, "error", err)
}

// mended takes a fault back.
func (r *reloader) mended(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.clear(what)
}

// clear is mended for one who holds the lock.
func (r *reloader) clear(what string) {
	if r.faults[what] != "" {
		delete(r.faults, what)
		r.o.Logger.Info("recovered", "what", what)
	}
}

func (r *reloader) reasons() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	faults := maps.Clone(r.faults)
	for appID, reason := range r.expired {
		faults[rulesOf(appID)] = reason
	}
	var out []string
	for _, what := range slices.Sorted(maps.Keys(faults)) {
		out = append(out, what+": "+faults[what])
	}
	out = append(out, r.warnings...)
	if waiting := r.waiting(); len(waiting) > 0 {
		out = append(out, "rules: 规则还在读取，读完才能答复："+strings.Join(waiting, "、"))
	}
	if len(r.list) == 0 {
		out = append(out, "还没有账号，请用 wenzheng account add 添加")
	}
	if missing := r.o.Calendar.Reminder(r.o.Now()); missing != "" {
		out = append(out, missing)
	}
	return out
}
