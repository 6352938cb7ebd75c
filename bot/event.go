package bot

import (
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// photoWait is how long after a photo button the image is taken for its photo.
const photoWait = 5 * time.Minute

// event answers an event that takes a passive reply; of all others nothing is said
// (protocol: an answer to them is shown as a fault of the account).
func (x *exchange) event() *models.Reply {
	m := x.msg
	x.match.Outcome = OutcomeEvent
	switch m.Event {
	case models.EventSubscribe:
		return x.entry(models.OnSubscribe, strings.TrimPrefix(m.EventKey, "qrscene_"))
	case models.EventScan:
		return x.entry(models.OnScan, strings.TrimPrefix(m.EventKey, "qrscene_"))
	case models.EventClick, models.EventScanWait:
		return x.entry(models.OnClick, m.EventKey)
	case models.EventUnsubscribe:
		x.next = state{}
		if x.start.intake != nil {
			x.next.over = x.start.intake.Kept
		}
	case "pic_sysphoto", "pic_photo_or_album", "pic_weixin":
		if x.rs.events[models.OnPhoto] != nil && len(m.EventKey) <= 256 {
			x.next.photo, x.next.photoUntil = m.EventKey, x.asked.at.Add(photoWait).Unix()
		}
	}
	return nil
}

// entry answers at an entry point: an emergency first, then the rule for this key.
func (x *exchange) entry(on models.Trigger, key string) *models.Reply {
	if p := x.pinForAll(); p != nil {
		return x.emergency(p)
	}
	if on == models.OnClick {
		if reply, ok := x.pickUp(); ok {
			return reply
		}
	}
	place, ok := x.rs.trigger(on, strings.TrimSpace(key), &x.asked)
	if !ok {
		return nil
	}
	return x.enter(place, key)
}

// enter gives the answer of an event rule; with Say the text rules are asked in its name.
func (x *exchange) enter(place int32, key string) *models.Reply {
	r := &x.rs.rules[place]
	x.next.closeMenus()
	x.next.more, x.next.asked = paging{}, ""
	x.why = "由入口规则“" + r.src.Name + "”回复。"
	if r.src.Say != "" {
		x.sc.Read(r.src.Say)
		if hit := x.rs.match(x.sc, &x.asked); hit.Found() {
			if p := x.pinForTopic(hit.Rule.Topic); p != nil {
				return x.emergency(p)
			}
			return x.give(x.chose(hit.place, hit.Kind, hit.Keyword, OutcomeEvent, true))
		}
		if len(r.replies) == 0 && r.menu == nil {
			return x.defaultAnswer()
		}
	}
	if p := x.pinForTopic(r.src.Topic); p != nil {
		return x.emergency(p)
	}
	if r.kind == kindDefault {
		return x.give(x.chose(place, models.MatchDefault, "", OutcomeDefault, false))
	}
	return x.give(x.chose(place, r.matchKind(), key, OutcomeEvent, true))
}

// trigger finds the best active rule of an entry point: for this key before for any, a
// default only when there is no other.
func (rs *Ruleset) trigger(on models.Trigger, key string, m *asked) (int32, bool) {
	t := rs.events[on]
	if t == nil {
		return 0, false
	}
	best := posting{rank: noRank}
	for _, list := range [2][]posting{t.byKey[key], t.anyKey} {
		i := slices.IndexFunc(list, func(p posting) bool { return m.active(p.rule()) })
		if i >= 0 && list[i].rank < best.rank {
			best = list[i]
		}
	}
	if best.rank != noRank {
		return best.rule(), true
	}
	for _, p := range t.defaults {
		r := &rs.rules[p.rule()]
		if m.active(p.rule()) && (len(r.src.Keys) == 0 || slices.ContainsFunc(r.src.Keys, func(k string) bool { return strings.TrimSpace(k) == key })) {
			return p.rule(), true
		}
	}
	return 0, false
}

// sent answers what a citizen sends that is not text.
func (x *exchange) sent() *models.Reply {
	x.sc.Read("")
	x.next.more, x.next.asked = paging{}, ""
	if p := x.pinForAll(); p != nil {
		return x.emergency(p)
	}
	if reply, ok := x.fills(); ok {
		return reply
	}
	if reply, ok := x.pickUp(); ok {
		return reply
	}
	if hold := x.b.desks.Hold(x.who()); hold != "" {
		if reply, ok := x.silentFor(hold); ok {
			return reply
		}
	}
	on := triggerOf(x.msg.MsgType)
	if on == models.OnImage && x.start.photo != "" {
		key := x.start.photo
		x.next.photo, x.next.photoUntil = "", 0
		if place, ok := x.rs.trigger(models.OnPhoto, key, &x.asked); ok {
			return x.wrote(x.enter(place, key))
		}
	}
	if place, ok := x.rs.trigger(on, "", &x.asked); ok {
		return x.wrote(x.enter(place, ""))
	}
	return x.defaultAnswer()
}

// wrote counts what a citizen sent himself as a rule's answer, not as an event.
func (x *exchange) wrote(reply *models.Reply) *models.Reply {
	if x.match.Outcome == OutcomeEvent {
		x.match.Outcome = OutcomeRule
	}
	return reply
}

func triggerOf(msgType string) models.Trigger {
	switch msgType {
	case models.MsgTypeImage:
		return models.OnImage
	case models.MsgTypeVoice:
		return models.OnVoice
	case models.MsgTypeVideo, models.MsgTypeShortVideo:
		return models.OnVideo
	case models.MsgTypeLocation:
		return models.OnLocation
	case models.MsgTypeLink:
		return models.OnLink
	}
	return ""
}
