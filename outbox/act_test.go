package outbox

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/bot/page"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator/platform"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// A repeated POST is the same message; the same key for somebody else is a mistake.
func TestEnqueue_SameSendKey(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.asks(citizen, "路灯坏了")
		o.asks("oOther", "路灯坏了")
		long := strings.Repeat("已经派人去修。", 200)
		first, again := o.enqueues(citizen, "k1", long), o.enqueues(citizen, "k1", "别的话")
		if d := cmp.Diff(first, again); d != "" || len(first) != 3 {
			t.Errorf("%d messages; %s", len(first), d)
		}
		if _, err := o.Enqueue(context.Background(), wang, o.request("oOther", "k1", "已经派人去修")); models.ErrorCode(err) != models.CodeConflict {
			t.Errorf("for another citizen: %v", err)
		}
		if _, err := o.Enqueue(context.Background(), wang, o.request("oNobody", "k9", "已经派人去修")); models.ErrorCode(err) != models.CodeNotFound {
			t.Errorf("for nobody: %v", err)
		}
		if n := o.number("SELECT COUNT(*) FROM audit WHERE action = 'outbox.send'"); n != 1 {
			t.Errorf("%d audit entries", n)
		}
		if n := o.number("SELECT COUNT(*) FROM outbox WHERE masked LIKE '%别的话%'"); n != 0 {
			t.Errorf("%d messages of the repetition", n)
		}
	})
}

// What was sent with a key is found by index: every message asks for it.
func TestEnqueue_FindsItsKeyByIndex(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	var plan []string
	err := o.store.Query(context.Background(), store.Console, func(rows *sql.Rows) error {
		var id, parent, unused int
		var step string
		err := rows.Scan(&id, &parent, &unused, &step)
		plan = append(plan, step)
		return err
	}, "EXPLAIN QUERY PLAN SELECT "+itemColumns+" FROM outbox WHERE "+bySendKey, storetest.AppA, "k", storetest.AppA, "k")
	if all := strings.Join(plan, "\n"); err != nil || !strings.Contains(all, "outbox_of_citizen (uid=?)") || strings.Count(all, "(app_id=? AND send_key=?)") != 2 {
		t.Errorf("%s, %v", all, err)
	}
}

// What is wrong with a message is said before anything is stored.
func TestEnqueue_Refused(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.asks(citizen, "路灯坏了")
	for field, change := range map[string]func(*Request){
		"send_key": func(r *Request) { r.SendKey = "a#2" },
		"staff":    func(r *Request) { r.Staff = "" },
		"purpose":  func(r *Request) { r.Purpose = "fun" },
		"channel":  func(r *Request) { r.Channel = "fax" },
		"text":     func(r *Request) { r.Content.Reply.Text = " \n" },
		"kind":     func(r *Request) { r.Content.Reply.Kind = models.ReplyTransfer },
		"media_id": func(r *Request) { r.Content.Reply = models.Reply{Kind: models.ReplyImage} },
		"articles": func(r *Request) {
			r.Content.Reply = models.Reply{Kind: models.ReplyNews, Articles: make([]models.Article, 2)}
		},
	} {
		r := o.request(citizen, "k1", "已经派人去修")
		change(&r)
		_, err := o.Enqueue(context.Background(), wang, r)
		if models.ErrorCode(err) != models.CodeInvalid || !strings.Contains(err.Error(), field+":") {
			t.Errorf("%s: %v", field, err)
		}
	}
	r := o.request(citizen, "k1", strings.Repeat("长", 5*2048/3+10))
	if _, err := o.Enqueue(context.Background(), wang, r); models.ErrorCode(err) != models.CodeInvalid {
		t.Errorf("six parts: %v", err)
	}
	before := o.answers(citizen, "k0", "请打内部号码")
	o.fault(platform.Fault{Kind: platform.FaultErrcode, Code: 47003})
	o.sends()
	before = o.wants(before.ID, Failed)
	sensitive := models.Setting{Name: models.SettingWordsSensitive, Value: "内部号码"}
	if err := o.store.SetSetting(context.Background(), r.AppID, sensitive, wang); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Enqueue(context.Background(), wang, o.request(citizen, "k1", "请打内部 号码")); models.ErrorCode(err) != models.CodeInvalid || !strings.Contains(err.Error(), "“内部号码”") {
		t.Errorf("a sensitive word: %v", err)
	}
	_, err := o.Resend(context.Background(), manager, Everything(), Act{ID: before.ID, Version: before.Version}, "k2", true)
	if models.ErrorCode(err) != models.CodeInvalid || !strings.Contains(err.Error(), "“内部号码”") {
		t.Errorf("a sensitive word of before: %v", err)
	}
	if n := o.number("SELECT COUNT(*) FROM outbox"); n != 1 {
		t.Errorf("%d messages", n)
	}
}

