package waits

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// Citizens are counted by day in active_returns: under (day, day) all who were active that
// day and their content rows, under (day, an earlier day) those of them who were active that
// earlier day and on none in between. So the distinct citizens of any days follow from a few
// integers for each day, without looking at citizens.

const (
	activeKey = "app_id, channel, uid, day"
	returnKey = "app_id, channel, day, previous_day"
)

// activeGroup is an account's channel; citizens and their days are kept apart by it.
type activeGroup struct {
	appID   string
	channel models.Channel
}

func (g activeGroup) compare(o activeGroup) int {
	return cmp.Or(strings.Compare(g.appID, o.appID), strings.Compare(string(g.channel), string(o.channel)))
}

// attendance is the content rows of citizens by day.
type attendance map[string]map[string]int

func (h attendance) set(uid, day string, n int) {
	if h[uid] == nil {
		h[uid] = make(map[string]int)
	}
	h[uid][day] += n
}

// byGroup divides days by account and channel.
func byGroup(days []models.ActiveDay) map[activeGroup]attendance {
	groups := make(map[activeGroup]attendance)
	for _, d := range days {
		g := activeGroup{d.AppID, d.Channel}
		if groups[g] == nil {
			groups[g] = make(attendance)
		}
		groups[g].set(d.UID, d.Day, d.Messages)
	}
	return groups
}

func sortedGroups(groups map[activeGroup]attendance) []activeGroup {
	return slices.SortedFunc(maps.Keys(groups), activeGroup.compare)
}

// returnDays is the key of one row of active_returns within a group.
type returnDays struct{ day, previous string }

type returnCount struct{ citizens, messages int64 }

// returns are rows of active_returns, or changes to them.
type returns map[activeGroup]map[returnDays]returnCount

// add adds sign times what the days of one citizen count for.
func (r returns) add(g activeGroup, days map[string]int, sign int64) {
	if r[g] == nil {
		r[g] = make(map[returnDays]returnCount)
	}
	previous := ""
	for _, day := range slices.Sorted(maps.Keys(days)) {
		all := r[g][returnDays{day, day}]
		r[g][returnDays{day, day}] = returnCount{all.citizens + sign, all.messages + sign*int64(days[day])}
		if previous != "" {
			again := r[g][returnDays{day, previous}]
			r[g][returnDays{day, previous}] = returnCount{again.citizens + sign, 0}
		}
		previous = day
	}
}

// addActive adds content rows by citizen and day. The citizens must be locked; newcomers have no
// days yet.
func (t *txn) addActive(ctx context.Context, days []models.ActiveDay, newcomers map[string]bool) error {
	groups := byGroup(days)
	change := make(returns)
	for _, g := range sortedGroups(groups) {
		known, err := t.daysAround(ctx, g, groups[g], newcomers)
		if err != nil {
			return err
		}
		for uid, added := range groups[g] {
			change.add(g, known[uid], -1)
			for day, n := range added {
				known.set(uid, day, n)
			}
			change.add(g, known[uid], 1)
		}
	}
	if err := t.writeActive(ctx, groups, t.Dialect().Adding("active_days", activeKey, "msgs")); err != nil {
		return err
	}
	return t.addReturns(ctx, change)
}

// daysOfCitizen begins a subquery for one active day of the citizen c.
const daysOfCitizen = "(SELECT d.day FROM active_days d WHERE d.app_id = ? AND d.channel = ? AND d.uid = c.uid"

// daysAround reads, of each citizen, the active days that the added ones come between. Most
// citizens were last active before, and that one day is all it takes. Rows are not counted.
func (t *txn) daysAround(ctx context.Context, g activeGroup, added attendance, newcomers map[string]bool) (attendance, error) {
	known := make(attendance)
	var uids, all, behind []string
	for uid, days := range added {
		if !newcomers[uid] {
			uids = append(uids, uid)
			all = slices.AppendSeq(all, maps.Keys(days))
		}
	}
	if len(uids) == 0 {
		return known, nil
	}
	slices.Sort(uids)
	first, last := slices.Min(all), slices.Max(all)
	err := t.QueryIn(ctx, func(rows *sql.Rows) error {
		var uid string
		var latest sql.NullString
		err := rows.Scan(&uid, &latest)
		switch {
		case latest.String > first: // no neighbour, perhaps
			behind = append(behind, uid)
		case latest.Valid:
			known.set(uid, latest.String, 0)
		}
		return err
	}, uids, "SELECT c.uid, "+daysOfCitizen+" ORDER BY d.day DESC LIMIT 1) FROM citizens c WHERE c.uid IN (?)", g.appID, string(g.channel))
	if err != nil || len(behind) == 0 {
		return known, err
	}
	return known, t.daysBehind(ctx, g, behind, first, last, known)
}

