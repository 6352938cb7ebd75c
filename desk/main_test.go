package desk

import (
	"context"
	"fmt"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/desk/kf"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/simulator/platform"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
	"github.com/wenzheng/wenzheng/waits"
	"github.com/wenzheng/wenzheng/wechat"
)

var morning = storetest.Morning

var (
	wang = models.Who{ID: "op-1", Name: "wang", Role: "case_handler"}
	li   = models.Who{ID: "op-2", Name: "li", Role: "case_handler"}
)

const (
	zhang = "oCitizen00000000000000000001"
	zhao  = "oCitizen00000000000000000002"
)

// office is an account with a brain, citizens who write, and a desk with wang and li.
type office struct {
	*Desk
	t        testing.TB
	clock    *storetest.Clock
	store    *store.Store
	waits    *waits.Waits
	outbox   *outbox.Outbox
	brain    *bot.Bot
	kf       *kf.Client
	platform *platform.Platform
	account  models.Account
	database string
	api      string
	n        int // events so far
}

var current = storetest.Original{Open: func(t testing.TB, database string) (storetest.Store, error) {
	t.Helper()
	return store.Open(store.Options{Database: database, Sealer: storetest.NewSealer(t), AuditMAC: storetest.MAC})
}}

// everyDatabase runs a test on each kind of database.
func everyDatabase(t *testing.T, f func(t *testing.T, o *office)) {
	t.Helper()
	current.Every(t, func(t *testing.T, database string) { f(t, newOffice(t, database)) })
}

func newOffice(t testing.TB, database string) *office {
	t.Helper()
	o := &office{t: t, clock: storetest.NewClock(morning), database: database, account: storetest.Account()}
	o.account.Settings = []models.Setting{{Name: models.SettingHuman, Value: models.HumanDesk}}
	o.platform = platform.New(platform.Options{Accounts: []models.Account{o.account}, Now: o.clock.Now})
	server := httptest.NewServer(o.platform)
	o.api = server.URL
	t.Cleanup(func() {
		o.platform.Close()
		server.CloseClientConnections()
		server.Close()
	})
	o.start()
	if err := o.store.CreateAccount(context.Background(), o.account, wang); err != nil {
		t.Fatal(err)
	}
	o.hires(wang, li)
	return o
}

// start is a process on the database.
func (o *office) start() {
	o.t.Helper()
	s, err := store.Open(store.Options{Database: o.database, Sealer: storetest.NewSealer(o.t), AuditMAC: storetest.MAC, Now: o.clock.Now})
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { _ = s.Close() }) // the one that failed was told of already
	client := wechat.NewClient(o.account, wechat.ClientOptions{Base: o.api, Now: o.clock.Now})
	o.t.Cleanup(client.CloseIdle)
	accounts := func() []models.Account { return []models.Account{o.account} }
	o.store, o.waits = s, waits.New(s, nil)
	o.outbox = outbox.New(s, o.waits, outbox.Options{
		Now: o.clock.Now, Accounts: accounts, Client: func(context.Context, models.Account) *wechat.Client { return client },
	})
	o.kf = kf.New(s, o.waits, kf.Options{
		Now: o.clock.Now, Accounts: accounts, API: func(context.Context, models.Account) *wechat.Client { return client }, UID: storetest.NewSealer(o.t).UID,
	})
	if o.Desk, err = New(s, o.waits, o.outbox, Options{Now: o.clock.Now, Accounts: accounts, Undo: -1, WeChat: o.kf}); err != nil {
		o.t.Fatal(err)
	}
	calendar, err := indices.NewLiveCalendar()
	if err != nil {
		o.t.Fatal(err)
	}
	o.brain = bot.New(bot.Options{Now: o.clock.Now, Calendar: calendar})
	rules := []models.Rule{
		{ID: 1, Name: "路灯", Keywords: []string{"路灯"}, Topic: "城管/路灯", Action: models.ActionHandover, Replies: []models.Reply{models.TextReply("路灯由城管局维修。")}},
		{ID: 2, Name: "地址", Match: models.MatchExact, Keywords: []string{"地址"}, Replies: []models.Reply{models.TextReply("人民路 1 号。")}},
		{ID: 3, Name: "默认", Match: models.MatchDefault, Replies: []models.Reply{models.TextReply("没有找到答案，请换个说法。")}},
	}
	for i := range rules {
		rules[i].AppID, rules[i].State, rules[i].LiveVersion = o.account.AppID, models.RulePublished, 1
	}
	if err := o.brain.Publish(o.account, 1, rules); err != nil {
		o.t.Fatal(err)
	}
}

// sibling is another instance on the same database.
func (o *office) sibling() *office {
	other := *o
	other.start()
	return &other
}

