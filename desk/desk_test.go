package desk

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
)

// A person who is asked for comes once, however often and wherever the message is stored.
func TestHandover_OnceForTheMessage(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		other := o.sibling()
		rows, said := o.written(zhang, "人工")
		if !strings.HasPrefix(said, "已记下，坐席现在都不在线。") {
			t.Errorf("receipt %q", said)
		}
		var wg sync.WaitGroup
		for _, instance := range []*office{o, other} {
			wg.Go(func() { instance.records(rows) })
		}
		wg.Wait()
		o.records(rows)
		c := o.wants(Queued, "")
		if c.Reason != models.HandoverAsked || c.SourceKey != rows[0].MsgKey || c.LastText != "人工" {
			t.Errorf("conversation %+v", c)
		}
		if rows[1].Matched {
			t.Error("the receipt counts as an answer")
		}
	})
}

func TestHandover_SecondTextThatNoRuleKnows(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	if _, said := o.writes(zhang, "乌拉拉是什么"); !strings.HasPrefix(said, "没有找到答案") {
		t.Errorf("first answer %q", said)
	}
	o.at(300)
	if _, said := o.writes(zhang, "呜噜噜又是什么"); !strings.HasPrefix(said, "已记下") {
		t.Errorf("second answer %q", said)
	}
	if c := o.wants(Queued, ""); c.Reason != models.HandoverUnmatched {
		t.Errorf("reason %q", c.Reason)
	}
	// Whoever waits is not put into the queue again.
	if _, said := o.writes(zhang, "人工"); !strings.HasPrefix(said, "您已在等人工答复") {
		t.Errorf("asked again: %q", said)
	}
	o.wants(Queued, "")
}

// Without a desk nobody is promised a person.
func TestHandover_AccountWithoutDesk(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.account.Settings = nil
	o.start()
	if _, said := o.writes(zhang, "路灯坏了"); said != "路灯由城管局维修。" {
		t.Errorf("the rule says %q", said)
	}
	o.writes(zhang, "人工")
	if n := o.number("SELECT COUNT(*) FROM conversations"); n != 0 {
		t.Errorf("%d conversations", n)
	}
}

func TestBrain_SilentWhileAPersonHasTheConversation(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.here(wang)
	o.writes(zhang, "人工")
	for _, state := range []State{Queued, Assigned} {
		o.wants(state, map[State]string{Assigned: "wang"}[state])
		if _, said := o.writes(zhang, "地址"); said != "" {
			t.Errorf("%s: the program says %q", state, said)
		}
		o.ticks()
	}
	if _, said := o.writes(zhang, "救命，有人要杀我"); !strings.Contains(said, "110") {
		t.Errorf("a call for help is answered %q", said)
	}
	if _, said := o.writes(zhang, "退出"); !strings.HasPrefix(said, "已退出人工服务") {
		t.Errorf("leaving is answered %q", said)
	}
	if c := o.wants(Closed, "wang"); c.CloseCode != CloseLeft {
		t.Errorf("closed by %q", c.CloseCode)
	}
	if _, said := o.writes(zhang, "地址"); said != "人民路 1 号。" {
		t.Errorf("afterwards the program says %q", said)
	}
}

