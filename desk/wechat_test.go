package desk

import (
	"context"
	"testing"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
)

// worker is wang in WeChat's own client.
const worker = "wang@lanjiang"

// movesToWeChat makes it an office whose people answer in WeChat's own client.
func (o *office) movesToWeChat() {
	o.t.Helper()
	o.account.Settings = []models.Setting{{Name: models.SettingHuman, Value: models.HumanWeChat}}
	o.start()
}

// session is an event of a session with a citizen, at the platform and here.
func (o *office) session(openID string, begins bool) {
	o.t.Helper()
	if begins {
		trace := simulator.Trace{
			Event: simulator.Event{OpenID: openID}, Attempts: []simulator.Attempt{{Outcome: simulator.Replied}},
			Reply: models.Reply{Kind: models.ReplyTransfer, KfAccount: worker},
		}
		o.platform.End(o.account.AppID, &trace)
	}
	rows, _ := o.arrives(openID, func(p simulator.Post) []byte { return p.KfSession(begins, worker) })
	rows[0].Content = worker // as package wechat reads it
	o.records(rows)
}

// record is what one of the two says in the client.
func (o *office) record(second int, openID, text string, byStaff bool) {
	o.at(second)
	o.platform.Say(o.account.AppID, openID, worker, text, byStaff)
}

func (o *office) pulls() {
	o.t.Helper()
	if _, err := o.kf.PullNow(context.Background(), o.account); err != nil {
		o.t.Fatal(err)
	}
	o.ticks()
}

// Both sides of a session are read from the platform's records: response times of 100 and 60 seconds, and
// to read them twice changes nothing.
func TestGolden_RecordsOfWeChatsClient(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.movesToWeChat()
		rows, _ := o.writes(zhang, "人工")
		if len(rows) != 2 || rows[1].Kind != string(models.ReplyTransfer) || rows[1].Matched {
			t.Fatalf("rows %+v", rows)
		}
		o.wants(Queued, "")
		o.at(5)
		o.session(zhang, true)
		if c := o.wants(Assigned, "wang"); c.Holder != HolderWeChat {
			t.Errorf("held by %q", c.Holder)
		}
		o.record(100, zhang, "您好", true)
		o.record(160, zhang, "路灯坏了，电话 13800138000", false)
		o.record(220, zhang, "[image]", true)
		o.at(240)
		for range 2 {
			o.pulls()
			o.wants(Answered, "wang")
			if n := o.number("SELECT COUNT(*) FROM interactions WHERE kind <> 'kf_create_session'"); n != 5 {
				t.Errorf("%d rows", n)
			}
			first, second := "SELECT MAX(answer_at - open_at) FROM waits WHERE staff = 'wang'", "SELECT MIN(answer_at - open_at) FROM waits WHERE staff = 'wang'"
			if n, a, b := o.number("SELECT COUNT(*) FROM waits"), o.number(first), o.number(second); n != 2 || a != 100 || b != 60 {
				t.Errorf("%d waits, response times %d and %d", n, a, b)
			}
			if n := o.number("SELECT COUNT(*) FROM waits WHERE two_way = 1"); n != 1 {
				t.Errorf("%d two-way", n)
			}
		}
		if n := o.number("SELECT COUNT(*) FROM interactions WHERE kind = 'image' AND actor = 'human' AND staff = 'wang'"); n != 1 {
			t.Errorf("%d pictures", n)
		}
		// The platform ends the session after half an hour without a word, and tells nobody.
		o.at(220 + 1800)
		if _, in := o.platform.InSession(o.account.AppID, zhang); in {
			t.Error("the session goes on")
		}
		o.at(220 + 1800 + 10)
		o.pulls()
		if c := o.wants(Closed, "wang"); c.CloseCode != CloseQuiet {
			t.Errorf("closed by %q", c.CloseCode)
		}
	})
}

// A message that came by callback and stands in the records too is one.
func TestGolden_CallbackAndRecordAreOneMessage(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.movesToWeChat()
		o.at(20)
		o.writes(zhang, "人工，电话 13800138000")
		o.record(21, zhang, "人工，电话 13800138000", false)
		o.record(25, zhang, "人工，电话 13800138000", false)
		o.at(60)
		for range 2 {
			o.pulls()
			if n := o.number("SELECT COUNT(*) FROM interactions WHERE dir = 'in'"); n != 2 {
				t.Errorf("%d messages", n)
			}
		}
	})
}

// While WeChat's own client has the citizen nothing can be sent from the desk; whoever takes the
// conversation ends the session.
func TestTake_FromWeChatsClient(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.movesToWeChat()
	ctx := context.Background()
	o.writes(zhang, "人工")
	o.here(li)
	o.wants(Queued, "") // the client gives it to somebody, not the desk
	o.at(5)
	o.session(zhang, true)
	o.ticks()
	c := o.wants(Assigned, "wang") // not away, for the client has it
	for _, who := range []models.Who{wang, li} {
		_, err := o.says(who, &c, "k"+who.Name, "您好")
		wantCode(t, err, CodeWeChat)
	}
	o.at(30)
	o.here(li)
	if _, err := o.Take(ctx, li, o.act(&c)); err != nil {
		t.Fatal(err)
	}
	if account, in := o.platform.InSession(o.account.AppID, zhang); in {
		t.Errorf("%s has the session still", account)
	}
	o.session(zhang, false)
	o.ticks()
	c = o.wants(Assigned, "li")
	o.replies(li, "k1", "您好，请讲")
	if c = o.wants(Answered, "li"); c.Holder != HolderDesk {
		t.Errorf("held by %q", c.Holder)
	}
	// What the citizen writes now comes here, and the program does not pass it on.
	o.at(40)
	if rows, _ := o.writes(zhang, "路灯坏了"); len(rows) != 1 {
		t.Errorf("rows %+v", rows)
	}
	o.wants(Assigned, "li")
}

