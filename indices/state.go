package indices

import "github.com/wenzheng/wenzheng/models"

// Reading is a wait as it reads at one instant.
type Reading struct {
	State   models.WaitState
	Pending bool // open, with a matched bot answer whose silence is not over
	// Waited is how long the citizen waited, in seconds: until the answer, the expiry, the
	// unfollow, or until now.
	Waited int64
	// inclusive: nobody answered, so that Waited = L is already a breach of L.
	inclusive bool
}

// StateAt reads a wait at the Unix second asOf, which must not be before the newest row that
// the wait was built from. With Rebuild it is the only place that knows states (W10, W11).
func StateAt(w *models.Wait, asOf int64) Reading {
	ended := w.Deadline != 0 && asOf >= w.Deadline
	switch {
	case w.AnswerAt != 0:
		return Reading{State: models.WaitHuman, Waited: w.AnswerAt - w.OpenAt}
	case w.LeftAt != 0 && w.BotAt != 0:
		return Reading{State: models.WaitLeft, Waited: w.BotAt - w.OpenAt}
	case w.LeftAt != 0:
		return Reading{State: models.WaitLeft, Waited: w.LeftAt - w.OpenAt, inclusive: true}
	case w.BotAt != 0 && ended:
		return Reading{State: models.WaitBot, Waited: w.BotAt - w.OpenAt}
	case w.BotAt != 0:
		return Reading{State: models.WaitOpen, Pending: true, Waited: w.BotAt - w.OpenAt}
	case ended:
		return Reading{State: models.WaitExpired, Waited: w.Deadline - w.OpenAt}
	default:
		return Reading{State: models.WaitOpen, Waited: max(0, asOf-w.OpenAt), inclusive: true}
	}
}

// Rolled reports whether a wait is decided at asOf, so that it belongs in the rollups: human
// and left at once, bot and expired from their deadline on, open never. The sweeper moves a
// wait when this becomes true; no shown value changes by it.
func Rolled(w *models.Wait, asOf int64) bool {
	return StateAt(w, asOf).State != models.WaitOpen
}

// Breach reports whether the wait broke limit seconds. On a fixed log a breach stays one.
func (r Reading) Breach(limit int64) bool {
	switch {
	case r.State == models.WaitExpired:
		return true
	case r.inclusive:
		return r.Waited >= limit
	default:
		return r.Waited > limit
	}
}

// OnTime reports whether a human or a bot answered within limit seconds, inclusive.
func (r Reading) OnTime(limit int64) bool {
	return (r.State == models.WaitHuman || r.State == models.WaitBot) && r.Waited <= limit
}

// Due reports whether the wait counts in the rates of limit: exactly when it is on time or a breach.
func (r Reading) Due(limit int64) bool { return r.OnTime(limit) || r.Breach(limit) }

// Need reports whether the wait is due at limit and needed a human.
func (r Reading) Need(limit int64) bool {
	switch {
	case r.State == models.WaitHuman, r.State == models.WaitExpired:
		return true
	case r.State == models.WaitBot, r.Pending:
		return false
	default:
		return r.Breach(limit)
	}
}

// EndOf returns the Unix second at which a wait stopped being open, or asOf while it is.
func EndOf(w *models.Wait, asOf int64) int64 {
	switch r := StateAt(w, asOf); r.State {
	case models.WaitHuman:
		return w.AnswerAt
	case models.WaitLeft:
		return w.LeftAt
	case models.WaitBot:
		return w.BotAt
	case models.WaitExpired:
		return w.Deadline
	default:
		return max(asOf, w.OpenAt)
	}
}
