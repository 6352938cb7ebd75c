package cases

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// talk is a citizen's chat with the program, whose rows are stored.
type talk struct {
	*office
	brain *bot.Bot
	book  *Book
	n     int
}

func newTalk(o *office) *talk {
	o.account.Settings = []models.Setting{{Name: models.SettingHuman, Value: models.HumanDesk}}
	k := &talk{office: o, brain: bot.New(bot.Options{Now: o.clock.now, Calendar: o.o.Calendar}), book: o.Book()}
	rule := models.Rule{ID: 1, AppID: o.account.AppID, Name: "默认", Match: models.MatchDefault, State: models.RulePublished, LiveVersion: 1, Replies: []models.Reply{models.TextReply("留言已收到。")}}
	if err := k.brain.Publish(o.account, 1, []models.Rule{rule}); err != nil {
		o.t.Fatal(err)
	}
	return k
}

// says has the citizen write, or click an item of a menu message, and returns what the program says.
func (k *talk) says(text, menu string) string {
	k.t.Helper()
	k.n++
	matters, changed, err := k.book.Matters(context.Background())
	if err != nil {
		k.t.Fatal(err)
	}
	if changed {
		k.brain.Matters(matters)
	}
	m := models.Message{AppID: k.account.AppID, OpenID: zhang, MsgType: models.MsgTypeText, Content: text, MenuID: menu, Key: fmt.Sprintf("key%d", k.n), ParseStatus: models.ParseOK}
	m.Delivery.ReceivedAt = k.clock.now()
	a := models.Answer{At: k.clock.now(), Outcome: models.OutcomeSilent}
	k.brain.Handle(context.Background(), &m, &a)
	if !a.Reply.Silent() {
		a.Outcome = models.OutcomeAnswered
	}
	in := models.Inbound(&m)
	in.Settle(&a)
	rows := []models.Interaction{in}
	if out, ok := models.Outbound(&in, &a); ok {
		rows = append(rows, out)
	}
	if err := k.waits.Record(context.Background(), rows); err != nil {
		k.t.Fatal(err)
	}
	return a.Reply.Text
}

// arrives has the messages of a purpose have reached the citizen.
func (k *talk) arrives(purpose outbox.Purpose) {
	k.t.Helper()
	err := k.store.Transact(context.Background(), func(t *store.Tx) error {
		at := store.Micros(k.clock.now())
		return t.Exec(context.Background(), "UPDATE outbox SET state = 'sent', attempt_at = ?, updated_at = ? WHERE purpose = ? AND state = 'queued'", at, at, string(purpose))
	})
	if err != nil {
		k.t.Fatal(err)
	}
}

// A rating, clicked or typed, opens no wait and counts once; 没解决 opens a case again, once.
func TestGolden_RatingIsNoQuestion(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		k := newTalk(o)
		ctx := context.Background()
		k.says("人民路的路灯坏了", "")
		uid := o.uid()
		c, err := o.Submit(ctx, wang, Submission{AppID: o.account.AppID, Key: "k", Kind: Complaint, Text: "路灯坏了", UID: uid, Rights: handling})
		if err != nil {
			t.Fatal(err)
		}
		finish := func() {
			o.must(wang, &c, Act{Step: Submit, Text: "已经修好"})
			o.must(manager, &c, Act{Step: Approve})
			k.arrives(outbox.Rating)
		}
		o.must(wang, &c, Act{Step: Accept, Unit: "城管局"})
		finish()
		chats := o.number("SELECT COUNT(*) FROM waits WHERE channel = 'chat'")
		o.clock.set(o.clock.now().Add(30 * time.Second))
		if said := k.says("3 没解决", "rate-3"); !strings.HasPrefix(said, "很抱歉") {
			t.Errorf("the program says %q", said)
		}
		if c = mustCase(t, o, wang, c.Number); c.State != Handling || c.Reopened != 1 || c.Solved == nil || *c.Solved {
			t.Errorf("case %s, reopened %d", c.State, c.Reopened)
		}
		k.says("1 解决了，满意", "rate-1") // once
		finish()
		o.clock.set(o.clock.now().Add(30 * time.Second))
		if said := k.says("１", ""); said != "谢谢您的评价。" { // typed, in any form
			t.Errorf("the program says %q", said)
		}
		if c = mustCase(t, o, wang, c.Number); c.State != Closed || !*c.Solved || !*c.Satisfied {
			t.Errorf("case %s, solved %v", c.State, *c.Solved)
		}
		if n := o.number("SELECT COUNT(*) FROM waits WHERE channel = 'chat'"); n != chats {
			t.Errorf("%d waits after ratings, %d before", n, chats)
		}
		all, err := o.Ratings(ctx, []string{o.account.AppID}, time.Time{}, time.Time{})
		if err != nil || all.N != 2 || all.Solved != 1 || all.Ratings[0].Number != c.Number || all.Ratings[0].Staff != "wang" {
			t.Errorf("ratings %+v, %v", all, err)
		}
	})
}

// uid is the pseudonym of the citizen who writes.
func (o *office) uid() string { return storetest.NewSealer(o.t).UID(o.account.AppID, zhang) }

// A citizen hears of the own cases alone; a wrong number and somebody else's read alike.
func TestQuery_OwnCasesAlone(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	k := newTalk(o)
	const nothing = "没有查到"
	if said := k.says("查询", ""); !strings.HasPrefix(said, nothing) {
		t.Errorf("the program says %q", said)
	}
	foreign := o.submits(Complaint, "other", "别人的事")
	own, err := o.Submit(context.Background(), wang, Submission{AppID: o.account.AppID, Key: "k", Kind: Complaint, Text: "路灯坏了", UID: o.uid(), Rights: handling})
	if err != nil {
		t.Fatal(err)
	}
	want := own.Shown + "（投诉）待受理，将在 3月3日 17:30 前受理"
	for text, want := range map[string]string{"查询": want, own.Shown: want, own.Number: want} {
		if said := k.says(text, ""); said != want {
			t.Errorf("to %q the program says %q, want %q", text, said, want)
		}
	}
	for _, text := range []string{foreign.Number, "260302009999"} {
		if said := k.says(text, ""); !strings.HasPrefix(said, nothing) {
			t.Errorf("to %q the program says %q", text, said)
		}
	}
}
