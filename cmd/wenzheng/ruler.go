package main

import (
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// ruler measures the waits of one account for the store: its limits, its office hours.
type ruler struct {
	limits indices.Limits
	office *indices.Office
}

// newRuler is the store's measure of an account with these settings under a calendar with these
// days.
func newRuler(settings []models.Setting, days []store.CalendarDay) (store.Measure, error) {
	calendar, err := calendarOf(days)
	if err != nil {
		return nil, err
	}
	periods, err := models.OfficePeriods(settings)
	if err != nil {
		return nil, err
	}
	limits, err := indices.LimitsOf(settings)
	if err != nil {
		return nil, err
	}
	return &ruler{limits: limits, office: calendar.Office(periods...)}, nil
}

// Counts implements store.Measure.
func (r *ruler) Counts(i *models.Interaction) bool {
	return indices.IsContent(i) || indices.IsAnswer(i)
}

// SessionGap implements store.Measure.
func (r *ruler) SessionGap() int64 { return r.limits.SessionGap }

// EffectiveAt implements store.Measure.
func (r *ruler) EffectiveAt(i *models.Interaction, askedAt int64) (at int64, moved bool) {
	return indices.EffectiveAt(i, askedAt)
}

// Rebuild implements store.Measure.
func (r *ruler) Rebuild(rows []models.Interaction) []models.Wait {
	return indices.Rebuild(rows, &r.limits, r.office)
}

// Carry implements store.Measure.
func (r *ruler) Carry(old, rebuilt []models.Wait, asOf int64) (gone []int64) {
	return indices.Carry(old, rebuilt, asOf)
}

// Diff implements store.Measure.
func (r *ruler) Diff(old, rebuilt []models.Wait) models.Rollup {
	return indices.Diff(&r.limits, old, rebuilt)
}

// Clicks implements store.Measure.
func (r *ruler) Clicks(rows []models.Interaction) []models.Click {
	return indices.Clicks(rows, &r.limits)
}

// DiffClicks implements store.Measure.
func (r *ruler) DiffClicks(old, rebuilt []models.Click) models.Rollup {
	return indices.DiffClicks(old, rebuilt)
}

// Age implements store.Measure.
func (r *ruler) Age(waits []models.Wait, asOf int64) { indices.Age(waits, asOf) }

// ActiveDays implements store.Measure.
func (r *ruler) ActiveDays(rows []models.Interaction) []models.ActiveDay {
	return indices.ActiveDays(rows)
}

// AssignRatings implements store.Measure.
func (r *ruler) AssignRatings(waits []models.Wait, ratings []store.Rating) (unmatched int) {
	list := make([]indices.Rating, len(ratings))
	for i, x := range ratings {
		list[i] = indices.Rating{AppID: x.AppID, UID: x.UID, At: x.At.Unix(), Satisfied: x.Satisfied, Solved: x.Solved}
	}
	return indices.AssignRatings(waits, list)
}

// Ranked implements store.Measure.
func (r *ruler) Ranked(sums *models.WaitSums, bands []models.ResponseBand, live []models.Wait, asOf int64) []int64 {
	return indices.Ranked(&r.limits, sums, bands, live, asOf)
}

// Rising implements store.Measure.
func (r *ruler) Rising(days []int64) (first int, rising bool) {
	bounds := indices.DefaultThresholds()
	return indices.Rising(days, &bounds)
}

// Rolled implements store.Measure.
func (r *ruler) Rolled(w *models.Wait, asOf int64) bool { return indices.Rolled(w, asOf) }
