package waits

import (
	"context"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// AssignIn makes a member of staff responsible for what a citizen waits for in the chat of an account
// ("" = nobody), within a transaction of another room in which the citizen is locked. The wait's
// figures go to its assignee unless somebody else closes it. Where nothing waits nothing changes.
func (s *Waits) AssignIn(ctx context.Context, in *store.Tx, appID, uid, staff string) error {
	t := &txn{Tx: in, s: s}
	m, err := s.measures(ctx, t)
	if err != nil {
		return err
	}
	var waiting []models.Wait
	err = t.Query(ctx, waitsInto(&waiting), "SELECT "+waitColumns+" FROM waits WHERE uid = ? AND app_id = ? AND thread = '' AND answer_at = 0 "+
		"AND left_at = 0 AND rolled = 0 ORDER BY open_at DESC LIMIT 1", uid, appID)
	staff = store.FitName(staff)
	if err != nil || len(waiting) == 0 || waiting[0].Assignee == staff {
		return err
	}
	assigned := waiting[0]
	assigned.Assignee = staff
	change := waitChange{changed: []models.Wait{assigned}}
	change.rollup = m.of(appID).diff(waiting, change.changed)
	return t.apply(ctx, &change)
}
