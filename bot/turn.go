package bot

import (
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// exchange is one message being answered.
type exchange struct {
	b     *Bot
	rs    *Ruleset // nil: the account has no rules
	pins  []pinned // emergency answers, also such as do not hold now
	pin   *pinned  // the one that was given
	msg   *models.Message
	asked asked
	sc    *scratch
	// unread: the rules had no time for the message, it gets the default answer.
	unread bool
	// dry: nobody is answered, so that nothing that waits is given away.
	dry bool

	memory *memory  // nil: nothing is remembered
	start  state    // what the message met
	next   state    // what it leaves
	pages  []string // of a long answer
	extra  int      // bytes that are still added to the answer
	why    string   // the reason, where it is not to be seen from match; "" = it is
	match  *models.Match
}

// noRules stands in where an account has none, so that windows and variables still work.
func noRules(b *Bot, appID string) *Ruleset {
	return &Ruleset{
		account: models.Account{AppID: appID}, limits: b.o.Limits,
		office: newOffice(nil, b.o.Calendar),
		heads:  newTable(nil), words: newTable(nil),
	}
}

// begin makes the zero exchange one for this message; match is filled on the way.
func (x *exchange) begin(b *Bot, m *models.Message, match *models.Match) {
	br := (*b.brains.Load())[m.AppID]
	if br == nil {
		br = &brain{}
	}
	x.b, x.msg, x.rs, x.match = b, m, br.rules.Load(), match
	now := b.o.Now()
	x.pins = br.pinned()
	if x.rs == nil {
		x.rs = noRules(b, m.AppID)
	}
	x.asked.rs, x.asked.at = x.rs, now
	*match = models.Match{RulesVersion: x.rs.version}
}

func (x *exchange) who() citizen { return citizen{AppID: x.msg.AppID, OpenID: x.msg.OpenID} }

// answer runs the whole way of a message. The reply is shared and not to be changed, nil is
// silence. What is to be remembered of it stands in next.
func (x *exchange) answer() *models.Reply {
	x.recall()
	x.sc = x.rs.scratch()
	reply := x.route()
	x.rs.release(x.sc)
	if x.match.Outcome == "" && (reply == nil || reply.Silent()) {
		x.match.Outcome = OutcomeSilence
	}
	return reply
}

func (x *exchange) route() *models.Reply {
	m := x.msg
	if x.unread {
		if m.MsgType == models.MsgTypeEvent {
			return nil
		}
		return x.defaultAnswer()
	}
	switch m.MsgType {
	case models.MsgTypeText:
		return x.said(m.Content)
	case models.MsgTypeEvent:
		return x.event()
	case models.MsgTypeVoice:
		if m.Recognition != "" {
			return x.spoken()
		}
	}
	return x.sent()
}

// recall loads what is remembered. A message that comes again starts from what it met
// the first time.
func (x *exchange) recall() {
	if x.msg.OpenID == "" {
		return
	}
	now := x.asked.at
	x.memory = x.b.memories.load(x.who(), now)
	if x.memory == nil {
		return
	}
	x.start = x.memory.now
	if x.msg.Key != "" && x.memory.last == keyHash(x.msg.Key) {
		x.start = x.memory.before
	}
	x.start.fresh(now.Unix())
	x.next = x.start
}

// remember saves what changed and hands it out to be stored.
func (x *exchange) remember() {
	if x.msg.OpenID == "" || equalStates(&x.next, &x.start) {
		return
	}
	if x.memory != nil && equalStates(&x.next, &x.memory.now) {
		return
	}
	m := &memory{last: keyHash(x.msg.Key), before: x.start, now: x.next}
	updated := x.b.memories.store(x.who(), m, x.sentAt())
	x.match.Dialogue = &models.Dialogue{
		AppID: x.msg.AppID, OpenID: x.msg.OpenID, State: m.encode(),
		UpdatedAt: updated, ExpiresAt: time.Unix(x.next.expires(), 0),
	}
}

// tellDesk has the people hear of what the answer does to the citizen's conversation.
func (x *exchange) tellDesk() {
	switch {
	case x.match.Handover != nil:
		x.b.desks.Foresee(x.who(), models.HoldQueued, x.asked.at)
	case x.match.Left:
		x.b.desks.Foresee(x.who(), "", x.asked.at)
	}
}

// sentAt is when the citizen wrote, by WeChat's clock: it is the same for all instances, so
// that of two states of a dialogue the later one wins whatever their own clocks say.
func (x *exchange) sentAt() time.Time {
	if sent, ok := x.msg.SentAt(); ok {
		return sent
	}
	return x.asked.at.Truncate(time.Microsecond)
}

// seed makes random picks the same for the same message wherever it is answered.
func (x *exchange) seed() uint64 {
	if x.msg.Key != "" {
		return keyHash(x.msg.Key)
	}
	return keyHash(x.msg.MsgID + x.msg.OpenID + x.msg.Content)
}

// chose records which rule answers.
func (x *exchange) chose(place int32, kind models.MatchKind, keyword, outcome string, matched bool) *rule {
	r := &x.rs.rules[place]
	x.match.RuleID, x.match.RuleName, x.match.Topic = r.src.ID, r.src.Name, r.src.Topic
	x.match.Kind, x.match.Keyword = kind, keyword
	x.match.Outcome, x.match.Matched = outcome, matched
	return r
}

// give returns the answer of a rule: its menu, or one of its replies.
func (x *exchange) give(r *rule) *models.Reply {
	if x.delegates(r.src) {
		return x.handOver(models.HandoverRule, x.lead(r))
	}
	if kind, opens := x.opensCase(r.src); opens {
		return x.beginCase(kind, x.lead(r))
	}
	if r.menu != nil {
		x.open(frame{rule: refOf(r.src.Name), mark: r.menu.mark})
		return x.tell(&r.menu.text, pagesOfMenu, refOf(r.src.Name))
	}
	if len(r.replies) == 0 {
		return nil
	}
	i := x.pick(r)
	return x.tell(&r.replies[i], pagesOfReply, refOf(r.src.Name), uint8(i)) //nolint:gosec // at most models.MaxReplies
}

// open puts a menu on top of those that are open; the oldest of too many is closed.
func (x *exchange) open(f frame) {
	frames := slices.Clone(x.next.frames)
	// The same menu again closes what was opened after it.
	if i := slices.IndexFunc(frames, func(y frame) bool { return y.rule == f.rule }); i >= 0 {
		frames = frames[:i]
	}
	if len(frames) == maxFrames {
		frames = slices.Delete(frames, 0, 1)
	}
	frames = append(frames, f)
	x.next.frames = frames
	x.next.offered = nil
	x.hold()
}

// hold lets open menus wait for an answer from now on.
func (x *exchange) hold() { x.next.until = x.asked.at.Add(x.b.o.DialogueTTL).Unix() }

// rotationMemory is how long a citizen's place in rotating replies is remembered.
const rotationMemory = 24 * time.Hour

// pick chooses one of several replies. Rotation counts the citizen's own questions: the
// second time he is told the second reply.
func (x *exchange) pick(r *rule) int {
	n := len(r.replies)
	if n == 1 {
		return 0
	}
	ref := refOf(r.src.Name)
	switch r.src.Pick {
	case models.PickRandom:
		return int(mix(x.seed()^ref) % uint64(n)) //nolint:gosec // n is small and positive
	case models.PickRotate:
		return x.rotate(ref, n)
	}
	return 0
}

func (x *exchange) rotate(ref uint64, n int) int {
	turns := slices.Clone(x.next.turns)
	t := turn{rule: ref}
	if i := slices.IndexFunc(turns, func(y turn) bool { return y.rule == ref }); i >= 0 {
		t = turns[i]
		turns = slices.Delete(turns, i, i+1)
	}
	at := int(t.next) % n
	t.next = uint32(at+1) % uint32(n) //nolint:gosec // n is small and positive
	if len(turns) == maxTurns {
		turns = slices.Delete(turns, 0, 1)
	}
	turns = append(turns, t)
	x.next.turns = turns
	x.next.turnsUntil = x.asked.at.Add(rotationMemory).Unix()
	return at
}

// mix spreads a hash over all bits (the finaliser of SplitMix64).
func mix(v uint64) uint64 {
	v ^= v >> 30
	v *= 0xbf58476d1ce4e5b9
	v ^= v >> 27
	v *= 0x94d049bb133111eb
	return v ^ v>>31
}
