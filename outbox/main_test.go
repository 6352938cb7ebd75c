package outbox

import (
	"context"
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/simulator/platform"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
	"github.com/wenzheng/wenzheng/waits"
	"github.com/wenzheng/wenzheng/wechat"
)

var morning = storetest.Morning

var (
	wang    = models.Who{ID: "op-1", Name: "wang", Role: "case_handler"}
	manager = models.Who{ID: "op-2", Name: "li", Role: "account_manager"}
)

// office is an account whose citizens write and whose staff answer, beside a platform with an opinion
// of its own.
type office struct {
	*Outbox
	t        testing.TB
	clock    *storetest.Clock // WeChat's
	own      *storetest.Clock // the program's
	store    *store.Store
	waits    *waits.Waits
	sealer   store.Sealer // nil: that of all tests
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

func newOffice(t testing.TB, database string, change ...func(*models.Account)) *office {
	t.Helper()
	o := &office{t: t, clock: storetest.NewClock(morning), database: database, account: storetest.Account()}
	o.own = o.clock
	for _, f := range change {
		f(&o.account)
	}
	o.platform = platform.New(platform.Options{Accounts: []models.Account{o.account}, Now: o.clock.Now})
	server := httptest.NewServer(o.platform)
	o.api = server.URL
	t.Cleanup(func() {
		o.platform.Close()
		server.CloseClientConnections()
		server.Close()
	})
	o.restart(Limits{})
	if err := o.store.CreateAccount(context.Background(), o.account, manager); err != nil {
		t.Fatal(err)
	}
	return o
}

// restart is another process on the same database.
func (o *office) restart(l Limits) {
	o.t.Helper()
	if o.sealer == nil {
		o.sealer = storetest.NewSealer(o.t)
	}
	s, err := store.Open(store.Options{
		Database: o.database, Sealer: o.sealer, AuditMAC: storetest.MAC, Now: func() time.Time { return o.own.Now() },
	})
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { _ = s.Close() }) // the one that failed was told of already
	client := wechat.NewClient(o.account, wechat.ClientOptions{Base: o.api, Now: func() time.Time { return o.own.Now() }, Timeout: 300 * time.Millisecond})
	o.t.Cleanup(client.CloseIdle)
	o.store, o.waits = s, waits.New(s, nil)
	o.Outbox = New(s, o.waits, Options{
		Now: func() time.Time { return o.own.Now() }, Limits: l,
		Accounts: func() []models.Account { return []models.Account{o.account} },
		Client:   func(context.Context, models.Account) *wechat.Client { return client },
	})
}

// sibling is another instance on the same database.
func (o *office) sibling() *office {
	other := *o
	other.restart(Limits{})
	return &other
}

// at sets the clock to a second of the scenario.
func (o *office) at(second int) {
	o.clock.Set(morning.Add(time.Duration(second) * time.Second))
	if o.own != o.clock {
		o.own.Set(o.own.Now())
	}
}

// event is something a citizen does, as the platform builds it.
type event func(simulator.Post) []byte

func says(text string) event { return func(p simulator.Post) []byte { return p.Text(text) } }
func clicks(key string) event {
	return func(p simulator.Post) []byte { return p.Click(key) }
}

// happens lets a citizen do something; the answer, if there is one, is written behind it.
func (o *office) happens(openID string, what event, answer ...models.Answer) models.Interaction {
	o.t.Helper()
	o.n++
	post := simulator.Post{To: o.account.OriginalID, From: openID, At: o.clock.Now(), MsgID: fmt.Sprint(7_000_000 + o.n)}
	ev, err := simulator.ReadEvent(o.account.AppID, what(post))
	if err != nil {
		o.t.Fatal(err)
	}
	o.platform.Begin(o.account.AppID, &ev)
	m := ev.Message
	m.AppID, m.Key, m.Raw, m.ParseStatus = o.account.AppID, ev.Key, ev.Body, models.ParseOK
	m.Delivery.ReceivedAt = o.clock.Now()
	row := models.Inbound(&m)
	row.Outcome = models.OutcomeSilent
	batch := []models.Interaction{row}
	for _, a := range answer {
		batch[0].Settle(&a)
		if out, said := models.Outbound(&batch[0], &a); said {
			batch = append(batch, out)
		}
	}
	o.record(batch...)
	return batch[0]
}