// daysBehind reads the active days of the citizens from the first to the last day, and the
// nearest one on either side.
func (t *txn) daysBehind(ctx context.Context, g activeGroup, uids []string, first, last string, known attendance) error {
	err := t.QueryIn(ctx, func(rows *sql.Rows) error {
		var uid string
		var before, after sql.NullString
		err := rows.Scan(&uid, &before, &after)
		for _, day := range []sql.NullString{before, after} {
			if day.Valid {
				known.set(uid, day.String, 0)
			}
		}
		return err
	}, uids, "SELECT c.uid, "+daysOfCitizen+" AND d.day < ? ORDER BY d.day DESC LIMIT 1), "+daysOfCitizen+" AND d.day > ? ORDER BY d.day LIMIT 1) "+
		"FROM citizens c WHERE c.uid IN (?)", g.appID, string(g.channel), first, g.appID, string(g.channel), last)
	if err != nil {
		return err
	}
	return t.QueryIn(ctx, func(rows *sql.Rows) error {
		var uid, day string
		err := rows.Scan(&uid, &day)
		known.set(uid, day, 0)
		return err
	}, uids, "SELECT uid, day FROM active_days WHERE app_id = ? AND channel = ? AND uid IN (?) AND day >= ? AND day <= ?",
		g.appID, string(g.channel), first, last)
}

// setActive makes the counts of citizens what they should be, whatever they were. All of their
// days in each group are given; a group may have none any more.
func (t *txn) setActive(ctx context.Context, uids []string, groups map[activeGroup]attendance) error {
	change := make(returns)
	var gone [][]any
	for _, g := range sortedGroups(groups) {
		known := make(attendance)
		err := t.QueryIn(ctx, func(rows *sql.Rows) error {
			var uid, day string
			var n int
			err := rows.Scan(&uid, &day, &n)
			known.set(uid, day, n)
			return err
		}, uids, "SELECT uid, day, msgs FROM active_days WHERE app_id = ? AND channel = ? AND uid IN (?)", g.appID, string(g.channel))
		if err != nil {
			return err
		}
		for uid, days := range known {
			change.add(g, days, -1)
			for day := range days {
				if _, still := groups[g][uid][day]; !still {
					gone = append(gone, []any{g.appID, string(g.channel), uid, day})
				}
			}
		}
		for _, days := range groups[g] {
			change.add(g, days, 1)
		}
	}
	if err := t.deleteKeys(ctx, "active_days", "1 = 1", activeKey, gone); err != nil {
		return err
	}
	if err := t.writeActive(ctx, groups, t.Dialect().OnConflict(activeKey, "msgs")); err != nil {
		return err
	}
	return t.addReturns(ctx, change)
}

// writeActive upserts the days, in the order of their keys.
func (t *txn) writeActive(ctx context.Context, groups map[activeGroup]attendance, clause string) error {
	var values []any
	for _, g := range sortedGroups(groups) {
		for _, uid := range slices.Sorted(maps.Keys(groups[g])) {
			for _, day := range slices.Sorted(maps.Keys(groups[g][uid])) {
				values = append(values, g.appID, string(g.channel), uid, day, int64(groups[g][uid][day]))
			}
		}
	}
	return t.Upsert(ctx, "active_days", activeKey+", msgs", 5, values, clause)
}

func (t *txn) addReturns(ctx context.Context, change returns) error {
	var values []any
	var emptied [][]any
	for _, g := range slices.SortedFunc(maps.Keys(change), activeGroup.compare) {
		for _, k := range slices.SortedFunc(maps.Keys(change[g]), returnDays.compare) {
			n := change[g][k]
			if n == (returnCount{}) {
				continue
			}
			key := []any{g.appID, string(g.channel), k.day, k.previous}
			values = append(append(values, key...), n.citizens, n.messages)
			if n.citizens < 0 {
				emptied = append(emptied, key)
			}
		}
	}
	err := t.Upsert(ctx, "active_returns", returnKey+", citizens, msgs", 6, values,
		t.Dialect().Adding("active_returns", returnKey, "citizens", "msgs"))
	if err != nil {
		return err
	}
	return t.deleteKeys(ctx, "active_returns", "citizens = 0", returnKey, emptied)
}

func (k returnDays) compare(o returnDays) int {
	return cmp.Or(strings.Compare(k.day, o.day), strings.Compare(k.previous, o.previous))
}