// Two assigners at once give a conversation to one person, and waits go with it.
func TestAssign_TwoAssigners(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		for _, who := range []models.Who{wang, li} {
			if _, err := o.SetPresence(ctx, who, Online); err != nil {
				t.Fatal(err)
			}
		}
		o.writes(zhang, "人工")
		other := o.sibling()
		var wg sync.WaitGroup
		for _, instance := range []*office{o, other, o, other} {
			wg.Go(func() {
				if err := instance.Tick(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if c := o.wants(Assigned, "li"); c.Version != 2 { // by name, for neither has anything
			t.Errorf("version %d", c.Version)
		}
		if n := o.number("SELECT COUNT(*) FROM waits WHERE assignee = 'li'"); n != 1 {
			t.Errorf("%d waits of the holder", n)
		}
	})
}

func TestAssign_WhoGetsIt(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	ctx := context.Background()
	// wang served this citizen before.
	o.here(wang)
	o.writes(zhang, "人工")
	o.ticks()
	o.replies(wang, "k1", "好的")
	c := o.wants(Answered, "wang")
	if _, err := o.Close(ctx, wang, Close{Act: Act{ID: c.ID, Version: c.Version}, Code: CloseDone}); err != nil {
		t.Fatal(err)
	}
	o.at(3600)
	o.here(wang, li)
	o.writes(zhang, "人工")
	o.writes(zhao, "人工")
	o.ticks()
	holder := func(openID string) int64 {
		return o.number("SELECT COUNT(*) FROM conversations WHERE open_key = ? AND assignee = 'wang'", storetestUID(t, openID))
	}
	if holder(zhang) != 1 || holder(zhao) != 0 {
		t.Error("who served before does not get the citizen, or gets the other one too")
	}
}

func TestAssign_BusyAwayAndOffDuty(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.writes(zhang, "人工")
	set := func(who models.Who, state PresenceState) {
		t.Helper()
		if _, err := o.SetPresence(context.Background(), who, state); err != nil {
			t.Fatal(err)
		}
		o.ticks()
	}
	set(wang, Busy)
	o.wants(Queued, "")
	if _, err := o.SetRoster(context.Background(), li, o.account.AppID, []models.Duty{{Operator: "wang", Hours: "13:00-18:00"}}); err != nil {
		t.Fatal(err)
	}
	set(wang, Online)
	o.wants(Queued, "")
	o.at(3*3600 + 60) // 13:01
	set(wang, Online)
	o.wants(Assigned, "wang")
	o.at(3*3600 + 60 + 181)
	o.ticks()
	if c := o.wants(Queued, ""); c.Reason != ReasonAway || !c.QueuedAt.Equal(morning) {
		t.Errorf("conversation %+v", c)
	}
	set(wang, Online)
	o.wants(Assigned, "wang")
	o.at(8*3600 + 1) // 18:00:01, duty is over
	set(wang, Online)
	if c := o.wants(Queued, ""); c.Reason != ReasonDuty {
		t.Errorf("reason %q", c.Reason)
	}
}

// A reply that is owed for 30 minutes of office time goes back to the queue; lunch does not count.
func TestTimers_OwedReplyGoesBack(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.at(2*3600 - 600) // 11:50, the office closes at 12:00 and opens at 13:30
	o.here(wang)
	o.writes(zhang, "人工")
	o.ticks()
	o.wants(Assigned, "wang")
	for second := 2*3600 - 600; second < 3*3600+1800+19*60; second += 60 {
		o.at(second)
		o.here(wang)
		o.wants(Assigned, "wang")
	}
	o.at(3*3600 + 1800 + 20*60)
	if _, err := o.SetPresence(context.Background(), wang, Busy); err != nil {
		t.Fatal(err)
	}
	o.ticks()
	if c := o.wants(Queued, ""); c.Reason != ReasonReturn {
		t.Errorf("reason %q", c.Reason)
	}
}

func TestTimers_QuietClosesAndANewMessageReopens(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.here(wang)
		o.writes(zhang, "人工")
		o.ticks()
		o.replies(wang, "k1", "请讲")
		o.at(1200)
		o.here(wang)
		o.writes(zhang, "路灯坏了")
		if c := o.wants(Assigned, "wang"); !c.OwedAt.Equal(o.clock.Now()) {
			t.Errorf("owed since %s", c.OwedAt)
		}
		o.replies(wang, "k2", "已经派人去修")
		o.at(1200 + 1799)
		o.ticks()
		o.wants(Answered, "wang")
		o.at(1200 + 1800)
		o.ticks()
		if c := o.wants(Closed, "wang"); c.CloseCode != CloseQuiet {
			t.Errorf("closed by %q", c.CloseCode)
		}
		if n := o.number("SELECT COUNT(*) FROM waits WHERE answer_at > 0 AND two_way = 1"); n != 1 {
			t.Errorf("%d two-way sessions", n)
		}
	})
}

