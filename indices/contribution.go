package indices

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// micro is how many parts of u one point of a wait is stored in.
const micro = 1_000_000

// UMicro returns u of the response-time index as integer micro-units, round(1e6*u):
// 1 up to full seconds, 0 from zero seconds on, in between ln(zero/x)/ln(zero/full), so that
// equal ratios of time cost equal points. Integers add up exactly, in any order.
func UMicro(x, full, zero int64) int64 {
	switch {
	case x <= full:
		return micro
	case x >= zero:
		return 0
	default:
		u := math.Log(float64(zero)/float64(x)) / math.Log(float64(zero)/float64(full))
		return int64(math.Round(micro * u))
	}
}

// Diff returns the changes that turn the rollups of old into those of rebuilt: contributions of
// the old waits that were Rolled are retracted, those of the new ones that are Rolled added.
func Diff(limits *Limits, old, rebuilt []models.Wait) models.Rollup {
	b := rollupBuilder{limits: limits}
	for i := range old {
		if old[i].Rolled {
			b.add(&old[i], -1)
		}
	}
	for i := range rebuilt {
		if rebuilt[i].Rolled {
			b.add(&rebuilt[i], 1)
		}
	}
	return b.rollup()
}

// Carry copies to rebuilt waits what the rows do not say (ID, assignee, rating, and Aged where
// answer and topic are as they were) from the old wait that the same row opened, and sets
// Rolled for asOf. It returns the IDs of old waits that are no more.
func Carry(old, rebuilt []models.Wait, asOf int64) (gone []int64) {
	type key struct {
		thread threadKey
		open   string
	}
	keyOf := func(w *models.Wait) key {
		return key{waitThread(w), w.OpenKey}
	}
	byKey := make(map[key]*models.Wait, len(old))
	for i := range old {
		byKey[keyOf(&old[i])] = &old[i]
	}
	for i := range rebuilt {
		w := &rebuilt[i]
		w.Rolled = Rolled(w, asOf)
		k := keyOf(w)
		if o, ok := byKey[k]; ok {
			w.ID, w.Assignee, w.Rated, w.Satisfied, w.Solved = o.ID, o.Assignee, o.Rated, o.Satisfied, o.Solved
			if w.Rolled && w.AgeAt == o.AgeAt && w.Topic == o.Topic {
				w.Aged, w.Repeated = o.Aged, o.Repeated
			}
			delete(byKey, k)
		}
	}
	for i := range old {
		if _, ok := byKey[keyOf(&old[i])]; ok {
			gone = append(gone, old[i].ID)
		}
	}
	return gone
}

// rollupBuilder sums contributions by key.
type rollupBuilder struct {
	limits    *Limits
	hours     map[models.WaitHourKey]*models.WaitSums
	responses map[models.ResponseKey]int64
}

func (b *rollupBuilder) add(w *models.Wait, sign int64) {
	r := StateAt(w, math.MaxInt64)
	if r.State == models.WaitOpen {
		return
	}
	one := sumsOf(w, r, b.limits)
	b.file(models.WaitHourKey{
		AppID: w.AppID, Channel: w.Channel, Hour: hourOf(w.OpenAt), Topic: w.Topic, Staff: cmp.Or(w.Staff, w.Assignee),
	}, &one, sign)
	if r.State == models.WaitHuman && w.Mark == models.MarkNone {
		b.responses[responseKey(w, r)] += sign
	}
}

func (b *rollupBuilder) file(key models.WaitHourKey, one *models.WaitSums, sign int64) {
	if b.hours == nil {
		b.hours = map[models.WaitHourKey]*models.WaitSums{}
		b.responses = map[models.ResponseKey]int64{}
	}
	sums := b.hours[key]
	if sums == nil {
		sums = &models.WaitSums{}
		b.hours[key] = sums
	}
	sums.Add(one, sign)
}

func responseKey(w *models.Wait, r Reading) models.ResponseKey {
	return models.ResponseKey{AppID: w.AppID, Channel: w.Channel, Day: DayOf(w.OpenAt), First: w.First, Seconds: r.Waited}
}

// sumsOf is one wait as columns of wait_hours. Of a wait that is open it gives what is
// certain: that it was opened, its session and its rating, and past the last limit its texts.
// A wait that needs no answer is counted as such and in nothing else.
func sumsOf(w *models.Wait, r Reading, limits *Limits) models.WaitSums {
	if w.Mark != models.MarkNone {
		return models.WaitSums{Marked: 1}
	}
	s := models.WaitSums{
		Opened: 1, Sessions: count(w.First), TwoWay: count(w.First && w.TwoWay),
		Rated: count(w.Rated), Satisfied: count(w.Rated && w.Satisfied),
		Aged: count(w.Aged), Repeated: count(w.Aged && w.Repeated),
	}
	limits = limits.At(w.OpenAt)
	if r.Due(limits.last()) { // S1: texts of other waits are in no rate
		s.Queries, s.Served = int64(w.Texts), int64(w.ServedTexts)
	}
	lost := false
	switch r.State {
	case models.WaitHuman:
		s.Human, s.Served = 1, s.Queries
		s.RTSum, s.RTOfficeSum = r.Waited, w.OfficeRT
		s.UMicro = UMicro(r.Waited, limits.Chat[0], limits.last())
		s.UOfficeMicro = UMicro(w.OfficeRT, limits.Chat[0], limits.last())
	case models.WaitBot:
		s.Bot = 1
	case models.WaitExpired:
		s.Expired, lost = 1, true
	case models.WaitLeft:
		s.Left, lost = 1, r.Breach(limits.last())
	}
	for i, limit := range limits.Chat {
		s.OnTimeHuman[i] = count(s.Human == 1 && r.OnTime(limit))
		s.OnTimeBot[i] = count(s.Bot == 1 && r.OnTime(limit))
		s.LeftBreach[i] = count(s.Left == 1 && r.Breach(limit))
	}
	s.FirstLost = count(w.First && lost)
	return s
}

func count(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func (b *rollupBuilder) rollup() models.Rollup {
	var r models.Rollup
	for k, s := range b.hours {
		if *s != (models.WaitSums{}) {
			r.Hours = append(r.Hours, models.WaitHour{WaitHourKey: k, WaitSums: *s})
		}
	}
	for k, n := range b.responses {
		if n != 0 {
			r.Responses = append(r.Responses, models.ResponseCount{ResponseKey: k, Count: n})
		}
	}
	slices.SortFunc(r.Hours, func(a, b models.WaitHour) int {
		return cmp.Or(
			strings.Compare(a.AppID, b.AppID), strings.Compare(string(a.Channel), string(b.Channel)),
			cmp.Compare(a.Hour, b.Hour), strings.Compare(a.Topic, b.Topic), strings.Compare(a.Staff, b.Staff),
		)
	})
	slices.SortFunc(r.Responses, func(a, b models.ResponseCount) int {
		return cmp.Or(
			strings.Compare(a.AppID, b.AppID), strings.Compare(string(a.Channel), string(b.Channel)),
			strings.Compare(a.Day, b.Day), compareBool(a.First, b.First), cmp.Compare(a.Seconds, b.Seconds),
		)
	})
	return r
}
