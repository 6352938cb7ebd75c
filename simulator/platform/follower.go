package platform

import (
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
)

// Customer-service messages an account may send after a citizen acted
// (developers.weixin.qq.com/doc/offiaccount/Customer_Service/Customer_Service_Messages.html).
const (
	messageWindow = 48 * time.Hour
	messageCount  = 5
	clickWindow   = time.Minute
	clickCount    = 3
)

// follower is a citizen as one account sees them.
type follower struct {
	openID      string
	subscribed  bool
	since       time.Time
	scene       string // subscribe_scene
	qrScene     string
	remark      string
	tags        []int
	lastAt      time.Time // the citizen last acted
	typingUntil time.Time
	windows     map[string]*window // by what opened them
	consent     map[string]int     // template id -> notices allowed; negative = without end
}

// window is a time in which the account may send so many messages more.
type window struct {
	until time.Time
	left  int
}

// follower finds a citizen; one who was never seen follows since now, because only
// followers can write.
func (r *realm) follower(openID string, now time.Time) *follower {
	f := r.followers[openID]
	if f == nil {
		f = &follower{
			openID: openID, subscribed: true, since: now, scene: "ADD_SCENE_SEARCH",
			windows: map[string]*window{}, consent: map[string]int{},
		}
		r.followers[openID] = f
		r.order = append(r.order, openID)
	}
	return f
}

// subscribers are the OpenIDs of all who follow, in the order of their first coming.
func (r *realm) subscribers() []string {
	return slices.DeleteFunc(slices.Clone(r.order), func(id string) bool { return !r.followers[id].subscribed })
}

// spend takes one customer-service message from the window that ends first.
func (f *follower) spend(now time.Time) error {
	var best *window
	open := false
	for _, w := range f.windows {
		if !now.Before(w.until) {
			continue
		}
		open = true
		if w.left > 0 && (best == nil || w.until.Before(best.until)) {
			best = w
		}
	}
	switch {
	case !f.subscribed || !open:
		return fault(45015, "response out of time limit or subscription is canceled")
	case best == nil:
		return fault(45047, "out of response count limit")
	}
	best.left--
	return nil
}

// Begin tells the platform that an event of a citizen is about to be delivered: it opens
// the windows in which the account may answer and enters the statistics.
func (p *Platform) Begin(appID string, ev *simulator.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, known := p.realms[appID]
	if !known || ev.OpenID == "" || toldByPlatform(ev) {
		return
	}
	now := p.now()
	_, seen := r.followers[ev.OpenID]
	f := r.follower(ev.OpenID, now)
	f.lastAt = now
	if !seen && ev.Event != models.EventSubscribe {
		r.stats.base++ // a follower of old, who was there before the simulator
	}
	if ev.MsgType != models.MsgTypeEvent {
		r.stats.upstream(now, ev.MsgType, ev.OpenID)
		f.open(ev, now)
		return
	}
	switch ev.Event {
	case models.EventSubscribe:
		if !f.subscribed || !seen {
			f.subscribed, f.since = true, now
			r.stats.followed(now)
		}
		if ev.Scene != "" {
			f.scene, f.qrScene = "ADD_SCENE_QR_CODE", ev.Scene
		}
		f.windows["subscribe"] = &window{now.Add(clickWindow), clickCount}
	case models.EventUnsubscribe:
		if f.subscribed {
			f.subscribed = false
			r.stats.left(now)
		}
		clear(f.windows)
	case models.EventScan:
		f.windows["scan"] = &window{now.Add(clickWindow), clickCount}
	case models.EventClick, models.EventScanWait, models.EventScanPush:
		f.windows["click"] = &window{now.Add(clickWindow), clickCount}
	}
}

// open opens the window of a message; a clicked item of a menu message is a click.
func (f *follower) open(ev *simulator.Event, now time.Time) {
	if ev.Clicked {
		f.windows["click"] = &window{now.Add(clickWindow), clickCount}
		return
	}
	f.windows["message"] = &window{now.Add(messageWindow), messageCount}
}

// toldByPlatform reports whether the event is news of the platform, not a citizen's act.
func toldByPlatform(ev *simulator.Event) bool {
	if ev.MsgType != models.MsgTypeEvent {
		return false
	}
	for _, prefix := range []string{"kf_", "templatesend", "masssend", "publishjob", "subscribe_msg_", "user_authorization_"} {
		if strings.HasPrefix(ev.Event, prefix) {
			return true
		}
	}
	return false
}

// End tells the platform how the deliveries of an event went: interface statistics, and
// the handover to customer service when the reply asks for it.
func (p *Platform) End(appID string, t *simulator.Trace) {
	p.mu.Lock()
	r, known := p.realms[appID]
	if !known {
		p.mu.Unlock()
		return
	}
	c := &call{p: p, realm: r, now: p.now()}
	for i := range t.Attempts {
		a := &t.Attempts[i]
		r.stats.called(c.now, a.LatencyMS, a.Outcome == simulator.Replied || a.Outcome == simulator.Silent)
	}
	if t.Reply.Kind == models.ReplyTransfer && t.Outcome() == simulator.Replied {
		r.transfer(c, t.Event.OpenID, t.Reply.KfAccount)
	}
	p.mu.Unlock()
	c.release()
}

// Follows reports whether the citizen follows the account.
func (p *Platform) Follows(appID, openID string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, known := p.realms[appID]
	return known && r.followers[openID] != nil && r.followers[openID].subscribed
}
