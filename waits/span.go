package waits

import (
	"cmp"
	"context"
	"database/sql"
	"math"
	"slices"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// span is the part of a thread that is rebuilt: from one session's start to another's, so
// that no wait is open at either end. Comments and cases are rebuilt whole, and so are the
// chats of citizens who rated, because a rating may move from one wait to another.
type span struct {
	thread
	touched     []int64          // seconds at which rows came, went or changed
	uids        []string         // of a named thread: whose rows came, went or changed
	fresh       []*store.SlimRow // rows that are not in the database yet
	full        bool
	alone       bool  // of a citizen of whom nothing is in the database
	from, to    int64 // what has been loaded, both included
	reach       int64 // how far beyond the last known session to look next, in gaps
	rows        []*store.SlimRow
	left, right int64 // what is rebuilt, half-open
	waits       []models.Wait
	ratings     []models.Rating
}

// bounds finds the sessions the touched seconds lie in, touched seconds taken for rows, so
// that the sessions before and after the change are both covered. False: more must be loaded.
func (s *span) bounds(m *measure) bool {
	if s.full {
		s.left, s.right = 1, math.MaxInt64
		return true
	}
	times := slices.Clone(s.touched)
	lo, hi := slices.Min(times), slices.Max(times)
	for i := range s.rows {
		if counts(&s.rows[i].Interaction) {
			times = append(times, s.rows[i].EffectiveAt)
		}
	}
	slices.Sort(times)
	gap := m.limits.SessionGap
	first, _ := slices.BinarySearch(times, lo)
	for first > 0 && times[first]-times[first-1] <= gap {
		first--
	}
	last, _ := slices.BinarySearch(times, hi)
	for last+1 < len(times) && times[last+1]-times[last] <= gap {
		last++
	}
	s.left, s.right = times[first], s.to
	if s.to < math.MaxInt64 {
		s.right++
	}
	if last+1 < len(times) {
		s.right = times[last+1]
	}
	if s.from <= max(1, times[first]-gap) && (last+1 < len(times) || s.to-gap >= times[last]) {
		return true
	}
	s.reach *= 3
	s.from = min(s.from, max(1, times[first]-s.reach*gap))
	s.to = max(s.to, times[last]+s.reach*gap)
	return false
}

// notAsked stands for a reply_to that moves nothing; no key has a space.
const notAsked = " "

// inside appends the rows to rebuild from.
func (s *span) inside(rows []models.Interaction) []models.Interaction {
	return s.between(rows, s.left, s.right)
}

// between appends the rows that count at [from, to). A reply names a question of its own thread, or
// it moves nothing; nor is a row moved that divides no session.
func (s *span) between(rows []models.Interaction, from, to int64) []models.Interaction {
	asked := make(map[string]bool)
	for i := range s.rows {
		if s.rows[i].Dir == models.DirIn {
			asked[s.rows[i].MsgKey] = true
		}
	}
	for _, r := range s.rows {
		if r.EffectiveAt < from || r.EffectiveAt >= to {
			continue
		}
		rows = append(rows, r.Interaction)
		if r.ReplyTo != "" && (!asked[r.ReplyTo] || !counts(&r.Interaction)) {
			rows[len(rows)-1].ReplyTo = notAsked
		}
	}
	return rows
}

// lockThreads locks the threads that have a name of their own; the citizens of the others
// must be locked already.
func (t *txn) lockThreads(ctx context.Context, list []*span) error {
	if !t.Dialect().MySQL() {
		return nil // the one writer holds the whole database
	}
	var names []string
	for _, s := range list {
		if s.named {
			names = append(names, s.lockName())
		}
	}
	slices.Sort(names)
	values := make([]any, len(names))
	for i, name := range names {
		values[i] = name
	}
	return t.Upsert(ctx, "thread_locks", "name", 1, values, t.Dialect().OnConflict("name"))
}

// load reads into the spans all that waits are made of, and the waits that are there.
func (t *txn) load(ctx context.Context, m *measures, list []*span) error {
	if err := t.loadRatings(ctx, list); err != nil {
		return err
	}
	if err := t.loadSpans(ctx, m, list); err != nil {
		return err
	}
	return t.loadWaits(ctx, list)
}

// loadSpans loads rows until every span knows its bounds.
func (t *txn) loadSpans(ctx context.Context, m *measures, list []*span) error {
	pending := slices.Clone(list)
	for _, s := range pending {
		gap := m.of(s.appID).limits.SessionGap
		s.reach = 2
		s.from, s.to = 1, math.MaxInt64
		if !s.full && !s.alone {
			s.from, s.to = max(1, slices.Min(s.touched)-3*gap), slices.Max(s.touched)+2*gap
		}
	}
	for len(pending) > 0 {
		if err := t.loadRows(ctx, pending); err != nil {
			return err
		}
		pending = slices.DeleteFunc(pending, func(s *span) bool { return s.bounds(m.of(s.appID)) })
	}
	return nil
}

// inQuery is how many spans one query reads at most.
const inQuery = 256

// together is how far apart, in seconds, spans may lie that are read by one query.
const together = 64 * 24 * 3600

// groups divides spans of citizens into those that one query may read, each with the range
// from the earliest start to the latest end.
func groups(list []*span, from, to func(*span) int64, read func(group []*span, from, to int64) error) error {
	list = slices.SortedFunc(slices.Values(list), func(a, b *span) int { return cmp.Compare(from(a), from(b)) })
	for len(list) > 0 {
		n, start, end := 1, from(list[0]), to(list[0])
		for n < len(list) && n < inQuery && (max(end, to(list[n]))-start <= together || from(list[n]) == start && to(list[n]) <= end) {
			end = max(end, to(list[n]))
			n++
		}
		if err := read(list[:n], start, end); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// loadRows loads the rows of each span from its from to its to.
func (t *txn) loadRows(ctx context.Context, list []*span) error {
	if err := t.loadStored(ctx, list); err != nil {
		return err
	}
	for _, s := range list {
		for _, r := range s.fresh {
			if s.named || r.EffectiveAt >= s.from && r.EffectiveAt <= s.to {
				s.rows = append(s.rows, r)
			}
		}
	}
	return nil
}

// loadStored loads the rows that are in the database.
func (t *txn) loadStored(ctx context.Context, list []*span) error {
	byThread := make(map[thread]*span, len(list))
	var citizens []*span
	var named []string
	for _, s := range list {
		s.rows = s.rows[:0]
		byThread[s.thread] = s
		switch {
		case s.named:
			named = append(named, s.name)
		case !s.alone:
			citizens = append(citizens, s)
		}
	}
	collect := func(rows *sql.Rows) error {
		r, err := store.ScanSlim(rows)
		if err != nil {
			return err
		}
		if th, ok := threadOf(&r.Interaction); ok && byThread[th] != nil {
			byThread[th].rows = append(byThread[th].rows, r)
		}
		return nil
	}
	err := t.QueryIn(ctx, collect, sortedUnique(named), "SELECT "+store.SlimColumns+" FROM interactions WHERE thread IN (?) AND thread <> ''")
	if err != nil {
		return err
	}
	return groups(citizens, func(s *span) int64 { return s.from }, func(s *span) int64 { return s.to }, func(group []*span, from, to int64) error {
		for _, s := range group {
			s.from, s.to = from, to
		}
		return t.QueryIn(ctx, collect, uidsOf(group),
			"SELECT "+store.SlimColumns+" FROM interactions WHERE uid IN (?) AND effective_at >= ? AND effective_at <= ?", from, to)
	})
}

// rowCount is how many rows the spans hold.
func rowCount(list []*span) (n int) {
	for _, s := range list {
		n += len(s.rows)
	}
	return n
}

// uidsOf are the citizens of the spans, each once.
func uidsOf(list []*span) []string {
	names := make([]string, 0, len(list))
	for _, s := range list {
		names = append(names, s.name)
	}
	return sortedUnique(names)
}

// loadWaits loads the waits that lie in each span now.
func (t *txn) loadWaits(ctx context.Context, list []*span) error {
	byThread := make(map[thread]*span, len(list))
	var citizens []*span
	var named []string
	for _, s := range list {
		s.waits = s.waits[:0]
		byThread[s.thread] = s
		if !s.named {
			if !s.alone {
				citizens = append(citizens, s)
			}
			continue
		}
		named = append(named, s.uids...)
		for i := range s.rows {
			named = append(named, s.rows[i].UID)
		}
	}
	collect := func(into func(*span) bool) func(*sql.Rows) error {
		return func(rows *sql.Rows) error {
			w, err := scanWait(rows)
			if err != nil {
				return err
			}
			s := byThread[waitThread(&w)]
			if s != nil && into(s) && w.OpenAt >= s.left && w.OpenAt < s.right {
				s.waits = append(s.waits, w)
			}
			return nil
		}
	}
	err := t.QueryIn(ctx, collect(func(s *span) bool { return s.named }), sortedUnique(named),
		"SELECT "+waitColumns+" FROM waits WHERE uid IN (?) AND channel <> 'chat'")
	if err != nil {
		return err
	}
	return groups(citizens, func(s *span) int64 { return s.left }, func(s *span) int64 { return s.right }, func(group []*span, from, to int64) error {
		mine := make(map[*span]bool, len(group))
		for _, s := range group {
			mine[s] = true
		}
		return t.QueryIn(ctx, collect(func(s *span) bool { return mine[s] }), uidsOf(group),
			"SELECT "+waitColumns+" FROM waits WHERE uid IN (?) AND open_at >= ? AND open_at < ?", from, to)
	})
}
