package desk

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// A citizen asks, is told that somebody comes, and somebody answers: the receipt ends nothing.
func TestGolden_PersonAnswers(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.here(wang)
		if _, said := o.writes(zhang, "人民路的路灯坏了"); !strings.HasPrefix(said, "路灯由城管局维修。\n已转人工") {
			t.Errorf("receipt %q", said)
		}
		o.wants(Queued, "")
		o.ticks()
		c := o.wants(Assigned, "wang")
		if c.Topic != "城管/路灯" || c.Reason != models.HandoverRule || !c.OwedAt.Equal(morning) {
			t.Errorf("conversation %+v", c)
		}
		o.at(95)
		o.replies(wang, "k1", "已经派人去修")
		if c := o.wants(Answered, "wang"); !c.OwedAt.IsZero() || !c.AnsweredAt.Equal(o.clock.Now()) {
			t.Errorf("conversation %+v", c)
		}
		if rt := o.number("SELECT answer_at - open_at FROM waits WHERE answer_at > 0 AND staff = 'wang'"); rt != 95 {
			t.Errorf("response time %d", rt)
		}
		if n := o.number("SELECT SUM(human) FROM wait_hours"); n != 1 {
			t.Errorf("%d answered by people", n)
		}
	})
}

// Nobody answers: the receipt does not make the citizen a served one.
func TestGolden_ReceiptServesNobody(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.here(wang)
		o.writes(zhang, "路灯坏了")
		o.clock.Set(time.Date(2026, 3, 20, 0, 0, 0, 0, time.UTC))
		if _, err := o.waits.Sweep(context.Background(), o.clock.Now(), 100); err != nil {
			t.Fatal(err)
		}
		o.ticks()
		o.wants(Expired, "")
		if bot, expired := o.number("SELECT SUM(bot) FROM wait_hours"), o.number("SELECT SUM(expired) FROM wait_hours"); bot != 0 || expired != 1 {
			t.Errorf("%d self-served, %d expired", bot, expired)
		}
	})
}

// The citizen writes again while the answer is written: it is shown first, and it is one wait.
func TestGolden_NewerMessageIsShownFirst(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.here(wang)
		o.writes(zhang, "路灯坏了")
		o.ticks()
		seen := o.wants(Assigned, "wang")
		o.at(60)
		rows, said := o.writes(zhang, "就在桥头，电话 13800138000")
		if said != "" {
			t.Errorf("the program says %q where a person has the conversation", said)
		}
		o.at(70)
		_, err := o.says(wang, &seen, "k1", "请问在哪里")
		var newer *NewerError
		if !errors.As(err, &newer) || newer.Newer.MsgKey != rows[0].MsgKey || strings.Contains(newer.Newer.Text, "13800138000") || newer.Newer.Text == "" {
			t.Fatalf("error %v, %+v", err, newer)
		}
		wantCode(t, err, CodeNewer)
		_, err = o.says(wang, &seen, "k1", "请到[[窗口]]办理")
		wantCode(t, err, models.CodeInvalid) // a blank of a template
		o.at(80)
		o.replies(wang, "k1", "桥头的路灯已派人去修")
		if n, rt := o.number("SELECT COUNT(*) FROM waits"), o.number("SELECT answer_at - open_at FROM waits"); n != 1 || rt != 80 {
			t.Errorf("%d waits, response time %d", n, rt)
		}
	})
}

// Two people send at once: one message goes out.
func TestGolden_TwoPeopleSendAtOnce(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		o.here(wang)
		o.writes(zhang, "路灯坏了")
		o.ticks()
		seen := o.wants(Assigned, "wang")
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i, who := range []models.Who{wang, li} {
			wg.Go(func() { _, errs[i] = o.says(who, &seen, "k"+who.Name, "已经派人去修") })
		}
		wg.Wait()
		if errs[0] != nil || models.ErrorCode(errs[1]) != CodeNotYours {
			t.Errorf("errors %v", errs)
		}
		if _, err := o.outbox.Send(ctx); err != nil {
			t.Fatal(err)
		}
		if n := o.number("SELECT COUNT(*) FROM interactions WHERE actor = 'human'"); n != 1 || len(o.platform.Deliveries()) != 1 {
			t.Errorf("%d rows, %d deliveries", n, len(o.platform.Deliveries()))
		}
	})
}

