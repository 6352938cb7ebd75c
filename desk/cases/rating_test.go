package cases

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/desk"
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
	open  string // the citizen's OpenID
	deaf  bool   // the database tells the brain nothing
}

func newTalk(o *office) *talk {
	o.account.Settings = []models.Setting{{Name: models.SettingHuman, Value: models.HumanDesk}}
	k := &talk{office: o, brain: bot.New(bot.Options{Now: o.clock.Now, Calendar: o.o.Calendar, Deadlines: Deadlines(o.o.Calendar), Keeps: o.keeps}), book: o.Book(), open: zhang}
	rule := models.Rule{ID: 1, AppID: o.account.AppID, Name: "默认", Match: models.MatchDefault, State: models.RulePublished, LiveVersion: 1, Replies: []models.Reply{models.TextReply("留言已收到。")}}
	if err := k.brain.Publish(o.account, 1, []models.Rule{rule}); err != nil {
		o.t.Fatal(err)
	}
	return k
}

// says has the citizen write, or click an item of a menu message, and returns what the program says.
func (k *talk) says(text, menu string) string {
	k.t.Helper()
	return k.sends(models.Message{MsgType: models.MsgTypeText, Content: text, MenuID: menu})
}

// sends is says of a message of any kind.
func (k *talk) sends(m models.Message) string {
	k.t.Helper()
	rows, said := k.answers(m)
	if err := k.waits.Record(context.Background(), rows); err != nil {
		k.t.Fatal(err)
	}
	return said
}

// decides is what the citizen writes and what the program says, as rows of the log and as text.
func (k *talk) decides(text, menu string) (rows []models.Interaction, said string) {
	k.t.Helper()
	return k.answers(models.Message{MsgType: models.MsgTypeText, Content: text, MenuID: menu})
}

// answers is decides of a message of any kind.
func (k *talk) answers(m models.Message) (rows []models.Interaction, said string) {
	k.t.Helper()
	k.n++
	matters, changed, err := k.book.Matters(context.Background())
	if err != nil {
		k.t.Fatal(err)
	}
	if changed && !k.deaf {
		k.brain.Matters(matters)
	}
	m.AppID, m.OpenID, m.Key, m.ParseStatus = k.account.AppID, k.open, fmt.Sprintf("key%d", k.n), models.ParseOK
	m.Delivery.ReceivedAt = k.clock.Now()
	a := models.Answer{At: k.clock.Now(), Outcome: models.OutcomeSilent}
	k.brain.Handle(context.Background(), &m, &a)
	if !a.Reply.Silent() {
		a.Outcome = models.OutcomeAnswered
	}
	in := models.Inbound(&m)
	in.Settle(&a)
	rows = []models.Interaction{in}
	if out, ok := models.Outbound(&in, &a); ok {
		rows = append(rows, out)
	}
	return rows, a.Reply.Text
}

