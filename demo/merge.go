package demo

import (
	"hash/fnv"
	"iter"

	"github.com/wenzheng/wenzheng/simulator"
)

// moments are the months of a historyJob up to now.
func (j *historyJob) moments() iter.Seq[simulator.Moment] {
	all := simulator.History(simulator.HistoryOptions{
		Account: j.account, From: j.From, Days: j.Days, Character: j.Character, Seed: j.citizenSeed(), Holiday: j.holiday, PerDay: j.perDay,
	})
	return func(yield func(simulator.Moment) bool) {
		for m := range all {
			if !m.At.Before(j.Until) || !yield(m) {
				return
			}
		}
	}
}

// citizenSeed is the seed of one account's citizens: accounts of one run are not alike, and none
// are the citizens of the chat page, whose seed is 0.
func (j *historyJob) citizenSeed() uint64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(j.Account)) // a hash takes everything
	return j.Seed<<32 | uint64(h.Sum32()) | 1
}

// mergeByTime yields the moments of several jobs in order of time. Call stop when done.
func mergeByTime(all []*historyJob) (next func() (*historyJob, simulator.Moment, bool), stop func()) {
	type head struct {
		c    *historyJob
		m    simulator.Moment
		next func() (simulator.Moment, bool)
	}
	var heads []*head
	var stops []func()
	for _, c := range all {
		pull, end := iter.Pull(c.moments())
		stops = append(stops, end)
		if m, ok := pull(); ok {
			heads = append(heads, &head{c, m, pull})
		}
	}
	next = func() (*historyJob, simulator.Moment, bool) {
		if len(heads) == 0 {
			return nil, simulator.Moment{}, false
		}
		first := 0
		for i, h := range heads {
			if h.m.At.Before(heads[first].m.At) {
				first = i
			}
		}
		h := heads[first]
		m := h.m
		var more bool
		if h.m, more = h.next(); !more {
			heads = append(heads[:first], heads[first+1:]...)
		}
		return h.c, m, true
	}
	return next, func() {
		for _, end := range stops {
			end()
		}
	}
}