// Within its time of undoing a message can be taken back, after that it is too late.
func TestCancel_UntilItIsSent(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		o.asks(citizen, "路灯坏了")
		r := o.request(citizen, "k1", "已经派人去修")
		r.NotBefore = o.own.Now().Add(5_000_000_000)
		list, err := o.Enqueue(ctx, wang, r)
		if err != nil {
			t.Fatal(err)
		}
		o.at(4)
		o.sends()
		i := o.wants(list[0].ID, Queued)
		if _, err := o.Cancel(ctx, wang, Scope{Accounts: []string{}, Own: []string{o.account.AppID}, Staff: "somebody"}, Act{ID: i.ID, Version: i.Version}); models.ErrorCode(err) != models.CodeNotFound {
			t.Errorf("by a colleague: %v", err)
		}
		if _, err := o.Cancel(ctx, wang, Everything(), Act{ID: i.ID, Version: i.Version + 1}); models.ErrorCode(err) != models.CodeConflict {
			t.Errorf("as of another version: %v", err)
		}
		if _, err := o.Cancel(ctx, wang, Everything(), Act{ID: i.ID, Version: i.Version}); err != nil {
			t.Fatal(err)
		}
		late := o.answers(citizen, "k2", "修好了")
		o.at(10)
		o.sends()
		o.wants(i.ID, Cancelled)
		sent := o.wants(late.ID, Sent)
		if _, err := o.Cancel(ctx, wang, Everything(), Act{ID: sent.ID, Version: sent.Version}); models.ErrorCode(err) != CodeTooLate {
			t.Errorf("after it was sent: %v", err)
		}
		if d := cmp.Diff([]string{"修好了"}, o.delivered(citizen)); d != "" {
			t.Error(d)
		}
	})
}

// The parts of a long text go out in order and stop at the first that did not arrive.
func TestParts_StopAtTheFirstUnsent(t *testing.T) {
	long := strings.Repeat("路灯由市政所管。", 250)
	parts := page.Parts(long, 2048)
	if len(parts) != 3 {
		t.Fatalf("%d parts", len(parts))
	}
	everyDatabase(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		states := func(list []Item) (out []string) {
			for _, i := range list {
				now := o.item(i.ID)
				out = append(out, string(now.State)+" "+now.Reason)
			}
			return out
		}
		want := func(list []Item, states_ ...string) {
			t.Helper()
			if d := cmp.Diff(states_, states(list)); d != "" {
				t.Error(d)
			}
		}
		o.asks(citizen, "路灯坏了")
		whole := o.enqueues(citizen, "k1", long)
		o.sends()
		want(whole, "sent ", "sent ", "sent ")
		if d := cmp.Diff(parts, o.delivered(citizen)); d != "" {
			t.Error(d)
		}
		o.asks("oSecond", "路灯坏了")
		doubtful := o.enqueues("oSecond", "k2", long)
		o.fault(platform.Fault{Kind: platform.FaultReset, Times: 1})
		after := o.answers("oSecond", "k3", "还有一句")
		o.sends()
		want(doubtful, "unknown timeout", "held part", "held part")
		o.wants(after.ID, Sent)
		first := o.item(doubtful[0].ID)
		if _, err := o.Resolve(ctx, manager, Everything(), Act{ID: first.ID, Version: first.Version, Reason: "收到了"}, true); err != nil {
			t.Fatal(err)
		}
		o.sends()
		want(doubtful, "sent person", "sent ", "sent ")
		o.asks("oThird", "路灯坏了")
		refused := o.enqueues("oThird", "k4", long)
		o.fault(platform.Fault{Kind: platform.FaultErrcode, Code: 45002, Times: 1})
		o.sends()
		want(refused, "failed refused", "cancelled part", "cancelled part")
		first = o.item(refused[0].ID)
		again, err := o.Resend(ctx, wang, Everything(), Act{ID: first.ID, Version: first.Version}, "k5", false)
		if err != nil {
			t.Fatal(err)
		}
		o.sends()
		want(again, "sent ", "sent ", "sent ")
		if d := cmp.Diff(parts, o.delivered("oThird")); d != "" {
			t.Error(d)
		}
	})
}

