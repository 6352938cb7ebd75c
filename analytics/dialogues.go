package analytics

import (
	"context"
	"database/sql"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/waits"
)

// usualKept is for how long after its last step a dialogue can be continued, unless Options say otherwise.
const usualKept = 25 * time.Hour

// dialogues counts those that citizens began in a window in the chat, as they stood at its AsOf. One that was not
// submitted is abandoned once its citizen took no step for as long as it can be continued, which no later
// row changes; until then it is open. nil: none of the account was counted by then.
func (m *Analytics) dialogues(ctx context.Context, w *waits.Window) (*indices.Dialogues, error) {
	if w.Channel != "" && w.Channel != models.ChannelChat {
		return nil, nil
	}
	asOf := store.Micros(w.AsOf)
	var first *int64
	err := m.store.Query(ctx, store.Reports, func(rows *sql.Rows) error { return rows.Scan(&first) },
		"SELECT MIN(started_at) FROM case_dialogues WHERE app_id = ?", w.AppID)
	if err != nil || first == nil || *first > asOf {
		return nil, models.Wrap("analytics: dialogues", err)
	}
	d := &indices.Dialogues{Since: store.FromMicros(*first)}
	begun := map[string][]int64{} // by citizen: when those began that were not submitted
	err = m.store.Query(ctx, store.Reports, func(rows *sql.Rows) error {
		var uid string
		var started, submitted int64
		if err := rows.Scan(&uid, &started, &submitted); err != nil {
			return err
		}
		d.Started++
		if submitted != 0 && submitted <= asOf {
			d.Completed++
		} else {
			begun[uid] = append(begun[uid], started)
		}
		return nil
	}, "SELECT uid, started_at, submitted_at FROM case_dialogues WHERE app_id = ? AND started_at >= ? AND started_at < ? AND started_at <= ? ORDER BY started_at",
		w.AppID, store.Micros(w.From), store.Micros(w.To), asOf)
	if err == nil {
		d.Open, err = m.openDialogues(ctx, w, begun)
	}
	d.Abandoned = d.Started - d.Completed - d.Open
	return d, models.Wrap("analytics: dialogues", err)
}

// openDialogues counts the dialogues that can still be continued at AsOf: no gap between the citizen's steps since then is
// longer than a dialogue is kept.
func (m *Analytics) openDialogues(ctx context.Context, w *waits.Window, begun map[string][]int64) (open int64, err error) {
	kept, asOf := m.kept.Microseconds(), store.Micros(w.AsOf)
	recent, earliest := map[string]bool{}, asOf
	err = m.store.Query(ctx, store.Reports, func(rows *sql.Rows) error {
		var uid string
		err := rows.Scan(&uid)
		if len(begun[uid]) > 0 {
			recent[uid], earliest = true, min(earliest, begun[uid][0])
		}
		return err
	}, "SELECT DISTINCT uid FROM interactions WHERE app_id = ? AND at > ? AND at <= ? AND dir = 'in' AND step = 1", w.AppID, asOf-kept, asOf)
	if err != nil {
		return 0, err
	}
	var uids []string
	for uid, list := range begun {
		if recent[uid] {
			uids = append(uids, uid)
			continue
		}
		for _, started := range list {
			if started > asOf-kept {
				open++
			}
		}
	}
	steps := map[string][]int64{}
	err = m.store.Read(ctx, store.Reports, func(t *store.Tx) error {
		return t.QueryIn(ctx, func(rows *sql.Rows) error {
			var uid string
			var at int64
			err := rows.Scan(&uid, &at)
			steps[uid] = append(steps[uid], at)
			return err
		}, uids, "SELECT uid, at FROM interactions WHERE uid IN (?) AND dir = 'in' AND step = 1 AND at >= ? AND at <= ? ORDER BY uid, at", earliest, asOf)
	})
	for _, uid := range uids {
		for _, started := range begun[uid] {
			if canContinue(started, steps[uid], kept, asOf) {
				open++
			}
		}
	}
	return open, err
}

// canContinue reports whether a dialogue that began at started can be continued at asOf; steps are those of its citizen, in
// order. All are Unix microseconds, as kept is.
func canContinue(started int64, steps []int64, kept, asOf int64) bool {
	last := started
	for _, at := range steps {
		if at > last && at < last+kept {
			last = at
		}
	}
	return asOf < last+kept
}
