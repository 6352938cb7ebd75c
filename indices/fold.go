package indices

import "github.com/wenzheng/wenzheng/models"

// Rebuild folds rows into waits by the rules W1 to W9 of the metrics: a pure function of the
// set of rows, whatever their order and however often each occurs. The rows may be of many
// threads of one account; those of a chat must reach from the start of one session to the
// start of another, those of other threads must be complete. Waits come sorted by
// account, channel, thread and time. office counts OfficeRT; nil leaves it 0.
func Rebuild(rows []models.Interaction, limits *Limits, office *Office) []models.Wait {
	f := fold{limits: limits, office: office, current: -1, asked: map[string]int{}}
	list := entries(rows)
	for i := range list {
		if i == 0 || list[i].thread != list[i-1].thread {
			f.startThread()
		}
		f.step(&list[i])
	}
	f.endSession()
	for i := range f.waits {
		f.waits[i].AgeAt = ageAt(&f.waits[i])
	}
	return f.waits
}

// fold is the state between two rows of a thread.
type fold struct {
	limits *Limits
	office *Office
	waits  []models.Wait
	// current is the last wait of the thread, -1 for none; it may be closed or past its deadline.
	current int
	// markedAt is when the current wait was marked, 0 = not: later rows are none of its.
	markedAt int64

	// The session being read: its last row, and its waits, -1 for none yet.
	inSession  bool
	lastRow    int64
	firstWait  int
	humanWaits int
	// asked has the wait of every text of the session that no bot has answered yet, by key.
	asked map[string]int
}

func (f *fold) startThread() {
	f.endSession()
	f.current = -1
}

func (f *fold) step(e *entry) {
	content, answer := IsContent(e.row), IsAnswer(e.row)
	if e.row.Channel == models.ChannelChat && (content || answer) {
		f.extendSession(e.at)
	}
	switch {
	case content:
		f.content(e)
	case answer && e.row.Actor == models.ActorHuman:
		f.human(e)
	case answer:
		f.serve(e.row)
		f.bot(e)
	case e.row.Dir == models.DirIn && e.row.Kind == kindUnfollow && e.row.Channel == models.ChannelChat:
		f.unfollow(e)
	}
	if e.moved && f.current >= 0 {
		f.waits[f.current].SkewRows++
	}
}

// open returns the wait that is open when a row of time t is read, its deadline not passed and
// not marked before, or nil. Deadlines are inclusive (C12).
func (f *fold) open(t int64) *models.Wait {
	if f.current < 0 {
		return nil
	}
	w := &f.waits[f.current]
	if closed(w) || passed(w, t) || w.Mark != models.MarkNone && t > f.markedAt {
		return nil
	}
	return w
}

func closed(w *models.Wait) bool { return w.AnswerAt != 0 || w.LeftAt != 0 }

func passed(w *models.Wait, t int64) bool { return w.Deadline != 0 && t > w.Deadline }

func (f *fold) content(e *entry) {
	w := f.open(e.at)
	if w == nil { // W1, W4
		f.waits = append(f.waits, models.Wait{
			AppID: e.row.AppID, UID: citizenOf(e.row), Thread: e.row.Thread, Channel: e.row.Channel,
			OpenKey: e.row.MsgKey, OpenAt: e.at, Mark: e.row.Mark,
		})
		f.current, f.markedAt = len(f.waits)-1, e.row.MarkedAt
		w = &f.waits[f.current]
		f.countWait(w)
	} else if w.BotAt != 0 { // W3
		w.BotAt = 0
		w.Revoked++
	}
	w.LastInAt = e.at // W2
	w.Messages++
	if e.row.Kind == models.MsgTypeText {
		w.Texts++
		f.asked[e.row.MsgKey] = f.current
	}
	w.Sent = 0
	w.Deadline = 0
	if w.Channel == models.ChannelChat {
		w.Deadline = e.at + f.limits.Expiry
	}
	if w.Topic == "" {
		w.Topic = e.row.Topic
	}
}

func (f *fold) human(e *entry) {
	w := f.open(e.at)
	if w == nil { // W6
		return
	}
	w.AnswerAt, w.BotAt, w.Deadline = e.at, 0, 0 // W5
	w.Staff = e.row.Staff
	if w.Topic == "" {
		w.Topic = e.row.Topic
	}
	if f.office != nil {
		w.OfficeRT = f.office.Seconds(w.OpenAt, w.AnswerAt)
	}
	if w.Channel == models.ChannelChat && w.Mark == models.MarkNone {
		f.countHuman()
	}
}

func (f *fold) bot(e *entry) {
	w := f.open(e.at)
	if w == nil {
		return
	}
	if e.row.ReplyTo == "" {
		w.Sent++ // not a passive reply: it spends the customer-service quota
	}
	if !e.row.Matched || w.BotAt != 0 { // W8; the first answer counts
		return
	}
	w.BotAt = e.at // W7
	w.Deadline = e.at + f.limits.At(w.OpenAt).BotSilence
}

// serve counts the text that a bot's answer names, whatever became of its wait.
func (f *fold) serve(r *models.Interaction) {
	if !serves(r) {
		return
	}
	if i, ok := f.asked[r.ReplyTo]; ok {
		f.waits[i].ServedTexts++
		delete(f.asked, r.ReplyTo)
	}
}

func (f *fold) unfollow(e *entry) {
	if w := f.open(e.at); w != nil { // W9; a standing bot answer is kept to tell the two cases apart
		w.LeftAt, w.Deadline = e.at, 0
	}
}
