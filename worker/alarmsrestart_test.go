package worker

import (
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/accounts/robot"
	"github.com/wenzheng/wenzheng/models"
)

// waitAtRisk has a citizen wait for an hour and a half.
func (w *watch) waitAtRisk() {
	w.t.Helper()
	w.row("oCitizen", "in", "k1")
	*w.now = w.now.Add(90 * time.Minute)
}

// TestAlarms_RestartRepeatsNothingThatWasSent: not what stands, and not what is over; what opened and
// was not told is.
func TestAlarms_RestartRepeatsNothingThatWasSent(t *testing.T) {
	everyDatabase(t, func(t *testing.T, database string) {
		if database == "" {
			database = current.SQLite(t)
		}
		folder, now, g := t.TempDir(), march(), newGroup(t)
		w := newWatch(t, database, folder, now)
		addAccount(t, w.o.Store, withoutSecret)
		w.channel("值班群", g.url)
		w.waitAtRisk()
		w.refused = []Refused{{testAccount().AppID, 5, "请核对 Token"}}
		w.after(0)
		if got := g.told(); got != "refused firing, at_risk firing" {
			t.Fatalf("%q", got)
		}
		again := newWatch(t, database, folder, now)
		again.refused = w.refused
		again.after(5 * time.Second)
		if got := g.told(); got != "" {
			t.Errorf("after a restart: %q", got)
		}
		g.answers(500)
		again.refused = nil
		again.row("oCitizen", "human", "k2")
		again.after(time.Minute)
		if got := g.told(); got != "refused resolved, at_risk resolved" && got != "at_risk resolved, refused resolved" {
			t.Errorf("that it is over: %q", got)
		}
		g.answers(200)
		last := newWatch(t, database, folder, now)
		last.after(10 * time.Second)
		last.after(10 * time.Second)
		if got := g.told(); strings.Count(got, "resolved") != 2 || strings.Contains(got, "firing") {
			t.Errorf("what the restart interrupted: %q", got)
		}
		last.after(time.Hour)
		if got := g.told(); got != "" {
			t.Errorf("%q", got)
		}
	})
}

// TestAlarms_EndBetweenSendingAndNoting: the message was sent and that is not written down. It is
// neither lost nor silently repeated: it comes once more, with the same id, and says so.
func TestAlarms_EndBetweenSendingAndNoting(t *testing.T) {
	database, folder, now, g := current.SQLite(t), t.TempDir(), march(), newGroup(t)
	w := newWatch(t, database, folder, now)
	addAccount(t, w.o.Store, withoutSecret)
	w.channel("值班群", g.url)
	w.waitAtRisk()
	if err := w.readTargets(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := w.settleShared(t.Context()); err != nil {
		t.Fatal(err)
	}
	// The first half of tell: what is due is noted and sent, and then the program is killed.
	w.shared.apply(w.sharedFindings(t.Context()), w.targets, *w.now)
	due := w.shared.due(w.targets, *w.now, w.o.Accounts.Robots().Take)
	if err := w.keep(t.Context(), &w.shared, nil); err != nil {
		t.Fatal(err)
	}
	w.sendAll(t.Context(), due)
	again := newWatch(t, database, folder, now)
	again.after(5 * time.Second) // whoever was sending may still be at it
	again.after(alarmWithin)
	again.after(5 * time.Second)
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.got) != 2 || g.got[0].ID != g.got[1].ID || g.got[0].Again || !g.got[1].Again || g.got[1].State != "firing" {
		t.Errorf("%+v", g.got)
	}
}

// TestAlarms_TwoInstancesSendOnce: with the lease one looks after what both can see, and when it stops
// the other goes on; even without it, nothing is told twice.
func TestAlarms_TwoInstancesSendOnce(t *testing.T) {
	for name, leases := range map[string]bool{"by a lease": true, "at once": false} {
		t.Run(name, func(t *testing.T) {
			everyDatabase(t, func(t *testing.T, database string) {
				if database == "" {
					database = current.SQLite(t)
				}
				now, g := march(), newGroup(t)
				one, two := newWatch(t, database, "", now), newWatch(t, database, "", now)
				addAccount(t, one.o.Store, withoutSecret)
				one.channel("值班群", g.url)
				one.waitAtRisk()
				if leases {
					one.o.Leases, two.o.Leases = NewLeases(one.o.Store), NewLeases(two.o.Store)
				}
				for range 9 {
					var both sync.WaitGroup
					for _, w := range []*watch{one, two} {
						both.Go(func() { _ = w.round(t.Context()) }) // one of them may be told that the other was first
					}
					both.Wait()
					*now = now.Add(5 * time.Second)
				}
				if got := g.told(); got != "at_risk firing" {
					t.Errorf("%q", got)
				}
				if !leases {
					return
				}
				one.release(t.Context())
				two.row("oCitizen", "human", "k2")
				two.after(20 * time.Second)
				two.after(20 * time.Second)
				if got := g.told(); got != "at_risk resolved" {
					t.Errorf("after the other stopped: %q", got)
				}
			})
		})
	}
}

