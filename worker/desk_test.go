package worker

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
	"github.com/wenzheng/wenzheng/waits"
)

// TestAlarms_NobodyTakesAConversation: a channel is told after an hour of office time, not again and not in the lunch
// break, and that it is over.
func TestAlarms_NobodyTakesAConversation(t *testing.T) {
	w, g := newWatch(t, "", "", march()), newGroup(t) // Monday, nine o'clock
	account := addAccount(t, w.o.Store, withoutSecret, func(a *models.Account) {
		a.Settings = []models.Setting{{Name: models.SettingHuman, Value: models.HumanDesk}}
	})
	w.channel("值班群", g.url)
	var err error
	if w.o.Desk, err = desk.New(w.o.Store, w.o.Waits, outbox.New(w.o.Store, w.o.Waits, outbox.Options{Now: w.o.Now}), desk.Options{Now: w.o.Now}); err != nil {
		t.Fatal(err)
	}
	const citizen = "oCitizen00000000000000000001"
	asked, answer := storetest.LogRow(citizen, "in", *w.now, "k1"), storetest.LogRow(citizen, "fallback", *w.now, "k2")
	answer.ReplyTo, answer.Handover = "k1", &models.Handover{Reason: models.HandoverAsked}
	if err := w.o.Waits.Record(t.Context(), []models.Interaction{asked, answer}); err != nil {
		t.Fatal(err)
	}
	look := func(what string, after time.Duration, want string) {
		t.Helper()
		*w.now = w.now.Add(after)
		if err := w.o.Desk.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.after(0)
		told := slices.DeleteFunc(strings.Split(g.told(), ", "), func(s string) bool { return strings.HasPrefix(s, "at_risk") })
		if got := strings.Join(told, ", "); got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	look("59 minutes", 59*time.Minute, "")
	look("an hour", time.Minute, "unassigned firing")
	look("an hour and a half", 30*time.Minute, "")
	if f, known := w.unassigned(t.Context(), account); !known || f.count != 1 {
		t.Errorf("%d wait, known %t", f.count, known)
	}
	look("the lunch break", 2*time.Hour, "")
	if _, known := w.unassigned(t.Context(), account); known {
		t.Error("a channel made in the lunch break is told at once")
	}
	page, err := w.o.Desk.List(t.Context(), desk.Query{Box: desk.BoxQueue})
	if err != nil || len(page.Rows) != 1 {
		t.Fatalf("%d wait, error %v", len(page.Rows), err)
	}
	c := &page.Rows[0].Conversation
	if _, err := w.o.Desk.Take(t.Context(), admin, desk.Act{ID: c.ID, Version: c.Version}); err != nil {
		t.Fatal(err)
	}
	look("somebody took it", 2*time.Hour, "unassigned resolved")
}

// TestSender_TellsOfMessagesWithoutTheirKey: an instance says that it can not send what waits under another key, and takes
// that back when nothing of the kind waits.
func TestSender_TellsOfMessagesWithoutTheirKey(t *testing.T) {
	now, database := march(), current.SQLite(t)
	clock := func() time.Time { return *now }
	st := openStore(t, database, clock)
	account := addAccount(t, st)
	sealer, err := seal.NewSealer(bytes.Repeat([]byte{'n'}, 32), bytes.Repeat([]byte{'k'}, 32))
	if err != nil {
		t.Fatal(err)
	}
	other, err := store.Open(store.Options{Database: database, Sealer: sealer, AuditMAC: sealer.AuditMAC, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	ahead := outbox.New(other, waits.New(other, nil), outbox.Options{Now: clock, Accounts: func() []models.Account { return []models.Account{account} }})
	r := storetest.LogRow("oCitizen00000000000000000001", "in", *now, "k1")
	if err := waits.New(other, nil).Record(t.Context(), []models.Interaction{r}); err != nil {
		t.Fatal(err)
	}
	list, err := ahead.Enqueue(t.Context(), admin, outbox.Request{
		AppID: account.AppID, UID: sealer.UID(account.AppID, r.OpenID), SendKey: "s1", Staff: admin.Name, Purpose: outbox.Answer,
		Content: outbox.Content{Reply: models.TextReply("已经派人去修")},
	})
	if err != nil {
		t.Fatal(err)
	}
	faults := map[string]models.Said{}
	calendar, err := indices.NewLiveCalendar()
	if err != nil {
		t.Fatal(err)
	}
	s := newSender(Options{
		Outbox: outbox.New(st, waits.New(st, nil), outbox.Options{Now: clock}), Brain: bot.New(bot.Options{Now: clock, Calendar: calendar}), Now: clock,
		Registerer: prometheus.NewRegistry(), Logger: slog.New(slog.DiscardHandler),
	}, func(what string, reason models.Said) { faults[what] = reason })
	if err := s.keep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(faults["outbox"].Text, "有 1 条待发的消息") || !strings.Contains(faults["outbox"].Text, "previous_secret_key") {
		t.Errorf("%v", faults["outbox"])
	}
	if _, err := ahead.Cancel(t.Context(), admin, outbox.Everything(), outbox.Act{ID: list[0].ID, Version: list[0].Version}); err != nil {
		t.Fatal(err)
	}
	*now = now.Add(time.Minute)
	if err := s.keep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if faults["outbox"].Text != "" {
		t.Errorf("%v, and nothing waits", faults["outbox"])
	}
}
