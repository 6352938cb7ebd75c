package waits

import (
	"context"
	"database/sql"
	"maps"
	"math"
	"slices"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// threadPage is the threads rebuilt in one transaction.
const threadPage = 100

// threadWalk goes through all threads: first the citizens, then comments and cases; with until,
// only those with a wait that was answered after since and opened before until, for only an
// answered wait has office seconds.
type threadWalk struct {
	since, until int64

	uid      string
	last     thread
	citizens bool // all have been handed out
}

// within narrows the walk to a time; all of time leaves out nothing, not even rows whose waits were
// never counted.
func (w threadWalk) within(since, until int64) threadWalk {
	if since != 0 || until != math.MaxInt64 {
		w.since, w.until = since, until
	}
	return w
}

// subject is a citizen, whose threads are rebuilt together, or one named thread.
type subject struct {
	uid    string
	thread thread
}

func (w *threadWalk) count(ctx context.Context, t *txn) (n int, err error) {
	count := func(rows *sql.Rows) error { return rows.Scan(&n) }
	if w.until == 0 {
		err = t.Query(ctx, count, "SELECT COUNT(*) FROM citizens")
	} else {
		err = t.Query(ctx, count, "SELECT COUNT(DISTINCT uid) FROM waits WHERE answer_at > ? AND open_at < ?", w.since, w.until)
	}
	return n, err
}

func (w *threadWalk) next(ctx context.Context, t *txn) ([]subject, error) {
	var page []subject
	if !w.citizens {
		err := t.Query(ctx, func(rows *sql.Rows) error {
			var s subject
			err := rows.Scan(&s.uid)
			page, w.uid = append(page, s), s.uid
			return err
		}, w.query("uid", "uid > ?")+" ORDER BY uid LIMIT ?", w.args(w.uid, threadPage)...)
		if err != nil || len(page) > 0 {
			return page, err
		}
		w.citizens = true
	}
	err := t.Query(ctx, func(rows *sql.Rows) error {
		s := subject{thread: thread{named: true}}
		err := rows.Scan(&s.thread.name, &s.thread.appID, &s.thread.channel)
		page, w.last = append(page, s), s.thread
		return err
	}, w.query("thread, app_id, channel", "thread <> '' AND channel <> 'chat' AND thread >= ? AND (thread > ? OR app_id > ? OR app_id = ? AND channel > ?)")+
		" ORDER BY thread, app_id, channel LIMIT ?", w.args(w.last.name, w.last.name, w.last.appID, w.last.appID, string(w.last.channel), threadPage)...)
	return page, err
}

// query reads columns of the threads of the walk; args are its arguments, in place of those of the
// condition and the limit.
func (w *threadWalk) query(columns, condition string) string {
	if w.until == 0 {
		return "SELECT DISTINCT " + columns + " FROM interactions WHERE " + condition
	}
	return "SELECT DISTINCT " + columns + " FROM waits WHERE answer_at > ? AND open_at < ? AND " + condition
}

func (w *threadWalk) args(args ...any) []any {
	if w.until == 0 {
		return args
	}
	return append([]any{w.since, w.until}, args...)
}

// remeasure rebuilds the subjects' threads of one account, "" = of all, in full.
func (t *txn) remeasure(ctx context.Context, page []subject, appID string) (changed int, err error) {
	m, err := t.s.measures(ctx, t)
	if err != nil {
		return 0, err
	}
	if _, err := t.LockCitizens(ctx, citizensOf(page)); err != nil {
		return 0, err
	}
	if err := t.wholeActive(ctx, citizensOf(page), appID); err != nil {
		return 0, err
	}
	list, err := t.wholeSpans(ctx, page, appID)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	if err := t.lockThreads(ctx, list); err != nil {
		return 0, err
	}
	if err := t.loadRatings(ctx, list); err != nil {
		return 0, err
	}
	if err := t.loadSpans(ctx, m, list); err != nil {
		return 0, err
	}
	if err := t.settlePlaces(ctx, list); err != nil {
		return 0, err
	}
	if err := t.loadWaits(ctx, list); err != nil {
		return 0, err
	}
	for _, s := range list {
		if err := t.noteUnfollows(ctx, s.rows); err != nil {
			return 0, err
		}
	}
	var c waitChange
	var old []models.Wait
	for _, s := range list {
		old = append(old, s.waits...)
	}
	if c.wrong, err = t.misjudged(ctx, old); err != nil {
		return 0, err
	}
	for _, part := range byAccount(list) {
		c.add(m.of(part[0].appID), part, t.Now().Unix())
	}
	changed = len(c.changed) + len(c.gone)
	if err := t.complete(ctx, m, list, &c); err != nil {
		return changed, err
	}
	return changed, t.apply(ctx, &c)
}

func citizensOf(page []subject) []string {
	var uids []string
	for _, s := range page {
		if s.uid != "" {
			uids = append(uids, s.uid)
		}
	}
	return uids
}

// wholeSpans returns the threads of the subjects, sorted.
func (t *txn) wholeSpans(ctx context.Context, page []subject, appID string) ([]*span, error) {
	var list []*span
	for _, s := range page {
		if s.uid != "" {
			continue
		}
		if appID == "" || s.thread.appID == appID {
			list = append(list, &span{thread: s.thread, full: true})
		}
	}
	err := t.QueryIn(ctx, func(rows *sql.Rows) error {
		i := models.Interaction{}
		if err := rows.Scan(&i.AppID, &i.Channel, &i.UID); err != nil {
			return err
		}
		if th, ok := threadOf(&i); ok && (appID == "" || th.appID == appID) {
			list = append(list, &span{thread: th, full: true})
		}
		return nil
	}, citizensOf(page), "SELECT DISTINCT app_id, channel, uid FROM interactions WHERE uid IN (?) AND (channel = 'chat' OR thread = '')")
	if err != nil {
		return nil, err
	}
	abandoned, err := t.abandonedThreads(ctx, page, appID)
	list = append(list, abandoned...)
	sortSpans(list)
	return list, err
}

// abandonedThreads are the threads of waits of the citizens whose rows stand in others now.
func (t *txn) abandonedThreads(ctx context.Context, page []subject, appID string) ([]*span, error) {
	spans := make(map[thread]*span)
	err := t.QueryIn(ctx, func(rows *sql.Rows) error {
		var uid string
		i := models.Interaction{}
		err := rows.Scan(&i.AppID, &i.Channel, &i.Thread, &uid)
		th, ok := threadOf(&i)
		switch {
		case !ok || appID != "" && th.appID != appID:
		case spans[th] == nil:
			spans[th] = &span{thread: th, full: true, uids: []string{uid}}
		default:
			spans[th].uids = append(spans[th].uids, uid)
		}
		return err
	}, citizensOf(page), "SELECT w.app_id, w.channel, w.thread, w.uid FROM waits w WHERE w.uid IN (?) AND w.channel <> 'chat' AND w.thread <> '' "+
		"AND NOT EXISTS (SELECT 1 FROM interactions i WHERE i.thread = w.thread AND i.app_id = w.app_id AND i.channel = w.channel)")
	return slices.Collect(maps.Values(spans)), err
}

// settlePlaces corrects effective seconds; rows from before they were kept have none.
func (t *txn) settlePlaces(ctx context.Context, list []*span) error {
	for _, s := range list {
		asked := make(map[string]*store.SlimRow)
		for i := range s.rows {
			if s.rows[i].Dir == models.DirIn {
				asked[s.rows[i].MsgKey] = s.rows[i]
			}
		}
		for i := range s.rows {
			r := s.rows[i]
			at := r.At.Unix()
			if q := asked[r.ReplyTo]; q != nil && r.ReplyTo != "" {
				at = effective(r, q)
			}
			if at == r.EffectiveAt {
				continue
			}
			r.EffectiveAt = at
			err := t.Exec(ctx, "UPDATE interactions SET effective_at = ? WHERE event_key = ? AND app_id = ?", at, r.MsgKey, r.AppID)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// wholeActive counts the content rows of the citizens, whatever thread they stand in, and
// makes the tables agree.
func (t *txn) wholeActive(ctx context.Context, uids []string, appID string) error {
	var all []models.Interaction
	wrote := make(map[activeGroup]bool)
	err := t.QueryIn(ctx, func(rows *sql.Rows) error {
		r, err := store.ScanSlim(rows)
		if appID == "" || r.AppID == appID {
			all = append(all, r.Interaction)
			wrote[activeGroup{r.AppID, r.Channel}] = true
		}
		return err
	}, uids, "SELECT "+store.SlimColumns+" FROM interactions WHERE uid IN (?) AND dir = 'in'")
	if err != nil {
		return err
	}
	groups := byGroup(indices.ActiveDays(all))
	for g := range wrote { // also where no row is content any more
		if groups[g] == nil {
			groups[g] = make(attendance)
		}
	}
	return t.setActive(ctx, uids, groups)
}