// TestAlarms_WhileTheDatabaseIsAway: a backlog is told of all the same, also after a restart, and once;
// the history has it when the database is back.
func TestAlarms_WhileTheDatabaseIsAway(t *testing.T) {
	database, folder, now, g := current.SQLite(t), t.TempDir(), march(), newGroup(t)
	w := newWatch(t, database, folder, now)
	addAccount(t, w.o.Store, withoutSecret)
	w.channel("值班群", g.url)
	w.after(0)
	away := func() *watch {
		t.Helper()
		st, err := opened(database, func() time.Time { return *now })
		if err != nil {
			t.Fatal(err)
		}
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
		lost := watchOver(t, st, folder, now)
		lost.backlog = Backlog{Events: 7, Oldest: 61 * time.Second}
		return lost
	}
	look := func(w *watch) {
		t.Helper()
		*now = now.Add(5 * time.Second)
		if err := w.round(t.Context()); err == nil {
			t.Error("the database is not away")
		}
	}
	lost := away()
	look(lost)
	g.mu.Lock()
	if len(g.got) != 1 || !strings.Contains(g.got[0].Text, "甲机") || !strings.Contains(g.got[0].Text, "7 条") || g.got[0].Link != "https://wz.example.gov.cn/" {
		t.Errorf("%+v", g.got)
	}
	g.got = nil
	g.mu.Unlock()
	look(lost)
	look(away())
	if got := g.told(); got != "" {
		t.Errorf("told again: %q", got)
	}
	back := newWatch(t, database, folder, now)
	back.after(5 * time.Second)
	back.after(time.Minute)
	if got := g.told(); got != "backlog resolved" {
		t.Errorf("%q", got)
	}
	sends, err := back.o.Accounts.AlarmSends(t.Context(), testAccount().AppID, 9)
	if err != nil || len(sends) != 2 || sends[1].Kind != models.AlarmFiring || sends[1].Outcome != models.AlarmSent {
		t.Errorf("%+v, %v", sends, err)
	}
	content, err := os.ReadFile(back.file.path)
	if err != nil || strings.Contains(string(content), "geheime") || strings.Contains(string(content), "127.0.0.1") {
		t.Errorf("the file is not sealed: %v", err)
	}
}

// TestAlarms_FileOfAnotherKey is begun anew, and nobody is kept from starting.
func TestAlarms_FileOfAnotherKey(t *testing.T) {
	folder, now, g := t.TempDir(), march(), newGroup(t)
	w := newWatch(t, "", folder, now)
	addAccount(t, w.o.Store, withoutSecret)
	w.channel("值班群", g.url)
	if err := os.WriteFile(w.file.path, []byte("not sealed"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.begin()
	w.refused = []Refused{{testAccount().AppID, 5, "请核对 Token"}}
	w.after(0)
	if got := g.told(); got != "refused firing" || w.file.fault == nil {
		t.Errorf("%q, %v", got, w.file.fault)
	}
}

// TestAlarms_RobotNoLongerAllowed: what the operator took from the list is not called any more.
func TestAlarms_RobotNoLongerAllowed(t *testing.T) {
	database, now, g := current.SQLite(t), march(), newGroup(t)
	w := newWatch(t, database, "", now)
	addAccount(t, w.o.Store, withoutSecret)
	w.channel("值班群", g.url)
	strict := newWatch(t, database, "", now, func(o *robot.Options) { o.Networks = nil })
	strict.refused = []Refused{{testAccount().AppID, 5, "请核对 Token"}}
	strict.after(0)
	sends, err := strict.o.Accounts.AlarmSends(t.Context(), "", 9)
	if err != nil || len(sends) != 1 || sends[0].Outcome != models.AlarmFailed || g.told() != "" {
		t.Errorf("%+v, %v", sends, err)
	}
}
