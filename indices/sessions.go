package indices

import "github.com/wenzheng/wenzheng/models"

// A session is a run of content and answer rows of one citizen's chat without a gap of more
// than 48 h. Its start is always a clean state: no wait is open.

func (f *fold) extendSession(t int64) {
	if f.inSession && t-f.lastRow > f.limits.SessionGap {
		f.endSession()
		if f.open(t) == nil {
			f.current = -1 // so that reading from here on gives the same waits
		}
	}
	if !f.inSession {
		f.inSession, f.firstWait, f.humanWaits = true, -1, 0
	}
	f.lastRow = t
}

func (f *fold) countWait(w *models.Wait) {
	if f.inSession && f.firstWait < 0 && w.Mark == models.MarkNone {
		f.firstWait = f.current
		w.First = true
	}
}

func (f *fold) countHuman() { f.humanWaits++ }

func (f *fold) endSession() {
	if f.inSession && f.firstWait >= 0 && f.humanWaits >= 2 {
		f.waits[f.firstWait].TwoWay = true
	}
	f.inSession = false
	clear(f.asked)
}

// LateAnswer returns the Unix second of the 逾期答复 to an expired wait: the first human answer
// after its deadline and before the thread's next content row. rows must hold the thread from
// the deadline on. It is for showing only and changes no rate (W6), which is why it is no
// field of a wait: it may lie sessions away from it.
func LateAnswer(w *models.Wait, rows []models.Interaction) (at int64, ok bool) {
	if closed(w) || w.BotAt != 0 || w.Deadline == 0 {
		return 0, false
	}
	thread := waitThread(w)
	for _, e := range entries(rows) {
		switch {
		case e.thread != thread || e.at <= w.Deadline:
			continue
		case IsContent(e.row):
			return 0, false
		case IsAnswer(e.row) && e.row.Actor == models.ActorHuman:
			return e.at, true
		}
	}
	return 0, false
}
