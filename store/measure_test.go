package store

import (
	"context"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// realMeasure is the measure as the program wires it.
type realMeasure struct {
	limits indices.Limits
	office *indices.Office
}

func newMeasure(settings []models.Setting, days []CalendarDay) (Measure, error) {
	years := map[int]*indices.CalendarYear{}
	layers := []indices.CalendarYear{}
	for _, d := range days {
		if years[d.Year] == nil {
			years[d.Year] = &indices.CalendarYear{Year: d.Year}
		}
		years[d.Year].Days = append(years[d.Year].Days, indices.CalendarDay{Date: d.Day, Work: d.Work})
	}
	for _, y := range years {
		layers = append(layers, *y)
	}
	calendar, err := indices.NewCalendar(layers...)
	if err != nil {
		return nil, err
	}
	periods, err := models.OfficePeriods(settings)
	if err != nil {
		return nil, err
	}
	limits, err := indices.LimitsOf(settings)
	return &realMeasure{limits, calendar.Office(periods...)}, err
}

func (m *realMeasure) Counts(r *models.Interaction) bool {
	return indices.IsContent(r) || indices.IsAnswer(r)
}

func (m *realMeasure) SessionGap() int64 { return m.limits.SessionGap }

func (m *realMeasure) EffectiveAt(r *models.Interaction, askedAt int64) (int64, bool) {
	return indices.EffectiveAt(r, askedAt)
}

func (m *realMeasure) Rebuild(rows []models.Interaction) []models.Wait {
	return indices.Rebuild(rows, &m.limits, m.office)
}

func (m *realMeasure) Carry(old, rebuilt []models.Wait, asOf int64) []int64 {
	return indices.Carry(old, rebuilt, asOf)
}

func (m *realMeasure) Diff(old, rebuilt []models.Wait) models.Rollup {
	return indices.Diff(&m.limits, old, rebuilt)
}

func (m *realMeasure) Clicks(rows []models.Interaction) []models.Click {
	return indices.Clicks(rows, &m.limits)
}

func (m *realMeasure) DiffClicks(old, rebuilt []models.Click) models.Rollup {
	return indices.DiffClicks(old, rebuilt)
}

func (m *realMeasure) Age(waits []models.Wait, asOf int64) { indices.Age(waits, asOf) }

func (m *realMeasure) ActiveDays(rows []models.Interaction) []models.ActiveDay {
	return indices.ActiveDays(rows)
}

func (m *realMeasure) AssignRatings(waits []models.Wait, ratings []Rating) int {
	list := make([]indices.Rating, len(ratings))
	for i, r := range ratings {
		list[i] = indices.Rating{AppID: r.AppID, UID: r.UID, At: r.At.Unix(), Satisfied: r.Satisfied, Solved: r.Solved}
	}
	return indices.AssignRatings(waits, list)
}

func (m *realMeasure) Ranked(sums *models.WaitSums, bands []models.ResponseBand, live []models.Wait, asOf int64) []int64 {
	return indices.Ranked(&m.limits, sums, bands, live, asOf)
}

func (m *realMeasure) Rising(days []int64) (first int, rising bool) {
	bounds := indices.DefaultThresholds()
	return indices.Rising(days, &bounds)
}

func (m *realMeasure) Rolled(w *models.Wait, asOf int64) bool { return indices.Rolled(w, asOf) }

// measuring are options with the real measure and a clock.
func measuring(t testing.TB, database string, now func() time.Time) Options {
	o := options(t, database)
	o.Measure, o.Now = newMeasure, now
	return o
}

// measured returns a migrated store with the real measure, whose clock stands.
func measured(t testing.TB, dialect string, now time.Time) *Store {
	t.Helper()
	s := openStore(t, measuring(t, fresh(t, dialect), func() time.Time { return now }))
	if err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}

func clockOf(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04:05", s, shanghai())
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// logRow is a row of a fixture.
func logRow(openID, what string, at time.Time, key string) models.Interaction {
	r := models.Interaction{
		AppID: appA, OpenID: openID, Channel: models.ChannelChat, Kind: "text", OK: true, At: at, ReceivedAt: at, MsgKey: key,
		ParseStatus: models.ParseOK,
	}
	switch what {
	case "in":
		r.Dir, r.Actor = models.DirIn, models.ActorCitizen
	case "step":
		r.Dir, r.Actor, r.Step = models.DirIn, models.ActorCitizen, true
	case "unfollow":
		r.Dir, r.Actor, r.Kind = models.DirIn, models.ActorCitizen, "unsubscribe"
	case "click":
		r.Dir, r.Actor, r.Kind = models.DirIn, models.ActorCitizen, "click"
	case "human":
		r.Dir, r.Actor, r.Staff = models.DirOut, models.ActorHuman, "s1"
	case "failed":
		r.Dir, r.Actor, r.Staff, r.OK = models.DirOut, models.ActorHuman, "s1", false
	case "bot":
		r.Dir, r.Actor, r.Matched = models.DirOut, models.ActorBot, true
	case "fallback":
		r.Dir, r.Actor = models.DirOut, models.ActorBot
	case "mass":
		r.Dir, r.Actor, r.Kind = models.DirOut, models.ActorSystem, "mass"
	}
	return r
}