func (o *office) record(rows ...models.Interaction) {
	o.t.Helper()
	if err := o.waits.Record(context.Background(), rows); err != nil {
		o.t.Fatal(err)
	}
}

// asks lets a citizen write a text that no rule answers.
func (o *office) asks(openID, text string) models.Interaction {
	o.t.Helper()
	return o.happens(openID, says(text))
}

func (o *office) uid(openID string) string {
	return o.sealer.UID(o.account.AppID, openID)
}

// answers queues an answer of wang.
func (o *office) answers(openID, key, text string) Item {
	o.t.Helper()
	return o.enqueues(openID, key, text)[0]
}

func (o *office) enqueues(openID, key, text string) []Item {
	o.t.Helper()
	list, err := o.Enqueue(context.Background(), wang, o.request(openID, key, text))
	if err != nil {
		o.t.Fatal(err)
	}
	return list
}

func (o *office) request(openID, key, text string) Request {
	return Request{
		AppID: o.account.AppID, UID: o.uid(openID), SendKey: key, Staff: wang.Name, Purpose: Answer,
		Content: Content{Reply: models.TextReply(text)},
	}
}

// sends lets the sender do what is due.
func (o *office) sends() {
	o.t.Helper()
	if _, err := o.Send(context.Background()); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) upkeep() {
	o.t.Helper()
	if err := o.Upkeep(context.Background()); err != nil {
		o.t.Fatal(err)
	}
}

// item is a message as it is now.
func (o *office) item(id int64) Item {
	o.t.Helper()
	i, err := o.Item(context.Background(), Everything(), id)
	if err != nil {
		o.t.Fatal(err)
	}
	return i
}

// wants holds a message to a state, and returns it.
func (o *office) wants(id int64, state State) Item {
	o.t.Helper()
	i := o.item(id)
	if i.State != state {
		o.t.Fatalf("message %d is %s (%s, %d), want %s", id, i.State, i.Reason, i.ErrCode, state)
	}
	return i
}

// delivered are the texts that the platform showed to a citizen.
func (o *office) delivered(openID string) (texts []string) {
	for _, d := range o.platform.Deliveries() {
		if d.OpenID == openID {
			texts = append(texts, d.Text)
		}
	}
	return texts
}

// picksUp is a message of a citizen that is answered with what waits, as the brain would.
func (o *office) picksUp(openID, text string) models.Interaction {
	o.t.Helper()
	list, err := o.Held(context.Background())
	if err != nil {
		o.t.Fatal(err)
	}
	for _, h := range list {
		if h.OpenID == openID && h.Key == "" {
			return o.happens(openID, says(text), models.Answer{
				Reply: models.TextReply(h.Text), Outcome: models.OutcomeAnswered, At: o.own.Now(), Latency: 20 * time.Millisecond,
				Match: models.Match{PickUp: []int64{h.ID}, Staff: h.Staff, Matched: true},
			})
		}
	}
	o.t.Fatalf("nothing waits for %s in %+v", openID, list)
	return models.Interaction{}
}

// wait holds the only wait of the log to its response time and its points.
func (o *office) wait(rt, u int64) {
	o.t.Helper()
	if n := o.number("SELECT COUNT(*) FROM waits"); n != 1 {
		o.t.Fatalf("%d waits", n)
	}
	gotRT := o.number("SELECT answer_at - open_at FROM waits WHERE answer_at > 0")
	gotU, human := o.number("SELECT SUM(u_micro) FROM wait_hours"), o.number("SELECT SUM(human) FROM wait_hours")
	if gotRT != rt || gotU != u || human != 1 {
		o.t.Errorf("response time %d, points %d, human %d; want %d, %d, 1", gotRT, gotU, human, rt, u)
	}
}

// open holds the only wait of the log to being open.
func (o *office) open() {
	o.t.Helper()
	if n := o.number("SELECT COUNT(*) FROM waits WHERE answer_at = 0"); n != 1 || o.number("SELECT COUNT(*) FROM waits") != 1 {
		o.t.Errorf("%d open waits", n)
	}
}

// fault has the platform's sending fail.
func (o *office) fault(f platform.Fault) {
	f.Path = "/cgi-bin/message/custom/send"
	o.platform.SetFaults(f)
}

func (o *office) number(query string, args ...any) int64 {
	o.t.Helper()
	return storetest.Number(o.t, o.store, query, args...)
}
