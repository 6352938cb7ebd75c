package waits

import (
	"context"
	"database/sql"
	"log/slog"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// measure is what the waits of one account are made and judged by.
type measure struct {
	limits indices.Limits
	office *indices.Office
}

// newMeasure is the measure of an account with these settings under a calendar.
func newMeasure(settings []models.Setting, calendar *indices.Calendar) (*measure, error) {
	periods, err := models.OfficePeriods(settings)
	if err != nil {
		return nil, err
	}
	limits, err := indices.LimitsOf(settings)
	return &measure{limits: limits, office: calendar.Office(periods...)}, err
}

func (m *measure) rebuild(rows []models.Interaction) []models.Wait {
	return indices.Rebuild(rows, &m.limits, m.office)
}

func (m *measure) diff(old, rebuilt []models.Wait) models.Rollup {
	return indices.Diff(&m.limits, old, rebuilt)
}

func (m *measure) clicks(rows []models.Interaction) []models.Click {
	return indices.Clicks(rows, &m.limits)
}

// counts reports whether a row divides sessions.
func counts(r *models.Interaction) bool { return indices.IsContent(r) || indices.IsAnswer(r) }

// measures are the measures of all accounts as of one version of their settings and of the
// calendar. Immutable.
type measures struct {
	version  int64
	byApp    map[string]*measure
	standard *measure // of accounts that are not registered
}

func (m *measures) of(appID string) *measure {
	if v, ok := m.byApp[appID]; ok {
		return v
	}
	return m.standard
}

// measures returns the measures in force inside the transaction db. Whoever changes a
// setting or the calendar raises the version in the same transaction and has the waits
// remeasured afterwards, so that a transaction that ran beside it is put right.
func (s *Waits) measures(ctx context.Context, t *txn) (*measures, error) {
	var version int64
	err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&version) }, "SELECT version FROM measure_state WHERE id = 1")
	if err != nil {
		return nil, err
	}
	return s.measuresOf(ctx, t, version)
}

// state is what one look tells of the tables that waits depend on.
type state struct {
	version, agedUntil int64
	orphans, ratings   bool // whether there are any
}

// measuresLooking is measures with a look at the state.
func (t *txn) measuresLooking(ctx context.Context) (*measures, error) {
	if err := t.look(ctx); err != nil {
		return nil, err
	}
	return t.s.measuresOf(ctx, t, t.state.version)
}

// look reads the state. The citizens concerned must be locked, so that nobody changes what it says
// of them.
func (t *txn) look(ctx context.Context) error {
	var s state
	t.state = &s
	return t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&s.version, &s.agedUntil, &s.orphans, &s.ratings) },
		"SELECT version, aged_until, EXISTS (SELECT 1 FROM orphans), EXISTS (SELECT 1 FROM ratings) FROM measure_state WHERE id = 1")
}

// measuresOf returns the measures of a version, those that are held if they are of it.
func (s *Waits) measuresOf(ctx context.Context, t *txn, version int64) (*measures, error) {
	s.mu.Lock()
	held := s.measured
	s.mu.Unlock()
	if held != nil && held.version == version {
		return held, nil
	}
	fresh, err := s.loadMeasures(ctx, t, version)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.measured = fresh
	s.mu.Unlock()
	return fresh, nil
}

func (s *Waits) loadMeasures(ctx context.Context, t *txn, version int64) (*measures, error) {
	days, err := t.CalendarDays(ctx)
	if err != nil {
		return nil, err
	}
	calendar, err := indices.CalendarOf(days)
	if err != nil {
		return nil, err
	}
	m := &measures{version: version, byApp: make(map[string]*measure)}
	if m.standard, err = newMeasure(nil, calendar); err != nil {
		return nil, err
	}
	settings, err := t.Settings(ctx)
	if err != nil {
		return nil, err
	}
	for appID, list := range settings {
		own, err := newMeasure(list, calendar)
		if err != nil { // written past the program: the log must go on
			s.logger.LogAttrs(ctx, slog.LevelWarn, "bad settings, the usual ones are used", slog.String("app_id", appID))
			continue
		}
		m.byApp[appID] = own
	}
	return m, nil
}
