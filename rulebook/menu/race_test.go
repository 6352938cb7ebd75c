package menu

import (
	"sync"
	"testing"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook/review"
)

// TestSave_TwoBeginAtOnce: of two people who begin a draft at the same moment one has it, and the other is
// told; nothing of either is lost.
func TestSave_TwoBeginAtOnce(t *testing.T) {
	t.Parallel()
	current.Every(t, func(t *testing.T, database string) {
		d := newTestBookOn(t, database)
		for range 5 {
			var both sync.WaitGroup
			var faults [2]error
			for i, by := range []string{"甲", "乙"} {
				both.Go(func() {
					_, faults[i] = d.Save(t.Context(), person(by), SaveRequest{Account: d.account, Menu: menuOf(by)})
				})
			}
			both.Wait()
			loser := 0
			if faults[0] == nil {
				loser = 1
			}
			d.wantError(faults[loser], models.CodeConflict, "刚被别人改过")
			if draft := d.overview().Draft; faults[1-loser] != nil || draft.Author != []string{"乙", "甲"}[loser] {
				t.Errorf("%v, the draft of %s is kept", faults, draft.Author)
			}
			if _, err := d.step("甲", nil, review.Discard, ""); err != nil {
				t.Fatal(err)
			}
		}
	})
}
