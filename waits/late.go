package waits

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// LateAnswers returns, by the ids of the waits, when those that had expired by asOf were answered
// after all, not later than asOf: for showing only, it is in no figure.
func (s *Waits) LateAnswers(ctx context.Context, list []models.Wait, asOf time.Time) (map[int64]time.Time, error) {
	var expired []models.Wait
	var uids []string
	from := asOf.Unix()
	for _, w := range list {
		if indices.StateAt(&w, asOf.Unix()).State == models.WaitExpired {
			expired, uids = append(expired, w), append(uids, w.UID)
			from = min(from, w.Deadline)
		}
	}
	rows := make(map[string][]models.Interaction, len(uids))
	err := s.read(ctx, store.Console, func(t *txn) error {
		return t.QueryIn(ctx, func(r *sql.Rows) error {
			row, err := store.ScanSlim(r)
			rows[row.UID] = append(rows[row.UID], row.Interaction)
			return err
		}, sortedUnique(uids), "SELECT "+store.SlimColumns+" FROM interactions WHERE uid IN (?) AND effective_at > ? AND effective_at <= ?", from, asOf.Unix())
	})
	if err != nil {
		return nil, fmt.Errorf("waits: late answers: %w", err)
	}
	late := make(map[int64]time.Time)
	for i := range expired {
		if at, ok := indices.LateAnswer(&expired[i], rows[expired[i].UID]); ok {
			late[expired[i].ID] = time.Unix(at, 0).In(models.Shanghai())
		}
	}
	return late, nil
}
