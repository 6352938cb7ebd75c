package desk

import (
	"context"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

func (o *office) wantsNudge(n Nudge) {
	o.t.Helper()
	o.ticks()
	if c := o.only(); c.Nudge != n {
		o.t.Errorf("%s: nudge %q of a conversation that is %s, want %q", o.clock.Now().In(models.Shanghai()).Format("15:04:05"), c.Nudge, c.State, n)
	}
}

// heartbeat has people stay at the desk.
func (o *office) heartbeat(who ...models.Who) {
	o.t.Helper()
	for _, w := range who {
		if _, err := o.SetPresence(context.Background(), w, ""); err != nil {
			o.t.Fatal(err)
		}
	}
}

// Who owes a reply is told after 100 seconds and after ten minutes of office time; nobody's click is refused for it.
func TestNudge_OwedReply(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.here(wang)
		o.writes(zhang, "人工")
		o.ticks()
		c := o.wants(Assigned, "wang")
		o.at(99)
		o.heartbeat(wang)
		o.wantsNudge(NudgeNone)
		watch := o.Watch()
		if _, err := watch.Changed(t.Context()); err != nil {
			t.Fatal(err)
		}
		o.at(100)
		o.heartbeat(wang)
		o.wantsNudge(NudgeOwed)
		if changed, err := watch.Changed(t.Context()); err != nil || len(changed) != 1 {
			t.Errorf("changed %v, error %v", changed, err)
		}
		for at := 240; at < 600; at += 120 {
			o.at(at)
			o.heartbeat(wang)
			o.wantsNudge(NudgeOwed)
		}
		o.at(600)
		o.heartbeat(wang)
		o.wantsNudge(NudgeOverdue)
		if now := o.only(); now.Version != c.Version {
			t.Errorf("version %d, was %d", now.Version, c.Version)
		}
		o.replies(wang, "k1", "请讲")
		o.wantsNudge(NudgeNone)
	})
}

// What nobody takes for an hour of office time is told of, in office hours alone.
func TestNudge_NobodyTakesIt(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	ctx := context.Background()
	// 2026-03-02 is a Monday; the office works 09:00-12:00 and 13:30-17:30.
	o.writes(zhang, "人工")
	for _, step := range []struct {
		after time.Duration
		nudge Nudge
		known bool
	}{
		{59 * time.Minute, NudgeNone, true},
		{time.Hour, NudgeUnassigned, true},
		{2*time.Hour + 30*time.Minute, NudgeUnassigned, false}, // lunch
		{4 * time.Hour, NudgeUnassigned, true},
	} {
		o.clock.Set(morning.Add(step.after))
		o.wantsNudge(step.nudge)
		u, known, err := o.Unassigned(ctx, o.account)
		if err != nil || known != step.known || (u.Count == 1) != (step.nudge == NudgeUnassigned) {
			t.Errorf("after %s: %+v, known %v, error %v", step.after, u, known, err)
		}
	}
	o.here(wang)
	o.wantsNudge(NudgeNone)
}

// Out of office hours nobody is told anything.
func TestNudge_NothingOutOfHours(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	evening := morning.Add(9 * time.Hour) // 19:00
	o.clock.Set(evening)
	o.here(wang)
	o.writes(zhang, "人工")
	o.ticks()
	o.wants(Assigned, "wang")
	o.clock.Set(evening.Add(2 * time.Minute))
	o.heartbeat(wang)
	o.wantsNudge(NudgeNone)
}