// Held parts are picked up in order, the later ones once the earlier have arrived.
func TestParts_PickedUpInOrder(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.asks(citizen, "路灯坏了")
	r := o.request(citizen, "k1", strings.Repeat("路灯由市政所管。", 250))
	r.Channel = PickUp
	if _, err := o.Enqueue(context.Background(), wang, r); err != nil {
		t.Fatal(err)
	}
	mark, err := o.HeldMark(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for want := 3; want > 0; want-- {
		list, err := o.Held(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		waiting := 0
		for _, h := range list {
			if h.Key == "" {
				waiting++
			}
		}
		if waiting != want {
			t.Errorf("%d wait, want %d", waiting, want)
		}
		o.picksUp(citizen, "在吗")
		if next, err := o.HeldMark(context.Background()); err != nil || next == mark {
			t.Errorf("the mark is the same: %v", err)
		}
	}
	o.upkeep()
	o.sends()
	if n := len(o.delivered(citizen)); n != 0 {
		t.Errorf("%d messages beside the answers", n)
	}
}

func TestChangeChannel(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		o.asks(citizen, "路灯坏了")
		r := o.request(citizen, "k1", "已经派人去修")
		r.Channel = PickUp
		list, err := o.Enqueue(ctx, wang, r)
		if err != nil {
			t.Fatal(err)
		}
		o.upkeep()
		o.sends()
		i := o.wants(list[0].ID, Held)
		if i, err = o.ChangeChannel(ctx, wang, Everything(), Act{ID: i.ID, Version: i.Version}, CustomerService); err != nil {
			t.Fatal(err)
		}
		o.at(6)
		o.sends()
		i = o.wants(i.ID, Sent)
		if _, err := o.ChangeChannel(ctx, wang, Everything(), Act{ID: i.ID, Version: i.Version}, PickUp); models.ErrorCode(err) != CodeTooLate {
			t.Errorf("after it was sent: %v", err)
		}
	})
}

// Others hear of every change, within its transaction.
func TestOnMoved_CanRefuse(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.asks(citizen, "路灯坏了")
	var heard []string
	refuse := false
	o.OnMoved(func(_ context.Context, _ *store.Tx, i *Item) error {
		if refuse {
			return fmt.Errorf("no %s", i.State)
		}
		heard = append(heard, string(i.State))
		return nil
	})
	o.answers(citizen, "k1", "已经派人去修")
	o.sends()
	if d := cmp.Diff([]string{"queued", "sending", "sent"}, heard); d != "" {
		t.Error(d)
	}
	refuse = true
	if _, err := o.Enqueue(context.Background(), wang, o.request(citizen, "k2", "修好了")); err == nil {
		t.Error("a refusal is not heard")
	}
	if n := o.number("SELECT COUNT(*) FROM outbox"); n != 1 {
		t.Errorf("%d messages", n)
	}
}

// A list shows what the scope allows, page by page, with numbers masked.
func TestList_ScopeAndPages(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		o.asks(citizen, "路灯坏了")
		for n := range 5 {
			o.answers(citizen, fmt.Sprint("k", n), "请打 13812345678")
		}
		everything, own := Everything(), Scope{Accounts: []string{}, Own: []string{o.account.AppID}, Staff: wang.Name}
		var seen []string
		f := Filter{Limit: 2}
		for pages := 0; ; pages++ {
			page, err := o.List(ctx, own, f)
			if err != nil || pages > 3 {
				t.Fatalf("page %d: %v", pages, err)
			}
			for _, i := range page.Items {
				seen = append(seen, i.SendKey)
				if strings.Contains(i.Text, "12345678") || i.Citizen != o.uid(citizen)[:6] {
					t.Errorf("%+v", i)
				}
			}
			if f.After = page.Next; f.After == "" {
				break
			}
		}
		if d := cmp.Diff([]string{"k4", "k3", "k2", "k1", "k0"}, seen); d != "" {
			t.Error(d)
		}
		foreign, err := o.List(ctx, Scope{Accounts: []string{"wxfedcba9876543210"}}, Filter{})
		if err != nil || len(foreign.Items) != 0 || foreign.Count[Queued] != 0 {
			t.Errorf("of another account: %+v, %v", foreign, err)
		}
		all, err := o.List(ctx, everything, Filter{States: []State{Queued}, UID: o.uid(citizen), Accounts: []string{o.account.AppID}, Staff: wang.Name, Purpose: Answer})
		if err != nil || len(all.Items) != 5 || all.Count[Queued] != 5 {
			t.Fatalf("%+v, %v", all, err)
		}
		if text, err := o.Text(ctx, everything, all.Items[0].ID); err != nil || text != "请打 13812345678" {
			t.Errorf("%q, %v", text, err)
		}
		if n := o.number("SELECT COUNT(*) FROM outbox WHERE payload LIKE '%13812345678%' OR masked LIKE '%13812345678%'"); n != 0 {
			t.Errorf("%d rows hold the number in clear", n)
		}
	})
}