// A conversation that is closed without an answer leaves the citizen waiting.
func TestGolden_ClosingStopsNoWait(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		o.here(wang)
		o.writes(zhang, "路灯坏了")
		o.ticks()
		c := o.wants(Assigned, "wang")
		o.at(600)
		_, err := o.Close(ctx, wang, Close{Act: Act{ID: c.ID, Version: c.Version}, Code: CloseDone})
		wantCode(t, err, models.CodeConflict)
		if _, err := o.Close(ctx, wang, Close{Act: Act{ID: c.ID, Version: c.Version}, Code: CloseSpam}); err != nil {
			t.Fatal(err)
		}
		o.wants(Closed, "wang")
		o.clock.Set(time.Date(2026, 3, 20, 0, 0, 0, 0, time.UTC))
		if _, err := o.waits.Sweep(ctx, o.clock.Now(), 100); err != nil {
			t.Fatal(err)
		}
		if n := o.number("SELECT SUM(expired) FROM wait_hours WHERE staff = 'wang'"); n != 1 {
			t.Errorf("%d expired waits of the one who had it", n)
		}
	})
}

// Written on Friday evening: the answer is promised for Monday, past the time in which the citizen can
// be written to, so that it waits for the next message.
func TestGolden_PromiseBeyondTheWindow(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		friday := time.Date(2026, 3, 6, 18, 0, 0, 0, models.Shanghai())
		o.clock.Set(friday)
		_, said := o.writes(zhang, "人工")
		if want := "3月9日（周一） 09:00 上班后处理。届时请回复任意字查看答复。"; !strings.HasSuffix(said, want) {
			t.Errorf("receipt %q, want it to end with %q", said, want)
		}
		if c := o.wants(Queued, ""); !c.PromisedAt.Equal(time.Date(2026, 3, 9, 9, 0, 0, 0, models.Shanghai())) {
			t.Errorf("promised for %s", c.PromisedAt)
		}
		// Out of office hours the rules go on answering.
		if _, said := o.writes(zhang, "地址"); said != "人民路 1 号。" {
			t.Errorf("the rules say %q", said)
		}
	})
}

// While somebody holds the conversation the program answers what a rule knows exactly, where the account has
// that, also an instance that learns of the hold later: the person's answer ends the wait from its first
// message on; when there is none, the program's does, as of when it was given.
func TestGolden_ExactAnswersWhileHeld(t *testing.T) {
	for name, c := range map[string]struct {
		answers bool
		rt      string
		want    int64
		column  string
	}{
		"person": {true, "SELECT answer_at - open_at FROM waits WHERE staff = 'wang'", 900, "human"},
		"nobody": {false, "SELECT bot_at - open_at FROM waits", 600, "bot"},
	} {
		t.Run(name, func(t *testing.T) {
			everyDatabase(t, func(t *testing.T, o *office) {
				o.account.Settings = append(o.account.Settings, models.Setting{Name: models.SettingHeld, Value: models.HeldExact})
				o.start()
				o.here(wang)
				o.writes(zhang, "路灯坏了")
				late := o.sibling() // has not heard of the conversation
				o.ticks()
				o.wants(Assigned, "wang")
				if _, said := late.writes(zhang, "路灯坏了多久"); said == "" {
					t.Error("an instance that knows of no hold is silent")
				}
				o.at(600)
				if _, said := late.writes(zhang, "路灯"); said != "" {
					t.Errorf("it says %q to what no rule has exactly", said)
				}
				if _, said := o.writes(zhang, "地址"); said != "人民路 1 号。" {
					t.Errorf("the program says %q", said)
				}
				o.wants(Assigned, "wang") // a reply of a person is owed still
				if c.answers {
					o.at(900)
					o.replies(wang, "k1", "已经派人去修")
				}
				o.at(600 + 1801)
				if _, err := o.waits.Sweep(context.Background(), o.clock.Now(), 100); err != nil {
					t.Fatal(err)
				}
				if n, rt := o.number("SELECT COUNT(*) FROM waits"), o.number(c.rt); n != 1 || rt != c.want {
					t.Errorf("%d waits, response time %d", n, rt)
				}
				if n := o.number("SELECT SUM(" + c.column + ") FROM wait_hours"); n != 1 {
					t.Errorf("%d counted as %s", n, c.column)
				}
			})
		})
	}
}
