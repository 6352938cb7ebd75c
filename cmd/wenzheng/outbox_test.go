package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/simulator/platform"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

const (
	customSendAPI = "/cgi-bin/message/custom/send"
	agent         = "wangjie"
)

// enqueue queues an answer of the agent to a citizen.
func (i *installation) enqueue(ctx context.Context, uid, account, key, text string) (outbox.Item, error) {
	list, err := i.outbox.Enqueue(ctx, operator(), outbox.Request{
		AppID: account, UID: uid, SendKey: key, Staff: agent, Purpose: outbox.Answer, Content: outbox.Content{Reply: models.TextReply(text)},
	})
	if err != nil {
		return outbox.Item{}, err
	}
	return list[0], nil
}

// lose makes a message with this id whose sender died during the call.
func (i *installation) lose(uid, account string, id int64) error {
	ctx := context.Background()
	queued, err := i.enqueue(ctx, uid, account, fmt.Sprint("lost-", id), "已经派人去修")
	if err != nil {
		return err
	}
	err = i.Transact(ctx, func(t *store.Tx) error {
		sealed := []byte(nil)
		err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&sealed) }, "SELECT payload FROM outbox WHERE id = ?", queued.ID)
		if err != nil {
			return err
		}
		plain, err := t.Unseal("outbox", "payload", fmt.Sprint(queued.ID), sealed)
		if err == nil {
			sealed, err = t.Seal("outbox", "payload", fmt.Sprint(id), plain)
		}
		if err != nil {
			return err
		}
		return t.Exec(ctx, "UPDATE outbox SET id = ?, first_part = ?, payload = ?, state = 'sending', claim = 1, attempt_at = ?, lease_until = 1 WHERE id = ?",
			id, id, sealed, time.Now().UnixMicro(), queued.ID)
	})
	if err != nil {
		return err
	}
	return i.outbox.Upkeep(ctx)
}

// handOver makes a conversation with this id that waits for somebody.
func (i *installation) handOver(uid, account string, id int64) error {
	ctx, now := context.Background(), time.Now().UnixMicro()
	return i.Transact(ctx, func(t *store.Tx) error {
		return t.Exec(ctx, "INSERT INTO conversations (id, app_id, uid, open_key, source_key, state, reason, topic, assignee, queued_at, promised_at, assigned_at, "+
			"last_in_at, last_in_key, last_text, owed_at, answered_at, closed_at, close_code, close_text, version, changed_at) "+
			"VALUES (?, ?, ?, ?, 'k', 'queued', 'asked', '', '', ?, 0, 0, ?, 'k', '人工', ?, 0, 0, '', '', 1, ?)", id, account, uid, uid, now, now, now, now)
	})
}

// TestOutbox_HeldTextAnswersTheNextMessage: an account that may not send answers by hand all the same,
// with the running program and the platform's own opinion.
func TestOutbox_HeldTextAnswersTheNextMessage(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.account.Kind = models.KindSubscription // unverified: it may not send
		api := o.officialAPI()
		o.env["WENZHENG_WECHAT_API_BASE"] = api.url
		o.open().serve()
		client := o.client(simulator.Policy{Attempts: 1}, nil)
		citizen := o.citizen(1)
		says := func(text string) *simulator.Trace {
			t.Helper()
			trace, err := client.Send(t.Context(), citizen, text)
			if err != nil {
				t.Fatal(err)
			}
			return trace
		}
		says("路灯坏了三天没人管")
		o.drained(10 * time.Second)
		var item outbox.Item
		o.withStore(func(st *installation) (err error) {
			item, err = st.enqueue(context.Background(), uidOf(t, st, o.account.AppID), o.account.AppID, "k1", "已经派人去修，今晚修好")
			return err
		})
		state := func() (i outbox.Item) {
			o.withStore(func(st *installation) (err error) {
				i, err = st.outbox.Item(context.Background(), outbox.Everything(), item.ID)
				return err
			})
			return i
		}
		eventually(t, 20*time.Second, "the message is held", func() bool { return state().State == outbox.Held })
		eventually(t, 20*time.Second, "the next message is answered with it", func() bool {
			return strings.Contains(says("修好了吗").Reply.Text, "今晚修好")
		})
		eventually(t, 10*time.Second, "it is known to have arrived", func() bool { return state().State == outbox.Sent })
		if again := says("谢谢"); strings.Contains(again.Reply.Text, "今晚修好") {
			t.Errorf("it was given twice: %q", again.Reply.Text)
		}
		o.drained(10 * time.Second)
		if n := len(api.Deliveries()); n != 0 {
			t.Errorf("%d customer-service messages of an account that may not send", n)
		}
		// Whether the account may send was found out by the first try, unless it was asked about before.
		human := slices.DeleteFunc(o.rows(), func(r models.Interaction) bool { return r.Actor != models.ActorHuman || r.ErrCode == 48001 })
		if len(human) != 1 || human[0].Staff != agent || !human[0].OK || human[0].ReplyTo != state().PickedBy {
			t.Errorf("rows of a person: %+v", human)
		}
	})
}

