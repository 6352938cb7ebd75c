package bot

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wenzheng/wenzheng/bot/people"
	"github.com/wenzheng/wenzheng/models"
)

// Options are what the brain needs; every field has a default.
type Options struct {
	Now      func() time.Time // default time.Now
	Calendar Calendar         // working days, default Monday to Friday
	Logger   *slog.Logger     // default: discard
	// DialogueTTL is how long an open menu waits for an answer, default 10 minutes.
	DialogueTTL time.Duration
	// DefaultQuiet is how long the same default answer is not repeated to one citizen,
	// default 10 minutes, negative = always repeated.
	DefaultQuiet time.Duration
	Limits       Limits
	// Deadlines tells until when a case is to be accepted and answered, zero times where that is not
	// known. nil: no receipt names any. It is on the way of an answer and looks nothing up.
	Deadlines func(a *models.Account, kind models.CaseKind, at time.Time) (accept, answer time.Time)
	Keeps     models.CaseKeeping // of cases, as citizens are told
}

// Bot answers messages from the published rules of all accounts. It does no I/O and is
// safe for concurrent use.
type Bot struct {
	o        Options
	publish  sync.Mutex // serialises writers of brains
	brains   atomic.Pointer[map[string]*brain]
	memories memories
	held     people.Held
	sent     people.Sent
	desks    people.Desks
	matters  people.Matters
	turns    [64]sync.Mutex // see inTurn
}

// brain is what one account knows.
type brain struct {
	rules atomic.Pointer[Ruleset]
	pins  atomic.Pointer[[]pinned]
}

// New returns a Bot without any rules: every message is met with silence.
func New(o Options) *Bot {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	o.DialogueTTL = cmp.Or(o.DialogueTTL, 10*time.Minute)
	o.DefaultQuiet = cmp.Or(o.DefaultQuiet, 10*time.Minute)
	o.Limits = o.Limits.withDefaults()
	b := &Bot{o: o, memories: newMemories(o.Limits.DialogueBytes), sent: people.NewSent()}
	b.brains.Store(&map[string]*brain{})
	return b
}

// Desks sets what is known of the people of all accounts, in place of what was.
func (b *Bot) Desks(list map[string]models.Desk) { b.desks.Set(list, b.o.Now()) }

// Hold sets the texts that wait for citizens, of all accounts, in place of those it knew.
func (b *Bot) Hold(list []models.HeldText) { b.held.Set(list) }

// Matters sets what is known of all citizens' cases, in place of what was.
func (b *Bot) Matters(list []models.Matters) { b.matters.Set(list) }

// Publish compiles the rules of an account and puts them in place of the old ones in one
// step: a message is answered by the one set or the other. On an error, a *models.Error
// that names the rules at fault, the old set stays. The rules must not be changed
// afterwards.
func (b *Bot) Publish(a models.Account, version int64, rules []models.Rule) error {
	rs, err := Compile(a, version, rules, CompileOptions{Calendar: b.o.Calendar, Limits: b.o.Limits})
	if err != nil {
		return err
	}
	rs.Prepare() // now, not on a citizen's time
	b.brain(a.AppID).rules.Store(rs)
	b.o.Logger.Info("rules published", "account", a.AppID, "version", version, "rules", rs.Len())
	return nil
}

// brain returns the account's place, making it when it is new.
func (b *Bot) brain(appID string) *brain {
	if br := (*b.brains.Load())[appID]; br != nil {
		return br
	}
	b.publish.Lock()
	defer b.publish.Unlock()
	old := *b.brains.Load()
	if br := old[appID]; br != nil {
		return br
	}
	next := maps.Clone(old)
	next[appID] = &brain{}
	b.brains.Store(&next)
	return next[appID]
}

// Handle decides the reply to a message and says which rule gave it: it fills Reply and
// Match of a, whatever they held, and touches nothing else of it. What Reply refers to is
// shared and not to be changed. Handle never fails: whatever goes wrong inside ends in
// silence. A message it was asked before (same Key) gets the same reply as long as the
// rules are the same. Once ctx has ended nothing of the exchange is remembered.
func (b *Bot) Handle(ctx context.Context, m *models.Message, a *models.Answer) {
	b.handle(ctx, m, a, false)
}

// Default is Handle for a message that could not be read in time: it gives the account's
// default answer, however recently that was given, and silence to an event.
func (b *Bot) Default(m *models.Message, a *models.Answer) {
	b.handle(context.Background(), m, a, true)
}

func (b *Bot) handle(ctx context.Context, m *models.Message, a *models.Answer, unread bool) {
	a.Reply = models.Reply{}
	defer func() {
		if fault := recover(); fault != nil {
			b.o.Logger.Error("rule panicked", "account", m.AppID, "fault", fault)
			a.Match = models.Match{Outcome: OutcomeSilence}
		}
	}()
	defer b.inTurn(citizen{AppID: m.AppID, OpenID: m.OpenID})()
	x := exchange{unread: unread}
	x.begin(b, m, &a.Match)
	reply := x.answer()
	if ctx.Err() == nil {
		x.remember()
		x.tellDesk()
	} else {
		b.held.GiveBack(a.Match.PickUp)
	}
	if reply != nil {
		a.Reply = *reply
	}
}

// inTurn has the messages of a citizen who tells a case decided one after the other until the returned
// function is called: several photos sent at once come at once, and each adds to what the others made.
func (b *Bot) inTurn(who citizen) (done func()) {
	if m := b.memories.load(who, b.o.Now()); m == nil || m.now.intake == nil {
		return func() {}
	}
	mu := &b.turns[keyHash(who.OpenID)%uint64(len(b.turns))]
	mu.Lock()
	return mu.Unlock
}

// Outcomes of a message, for counting.
const (
	OutcomeRule       = "rule"
	OutcomeCorrection = "correction" // a rule, once a slip of the pen was put right
	OutcomeMenu       = "menu"
	OutcomeSuggestion = "suggestion"
	OutcomeEmergency  = "emergency"
	OutcomeHandover   = "handover" // to people
	OutcomeDesk       = "desk"     // people hold the conversation
	OutcomeCrisis     = "crisis"
	OutcomeCase       = "case"   // a step of the dialogue that makes a case
	OutcomePickUp     = "pickup" // a person's answer that waited for the citizen
	OutcomeDefault    = "default"
	OutcomeQuiet      = "quiet" // a default answer not repeated so soon
	OutcomeSilence    = "silence"
	OutcomeEvent      = "event"
)

// Outcomes lists them all.
func Outcomes() []string {
	return []string{
		OutcomeRule, OutcomeCorrection, OutcomeMenu, OutcomeSuggestion, OutcomeEmergency, OutcomeHandover, OutcomeDesk, OutcomeCrisis, OutcomeCase, OutcomePickUp, OutcomeDefault, OutcomeQuiet,
		OutcomeSilence, OutcomeEvent,
	}
}
