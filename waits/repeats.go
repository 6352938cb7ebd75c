package waits

import (
	"cmp"
	"context"
	"database/sql"
	"math"
	"slices"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// 重复诉求: some days after its answer it is certain whether the citizen asked again. Then the
// sweeper ages a wait: it settles that and adds it to the rollups. Until it comes, readers settle
// it themselves; a wait that comes or goes later takes back what it may have changed.

// age settles the waits whose time has come by asOf, the oldest first.
func (t *txn) age(ctx context.Context, asOf int64, limit int) (found, aged int, err error) {
	const due = "aged = 0 AND age_at > 0 AND age_at <= ? AND rolled = 1"
	var list []models.Wait
	err = t.Query(ctx, waitsInto(&list), "SELECT "+waitColumns+" FROM waits"+t.Dialect().By("waits_age")+
		" WHERE "+due+" ORDER BY age_at LIMIT ?", asOf, limit)
	if err != nil || len(list) == 0 {
		return 0, 0, err
	}
	found = len(list)
	m, err := t.s.measures(ctx, t)
	if err != nil {
		return found, 0, err
	}
	if list, err = t.relock(ctx, list, due, asOf); err != nil || len(list) == 0 {
		return found, 0, err
	}
	settled, err := t.settleRepeats(ctx, list, asOf, nil)
	if err != nil {
		return found, 0, err
	}
	ids := make(map[bool][]int64)
	until := int64(0)
	for i := range settled {
		ids[settled[i].Repeated] = append(ids[settled[i].Repeated], settled[i].ID)
		until = max(until, settled[i].AgeAt)
	}
	for _, repeated := range []bool{false, true} {
		slices.Sort(ids[repeated])
		err := t.ExecIDs(ctx, ids[repeated], "UPDATE waits SET aged = 1, repeated = ? WHERE id IN (?)", repeated)
		if err != nil {
			return found, 0, err
		}
	}
	if err := t.Exec(ctx, "UPDATE measure_state SET aged_until = ? WHERE id = 1 AND aged_until < ?", until, until); err != nil {
		return found, 0, err
	}
	var c waitChange
	for _, appID := range appsOf(list) {
		mine := func(w models.Wait) bool { return w.AppID != appID }
		c.roll(m.of(appID).diff(slices.DeleteFunc(slices.Clone(list), mine), slices.DeleteFunc(slices.Clone(settled), mine)))
	}
	return found, len(settled), t.addRollup(ctx, &c.rollup)
}

func appsOf(list []models.Wait) []string {
	apps := make([]string, 0, len(list))
	for i := range list {
		apps = append(apps, list[i].AppID)
	}
	return sortedUnique(apps)
}

// settleRepeats returns the waits aged as of asOf, in their order, given all that may follow
// them in the tables, or followed them at asOf where a shift is given.
func (t *txn) settleRepeats(ctx context.Context, list []models.Wait, asOf int64, s *shift) ([]models.Wait, error) {
	if len(list) == 0 {
		return nil, nil
	}
	uids := make([]string, 0, len(list))
	from, to := list[0].OpenAt, list[0].AgeAt
	for i := range list {
		uids = append(uids, list[i].UID)
		from, to = min(from, list[i].OpenAt), max(to, list[i].AgeAt)
	}
	own := make(map[int64]bool, len(list))
	all := slices.Clone(list)
	for i := range all {
		own[all[i].ID] = true
	}
	for i := 0; s != nil && i < len(s.then); i++ {
		if !own[s.then[i].ID] {
			all = append(all, s.then[i])
		}
	}
	err := t.QueryIn(ctx, func(rows *sql.Rows) error {
		w, err := scanWait(rows)
		if !own[w.ID] && (s == nil || !s.ids[w.ID]) {
			all = append(all, w)
		}
		return err
	}, sortedUnique(uids), "SELECT "+waitColumns+" FROM waits WHERE uid IN (?) AND open_at >= ? AND open_at <= ?", from, to)
	indices.Age(all, asOf)
	return all[:len(list)], err
}

// misjudged are the ids of the aged waits among list whose flag the tables contradict.
func (t *txn) misjudged(ctx context.Context, list []models.Wait) (map[int64]bool, error) {
	aged := slices.DeleteFunc(slices.Clone(list), func(w models.Wait) bool { return !w.Aged })
	settled, err := t.settleRepeats(ctx, aged, math.MaxInt64, nil)
	wrong := make(map[int64]bool)
	for i := range settled {
		if settled[i] != aged[i] {
			wrong[aged[i].ID] = true
		}
	}
	return wrong, err
}

// subjectKey is who asked about what.
type subjectKey struct {
	appID      string
	channel    models.Channel
	uid, topic string
}

func subjectOf(w *models.Wait) subjectKey { return subjectKey{w.AppID, w.Channel, w.UID, w.Topic} }

// asks are the seconds at which waits opened that came, went or changed their topic.
type asks map[subjectKey][]int64

func (a asks) add(w *models.Wait) {
	if w.Topic != "" {
		a[subjectOf(w)] = append(a[subjectOf(w)], w.OpenAt)
	}
}

// concern reports whether a wait may be followed by another now, or no more.
func (a asks) concern(w *models.Wait) bool {
	return slices.ContainsFunc(a[subjectOf(w)], func(at int64) bool { return at >= w.OpenAt && at <= w.AgeAt })
}

// unage takes back the aged waits beyond the spans that the change concerns. Whoever ages a wait
// locks its citizen first, so what aged_until says of locked citizens stays true.
func (t *txn) unage(ctx context.Context, m *measures, c *waitChange) error {
	if len(c.asks) == 0 {
		return nil
	}
	var others []string // of comments and cases: their threads are locked, their citizens may not be
	for k := range c.asks {
		if k.channel != models.ChannelChat {
			others = append(others, k.uid)
		}
	}
	if _, err := t.LockCitizens(ctx, sortedUnique(others)); err != nil {
		return err
	}
	if t.state == nil || len(others) > 0 {
		if err := t.look(ctx); err != nil {
			return err
		}
	}
	until := t.state.agedUntil
	var uids []string
	first, last := int64(math.MaxInt64), int64(0)
	for k, times := range c.asks {
		if early := slices.Min(times); early <= until {
			uids = append(uids, k.uid)
			first, last = min(first, early), max(last, slices.Max(times))
		}
	}
	var aged []models.Wait
	err := t.QueryIn(ctx, waitsInto(&aged), sortedUnique(uids), "SELECT "+waitColumns+
		" FROM waits WHERE uid IN (?) AND aged = 1 AND open_at <= ? AND age_at >= ?", last, first)
	slices.SortFunc(aged, func(a, b models.Wait) int { return cmp.Compare(a.ID, b.ID) })
	for i := range aged {
		w := aged[i]
		if c.before[w.ID] != nil || !c.asks.concern(&w) {
			continue
		}
		w.Aged, w.Repeated = false, false
		c.roll(m.of(w.AppID).diff(aged[i:i+1], []models.Wait{w}))
		c.changed = append(c.changed, w)
	}
	return err
}

// addRepeats settles for a reader what the sweeper has not settled of the waits opened in
// [from, to), and takes back what it settled after asOf.
func (t *txn) addRepeats(ctx context.Context, w *window, from, to int64, f *figures) error {
	if w.unrepeated {
		return nil
	}
	to = min(to, w.asOf+1)
	among, args := t.answeredAmong(w, from, to)
	err := t.settleDue(ctx, w, among, args, func(due, settled []models.Wait) {
		for i := range due {
			due[i].Rolled, settled[i].Rolled = true, true // only the change of what is settled is of interest
		}
		f.hours = append(f.hours, w.m.diff(due, settled).Hours...)
	})
	if err != nil {
		return err
	}
	// Of waits answered by asOf no more is wanted than sums.
	err = t.Query(ctx, func(rows *sql.Rows) error {
		h := models.WaitHour{WaitHourKey: models.WaitHourKey{AppID: w.AppID, Channel: w.Channel}}
		err := rows.Scan(&h.Hour, &h.Topic, &h.Staff, &h.Aged, &h.Repeated)
		h.Hour *= hourSeconds
		h.Aged, h.Repeated = -h.Aged, -h.Repeated
		f.hours = append(f.hours, h)
		return err
	}, "SELECT "+t.Dialect().Hours("open_at")+" AS hour, topic, "+closerOf+" AS closer, COUNT(*), SUM(repeated) FROM waits"+among+" GROUP BY hour, topic, closer",
		append([]any{1, w.asOf, w.asOf + models.RepeatSpan}, args...)...)
	// Those that were others at asOf are taken back as a whole.
	for _, v := range w.inside(w.shift.waits, from, to) {
		if v.Aged && v.AgeAt > w.asOf && v.AgeAt <= w.asOf+models.RepeatSpan {
			v.Rolled = true
			f.hours = append(f.hours, w.m.diff(unaged([]models.Wait{v}), []models.Wait{v}).Hours...)
		}
	}
	return err
}

// answeredAmong are the answered waits opened in [from, to), to be asked with whether they are settled and
// between which ends that becomes certain.
func (t *txn) answeredAmong(w *window, from, to int64) (among string, args []any) {
	also, args := w.condition(closerOf)
	among = t.Dialect().By("waits_age") + " WHERE age_at > 0 AND aged = ? AND age_at > ? AND age_at <= ? " +
		"AND app_id = ? AND channel = ? AND open_at >= ? AND open_at < ?" + also
	return among, append([]any{w.AppID, string(w.Channel), from, to}, args...)
}

// duePage is how many waits that are not settled yet a reader holds at one time; after an import
// there may be any number.
const duePage = 2000

// settleDue settles for a reader the waits whose time has come by asOf, and hands them out as they are and
// as they read then.
func (t *txn) settleDue(ctx context.Context, w *window, among string, args []any, hear func(due, settled []models.Wait)) error {
	var last models.Wait
	for {
		var due []models.Wait
		err := t.Query(ctx, waitsInto(&due), "SELECT "+waitColumns+" FROM waits"+among+
			" AND age_at >= ? AND (age_at > ? OR id > ?) ORDER BY age_at, id LIMIT ?",
			slices.Concat([]any{0, 0, w.asOf}, args, []any{last.AgeAt, last.AgeAt, last.ID, duePage})...)
		if err != nil || len(due) == 0 {
			return err
		}
		over := len(due) < duePage
		last = due[len(due)-1]
		due = w.unshifted(due)
		settled, err := t.settleRepeats(ctx, due, w.asOf, w.shift)
		if err != nil {
			return err
		}
		hear(due, settled)
		if over {
			return nil
		}
	}
}

func unaged(list []models.Wait) []models.Wait {
	out := slices.Clone(list)
	for i := range out {
		out[i].Aged, out[i].Repeated = false, false
	}
	return out
}
