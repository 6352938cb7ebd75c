package desk

import (
	"context"
	"database/sql"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Holds are what the brain has to know: of every account who has an open conversation, how many wait
// and whether somebody is there. Every instance asks each second.
func (d *Desk) Holds(ctx context.Context) (map[string]models.Desk, error) {
	out := map[string]models.Desk{}
	err := d.store.Read(ctx, store.Console, func(t *store.Tx) error {
		s, err := d.staffIn(ctx, t, d.o.Now())
		if err != nil {
			return err
		}
		for appID := range s.handlers {
			out[appID] = models.Desk{Staffed: s.staffed(appID), Holds: map[string]models.HoldState{}}
		}
		return t.Query(ctx, func(rows *sql.Rows) error {
			var appID, uid, state string
			var sealed []byte
			if err := rows.Scan(&appID, &uid, &state, &sealed); err != nil {
				return err
			}
			openID, err := t.Unseal("citizens", "openid", uid, sealed)
			if err == nil && len(openID) > 0 { // else it is known by pseudonym only, or can not be read
				hold(out, appID, string(openID), models.HoldState(state))
			}
			return nil
		}, "SELECT c.app_id, c.uid, CASE WHEN c.holder = 'wechat' THEN 'wechat' ELSE c.state END, p.openid FROM conversations c JOIN citizens p ON p.uid = c.uid WHERE c.open_key IS NOT NULL")
	})
	return out, models.Wrap("desk: holds", err)
}

func hold(desks map[string]models.Desk, appID, openID string, state models.HoldState) {
	desk := desks[appID]
	if desk.Holds == nil {
		desk.Holds = map[string]models.HoldState{}
	}
	desk.Holds[openID] = state
	if state == models.HoldQueued {
		desk.Waiting++
	}
	desks[appID] = desk
}
