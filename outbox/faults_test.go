package outbox

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/simulator/platform"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
	"github.com/wenzheng/wenzheng/wechat"
)

// A call that was not answered as it should be may have arrived: it is unknown, and never made again.
func TestSend_NoAnswer(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		second := 0
		for n, kind := range []platform.FaultKind{platform.FaultSilence, platform.FaultReset, platform.FaultStatus, platform.FaultEmpty, platform.FaultHuge} {
			for _, arrives := range []bool{true, false} {
				second += 1000
				o.at(second)
				openID := fmt.Sprintf("oSilence%d%v", n, arrives)
				o.asks(openID, "路灯坏了")
				i := o.answers(openID, fmt.Sprintf("k%d%v", n, arrives), "已经派人去修")
				o.fault(platform.Fault{Kind: kind, After: arrives, Bytes: 5 << 20})
				o.sends()
				got := o.wants(i.ID, Unknown)
				if got.Reason != ReasonTimeout || got.ErrCode != codeUnknown {
					t.Errorf("%s: %q, %d", kind, got.Reason, got.ErrCode)
				}
				o.at(second + 120)
				o.upkeep()
				o.sends()
				if hits := o.platform.Faults()[0].Hits; hits != 1 {
					t.Errorf("%s: %d calls", kind, hits)
				}
				if ok := o.number("SELECT COUNT(*) FROM interactions WHERE uid = ? AND actor = 'human' AND ok = 0 AND err_code = -100", o.uid(openID)); ok != 1 {
					t.Errorf("%s: %d rows that say that nobody knows", kind, ok)
				}
				if used := o.number("SELECT SUM(used) FROM windows WHERE uid = ?", o.uid(openID)); used != 1 {
					t.Errorf("%s: %d places are used", kind, used)
				}
			}
		}
	})
}