// A callback within a session says that it is over: what is owed waits for somebody again, and the
// message is passed to the client.
func TestFollow_CallbackEndsTheSession(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.movesToWeChat()
		o.writes(zhang, "人工")
		o.at(5)
		o.session(zhang, true)
		o.tellsBrain()
		o.at(4000)
		rows, _ := o.writes(zhang, "有人吗")
		if len(rows) != 2 || rows[1].Kind != string(models.ReplyTransfer) {
			t.Errorf("rows %+v", rows)
		}
		if c := o.wants(Queued, ""); c.Reason != ReasonSession || c.Holder != HolderDesk {
			t.Errorf("conversation %+v", c)
		}
		if n := o.number("SELECT COUNT(*) FROM kf_sessions WHERE closed_at = 0"); n != 0 {
			t.Errorf("%d open sessions", n)
		}
	})
}

// A session that is closed without an answer gives its conversation back, once all that was said in it
// was read; one with an answer is over.
func TestTimers_SessionIsClosed(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.movesToWeChat()
	for i, answered := range []bool{false, true} {
		begin := i * 1000
		o.at(begin)
		o.writes(zhang, "人工")
		o.at(begin + 5)
		o.session(zhang, true)
		if answered {
			o.record(begin+50, zhang, "已经派人去修", true)
		}
		o.at(begin + 60)
		o.session(zhang, false)
		o.ticks()
		if n := o.number("SELECT COUNT(*) FROM conversations WHERE holder = 'wechat' AND state = 'assigned'"); n != 1 {
			t.Fatalf("%d held before the records are read", n)
		}
		o.at(begin + 70)
		if err := o.kf.Keep(context.Background()); err != nil {
			t.Fatal(err)
		}
		o.ticks()
		if answered {
			o.wants(Closed, "wang")
		} else if c := o.wants(Queued, ""); c.Reason != ReasonSession {
			t.Errorf("reason %q", c.Reason)
		}
	}
}

// Somebody who writes first in WeChat's own client begins a conversation.
func TestFollow_BegunInWeChat(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.movesToWeChat()
	o.session(zhang, true)
	if c := o.wants(Answered, "wang"); c.Holder != HolderWeChat || c.Reason != models.HandoverAgent {
		t.Errorf("conversation %+v", c)
	}
}

// A session that begins while the desk looks round is not taken back for what was read before.
func TestTimers_SessionBeginsMeanwhile(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	ctx := context.Background()
	o.here(li)
	o.writes(zhang, "人工")
	o.ticks()
	o.wants(Assigned, "li")
	o.at(3600) // li is away
	accounts, err := o.accounts(ctx)
	if err != nil {
		t.Fatal(err)
	}
	r, err := o.round(ctx, o.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	o.session(zhang, true)
	if _, err := o.timers(ctx, accounts, r); err != nil {
		t.Fatal(err)
	}
	o.ticks()
	if c := o.wants(Assigned, "wang"); c.Holder != HolderWeChat {
		t.Errorf("held by %q", c.Holder)
	}
}

// Events of a session that come in one batch all count, in the order of time.
func TestFollow_SessionBeginsAndEndsInOneBatch(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.movesToWeChat()
		o.writes(zhang, "人工")
		var batch []models.Interaction
		for i, begins := range []bool{true, false} {
			o.at(5 + 60*i)
			rows, _ := o.arrives(zhang, func(p simulator.Post) []byte { return p.KfSession(begins, worker) })
			rows[0].Content = worker
			batch = append(rows, batch...) // the last first
		}
		o.records(batch)
		if n := o.number("SELECT closed_at - opened_at FROM kf_sessions"); n != 60_000_000 {
			t.Errorf("session of %d", n)
		}
		if c := o.wants(Assigned, "wang"); c.Holder != HolderWeChat {
			t.Errorf("held by %q", c.Holder)
		}
	})
}

// Whoever has it read stands in the audit log with what came of it, also where WeChat refuses; what was said
// a moment ago, and may be on its way by callback too, is left for the next time.
func TestRead_Audited(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.movesToWeChat()
	o.writes(zhang, "人工")
	o.at(5)
	o.session(zhang, true)
	o.record(100, zhang, "您好", true)
	o.record(160, zhang, "路灯坏了", false)
	o.at(165)
	p, err := o.kf.Read(context.Background(), wang, o.account, 1)
	if err != nil || p.Records != 1 {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := o.kf.Read(context.Background(), wang, o.account, 31); models.ErrorCode(err) != models.CodeInvalid {
		t.Errorf("31 days: %v", err)
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := o.kf.Read(ended, wang, o.account, 1); err == nil {
		t.Error("read without a connection")
	}
	for result, want := range map[string]int64{models.AuditDone: 1, models.AuditFailed: 1} {
		if n := o.number("SELECT COUNT(*) FROM audit WHERE action = 'kf.pull' AND result = '" + result + "'"); n != want {
			t.Errorf("%d entries of %s", n, result)
		}
	}
}
