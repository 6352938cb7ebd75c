package waits

import (
	"context"
	"fmt"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// AssignWait makes a member of staff responsible for a wait ("" = nobody), audited. The
// wait's figures go to its assignee unless somebody else closes it. An unknown id is
// not_found. Nothing calls it until the desk hands conversations over.
func (s *Waits) AssignWait(ctx context.Context, id int64, staff string, by models.Who) error {
	staff = store.FitName(staff)
	err := s.transact(ctx, func(t *txn) error {
		m, err := t.s.measures(ctx, t)
		if err != nil {
			return err
		}
		w, err := t.lockedWait(ctx, id)
		if err != nil || w.Assignee == staff {
			return err
		}
		assigned := w
		assigned.Assignee = staff
		change := waitChange{changed: []models.Wait{assigned}}
		change.rollup = m.of(w.AppID).diff([]models.Wait{w}, change.changed)
		if err := t.apply(ctx, &change); err != nil {
			return err
		}
		return t.Audit(ctx, models.AuditEntry{
			Who: by, Action: "wait.assign", ObjectType: "wait", ObjectID: fmt.Sprint(id), AppID: w.AppID,
			Before: models.JSON(map[string]any{"assignee": w.Assignee}), After: models.JSON(map[string]any{"assignee": staff}),
		})
	})
	return models.Wrap("waits: assign wait", err)
}

// lockedWait reads a wait after locking its thread.
func (t *txn) lockedWait(ctx context.Context, id int64) (models.Wait, error) {
	for range 2 {
		w, err := t.waitByID(ctx, id)
		if err != nil {
			return w, err
		}
		if _, err := t.LockCitizens(ctx, []string{w.UID}); err != nil {
			return w, err
		}
		if err := t.lockThreads(ctx, []*span{{thread: waitThread(&w)}}); err != nil {
			return w, err
		}
	}
	return t.waitByID(ctx, id)
}

func (t *txn) waitByID(ctx context.Context, id int64) (models.Wait, error) {
	var list []models.Wait
	err := t.Query(ctx, waitsInto(&list), "SELECT "+waitColumns+" FROM waits WHERE id = ?", id)
	switch {
	case err != nil:
		return models.Wait{}, err
	case len(list) == 0:
		return models.Wait{}, models.NewError(models.CodeNotFound, "没有这条诉求，可能已随记录更正")
	}
	return list[0], nil
}
