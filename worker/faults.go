package worker

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// away reports whether the database could not be used when it was last tried.
func (r *reloader) away() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.faults["database"].Text != "" || r.faults["schema"].Text != ""
}

func (r *reloader) warn(warnings []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.warnings = warnings
}

// failed notes a fault, unless the program itself is stopping.
func (r *reloader) failed(ctx context.Context, what string, reason models.Said, err error) {
	if !errors.Is(ctx.Err(), context.Canceled) {
		r.fault(what, reason, err)
	}
}

// fault notes what keeps the service from its best, in words for people, and tells the log
// the cause.
func (r *reloader) fault(what string, reason models.Said, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.note(what, reason, err)
}

// report is fault for what has no cause but the reason; without one it is mended.
func (r *reloader) report(what string, reason models.Said) {
	if reason.Text == "" {
		r.mended(what)
		return
	}
	r.fault(what, reason, errors.New(reason.Text))
}

// note is fault for one who holds the lock.
func (r *reloader) note(what string, reason models.Said, err error) {
	if r.faults[what].Text == reason.Text {
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
	if r.faults[what].Text != "" {
		delete(r.faults, what)
		r.o.Logger.Info("recovered", "what", what)
	}
}

func (r *reloader) reasons() []models.Reason {
	r.mu.Lock()
	defer r.mu.Unlock()
	faults := maps.Clone(r.faults)
	for appID, reason := range r.expired {
		faults[rulesOf(appID)] = reason
	}
	var out []models.Reason
	for _, what := range slices.Sorted(maps.Keys(faults)) {
		out = append(out, models.Reason{What: what, Said: faults[what]})
	}
	for _, warning := range r.warnings {
		out = append(out, models.Reason{Said: models.Say("database_setting", "{said}", "said", warning)})
	}
	if waiting := r.waiting(); len(waiting) > 0 {
		out = append(out, models.Reason{What: "rules", Said: models.Say("rules_read", "规则还在读取，读完才能答复：{accounts}", "accounts", strings.Join(waiting, "、"))})
	}
	if len(r.list) == 0 {
		out = append(out, models.Reason{Said: models.Say("no_account", "还没有账号，请用 wenzheng account add 添加")})
	}
	if missing := r.o.Calendar.Reminder(r.o.Now()); missing.Text != "" {
		out = append(out, models.Reason{What: "calendar", Said: missing})
	}
	return out
}

// cause are the pairs by which a reason says why the database did not do.
func cause(err error) []string { return []string{"cause", store.Explain(err).Message} }
