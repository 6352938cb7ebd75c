package indices

import "github.com/wenzheng/wenzheng/models"

// tally is a rollup together with the undecided waits read at one instant.
type tally struct {
	models.WaitSums
	limits        *Limits
	open, pending int64 // pending is part of open
	// Breaches of waits that are still open, and of those among them that are pending.
	openBreach, pendingBreach [models.ChatLimits]int64
	firstOpenBreach           int64 // first waits, open, not pending, past the last limit
	all, first                histogram
}

func newTally(limits *Limits, sums *models.WaitSums, responses []models.ResponseBand, live []models.Wait, asOf int64) *tally {
	t := &tally{WaitSums: *sums, limits: limits}
	for i := range responses {
		t.answered(&responses[i])
	}
	for i := range live {
		t.add(&live[i], StateAt(&live[i], asOf))
	}
	return t
}

func (t *tally) add(w *models.Wait, r Reading) {
	one, limits := sumsOf(w, r, t.limits), t.limits.At(w.OpenAt)
	t.Add(&one, 1)
	if w.Mark != models.MarkNone {
		return
	}
	switch r.State {
	case models.WaitHuman:
		t.answered(&models.ResponseBand{First: w.First, Low: r.Waited, High: r.Waited, Count: 1, Seconds: r.Waited})
	case models.WaitOpen:
		t.open++
		t.pending += count(r.Pending)
		for i, limit := range limits.Chat {
			t.openBreach[i] += count(r.Breach(limit))
			t.pendingBreach[i] += count(r.Pending && r.Breach(limit))
		}
		t.firstOpenBreach += count(w.First && r.Need(limits.last()))
	}
}

func (t *tally) answered(b *models.ResponseBand) {
	t.all.add(b)
	if b.First {
		t.first.add(b)
	}
}

func (t *tally) onTime(i int) int64 { return t.OnTimeHuman[i] + t.OnTimeBot[i] }

func (t *tally) breach(i int) int64 {
	return t.Human - t.OnTimeHuman[i] + t.Bot - t.OnTimeBot[i] + t.Expired + t.LeftBreach[i] + t.openBreach[i]
}

func (t *tally) due(i int) int64 { return t.onTime(i) + t.breach(i) }

// need counts the waits due at limit i that needed a human.
func (t *tally) need(i int) int64 {
	return t.Human + t.Expired + t.LeftBreach[i] + t.openBreach[i] - t.pendingBreach[i]
}

const lastLimit = models.ChatLimits - 1

// firstNeed is need at the last limit among the first waits of sessions.
func (t *tally) firstNeed() int64 {
	return t.first.n + t.FirstLost + t.firstOpenBreach
}