// Every class of error has its own reaction.
func TestSend_RefusedByWeChat(t *testing.T) {
	type result struct {
		State  State
		Reason string
		Used   int64 // of the window's places
		Rows   int64 // of the log
		Drift  bool  // WeChat knows better
	}
	everyDatabase(t, func(t *testing.T, o *office) {
		second := 0
		for code, want := range map[int]result{
			40003: {Failed, ReasonRefused, 0, 1, false},
			45002: {Failed, ReasonRefused, 0, 1, false},
			87014: {Failed, ReasonRefused, 0, 1, false},
			40007: {Failed, ReasonRefused, 0, 1, false},
			-1:    {Failed, ReasonRefused, 0, 1, false},
			45015: {Held, ReasonWindow, 1, 1, true},
			43004: {Held, ReasonWindow, 1, 1, true},
			45047: {Held, ReasonCount, 5, 1, true},
			48001: {Held, ReasonRight, 0, 1, false},
			45011: {Queued, ReasonQuota, 0, 0, false},
			40164: {Queued, ReasonOffline, 0, 0, false},
		} {
			second += 1000
			o.at(second)
			o.reborn() // the breaker of the case before is closed
			openID := fmt.Sprint("oRefused", code)
			o.asks(openID, "路灯坏了")
			i := o.answers(openID, fmt.Sprint("k", code), "已经派人去修")
			o.fault(platform.Fault{Kind: platform.FaultErrcode, Code: code})
			o.sends()
			now := o.item(i.ID)
			got := result{
				now.State, now.Reason, o.number("SELECT SUM(used) FROM windows WHERE uid = ?", o.uid(openID)),
				o.number("SELECT COUNT(*) FROM interactions WHERE uid = ? AND dir = 'out' AND ok = 0 AND err_code = ?", o.uid(openID), code), want.Drift,
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%d: %s", code, d)
			}
			if hits := o.platform.Faults()[0].Hits; hits != 1 {
				t.Errorf("%d: %d calls", code, hits)
			}
			if now.State == Queued { // out of the way of the next case
				if _, err := o.Cancel(context.Background(), wang, Everything(), Act{ID: now.ID, Version: now.Version}); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// What never left this machine stays queued, behind a breaker, and goes out once the line is there.
func TestSend_NoConnection(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.asks(citizen, "路灯坏了")
	api := o.api
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	o.through(api) // the token is there
	if _, err := o.o.Client(context.Background(), o.account).Token(context.Background()); err != nil {
		t.Fatal(err)
	}
	o.through(closed.URL)
	i := o.answers(citizen, "k1", "已经派人去修")
	o.sends()
	if got := o.wants(i.ID, Queued); got.Reason != ReasonOffline {
		t.Errorf("reason %q", got.Reason)
	}
	if used := o.number("SELECT SUM(used) FROM windows"); used != 0 {
		t.Errorf("%d places are used", used)
	}
	o.through(api)
	o.at(3)
	o.sends()
	o.wants(i.ID, Queued) // the breaker is open
	o.at(6)
	o.sends()
	o.wants(i.ID, Sent)
	o.wait(6, 1_000_000)
}

// through has the client call another address.
func (o *office) through(url string) {
	client := wechat.NewClient(o.account, wechat.ClientOptions{Base: url, Now: o.own.Now, Timeout: 300 * time.Millisecond})
	o.t.Cleanup(client.CloseIdle)
	o.o.Client = func(context.Context, models.Account) *wechat.Client { return client }
}

// A quota of calls that is used up stops the account's queue, in every instance, until it is there again.
func TestSend_QuotaIsUsedUp(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		var ids []int64
		for n := range 3 {
			openID := fmt.Sprint("oQuota", n)
			o.asks(openID, "路灯坏了")
			ids = append(ids, o.answers(openID, fmt.Sprint("k", n), "已经派人去修").ID)
		}
		o.fault(platform.Fault{Kind: platform.FaultErrcode, Code: 45009, Times: 1})
		claimed, _, err := o.claim(context.Background(), 1)
		if err != nil || len(claimed) != 1 {
			t.Fatalf("%d claimed, %v", len(claimed), err)
		}
		if err := o.settle(context.Background(), []outcome{o.call(context.Background(), claimed[0])}); err != nil {
			t.Fatal(err)
		}
		other := o.sibling()
		other.at(60)
		other.sends()
		if n := len(o.platform.Deliveries()); n != 0 {
			t.Errorf("%d messages while the quota is used up", n)
		}
		o.clock.Set(time.Date(2026, 3, 3, 0, 0, 1, 0, models.Shanghai()))
		other.sends()
		for _, id := range ids {
			o.wants(id, Sent)
		}
	})
}

// A window that the ledger has open and WeChat has not is closed; the message goes out with the next.
func TestRelease_WhenAWindowOpens(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.asks(citizen, "路灯坏了")
		image, err := o.Enqueue(context.Background(), wang, Request{
			AppID: o.account.AppID, UID: o.uid(citizen), SendKey: "k1", Staff: wang.Name, Purpose: Answer,
			Content: Content{Reply: models.Reply{Kind: models.ReplyNews, Articles: []models.Article{{Title: "指南", URL: "https://www.example.gov.cn/"}}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		o.fault(platform.Fault{Kind: platform.FaultErrcode, Code: 45015, Times: 1})
		o.sends()
		o.wants(image[0].ID, Held)
		o.at(10)
		o.upkeep()
		o.wants(image[0].ID, Held)
		o.at(20)
		o.asks(citizen, "修好了吗")
		o.upkeep()
		o.sends()
		o.wants(image[0].ID, Queued) // every instance forgets first that it waits
		o.at(26)
		o.sends()
		o.wants(image[0].ID, Sent)
	})
}

// Two instances send at once: each message goes out once, in order.
func TestSend_TwoInstances(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		const people, each = 12, 4
		for n := range people {
			openID := fmt.Sprintf("oTwo%02d", n)
			o.asks(openID, "路灯坏了")
			for k := range each {
				o.answers(openID, fmt.Sprintf("k%d-%d", n, k), fmt.Sprint("第", k, "条"))
			}
		}
		other := o.sibling()
		var both sync.WaitGroup
		for _, instance := range []*Outbox{o.Outbox, other.Outbox} {
			both.Go(func() {
				for range 20 {
					if _, err := instance.Send(context.Background()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		both.Wait()
		for n := range people {
			if d := cmp.Diff([]string{"第0条", "第1条", "第2条", "第3条"}, o.delivered(fmt.Sprintf("oTwo%02d", n))); d != "" {
				t.Error(d)
			}
		}
	})
}

// The database goes away between the call and its settlement: the outcome is kept and settled later.
func TestSettle_DatabaseAway(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		o.asks(citizen, "路灯坏了")
		i := o.answers(citizen, "k1", "已经派人去修")
		claimed, _, err := o.claim(ctx, 1)
		if err != nil || len(claimed) != 1 {
			t.Fatalf("%d claimed, %v", len(claimed), err)
		}
		done := o.call(ctx, claimed[0])
		rename := func(from, to string) {
			if err := o.store.Transact(ctx, func(t *store.Tx) error { return t.Exec(ctx, "ALTER TABLE "+from+" RENAME TO "+to) }); err != nil {
				t.Fatal(err)
			}
		}
		rename("outbox", "away")
		if err := o.settle(ctx, []outcome{done}); err == nil {
			t.Error("settled without a database")
		}
		rename("away", "outbox")
		o.wants(i.ID, Sending)
		o.at(45) // another instance says that it is lost, meanwhile
		other := o.sibling()
		other.upkeep()
		o.wants(i.ID, Unknown)
		o.sends()
		o.wants(i.ID, Sent)
		o.wait(0, 1_000_000)
		if n := len(o.delivered(citizen)); n != 1 {
			t.Errorf("it arrived %d times", n)
		}
	})
}

// The program's clock is an hour behind: no response time is negative, and nothing is sent twice.
func TestSend_ClockAnHourBehind(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.own = storetest.NewClock(time.Time{})
		behind := func(second int) {
			o.clock.Set(morning.Add(time.Duration(second) * time.Second))
			o.own.Set(o.clock.Now().Add(-time.Hour))
		}
		behind(0)
		o.reborn()
		question := o.asks(citizen, "路灯坏了")
		behind(60)
		r := o.request(citizen, "k1", "已经派人去修")
		r.ReplyTo = question.MsgKey
		list, err := o.Enqueue(context.Background(), wang, r)
		if err != nil {
			t.Fatal(err)
		}
		o.sends()
		o.wants(list[0].ID, Sent)
		o.wait(0, 1_000_000)
		behind(100)
		late := o.answers(citizen, "k2", "修好了")
		claimed, _, err := o.claim(context.Background(), 1)
		if err != nil || len(claimed) != 1 {
			t.Fatalf("%d claimed, %v", len(claimed), err)
		}
		right := o.sibling() // its clock is right, to which the lease is long over
		right.own = o.clock
		right.restart(Limits{})
		right.upkeep()
		right.sends()
		o.wants(late.ID, Unknown)
		if err := o.settle(context.Background(), []outcome{o.call(context.Background(), claimed[0])}); err != nil {
			t.Fatal(err)
		}
		o.wants(late.ID, Sent)
		if n := len(o.delivered(citizen)); n != 2 {
			t.Errorf("%d messages arrived", n)
		}
		if n := o.number("SELECT COUNT(*) FROM waits WHERE answer_at > 0 AND answer_at < open_at"); n != 0 {
			t.Errorf("%d negative response times", n)
		}
	})
}

// A message of a stranger, or of a citizen who left, is not sent.
func TestSend_UnfollowedOrUnknown(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.record(models.Interaction{
			AppID: o.account.AppID, UID: "someone-from-a-file", Channel: models.ChannelChat, Dir: models.DirIn, Actor: models.ActorCitizen,
			Kind: "text", Content: "路灯坏了", At: morning, ReceivedAt: morning, MsgKey: "file-1", OK: true,
		})
		r := o.request("", "k0", "已经派人去修")
		r.UID = "someone-from-a-file"
		list, err := o.Enqueue(context.Background(), wang, r)
		if err != nil {
			t.Fatal(err)
		}
		o.asks(citizen, "路灯坏了")
		i := o.answers(citizen, "k1", "已经派人去修")
		o.at(5)
		o.happens(citizen, func(p simulator.Post) []byte { return p.Unsubscribe() })
		o.sends()
		if got := o.wants(i.ID, Cancelled); got.Reason != ReasonUnfollow {
			t.Errorf("cancelled for %q", got.Reason)
		}
		if got := o.wants(list[0].ID, Failed); got.Reason != ReasonStranger {
			t.Errorf("failed for %q", got.Reason)
		}
		if n := o.number("SELECT COUNT(*) FROM windows WHERE expires_at > ?", store.Micros(o.own.Now())); n > 1 {
			t.Errorf("%d windows are open", n)
		}
	})
}

// Whatever citizens and staff write arrives as it was written.
func TestSend_HostileText(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	texts := []string{`<script>alert(1)</script>&amp;]]>`, "=cmd|' /C calc'!A0", "\u202Eevil\u202C", "👨\u200d👩\u200d👧家", `"}'; DROP TABLE outbox; --`, "第一行\n第二行"}
	for n, text := range texts {
		openID := fmt.Sprint("oHostile", n)
		o.asks(openID, text)
		i := o.answers(openID, fmt.Sprint("k", n), text)
		o.sends()
		o.wants(i.ID, Sent)
		if d := cmp.Diff([]string{text}, o.delivered(openID)); d != "" {
			t.Error(d)
		}
	}
	if rows := Rows([]Item{{Text: strings.Join(texts, "\n")}}); strings.Contains(rows[0][5], "\n") {
		t.Errorf("a row of the list has several lines: %q", rows[0][5])
	}
}

// TestPace: never more than the bound in any second, whatever is asked and however clocks move.
func TestPace(t *testing.T) {
	p := pace{perSecond: 200}
	now, taken := morning, 0
	for range 1000 { // ten seconds
		n := p.take(now, 64)
		taken += n
		if n > 2 && now.After(morning.Add(time.Second)) {
			p.putBack(n - 2)
			taken -= n - 2
		}
		now = now.Add(10 * time.Millisecond)
	}
	if taken < 1990 || taken > 2060 {
		t.Errorf("%d in ten seconds", taken)
	}
	if n := p.take(now.Add(-time.Hour), 1000); n > 50 {
		t.Errorf("%d at once after the clock was put back", n)
	}
}
