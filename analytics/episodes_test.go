package analytics

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// letters has a citizen write on each day from first to before after, and again the next hour where answered
// says that both letters are answered; else nobody answers.
func (r *room) letters(t *testing.T, start time.Time, first, after int, answered func(day int) bool) {
	t.Helper()
	var rows []models.Interaction
	for i := first; i < after; i++ {
		at := start.AddDate(0, 0, i).Add(10 * time.Hour)
		for n := range 2 {
			key := fmt.Sprintf("l%d-%d", i, n)
			letter := storetest.LogRow(fmt.Sprintf("oLetter_%03d", i), "in", at.Add(time.Duration(n)*time.Hour), key)
			rows = append(rows, letter)
			if !answered(i) {
				break
			}
			answer := storetest.LogRow(letter.OpenID, "human", letter.At.Add(time.Minute), key+"a")
			answer.ReplyTo = key
			rows = append(rows, answer)
		}
	}
	if err := r.waits.Record(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
}

// diagnosedAll has everything looked at that is decided.
func (r *room) diagnosedAll(t *testing.T) {
	t.Helper()
	for more := true; more; {
		accounts, err := r.accounts(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if more, err = r.diagnoseNext(t.Context(), accounts[0]); err != nil {
			t.Fatal(err)
		}
	}
}

func (r *room) sinceOf(t *testing.T, problem indices.Problem, to time.Time) *indices.Since {
	t.Helper()
	report, err := r.Indices(t.Context(), IndicesQuery{From: to.AddDate(0, 0, -30), To: to}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Accounts[0].Diagnosis {
		if f.Problem == problem {
			return f.Since
		}
	}
	t.Fatalf("%s was not looked for", problem)
	return nil
}

// The office answers nobody on days 40 to 59 of a hundred. Less than 80 % of thirty days' letters are
// answered as soon as those of eleven days are not (38 of 49): from the window that ends with day 50 on,
// until the one that ends with day 78; two clean ones end it.
func TestDiagnose_SinceWhenAProblemShows(t *testing.T) {
	r := newRoom(t)
	start := time.Date(2026, 3, 2, 0, 0, 0, 0, models.Shanghai())
	end := func(day int) time.Time { return start.AddDate(0, 0, day+1) } // of the window whose last day it is
	silent := func(day int) bool { return day < 40 || day >= 60 }
	r.letters(t, start, 0, 70, silent)
	r.now = end(69).AddDate(0, 0, 2)
	r.sweep(t)
	r.diagnosedAll(t)
	want := &indices.Since{First: "2026-04-21", Last: "2026-05-10"}
	if d := cmp.Diff(want, r.sinceOf(t, indices.LittleReply, end(69))); d != "" {
		t.Errorf("while it lasts (-want +got):\n%s", d)
	}
	if d := cmp.Diff(&indices.Since{First: "2026-04-21", Last: "2026-05-10"}, r.sinceOf(t, indices.LittleReply, end(55))); d != "" {
		t.Errorf("of a window before (-want +got):\n%s", d)
	}
	if got := r.sinceOf(t, indices.LittleReply, end(49)); got != nil {
		t.Errorf("before it began: %+v", got)
	}
	r.letters(t, start, 70, 100, silent)
	r.now = end(99).AddDate(0, 0, 2)
	r.sweep(t)
	r.diagnosedAll(t)
	want.Last = "2026-05-19"
	if d := cmp.Diff(want, r.sinceOf(t, indices.LittleReply, end(78))); d != "" {
		t.Errorf("the last window in which it showed (-want +got):\n%s", d)
	}
	if got := r.sinceOf(t, indices.LittleReply, end(99)); got != nil {
		t.Errorf("after it was over: %+v", got)
	}
}

// An older log that is imported, or other rules, have everything looked at anew; what an older log shows
// from its first window on may be older still.
func TestDiagnose_AnewInAnotherLog(t *testing.T) {
	r := newRoom(t)
	start := time.Date(2026, 1, 5, 0, 0, 0, 0, models.Shanghai())
	never := func(int) bool { return false }
	r.letters(t, start, 60, 80, never)
	r.now = start.AddDate(0, 0, 82)
	r.sweep(t)
	r.diagnosedAll(t)
	if d := cmp.Diff(&indices.Since{First: "2026-03-06", Last: "2026-03-25"}, r.sinceOf(t, indices.LittleReply, start.AddDate(0, 0, 80))); d != "" {
		t.Errorf("the log began so (-want +got):\n%s", d)
	}
	r.letters(t, start, -60, 60, never)
	r.sweep(t)
	r.diagnosedAll(t)
	if d := cmp.Diff(&indices.Since{First: "2025-12-25", Last: "2026-03-25", AtLeast: true}, r.sinceOf(t, indices.LittleReply, start.AddDate(0, 0, 80))); d != "" {
		t.Errorf("in the older log (-want +got):\n%s", d)
	}
}

// diagnosed calls until the problem shows from a day on.
func (r *room) diagnosed(t *testing.T, start time.Time, since string) {
	t.Helper()
	for range 20 {
		if err := r.Diagnose(t.Context()); err != nil {
			t.Fatal(err)
		}
		if s := r.sinceOf(t, indices.LittleReply, start.AddDate(0, 0, 5)); s != nil && s.First == since && s.Last == "2026-03-06" {
			return
		}
	}
	t.Errorf("twenty calls did not look at every window since %s", since)
}

// One call is over soon, and the next goes on.
func TestDiagnose_GoesOn(t *testing.T) {
	r := newRoom(t)
	start := time.Date(2026, 3, 2, 0, 0, 0, 0, models.Shanghai())
	r.letters(t, start, 0, 5, func(int) bool { return false })
	r.now = start.AddDate(0, 0, 7)
	r.sweep(t)
	r.diagnosed(t, start, "2026-03-02")
	// What is looked for in the log before is looked for now and then, at once when a window has ended.
	r.letters(t, start, -5, 0, func(int) bool { return false })
	r.sweep(t)
	for range 5 {
		if err := r.Diagnose(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if s := r.sinceOf(t, indices.LittleReply, start.AddDate(0, 0, 5)); s == nil || s.First != "2026-03-02" {
		t.Errorf("all days are summed up every time: %+v", s)
	}
	r.now = r.now.Add(lookAgain)
	r.diagnosed(t, start, "2026-02-25")
}
