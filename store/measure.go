package store

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"

	"github.com/wenzheng/wenzheng/models"
)

// Measure is what the store asks of the measure of one account: it knows what a wait is,
// the store only keeps it. All times are Unix seconds. It must be safe for concurrent use
// and give the same for the same rows.
type Measure interface {
	// Counts reports whether a row divides sessions: content or an answer.
	Counts(row *models.Interaction) bool
	// SessionGap is the longest pause within a session, in seconds.
	SessionGap() int64
	// EffectiveAt is the second at which a row counts; askedAt is that of the row it
	// replies to, 0 = none.
	EffectiveAt(row *models.Interaction, askedAt int64) (at int64, moved bool)
	// Rebuild folds whole sessions and threads into waits.
	Rebuild(rows []models.Interaction) []models.Wait
	// Carry copies to rebuilt waits what the rows do not say, sets Rolled for asOf and
	// returns the ids of old waits that are no more.
	Carry(old, rebuilt []models.Wait, asOf int64) (gone []int64)
	// Diff is the change of the rollups from old to rebuilt.
	Diff(old, rebuilt []models.Wait) models.Rollup
	// Clicks are the menu clicks among the rows of whole threads, or of the parts of them that
	// reach SessionGap beyond each click that matters.
	Clicks(rows []models.Interaction) []models.Click
	// DiffClicks is the change of the rollups from old to rebuilt clicks.
	DiffClicks(old, rebuilt []models.Click) models.Rollup
	// Age settles as of asOf whether the waits were followed by others of the list.
	Age(waits []models.Wait, asOf int64)
	// ActiveDays counts content rows by citizen and day.
	ActiveDays(rows []models.Interaction) []models.ActiveDay
	// AssignRatings writes ratings into the waits of a citizen and returns how many are
	// of none. Ratings carry UID.
	AssignRatings(waits []models.Wait, ratings []Rating) (unmatched int)
	// Ranked returns the lower ends, sorted, of the bands in which the rank of a quantile that
	// is shown falls; the reports need those second by second.
	Ranked(sums *models.WaitSums, bands []models.ResponseBand, live []models.Wait, asOf int64) []int64
	// Rising returns the first of consecutive days, those that are only held against left out,
	// on which asks on a topic, so many a day, may have surged; false: on none.
	Rising(days []int64) (first int, rising bool)
	// Rolled reports whether a wait is decided at asOf.
	Rolled(w *models.Wait, asOf int64) bool
}

// CalendarDay is a day that is not as the built-in calendar has it.
type CalendarDay struct {
	Day  string `json:"day"`            // 2006-01-02 in Asia/Shanghai
	Year int    `json:"year,omitempty"` // of the imported notice, 0 = set by hand, which wins over every notice
	Name string `json:"name,omitempty"`
	Work bool   `json:"work"`
}

// errNoMeasure: the store was opened without Options.Measure.
var errNoMeasure = errors.New("no measure is set")

// measures are the measures of all accounts as of one version of their settings and of the
// calendar. Immutable.
type measures struct {
	version  int64
	byApp    map[string]Measure
	standard Measure // of accounts that are not registered
}

func (m *measures) of(appID string) Measure {
	if v, ok := m.byApp[appID]; ok {
		return v
	}
	return m.standard
}

// measures returns the measures in force inside the transaction db. Whoever changes a
// setting or the calendar raises the version in the same transaction and has the waits
// remeasured afterwards, so that a transaction that ran beside it is put right.
func (s *Store) measures(ctx context.Context, q querier) (*measures, error) {
	if s.opt.Measure == nil {
		return nil, errNoMeasure
	}
	var version int64
	err := q.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&version) }, "SELECT version FROM measure_state WHERE id = 1")
	if err != nil {
		return nil, err
	}
	return s.measuresOf(ctx, q, version)
}

// state is what one look tells of the tables that waits depend on.
type state struct {
	version, agedUntil int64
	orphans, ratings   bool // whether there are any
}

// look reads the state. The citizens concerned must be locked, so that nobody changes what it says
// of them.
func (t *Tx) look(ctx context.Context) error {
	var s state
	t.state = &s
	return t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&s.version, &s.agedUntil, &s.orphans, &s.ratings) },
		"SELECT version, aged_until, EXISTS (SELECT 1 FROM orphans), EXISTS (SELECT 1 FROM ratings) FROM measure_state WHERE id = 1")
}

// measuresOf returns the measures of a version, those that are held if they are of it.
func (s *Store) measuresOf(ctx context.Context, q querier, version int64) (*measures, error) {
	s.mu.Lock()
	held := s.measured
	s.mu.Unlock()
	if held != nil && held.version == version {
		return held, nil
	}
	fresh, err := s.loadMeasures(ctx, q, version)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.measured = fresh
	s.mu.Unlock()
	return fresh, nil
}

func (s *Store) loadMeasures(ctx context.Context, q querier, version int64) (*measures, error) {
	days, err := calendarDays(ctx, q)
	if err != nil {
		return nil, err
	}
	m := &measures{version: version, byApp: make(map[string]Measure)}
	if m.standard, err = s.opt.Measure(nil, days); err != nil {
		return nil, err
	}
	settings, err := settingsByApp(ctx, q)
	if err != nil {
		return nil, err
	}
	for appID, list := range settings {
		own, err := s.opt.Measure(list, days)
		if err != nil { // written past the program: the log must go on
			s.opt.Logger.LogAttrs(ctx, slog.LevelWarn, "bad settings, the usual ones are used", slog.String("app_id", appID))
			continue
		}
		m.byApp[appID] = own
	}
	return m, nil
}

// outdate makes every instance load its measures anew and has Sweep remeasure the waits of the
// account, "" = every one, that were open in a time, in Unix seconds.
func (t *Tx) outdate(ctx context.Context, appID string, since, until int64) error {
	if err := t.Exec(ctx, "UPDATE measure_state SET version = version + 1 WHERE id = 1"); err != nil {
		return err
	}
	clause := " ON CONFLICT (app_id) DO UPDATE SET version = excluded.version, place = '', done = 0, total = 0, " +
		"since_at = MIN(since_at, excluded.since_at), until_at = MAX(until_at, excluded.until_at)"
	if t.s.dialect.MySQL() {
		clause = " ON DUPLICATE KEY UPDATE version = VALUES(version), place = '', done = 0, total = 0, " +
			"since_at = LEAST(since_at, VALUES(since_at)), until_at = GREATEST(until_at, VALUES(until_at))"
	}
	return t.Exec(ctx, "INSERT INTO remeasure (app_id, version, since_at, until_at) "+
		"SELECT CAST(? AS CHAR(32)), version, ?, ? FROM measure_state WHERE id = 1"+clause, appID, since, until)
}