// uidOf is the pseudonym of the only citizen.
func uidOf(t *testing.T, st *installation, appID string) (uid string) {
	t.Helper()
	err := st.Query(context.Background(), store.Console, func(rows *sql.Rows) error { return rows.Scan(&uid) }, "SELECT uid FROM citizens WHERE app_id = ?", appID)
	if err != nil || uid == "" {
		t.Fatalf("no citizen: %v", err)
	}
	return uid
}

// TestOutbox_KilledWhileSending kills the real binary while it sends. The platform's own record then
// holds each message once at most; what is not known to have arrived and is not queued any more is
// unknown.
func TestOutbox_KilledWhileSending(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "")
	o.account.Verified = true
	api := o.officialAPI()
	o.env["WENZHENG_WECHAT_API_BASE"] = api.url
	o.open()
	const people = 250
	var ids []int64
	ctx := context.Background()
	o.withStore(func(st *installation) error {
		for n := range people {
			openID := o.citizen(n)
			ev, err := simulator.ReadEvent(o.account.AppID, simulator.Post{To: o.account.OriginalID, From: openID, At: time.Now(), MsgID: fmt.Sprint(n + 1)}.Text("路灯坏了"))
			if err != nil {
				return err
			}
			api.Begin(o.account.AppID, &ev)
			row := models.Inbound(&ev.Message)
			row.AppID, row.MsgKey, row.At, row.ReceivedAt, row.Outcome = o.account.AppID, ev.Key, time.Now(), time.Now(), models.OutcomeSilent
			if err := st.waits.Record(ctx, []models.Interaction{row}); err != nil {
				return err
			}
		}
		return st.Query(ctx, store.Console, func(rows *sql.Rows) error {
			var uid string
			if err := rows.Scan(&uid); err != nil {
				return err
			}
			i, err := st.enqueue(ctx, uid, o.account.AppID, uid, "答复 "+uid)
			ids = append(ids, i.ID)
			return err
		}, "SELECT uid FROM citizens")
	})
	api.SetFaults(platform.Fault{Path: customSendAPI, Kind: platform.FaultSlow, DelayMS: 30})
	p := o.spawn()
	kills := 0
	for sent := 20; kills < 3; sent += 60 {
		eventually(t, 30*time.Second, "messages arrive", func() bool { return len(api.Deliveries()) >= sent })
		p.signal(syscall.SIGKILL)
		p.wait(5 * time.Second)
		kills++
		p = o.spawn()
	}
	o.sentAll()
	p.signal(syscall.SIGTERM)
	p.wait(stopLatest + 5*time.Second)
	o.withStore(func(st *installation) error { // the leases of the dead run out
		later := outbox.New(st.Store, st.waits, outbox.Options{Now: func() time.Time { return time.Now().Add(time.Minute) }})
		for range 5 {
			if err := later.Upkeep(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	delivered := map[string]int{}
	for _, d := range api.Deliveries() {
		if delivered[d.Text]++; delivered[d.Text] > 1 {
			t.Errorf("%s arrived %d times", d.Text, delivered[d.Text])
		}
	}
	unknown := 0
	o.withStore(func(st *installation) error {
		for _, id := range ids {
			i, err := st.outbox.Item(ctx, outbox.Everything(), id)
			if err != nil {
				return err
			}
			switch arrived := delivered[i.Text] == 1; {
			case i.State == outbox.Unknown:
				unknown++
			case i.State != outbox.Sent || !arrived:
				t.Errorf("%s is %s, arrived %v", i.Text, i.State, arrived)
			}
		}
		return nil
	})
	t.Logf("%d kills, %d of %d messages arrived, %d unknown", kills, len(delivered), len(ids), unknown)
	if len(ids) != people || len(delivered) < people-unknown || unknown == 0 {
		t.Errorf("%d messages, %d arrived, %d unknown", len(ids), len(delivered), unknown)
	}
}

// sentAll waits until nothing is queued.
func (o *office) sentAll() {
	o.t.Helper()
	o.withStore(func(st *installation) error {
		eventually(o.t, 60*time.Second, "nothing is queued", func() bool {
			page, err := st.outbox.List(context.Background(), outbox.Everything(), outbox.Filter{Limit: 1})
			return err == nil && page.Count[outbox.Queued] == 0
		})
		return nil
	})
}

// TestOutbox_OwnAndOthers: a case handler sees and settles what he wrote, a manager everything.
func TestOutbox_OwnAndOthers(t *testing.T) {
	f := newFront(t, false)
	const app = "wx0123456789abcdef"
	ctx := t.Context()
	row := models.Interaction{
		AppID: app, OpenID: "oCitizen", Channel: models.ChannelChat, Dir: models.DirIn, Actor: models.ActorCitizen, Kind: "text", Content: "路灯坏了",
		At: f.time, ReceivedAt: f.time, MsgKey: "m1", OK: true, Outcome: models.OutcomeSilent,
	}
	if err := f.waits.Record(ctx, []models.Interaction{row}); err != nil {
		t.Fatal(err)
	}
	st := &installation{Store: f.store, outbox: f.outbox, waits: f.waits}
	uid := uidOf(t, st, app)
	if err := st.lose(uid, app, 77); err != nil {
		t.Fatal(err)
	}
	author, other, boss := f.settle(agent, auth.CaseHandler, app), f.settle("lina", auth.CaseHandler, app), f.settle("zhaojie", auth.AccountManager, app)
	ids := func(b *browser) (list []string) {
		var page struct{ Items []struct{ ID string } }
		w := b.ask("GET", "/outbox?state=unknown", "")
		if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		for _, i := range page.Items {
			list = append(list, i.ID)
		}
		return list
	}
	if a, o, b := ids(author), ids(other), ids(boss); !slices.Equal(a, []string{"77"}) || len(o) != 0 || !slices.Equal(b, a) {
		t.Errorf("the author sees %v, a colleague %v, the manager %v", a, o, b)
	}
	version := fmt.Sprint(itemOf(t, f, 77).Version)
	for _, c := range []struct {
		by           *browser
		method, path string
		body         string
		status       int
		code         string
	}{
		{other, "POST", "/outbox/77/resolve", `{"version":"` + version + `","reason":"x","arrived":true}`, 404, "not_found"},
		{author, "POST", "/outbox/77/resolve", `{"version":"1","reason":"x","arrived":true}`, 409, "conflict"},
		{author, "POST", "/outbox/77/resolve", `{"version":"` + version + `","reason":" ","arrived":true}`, 400, "invalid"},
		{author, "POST", "/outbox/77/resolve", `{"version":"` + version + `","reason":"x"}`, 400, "invalid"},
		{author, "DELETE", "/outbox/77?version=" + version, "", 409, "too_late"},
		{author, "POST", "/outbox/77/resend", `{"version":"` + version + `","reason":"","send_key":"again"}`, 409, "warning"},
		{boss, "POST", "/outbox/77/resolve", `{"version":"` + version + `","reason":"市民来电","arrived":true}`, 200, ""},
		{author, "GET", "/outbox/77/channel", "", 409, "too_late"},
		{other, "GET", "/outbox/77/channel", "", 404, "not_found"},
		{author, "GET", "/outbox/x/channel", "", 404, "not_found"},
		{boss, "POST", "/outbox/77/channel", `{"version":"9","reason":"","channel":"fax"}`, 409, "conflict"},
	} {
		w := c.by.ask(c.method, c.path, c.body)
		var e models.Error
		_ = json.Unmarshal(w.Body.Bytes(), &e)
		if w.Code != c.status || e.Code != c.code {
			t.Errorf("%s %s %s: %d %s", c.by.name, c.method, c.path, w.Code, w.Body)
		}
	}
	if i := itemOf(t, f, 77); i.State != outbox.Sent {
		t.Errorf("it is %s", i.State)
	}
}

func itemOf(t *testing.T, f *front, id int64) outbox.Item {
	t.Helper()
	i, err := f.outbox.Item(t.Context(), outbox.Everything(), id)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// TestOutbox_PickedUpWithoutADatabase: what waits is given while the database is away, once, and what was
// given is known when it is back.
func TestOutbox_PickedUpWithoutADatabase(t *testing.T) {
	t.Parallel()
	server := storetest.Private(t)
	o := newOffice(t, "mysql:"+server.Database(t))
	o.account.Kind = models.KindSubscription
	o.env["WENZHENG_WECHAT_API_BASE"] = o.officialAPI().url
	o.open().serve()
	client := o.client(simulator.Policy{Attempts: 1}, nil)
	says := func(text string) string {
		t.Helper()
		trace, err := client.Send(t.Context(), o.citizen(1), text)
		if err != nil {
			t.Fatal(err)
		}
		return trace.Reply.Text
	}
	says("路灯坏了三天没人管")
	o.drained(10 * time.Second)
	var item outbox.Item
	o.withStore(func(st *installation) error {
		list, err := st.outbox.Enqueue(context.Background(), operator(), outbox.Request{
			AppID: o.account.AppID, UID: uidOf(t, st, o.account.AppID), SendKey: "k1", Staff: agent, Purpose: outbox.Answer, Channel: outbox.PickUp,
			Content: outbox.Content{Reply: models.TextReply("已经派人去修，今晚修好")},
		})
		if err == nil {
			item = list[0]
		}
		return err
	})
	eventually(t, 3*time.Second, "the brain knows that it waits", func() bool { return o.metric("wenzheng_outbox_held_texts") == 1 })
	server.Kill(t)
	if got := says("修好了吗"); !strings.Contains(got, "今晚修好") {
		t.Errorf("answered with %q", got)
	}
	if got := says("谢谢"); strings.Contains(got, "今晚修好") {
		t.Errorf("given twice: %q", got)
	}
	server.Restart(t)
	o.drained(10 * time.Second)
	o.withStore(func(st *installation) error {
		i, err := st.outbox.Item(context.Background(), outbox.Everything(), item.ID)
		if err == nil && i.State != outbox.Sent {
			t.Errorf("it is %s", i.State)
		}
		return err
	})
}
