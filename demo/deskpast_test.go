package demo

import (
	"context"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/desk/cases"
	"github.com/wenzheng/wenzheng/desk/templates"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/waits"
)

// TestDesk_ShowsWhatAnOfficeHas writes the desk of six weeks: conversations that were answered, closed and
// rated, cases in every state that people bring about, one that is due today, messages that wait and one of which
// nobody knows.
func TestDesk_ShowsWhatAnOfficeHas(t *testing.T) {
	t.Parallel()
	c, ctx := newCity(t), context.Background()
	if err := c.Seed(ctx, models.CommandLine("tester")); err != nil {
		t.Fatal(err)
	}
	account, err := c.store.Account(ctx, Accounts()[0].AppID)
	if err != nil {
		t.Fatal(err)
	}
	until := time.Date(2026, 11, 20, 14, 30, 0, 0, indices.Shanghai()) // a Friday
	pl := Plan{From: until.AddDate(0, 0, -70), Until: until, Days: 71, Seed: citySeed}
	if err := c.writeDeskOf(ctx, &accountRequest{account: account}, &pl); err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return until }
	b := outbox.New(c.store, c.waits, outbox.Options{Now: now})
	d, err := desk.New(c.store, c.waits, b, desk.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	of, err := cases.New(c.store, c.waits, b, d, cases.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	page, err := d.List(ctx, desk.Query{Box: desk.BoxAll})
	if err != nil || page.Counts[desk.BoxQueue] != 2 {
		t.Errorf("conversations %v, %v", page.Counts, err)
	}
	over, err := d.List(ctx, desk.Query{Box: desk.BoxFinal, Limit: 200})
	if err != nil || len(over.Rows) < 10 {
		t.Errorf("%d conversations are over, %v", len(over.Rows), err)
	}
	list, err := of.List(ctx, cases.Query{Box: cases.BoxAll, Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	states, today, reopened, rated := map[cases.State]int{}, 0, 0, 0
	for i := range list.Cases {
		s := &list.Cases[i]
		states[s.State]++
		if !s.Overdue && !s.Due.IsZero() && s.Due.Format(time.DateOnly) == until.Format(time.DateOnly) && s.State == cases.Handling {
			today++
		}
		reopened += s.Reopened
		if s.Solved != nil {
			rated++
		}
	}
	for _, s := range []cases.State{cases.Submitted, cases.Accepted, cases.Handling, cases.Review, cases.Closed, cases.Rejected} {
		if states[s] == 0 {
			t.Errorf("no case is %s: %v", s, states)
		}
	}
	if today != 1 || reopened == 0 || rated == 0 {
		t.Errorf("%d due today, %d opened again, %d rated; %v", today, reopened, rated, states)
	}
	r, err := of.Ratings(ctx, nil, time.Time{}, time.Time{})
	if err != nil || r.N <= rated || r.Satisfied == r.N {
		t.Errorf("ratings %d, %d satisfied, %v", r.N, r.Satisfied, err)
	}
	texts, err := templates.New(c.store, time.Now, nil).List(ctx, pastEditor, Accounts()[0].AppID, true)
	if err != nil || len(texts) != 3 || texts[0].Proposed == "" || texts[1].Text == "" {
		t.Errorf("templates %+v, %v", texts, err)
	}
	s, err := of.Supervision(ctx, cases.SupervisionQuery{})
	if err != nil || s.Counts[cases.ReasonOverdue] == 0 {
		t.Errorf("supervised %v, %v", s.Counts, err)
	}
	sent, err := b.List(ctx, outbox.Everything(), outbox.Filter{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	outcomes := map[outbox.State]int{}
	for i := range sent.Items {
		outcomes[sent.Items[i].State]++
	}
	if outcomes[outbox.Unknown] != 1 || outcomes[outbox.Held] == 0 || outcomes[outbox.Queued]+outcomes[outbox.Sending] != 0 {
		t.Errorf("messages %v", outcomes)
	}
	if differences, err := waits.New(c.store, nil).VerifyRollups(ctx, nil); err != nil || len(differences) != 0 {
		t.Errorf("verified %v, %v", differences, err)
	}
}