// arrives has the messages of a purpose have reached the citizen.
func (k *talk) arrives(purpose outbox.Purpose) {
	k.t.Helper()
	err := k.store.Transact(context.Background(), func(t *store.Tx) error {
		at := store.Micros(k.clock.Now())
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
		o.clock.Set(o.clock.Now().Add(30 * time.Second))
		if said := k.says("3 没解决", "rate-3"); !strings.HasPrefix(said, "很抱歉") {
			t.Errorf("the program says %q", said)
		}
		if c = mustCase(t, o, wang, c.Number); c.State != Handling || c.Reopened != 1 || c.Solved == nil || *c.Solved {
			t.Errorf("case %s, reopened %d", c.State, c.Reopened)
		}
		k.says("1 解决了，满意", "rate-1") // once
		finish()
		o.clock.Set(o.clock.Now().Add(30 * time.Second))
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
		if err != nil || all.N != 2 || all.Solved != 1 || all.Ratings[0].Number != c.Number || all.Ratings[0].Account != c.AppID || all.Ratings[0].Staff != "wang" {
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

// asked is a case of the citizen that was answered, and for which they were asked for a rating.
func (k *talk) asked(key string) Detail {
	k.t.Helper()
	c, err := k.Submit(context.Background(), wang, Submission{AppID: k.account.AppID, Key: key, Kind: Complaint, Text: "路灯坏了", UID: k.uid(), Rights: handling})
	if err != nil {
		k.t.Fatal(err)
	}
	k.must(wang, &c, Act{Step: Accept, Unit: "城管局"})
	k.must(wang, &c, Act{Step: Submit, Text: "已经修好"})
	k.must(manager, &c, Act{Step: Approve})
	k.arrives(outbox.Rating)
	return c
}

// A click rates what its menu asked about, a number what was asked last and is not rated yet.
func TestRated_WhatWasAsked(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		k := newTalk(o)
		k.says("路灯坏了", "")
		first, second := k.asked("a"), k.asked("b")
		k.says("1 解决了，满意", "rate-1-"+second.Number+"-1")
		k.says("3 没解决", "rate-3-"+second.Number+"-1") // once
		if c := mustCase(t, o, wang, first.Number); c.Solved != nil {
			t.Errorf("rated by a click on another menu: %v", *c.Solved)
		}
		if said := k.says("2", ""); said != "谢谢您的评价。" {
			t.Errorf("the program says %q", said)
		}
		if c := mustCase(t, o, wang, first.Number); c.Solved == nil || !*c.Solved || *c.Satisfied {
			t.Errorf("the older one is %v", c.Solved)
		}
		if c := mustCase(t, o, wang, second.Number); c.Solved == nil || !*c.Satisfied {
			t.Errorf("the newer one is %v", c.Solved)
		}
	})
}

// What another instance changed a moment ago, by a clock that is behind, is known; nothing is read for
// what changed before. Of whom nothing changed stays known.
func TestMatters_AnotherClock(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	k := newTalk(o)
	ctx := context.Background()
	k.says("路灯坏了", "")
	made := func(key, uid string) Detail {
		t.Helper()
		c, err := o.Submit(ctx, wang, Submission{AppID: o.account.AppID, Key: key, Kind: Complaint, Text: "x", UID: uid, Rights: handling})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	made("a", o.uid())
	const li = "oCitizen00000000000000000002"
	k.open = li
	k.says("路灯坏了", "")
	other := made("b", storetest.NewSealer(t).UID(o.account.AppID, li))
	matters := func(known int) (changed bool) {
		t.Helper()
		found, changed, err := k.book.Matters(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if changed && len(found) != known {
			t.Errorf("%d citizens: %+v", len(found), found)
		}
		return changed
	}
	if !matters(2) || matters(2) {
		t.Error("changed again, or not at first")
	}
	o.clock.Set(o.clock.Now().Add(-5 * time.Second))
	k.must(wang, &other, Act{Step: Accept})
	o.clock.Set(o.clock.Now().Add(5 * time.Second))
	if !matters(2) || matters(2) {
		t.Error("not seen, or seen twice")
	}
	o.clock.Set(o.clock.Now().Add(59 * time.Minute))
	if matters(2) {
		t.Error("read again for what is long past")
	}
	o.clock.Set(o.clock.Now().Add(100 * 24 * time.Hour))
	if !matters(2) { // both are open still
		t.Error("not read as a whole")
	}
}

// One citizen's OpenID that can not be read keeps the others' cases from nobody, and a telephone that can
// not be read hides no case.
func TestUnreadable(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	k := newTalk(o)
	ctx := context.Background()
	k.says("路灯坏了", "")
	c := k.asked("a")
	spoil := func(query string, args ...any) {
		t.Helper()
		if err := o.store.Transact(ctx, func(tx *store.Tx) error { return tx.Exec(ctx, query, args...) }); err != nil {
			t.Fatal(err)
		}
	}
	spoil("UPDATE cases SET phone = ?, draft = ? WHERE id = ?", []byte("spoilt"), []byte("spoilt"), c.Number)
	if d := mustCase(t, o, wang, c.Number); d.Phone != "" || d.Draft != "" || d.Reply != "已经修好" {
		t.Errorf("%+v", d)
	}
	spoil("UPDATE citizens SET openid = ? WHERE uid = ?", []byte("spoilt"), o.uid())
	if found, changed, err := o.Book().Matters(ctx); err != nil || !changed || len(found) != 0 {
		t.Errorf("%+v, %v, %v", found, changed, err)
	}
}

// Where nobody of the desk answered, nobody is asked how it was.
func TestRating_NobodyAnswered(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	k := newTalk(o)
	ctx := context.Background()
	k.says("路灯坏了", "")
	if err := o.store.Transact(ctx, func(tx *store.Tx) error {
		at := o.clock.Now()
		for i, answered := range []time.Time{at, at.Add(time.Second)} {
			c := desk.Conversation{ID: int64(i + 1), AppID: o.account.AppID, UID: o.uid(), QueuedAt: at, AnsweredAt: answered, CloseCode: desk.CloseQuiet}
			if err := o.conversationClosed(ctx, tx, &c); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if n, c := o.number("SELECT COUNT(*) FROM outbox WHERE purpose = 'rating'"), o.number("SELECT MAX(conversation) FROM outbox"); n != 1 || c != 2 {
		t.Errorf("%d questions, of conversation %d", n, c)
	}
}

// Who asks for a rating looks at the window in the transaction that asks, not over another connection: many who close at
// once would each hold one and wait for one more, for ever.
func TestAsksRating_WithinItsTransaction(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	newTalk(o).says("路灯坏了", "")
	ctx, uid := context.Background(), o.uid()
	err := o.store.Transact(ctx, func(tx *store.Tx) error {
		if err := tx.Exec(ctx, "UPDATE windows SET used = quota WHERE uid = ?", uid); err != nil {
			return err
		}
		return o.asksRating(ctx, tx, outbox.Request{AppID: o.account.AppID, UID: uid, SendKey: ratingKey + "1", Staff: "wang"}, "请评价：")
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := o.number("SELECT COUNT(*) FROM outbox WHERE purpose = 'rating'"); n != 0 {
		t.Errorf("%d ratings asked for beyond the quota", n)
	}
}
