package people

import (
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Desks are the conversations that people hold. The zero value has none; it is safe for concurrent use.
type Desks struct {
	mu    sync.Mutex
	of    map[string]models.Desk // by account
	ahead map[Citizen]ahead
}

// ahead is a hand-over of this instance that the list does not have yet, or the end of a conversation
// that the list still has.
type ahead struct {
	state models.HoldState // "" = the citizen left
	at    time.Time
}

// aheadKept is for how long it counts against the list: the spool may take a moment to tell the
// database. Without a database it is as long as the list is not replaced.
const aheadKept = 10 * time.Second

// Set replaces what is known of the people of all accounts.
func (d *Desks) Set(list map[string]models.Desk, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.of = list
	for who, a := range d.ahead {
		if a.state != "" && list[who.AppID].Holds[who.OpenID] != "" || now.Sub(a.at) > aheadKept {
			delete(d.ahead, who)
		}
	}
}

// Hold is whose turn it is in the citizen's conversation, "" when people hold none.
func (d *Desks) Hold(who Citizen) models.HoldState {
	d.mu.Lock()
	defer d.mu.Unlock()
	if a, ok := d.ahead[who]; ok {
		return a.state
	}
	return d.of[who.AppID].Holds[who.OpenID]
}

// Waiting says how many wait before a citizen, and whether somebody is there.
func (d *Desks) Waiting(who Citizen) (n int, staffed bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for other, a := range d.ahead {
		if a.state != "" && other.AppID == who.AppID && other != who {
			n++
		}
	}
	desk := d.of[who.AppID]
	return n + desk.Waiting, desk.Staffed
}

// Staffed reports whether somebody is there for an account.
func (d *Desks) Staffed(appID string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.of[appID].Staffed
}

// Foresee counts what an answer does to a citizen's conversation, before it is listed.
func (d *Desks) Foresee(who Citizen, state models.HoldState, at time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ahead == nil {
		d.ahead = map[Citizen]ahead{}
	}
	d.ahead[who] = ahead{state, at}
}
