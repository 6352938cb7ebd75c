package journal

import (
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// group is all the drain knows about one event key: its question, its answer and its
// repeats, as far as they have been read. A group without its question amends a row that
// the database has already.
type group struct {
	key          string
	in           models.Interaction
	out          *models.Interaction
	question     bool
	answered     bool
	ready        bool
	removals     []removal
	loose        []sealedRecord // records that are not in the spool
	bytes        int
	due          time.Time // when to stop waiting for the answer
	left         int       // rows not yet stored
	inQuarantine bool      // its records are in quarantine
}

// row is one row on its way into the database, and the group that waits for it.
type row struct {
	*models.Interaction
	g     *group
	tries int
	mark  int64 // commits seen when it was set aside
}

// absorb adds an opened record; answers after keepAnswers stay for redeliveries.
func (g *group) absorb(r *record, keepAnswers time.Time) {
	g.bytes += r.size
	if r.value != nil {
		g.loose = append(g.loose, sealedRecord{seq: r.seq, value: r.value})
	}
	x := removal{seq: r.seq}
	switch {
	case r.received != nil:
		g.receive(r.received)
	case r.repeat != nil:
		g.repeat(r.repeat)
	case r.answer != nil:
		g.settle(r.answer)
		x.keep = r.At.After(keepAnswers)
	}
	g.removals = append(g.removals, x)
}

func (g *group) receive(m *models.Message) {
	d := m.Delivery
	d.BodySHA256 = bodySum(m.Raw)
	if g.question {
		// The key was seen before, beyond the memory: one event more often delivered.
		g.addDelivery(d)
		return
	}
	before, outcome := g.in, g.in.Outcome
	g.in = models.Inbound(m)
	g.question = true
	d.Number = max(d.Number, 1)
	g.in.Deliveries = append([]models.Delivery{d}, before.Deliveries...)
	g.in.RetryCount = before.RetryCount
	if g.answered {
		g.in.Outcome = outcome
	}
}

func (g *group) repeat(r *repeatRecord) {
	g.stub(&r.Origin)
	g.addDelivery(r.Delivery)
}

func (g *group) addDelivery(d models.Delivery) {
	g.in.Deliveries = append(g.in.Deliveries, d)
	g.in.RetryCount = max(g.in.RetryCount, d.Number-1, len(g.in.Deliveries)-1)
	if !g.question {
		g.in.RetryCount = max(d.Number-1, 1)
	}
}

func (g *group) settle(s *answerRecord) {
	if g.answered {
		return // the first answer is what the citizen got
	}
	g.stub(&s.Origin)
	g.answered = true
	g.in.Settle(&s.Answer)
	if g.question && len(g.in.Deliveries) > 0 {
		g.in.Deliveries[0].Outcome = string(s.Answer.Outcome)
		g.in.Deliveries[0].Latency = s.Answer.Latency
	}
	if out, ok := models.Outbound(&g.in, &s.Answer); ok {
		g.out = &out
	}
}

// stub makes the row that amends a question which has left the spool.
func (g *group) stub(o *origin) {
	if g.question || g.in.MsgKey != "" {
		return
	}
	g.in = models.Interaction{
		AppID: o.AppID, OpenID: o.OpenID, Channel: models.ChannelChat, Dir: models.DirIn, Actor: models.ActorCitizen,
		At: o.At, ReceivedAt: o.ReceivedAt, MsgKey: g.key, OK: true, Amend: true,
	}
}

// has reports whether the record is part of the group already.
func (g *group) has(seq uint64) bool {
	for _, x := range g.removals {
		if x.seq == seq {
			return true
		}
	}
	return false
}

// rows returns what the group writes: nothing for an answer whose question is not
// known any more, because it has neither account nor citizen.
func (g *group) rows() []*row {
	if g.in.AppID == "" && g.in.Amend {
		return nil
	}
	rows := []*row{{Interaction: &g.in, g: g}}
	if g.out != nil {
		rows = append(rows, &row{Interaction: g.out, g: g})
	}
	g.left = len(rows)
	return rows
}
