package analytics

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
	"github.com/wenzheng/wenzheng/waits"
)

// TestDialogues_AddUp: those begun in a window are submitted, given up or can be gone on with, as they stood at any
// instant. Times are minutes of Monday from ten on; a dialogue is kept for 25 hours.
func TestDialogues_AddUp(t *testing.T) {
	current.Every(t, func(t *testing.T, database string) {
		r := newRoomOn(t, database)
		ten := time.Date(2026, 3, 2, 10, 0, 0, 0, models.Shanghai())
		at := func(minute int) time.Time { return ten.Add(time.Duration(minute) * time.Minute) }
		const day = 24 * 60
		for who, d := range []struct {
			started, submitted int // -1: never
			steps              []int
		}{
			{0, 30, []int{0, 10, 20, 30}},               // straight through
			{5, -1, []int{5, 6}},                        // left after its second step
			{10, day + 600, []int{10, 1400, day + 600}}, // lay for most of a day, twice, and was gone on with
			{20, -1, []int{20, 9 * day}},                // given up; a menu of another day takes it up no more
			{-60, 40, []int{-60, 40}},                   // submitted in the window, begun before it
			{2 * day, -1, []int{2 * day}},               // begun after it
		} {
			openID := fmt.Sprintf("oDialogue%d", who)
			var rows []models.Interaction
			for n, minute := range d.steps {
				row := storetest.LogRow(openID, "in", at(minute), fmt.Sprintf("d%d-%d", who, n))
				row.AppID, row.Step = storetest.AppA, true
				rows = append(rows, row)
			}
			if err := r.waits.Record(t.Context(), rows); err != nil {
				t.Fatal(err)
			}
			submitted := int64(0)
			if d.submitted >= 0 {
				submitted = store.Micros(at(d.submitted))
			}
			err := r.store.Transact(t.Context(), func(tx *store.Tx) error {
				return tx.Exec(t.Context(), "INSERT INTO case_dialogues (app_id, dialogue, uid, started_at, submitted_at) VALUES (?, ?, ?, ?, ?)",
					storetest.AppA, fmt.Sprintf("d%d-0", who), storetest.NewSealer(t).UID(storetest.AppA, openID), store.Micros(at(d.started)), submitted)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		w := waits.Window{AppID: storetest.AppA, From: at(0), To: at(day)}
		for _, c := range []struct {
			asOf                                int
			started, completed, abandoned, open int64
		}{
			{-1, 0, 0, 0, 0},
			{0, 1, 0, 0, 1},
			{15, 3, 0, 0, 3},
			{29, 4, 0, 0, 4},
			{30, 4, 1, 0, 3},
			{25*60 + 5, 4, 1, 0, 3},
			{25*60 + 6, 4, 1, 1, 2},
			{25*60 + 19, 4, 1, 1, 2},
			{25*60 + 20, 4, 1, 2, 1}, // kept to the second
			{day + 599, 4, 1, 2, 1},
			{day + 600, 4, 2, 2, 0},
			{9*day + 1, 4, 2, 2, 0},
		} {
			w.AsOf = at(c.asOf)
			got, err := r.dialogues(t.Context(), &w)
			want := &indices.Dialogues{Started: c.started, Completed: c.completed, Abandoned: c.abandoned, Open: c.open, Since: at(-60)}
			if d := cmp.Diff(want, got); d != "" || err != nil {
				t.Errorf("as of %d: %v\n%s", c.asOf, err, d)
			}
			if got != nil && got.Started != got.Completed+got.Abandoned+got.Open {
				t.Errorf("as of %d they do not add up: %+v", c.asOf, got)
			}
		}
		w.AsOf = at(-61)
		if got, err := r.dialogues(t.Context(), &w); got != nil || err != nil {
			t.Errorf("before any was counted: %+v, %v", got, err)
		}
		w.AsOf, w.Channel = at(30), models.ChannelForm
		if got, err := r.dialogues(t.Context(), &w); got != nil || err != nil {
			t.Errorf("of another channel: %+v, %v", got, err)
		}
		r.now = at(2 * day)
		report, err := r.Indices(t.Context(), IndicesQuery{From: ten.Add(-10 * time.Hour), To: ten.Add(14 * time.Hour), AsOf: at(2 * day), Undiagnosed: true}, nil)
		if err != nil || report.Accounts[0].Counts.Dialogues == nil || report.Accounts[0].Counts.Dialogues.Started != 5 {
			t.Errorf("the report: %+v, %v", report.Accounts, err)
		}
	})
}