// The screen counts the window of the newest message alone.
func TestWindowOf_NewestMessage(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.asks(citizen, "路灯坏了")
		for n := range 3 {
			o.answers(citizen, fmt.Sprint("k", n), "在修")
		}
		o.sends()
		w, err := o.WindowOf(context.Background(), o.uid(citizen))
		if err != nil || !w.Open || w.Used != 3 || w.Quota != 5 {
			t.Errorf("%+v, %v", w, err)
		}
		o.at(48 * 3600)
		if w, err = o.WindowOf(context.Background(), o.uid(citizen)); err != nil || w.Open {
			t.Errorf("after 48 hours: %+v, %v", w, err)
		}
		o.at(6 * 24 * 3600)
		o.upkeep()
		if n := o.number("SELECT COUNT(*) FROM windows"); n != 0 {
			t.Errorf("%d old windows are kept", n)
		}
	})
}

// What reached citizens is told to them again: text answers, sent or picked up, of seven days.
func TestAnswers_OfSevenDays(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		texts := func(since int) (out []string) {
			list, err := o.Answers(ctx, morning.Add(time.Duration(since)*time.Second))
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range list {
				if s.OpenID != citizen || s.AppID != o.account.AppID {
					t.Errorf("%+v", s)
				}
				out = append(out, s.Text)
			}
			return out
		}
		o.asks(citizen, "路灯坏了")
		o.answers(citizen, "k1", "请打 13812345678")
		o.sends()
		notice := o.request(citizen, "k2", "工单已受理")
		notice.Purpose, notice.Staff = Notice, ""
		if _, err := o.Enqueue(ctx, wang, notice); err != nil {
			t.Fatal(err)
		}
		o.sends()
		o.at(100)
		later := o.request(citizen, "k3", "修好了")
		later.Channel = PickUp
		if _, err := o.Enqueue(ctx, wang, later); err != nil {
			t.Fatal(err)
		}
		o.picksUp(citizen, "在吗")
		if d := cmp.Diff([]string{"修好了", "请打 13812345678"}, texts(-1)); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff([]string{"修好了"}, texts(50)); d != "" {
			t.Error(d)
		}
		o.at(7*24*3600 + 50)
		if d := cmp.Diff([]string{"修好了"}, texts(-1)); d != "" {
			t.Error(d)
		}
	})
}

// A message whose answer was not kept may have been answered with what waited; once it is known that it was
// not, the text waits again, and once it is known that it was, it has arrived.
func TestUncertain_KnownLater(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.asks(citizen, "路灯坏了")
		r := o.request(citizen, "k1", "已经派人去修")
		r.Channel = PickUp
		list, err := o.Enqueue(context.Background(), wang, r)
		if err != nil {
			t.Fatal(err)
		}
		id := list[0].ID
		message := func(second int) models.Interaction {
			o.at(second)
			l := &life{office: o, t: t}
			l.happensUnknown(citizen)
			i := o.wants(id, Unknown)
			if i.Reason != ReasonUncertain {
				t.Errorf("reason %q", i.Reason)
			}
			return models.Interaction{
				AppID: o.account.AppID, OpenID: citizen, Channel: models.ChannelChat, Dir: models.DirIn, Actor: models.ActorCitizen, Kind: "text",
				At: o.own.Now(), ReceivedAt: o.own.Now(), MsgKey: i.PickedBy, Amend: true,
			}
		}
		other := message(10)
		other.Settle(&models.Answer{Outcome: models.OutcomeSilent, At: o.own.Now()})
		o.record(other)
		o.wants(id, Held)
		with := message(20)
		answer := models.Answer{
			Reply: models.TextReply("已经派人去修"), Outcome: models.OutcomeAnswered, At: o.own.Now(), Match: models.Match{PickUp: []int64{id}, Staff: wang.Name, Matched: true},
		}
		with.Settle(&answer)
		out, _ := models.Outbound(&with, &answer)
		o.record(with, out)
		if i := o.wants(id, Sent); i.PickedBy != with.MsgKey {
			t.Errorf("picked up by %q", i.PickedBy)
		}
		o.wait(20, 1_000_000)
	})
}