func TestTake_StaleForeignAndOver(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	ctx := context.Background()
	o.here(wang)
	o.writes(zhang, "人工")
	o.ticks()
	c := o.wants(Assigned, "wang")
	_, err := o.Take(ctx, li, Act{ID: c.ID, Version: c.Version - 1})
	wantCode(t, err, models.CodeConflict)
	_, err = o.Take(ctx, li, Act{ID: c.ID, Version: c.Version, Accounts: []string{"wx9999999999999999"}})
	wantCode(t, err, models.CodeNotFound)
	_, err = o.Take(ctx, li, Act{ID: 1, Version: 1})
	wantCode(t, err, models.CodeNotFound)
	taken, err := o.Take(ctx, li, Act{ID: c.ID, Version: c.Version})
	if err != nil || taken.Assignee != "li" || !taken.QueuedAt.Equal(c.QueuedAt) {
		t.Fatalf("taken %+v, error %v", taken, err)
	}
	_, err = o.Transfer(ctx, li, Transfer{Act: Act{ID: c.ID, Version: taken.Version}, To: "nobody", Reason: "不归我管"})
	wantCode(t, err, models.CodeNotFound)
	_, err = o.Transfer(ctx, li, Transfer{Act: Act{ID: c.ID, Version: taken.Version}, To: "wang"})
	wantCode(t, err, models.CodeInvalid)
	back, err := o.Transfer(ctx, li, Transfer{Act: Act{ID: c.ID, Version: taken.Version}, Reason: "不归我管"})
	if err != nil || back.State != Queued || back.Assignee != "" {
		t.Fatalf("back %+v, error %v", back, err)
	}
	over, err := o.Close(ctx, li, Close{Act: Act{ID: c.ID, Version: back.Version}, Code: CloseOther, Text: "重复"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.Take(ctx, wang, Act{ID: c.ID, Version: over.Version})
	wantCode(t, err, CodeFinal)
	_, err = o.says(wang, &over, "k1", "好的")
	wantCode(t, err, CodeFinal)
	if n := o.number("SELECT COUNT(*) FROM audit WHERE action LIKE 'desk.%'"); n != 3 {
		t.Errorf("%d audit entries", n)
	}
}

// The same message posted again is the same message, even after the citizen wrote again.
func TestSay_PostedAgain(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.here(wang)
	o.writes(zhang, "人工")
	o.ticks()
	c := o.wants(Assigned, "wang")
	first, err := o.says(wang, &c, "k1", "请讲")
	if err != nil {
		t.Fatal(err)
	}
	o.at(5)
	o.writes(zhang, "路灯坏了")
	again, err := o.says(wang, &c, "k1", "请讲")
	if err != nil || again[0].ID != first[0].ID {
		t.Errorf("again %+v, error %v", again, err)
	}
	_, err = o.says(wang, &c, "k2", strings.Repeat("长", 5*2048))
	wantCode(t, err, CodeNewer)
	c = o.only()
	_, err = o.says(wang, &c, "k2", "")
	wantCode(t, err, models.CodeInvalid)
	_, err = o.says(wang, &c, "k2", strings.Repeat("长", 5*2048))
	wantCode(t, err, models.CodeInvalid)
}

func TestDraft_TwoTabs(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		o.here(wang)
		o.writes(zhang, "人工")
		o.ticks()
		c := o.wants(Assigned, "wang")
		one, err := o.SaveDraft(ctx, wang, Act{ID: c.ID}, Draft{Kind: DraftReply, Text: "您好"})
		if err != nil || one.Version != 1 {
			t.Fatalf("draft %+v, error %v", one, err)
		}
		_, err = o.SaveDraft(ctx, wang, Act{ID: c.ID}, Draft{Kind: DraftReply, Text: "别的"})
		var conflict *DraftConflictError
		if !errors.As(err, &conflict) || conflict.Theirs.Text != "您好" {
			t.Fatalf("error %v, %+v", err, conflict)
		}
		if _, err := o.SaveDraft(ctx, wang, Act{ID: c.ID}, Draft{Kind: DraftNote, Text: "查过了"}); err != nil {
			t.Fatal(err)
		}
		o.replies(wang, "k1", "您好，请讲")
		detail, err := o.Conversation(ctx, c.ID, nil, "wang")
		if err != nil || len(detail.Drafts) != 1 || detail.Drafts[0].Kind != DraftNote {
			t.Errorf("drafts %+v, error %v", detail.Drafts, err)
		}
		if _, err := o.AddNote(ctx, wang, Act{ID: c.ID}, "电话 13800138000，已转城管"); err != nil {
			t.Fatal(err)
		}
		detail, err = o.Conversation(ctx, c.ID, nil, "wang")
		if err != nil || len(detail.Drafts) != 0 || len(detail.Notes) != 1 || strings.Contains(detail.Notes[0].Text, "13800138000") {
			t.Errorf("detail %+v, error %v", detail, err)
		}
		if detail.Window.Quota != 5 || detail.Window.Used != 1 || !detail.Window.Open {
			t.Errorf("window %+v", detail.Window)
		}
	})
}

