package waits

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// GroupKey is what waits of a group have in common; what a grouping does not look at is zero.
type GroupKey struct {
	Hour         int // of the week, from Monday 0:00
	Topic, Staff string
}

// Group is the waits of a window that have something in common: sums and sorted response times of
// those decided, and the others. Of the decided only humans' answers have a response time, and those
// of bots where they were asked for. ByNothing alone has their office seconds, and those of first waits.
type Group struct {
	GroupKey
	Sums                                models.WaitSums
	Seconds, Office, First, FirstOffice []int64
	Live                                []models.Wait
}

// The groupings of Groups.
const (
	ByNothing  = ""
	ByTopic    = "topic"
	ByStaff    = "staff" // who closed, else the assignee, else ""
	ByWeekHour = "week"  // the hour of the week in which the wait was opened
)

// keyOf is the key of a wait, or of a row of sums, under a grouping.
func keyOf(by string, openAt int64, topic, staff string) GroupKey {
	switch by {
	case ByTopic:
		return GroupKey{Topic: topic}
	case ByStaff:
		return GroupKey{Staff: staff}
	case ByWeekHour:
		return GroupKey{Hour: indices.HourOfWeek(openAt)}
	}
	return GroupKey{}
}

// groupSet is the groups of one grouping while it is being filled.
type groupSet struct {
	by   string
	byID map[GroupKey]*Group
}

func (g *groupSet) at(openAt int64, topic, staff string) *Group {
	k := keyOf(g.by, openAt, topic, staff)
	if g.byID[k] == nil {
		g.byID[k] = &Group{GroupKey: k}
	}
	return g.byID[k]
}

// sorted are the groups that hold anything, by key.
func (g *groupSet) sorted() (list []Group) {
	for _, one := range g.byID {
		if one.Sums == (models.WaitSums{}) && len(one.Live) == 0 {
			continue
		}
		for _, list := range [][]int64{one.Seconds, one.Office, one.First, one.FirstOffice} {
			slices.Sort(list)
		}
		sortWaits(one.Live)
		list = append(list, *one)
	}
	slices.SortFunc(list, func(a, b Group) int {
		return cmp.Or(cmp.Compare(a.Hour, b.Hour), strings.Compare(a.Topic, b.Topic), strings.Compare(a.Staff, b.Staff))
	})
	return list
}

// Groups divides the waits of a window in several ways at once. The response times are read from the
// index once for all of them: they cost what was answered in the window, eight bytes each.
func (s *Waits) Groups(ctx context.Context, w Window, bots bool, by ...string) (map[string][]Group, error) {
	out := make(map[string][]Group, len(by))
	err := s.windowed(ctx, w, func(t *txn, in *window) error {
		in.unrepeated = true
		if err := t.readUndecided(ctx, in); err != nil {
			return err
		}
		list := make([]*groupSet, 0, len(by))
		skip := make(map[int64]bool)
		for _, name := range by {
			g := &groupSet{by: name, byID: map[GroupKey]*Group{}}
			if err := t.groupSums(ctx, in, g, skip); err != nil {
				return err
			}
			list = append(list, g)
		}
		if err := t.groupSeconds(ctx, in, bots, skip, list); err != nil {
			return err
		}
		for _, g := range list {
			out[g.by] = g.sorted()
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("waits: groups: %w", err)
	}
	return out, nil
}

// groupSums reads all but the response times of the decided waits, and notes the ids of the others.
func (t *txn) groupSums(ctx context.Context, w *window, g *groupSet, skip map[int64]bool) error {
	how := map[string]grouping{ByTopic: byTopic, ByStaff: byStaff, ByWeekHour: byHour}[g.by]
	f, err := t.figures(ctx, w, w.from, w.to, how)
	if err != nil {
		return err
	}
	for i := range f.hours {
		h := &f.hours[i]
		g.at(h.Hour, h.Topic, h.Staff).Sums.Add(&h.WaitSums, 1)
	}
	for i := range f.live {
		v := &f.live[i]
		skip[v.ID] = true
		one := g.at(v.OpenAt, v.Topic, cmp.Or(v.Staff, v.Assignee))
		one.Live = append(one.Live, *v)
	}
	for id := range w.shift.ids {
		skip[id] = true
	}
	return nil
}

// groupSeconds gives the groups the response times of the decided waits.
func (t *txn) groupSeconds(ctx context.Context, w *window, bots bool, skip map[int64]bool, list []*groupSet) error {
	has := func(by string) bool { return slices.ContainsFunc(list, func(g *groupSet) bool { return g.by == by }) }
	names := "'', "
	if has(ByTopic) {
		names = "topic, "
	}
	if has(ByStaff) {
		names += closerOf
	} else {
		names += "''"
	}
	which := "answer_at > 0"
	if bots {
		which = answeredAfter + " >= 0"
	}
	also, args := w.condition(closerOf)
	var id, openAt, seconds, office int64
	var first bool
	var topic, staff string
	return t.Query(ctx, func(rows *sql.Rows) error {
		if err := rows.Scan(&id, &openAt, &seconds, &office, &first, &topic, &staff); err != nil {
			return err
		}
		if skip[id] {
			return nil
		}
		for _, g := range list {
			one := g.at(openAt, topic, staff)
			one.Seconds = append(one.Seconds, seconds)
			if g.by != ByNothing {
				continue
			}
			if one.Office = append(one.Office, office); first {
				one.First, one.FirstOffice = append(one.First, seconds), append(one.FirstOffice, office)
			}
		}
		return nil
	}, "SELECT id, open_at, "+answeredAfter+", office_rt, first_wait, "+names+" FROM waits"+t.Dialect().By("waits_window")+
		" WHERE app_id = ? AND channel = ? AND rolled = 1 AND open_at >= ? AND open_at < ? AND mark = '' AND "+which+also,
		append([]any{w.AppID, string(w.Channel), w.from, min(w.to, w.asOf+1)}, args...)...)
}

// ResponseBands divides the human answers of a window at the edges, in seconds: no band lies on both
// sides of one. It comes from the histogram, with the sums and the waits that are not decided.
func (s *Waits) ResponseBands(ctx context.Context, w Window, edges ...int64) (sums models.WaitSums, bands []models.ResponseBand, live []models.Wait, err error) {
	err = s.windowed(ctx, w, func(t *txn, in *window) error {
		in.unrepeated = true
		f, err := t.figuresOfDays(ctx, in, in.from, in.to, byNothing, edges...)
		if err != nil {
			return err
		}
		sums, bands, live = f.sums(), f.responses, f.live
		return nil
	})
	if err != nil {
		return sums, nil, nil, fmt.Errorf("waits: response bands: %w", err)
	}
	return sums, bands, live, nil
}