// at sets the clock to a second of the scenario.
func (o *office) at(second int) {
	o.clock.Set(morning.Add(time.Duration(second) * time.Second))
}

// here has people show themselves at the desk, and the desk do what is due.
func (o *office) here(who ...models.Who) {
	o.t.Helper()
	for _, w := range who {
		if _, err := o.SetPresence(context.Background(), w, Online); err != nil {
			o.t.Fatal(err)
		}
	}
	o.ticks()
}

func (o *office) ticks() {
	o.t.Helper()
	if err := o.Tick(context.Background()); err != nil {
		o.t.Fatal(err)
	}
	o.tellsBrain()
}

func (o *office) tellsBrain() {
	o.t.Helper()
	holds, err := o.Holds(context.Background())
	if err != nil {
		o.t.Fatal(err)
	}
	o.brain.Desks(holds)
}

// writes is a message of a citizen with what the program says to it: the rows, and the answer's text.
func (o *office) writes(openID, text string) (rows []models.Interaction, said string) {
	o.t.Helper()
	rows, said = o.written(openID, text)
	o.records(rows)
	o.tellsBrain()
	return rows, said
}

func (o *office) written(openID, text string) (rows []models.Interaction, said string) {
	o.t.Helper()
	return o.arrives(openID, func(p simulator.Post) []byte { return p.Text(text) })
}

// arrives is a callback with what the program says to it.
func (o *office) arrives(openID string, body func(simulator.Post) []byte) (rows []models.Interaction, said string) {
	o.t.Helper()
	o.n++
	post := simulator.Post{To: o.account.OriginalID, From: openID, At: o.clock.Now(), MsgID: fmt.Sprint(7_000_000 + o.n)}
	ev, err := simulator.ReadEvent(o.account.AppID, body(post))
	if err != nil {
		o.t.Fatal(err)
	}
	o.platform.Begin(o.account.AppID, &ev)
	m := ev.Message
	m.AppID, m.Key, m.Raw, m.ParseStatus, m.Delivery.ReceivedAt = o.account.AppID, ev.Key, ev.Body, models.ParseOK, o.clock.Now()
	a := models.Answer{At: o.clock.Now(), Latency: 5 * time.Millisecond, Outcome: models.OutcomeSilent}
	o.brain.Handle(context.Background(), &m, &a)
	if !a.Reply.Silent() {
		a.Outcome, said = models.OutcomeAnswered, a.Reply.Text
	}
	in := models.Inbound(&m)
	in.Settle(&a)
	rows = []models.Interaction{in}
	if out, ok := models.Outbound(&in, &a); ok {
		rows = append(rows, out)
	}
	return rows, said
}

func (o *office) records(rows []models.Interaction) {
	o.t.Helper()
	if err := o.waits.Record(context.Background(), slices.Clone(rows)); err != nil {
		o.t.Fatal(err)
	}
}

// only is the only conversation there is.
func (o *office) only() Conversation {
	o.t.Helper()
	var list []Conversation
	err := o.store.Read(context.Background(), store.Console, func(t *store.Tx) (err error) {
		list, err = conversations(context.Background(), t, "1 = 1")
		return err
	})
	if err != nil || len(list) != 1 {
		o.t.Fatalf("%d conversations, error %v", len(list), err)
	}
	return list[0]
}

// wants holds the only conversation to a state and a holder.
func (o *office) wants(state State, assignee string) Conversation {
	o.t.Helper()
	c := o.only()
	if c.State != state || c.Assignee != assignee {
		o.t.Fatalf("conversation is %s (%s) with %q, want %s with %q", c.State, c.Reason+c.CloseCode, c.Assignee, state, assignee)
	}
	return c
}

func (o *office) says(who models.Who, c *Conversation, key, text string) ([]outbox.Item, error) {
	return o.Say(context.Background(), who, Say{Act: Act{ID: c.ID}, SendKey: key, Seen: c.LastInKey, Content: outbox.Content{Reply: models.TextReply(text)}})
}

// replies says something and has it sent.
func (o *office) replies(who models.Who, key, text string) {
	o.t.Helper()
	c := o.only()
	if _, err := o.says(who, &c, key, text); err != nil {
		o.t.Fatal(err)
	}
	if _, err := o.outbox.Send(context.Background()); err != nil {
		o.t.Fatal(err)
	}
	o.tellsBrain()
}

func storetestUID(t testing.TB, openID string) string {
	t.Helper()
	return storetest.NewSealer(t).UID(storetest.AppA, openID)
}

func (o *office) number(query string, args ...any) int64 {
	o.t.Helper()
	return storetest.Number(o.t, o.store, query, args...)
}

func (o *office) hires(who ...models.Who) {
	o.t.Helper()
	storetest.Hire(o.t, o.store, who...)
}

func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	storetest.WantCode(t, err, code)
}
