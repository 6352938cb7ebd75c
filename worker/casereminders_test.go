package worker

import (
	"context"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/desk/cases"
	"github.com/wenzheng/wenzheng/outbox"
)

// TestAlarms_CasesOnceADay: a channel is told in the morning of a working day, not that the day is over,
// and the next day anew.
func TestAlarms_CasesOnceADay(t *testing.T) {
	everyDatabase(t, func(t *testing.T, database string) {
		w, g := newWatch(t, database, "", march()), newGroup(t) // Monday, nine o'clock
		addAccount(t, w.o.Store, withoutSecret)
		w.channel("值班群", g.url)
		o := w.o
		o.Outbox = outbox.New(o.Store, o.Waits, outbox.Options{Now: o.Now})
		var err error
		if o.Desk, err = desk.New(o.Store, o.Waits, o.Outbox, desk.Options{Now: o.Now}); err != nil {
			t.Fatal(err)
		}
		if o.Cases, err = cases.New(o.Store, o.Waits, o.Outbox, o.Desk, cases.Options{Now: o.Now}); err != nil {
			t.Fatal(err)
		}
		w.o.Cases = o.Cases
		_, err = o.Cases.Submit(context.Background(), admin, cases.Submission{AppID: testAccount().AppID, Key: "k", Kind: cases.Complaint, Text: "路灯坏了"})
		if err != nil {
			t.Fatal(err)
		}
		keeper := newDeskKeeper(o)
		for i, s := range []struct {
			after time.Duration
			want  string
		}{
			{time.Hour, ""}, // submitted today
			{23 * time.Hour, "cases firing"},
			{8 * time.Hour, ""}, // nothing twice a day
			{8 * time.Hour, ""}, // the day is over, and no news
			{8 * time.Hour, "cases firing"},
			{14 * time.Hour, ""},
		} {
			*w.now = w.now.Add(s.after)
			if err := keeper.remind(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.after(0)
			if got := g.told(); got != s.want {
				t.Errorf("step %d at %s: %q, want %q", i, w.now, got, s.want)
			}
		}
	})
}