func TestList_LongestDebtFirst(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		o.here(wang)
		o.writes(zhang, "人工")
		o.at(10)
		o.writes(zhao, "人工")
		o.ticks()
		o.at(20)
		o.writes(zhao, "人在吗")
		page, err := o.List(ctx, Query{Box: BoxMine, Mine: "wang", Accounts: []string{o.account.AppID}, Limit: 1})
		if err != nil || len(page.Rows) != 1 || page.Rows[0].UID != storetestUID(t, zhang) || page.Next == "" || page.Counts[BoxMine] != 2 || page.Counts[BoxQueue] != 0 {
			t.Fatalf("page %+v, error %v", page, err)
		}
		page, err = o.List(ctx, Query{Box: BoxMine, Mine: "wang", After: page.Next})
		if err != nil || len(page.Rows) != 1 || page.Rows[0].Unread != 2 || page.Next != "" {
			t.Errorf("page %+v, error %v", page, err)
		}
		if err := o.MarkSeen(ctx, wang, Act{ID: page.Rows[0].ID}, o.clock.Now()); err != nil {
			t.Fatal(err)
		}
		if page, err = o.List(ctx, Query{Box: BoxAll, Mine: "wang"}); err != nil || page.Rows[1].Unread != 0 {
			t.Errorf("page %+v, error %v", page, err)
		}
		_, err = o.List(ctx, Query{Box: "inbox"})
		wantCode(t, err, models.CodeInvalid)
	})
}

func TestBegin_WithACitizenWhoWrote(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		o.writes(zhang, "乌拉拉是什么")
		o.at(600)
		q := Begin{AppID: o.account.AppID, UID: storetestUID(t, zhang)}
		c, err := o.Begin(ctx, wang, q)
		if err != nil || c.State != Assigned || !c.OwedAt.Equal(morning) {
			t.Fatalf("conversation %+v, error %v", c, err)
		}
		_, err = o.Begin(ctx, li, q)
		wantCode(t, err, CodeNotYours)
		o.replies(wang, "k1", "您指的是什么？")
		o.wants(Answered, "wang")
		o.clock.Set(morning.Add(49 * time.Hour))
		o.ticks()
		_, err = o.Begin(ctx, li, q)
		wantCode(t, err, CodeWindow)
		_, err = o.Begin(ctx, li, Begin{AppID: o.account.AppID, UID: "nobody"})
		wantCode(t, err, models.CodeNotFound)
	})
}

// What can not be sent waits for the citizen's next message, and answers it.
func TestAnswer_PickedUpWhileTheConversationIsOpen(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		o.here(wang)
		o.writes(zhang, "人工")
		o.ticks()
		c := o.wants(Assigned, "wang")
		_, err := o.outbox.Enqueue(ctx, wang, outbox.Request{
			AppID: c.AppID, UID: c.UID, SendKey: "k1", Conversation: c.ID, Staff: "wang", Purpose: outbox.Answer, Channel: outbox.PickUp,
			Content: outbox.Content{Reply: models.TextReply("路灯明天修好")},
		})
		if err != nil {
			t.Fatal(err)
		}
		held, err := o.outbox.Held(ctx)
		if err != nil {
			t.Fatal(err)
		}
		o.brain.Hold(held)
		o.at(60)
		if _, said := o.writes(zhang, "修好了吗"); said != "路灯明天修好" {
			t.Errorf("the message is answered %q", said)
		}
		o.wants(Answered, "wang")
	})
}

func TestRoster_FaultsAndGaps(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	ctx := context.Background()
	_, err := o.SetRoster(ctx, wang, o.account.AppID, []models.Duty{{Operator: "wang", Hours: "9-5", Weekdays: "8"}, {Operator: "zhou", Hours: "09:00-12:00", From: "2026-03-09", To: "2026-03-02"}})
	var told *models.Error
	if !errors.As(err, &told) || len(told.Fields) != 4 || told.Fields[0].Field != "duties[0].weekdays" {
		t.Fatalf("error %v", err)
	}
	r, err := o.SetRoster(ctx, wang, o.account.AppID, []models.Duty{{Operator: "wang", Hours: "09:00-12:00"}})
	if err != nil || len(r.Duties) != 1 || len(r.Gaps) != 10 {
		t.Fatalf("roster %+v, error %v", r, err)
	}
	if g := r.Gaps[0]; g.From.Format("15:04") != "13:30" || g.To.Format("15:04") != "17:30" {
		t.Errorf("gap %+v", g)
	}
}
