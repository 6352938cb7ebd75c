package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/store"
)

func (o *office) act(c *Conversation) Act { return Act{ID: c.ID, Version: c.Version} }

// Who takes a conversation is there, though they were away or are off duty, and keeps it.
func TestTake_AwayOrOffDuty(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	ctx := context.Background()
	if _, err := o.SetRoster(ctx, li, o.account.AppID, []models.Duty{{Operator: "wang", Hours: "13:00-18:00"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.SetPresence(ctx, wang, Away); err != nil {
		t.Fatal(err)
	}
	o.writes(zhang, "人工")
	c := o.wants(Queued, "")
	if _, err := o.Take(ctx, wang, o.act(&c)); err != nil {
		t.Fatal(err)
	}
	o.ticks()
	o.wants(Assigned, "wang")
	if p, err := o.SetPresence(ctx, wang, ""); err != nil || p.State != Busy {
		t.Errorf("presence %+v, error %v", p, err)
	}
	// Answered, and the citizen writes again: that is for whoever is on duty.
	o.replies(wang, "k1", "请讲")
	o.at(60)
	o.writes(zhang, "路灯坏了")
	o.ticks()
	if c := o.wants(Queued, ""); c.Reason != ReasonDuty {
		t.Errorf("reason %q", c.Reason)
	}
}

// What the citizen asks after an answer is for whoever has the conversation, and for nobody once it is
// back in the queue.
func TestFollow_NextWaitHasTheHolder(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.here(wang)
		o.writes(zhang, "人工")
		o.ticks()
		o.replies(wang, "k1", "请讲")
		o.at(60)
		o.writes(zhang, "路灯坏了")
		waiting := "SELECT COUNT(*) FROM waits WHERE answer_at = 0 AND assignee = ?"
		if n := o.number(waiting, "wang"); n != 1 {
			t.Errorf("%d waits of the holder", n)
		}
		c := o.wants(Assigned, "wang")
		if _, err := o.Transfer(context.Background(), wang, Transfer{Act: o.act(&c), Reason: "不归我管"}); err != nil {
			t.Fatal(err)
		}
		if n := o.number(waiting, ""); n != 1 {
			t.Errorf("%d waits of nobody", n)
		}
	})
}

// Leaving is no question: it opens no wait.
func TestFollow_LeavingOpensNoWait(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.here(wang)
	o.writes(zhang, "人工")
	o.ticks()
	o.replies(wang, "k1", "请讲")
	o.at(60)
	o.writes(zhang, "退出")
	o.wants(Closed, "wang")
	if n := o.number("SELECT COUNT(*) FROM waits WHERE answer_at = 0"); n != 0 {
		t.Errorf("%d waits", n)
	}
}

// A conversation of an account that the caller may not answer for is not there, whatever is asked.
func TestDesk_ForeignAccountIsNotFound(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	ctx := context.Background()
	o.writes(zhang, "人工")
	c := o.wants(Queued, "")
	q := Act{ID: c.ID, Version: c.Version, Accounts: []string{"wx9999999999999999"}}
	_, note := o.AddNote(ctx, wang, q, "看过了")
	_, draft := o.SaveDraft(ctx, wang, q, Draft{Kind: DraftReply, Text: "您好"})
	_, _, citizen := o.Citizen(ctx, c.ID, q.Accounts)
	_, say := o.Say(ctx, wang, Say{Act: q, SendKey: "k1", Seen: c.LastInKey, Content: outbox.Content{Reply: models.TextReply("您好")}})
	for what, err := range map[string]error{
		"note": note, "draft": draft, "citizen": citizen, "say": say, "seen": o.MarkSeen(ctx, wang, q, o.clock.Now()), "view": o.View(ctx, wang, q, true),
	} {
		if models.ErrorCode(err) != models.CodeNotFound {
			t.Errorf("%s: error %v", what, err)
		}
	}
	if n := o.number("SELECT COUNT(*) FROM presence") + o.number("SELECT COUNT(*) FROM conversation_seen") + o.number("SELECT COUNT(*) FROM desk_drafts"); n != 0 {
		t.Errorf("%d rows written", n)
	}
}

// What fails with one conversation keeps none of the others from their turn.
func TestTick_OneConversationFails(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	ctx := context.Background()
	o.writes(zhang, "人工")
	o.at(1)
	o.writes(zhao, "人工")
	err := o.store.Transact(ctx, func(t *store.Tx) error {
		return t.Exec(ctx, "CREATE TRIGGER broken BEFORE UPDATE ON conversations WHEN OLD.uid = '"+storetestUID(o.t, zhang)+"' BEGIN SELECT RAISE(ABORT, 'broken'); END")
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.SetPresence(ctx, wang, Online); err != nil {
		t.Fatal(err)
	}
	if err := o.Tick(ctx); err == nil {
		t.Error("nobody hears of what failed")
	}
	if n := o.number("SELECT COUNT(*) FROM conversations WHERE assignee = 'wang'"); n != 1 {
		t.Errorf("%d given", n)
	}
}

// An answered conversation that is passed on waits for somebody, and says since when.
func TestTransfer_AnsweredToTheQueue(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	ctx := context.Background()
	o.here(wang)
	o.writes(zhang, "人工")
	o.ticks()
	o.replies(wang, "k1", "请讲")
	o.at(60)
	c := o.wants(Answered, "wang")
	_, err := o.Transfer(ctx, wang, Transfer{Act: o.act(&c), To: "li", Reason: "不归我管"})
	wantCode(t, err, models.CodeConflict) // li is not there
	if _, err := o.Transfer(ctx, wang, Transfer{Act: o.act(&c), Reason: "不归我管"}); err != nil {
		t.Fatal(err)
	}
	if c := o.wants(Queued, ""); !c.OwedAt.Equal(o.clock.Now()) {
		t.Errorf("owed since %s", c.OwedAt)
	}
	// Whoever passed it on does not get it back; the next to come does.
	o.here(wang)
	o.wants(Queued, "")
	o.here(li)
	o.wants(Assigned, "li")
}

// A reply that was owed for too long goes to somebody else where there is somebody.
func TestAssign_NotBackToWhoLostIt(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	ctx := context.Background()
	beat := func(who ...models.Who) {
		for _, w := range who {
			if _, err := o.SetPresence(ctx, w, Online); err != nil {
				t.Fatal(err)
			}
		}
	}
	o.here(wang)
	o.writes(zhang, "人工")
	o.ticks()
	o.wants(Assigned, "wang")
	o.at(1800)
	beat(wang)
	o.ticks()
	if c := o.wants(Assigned, "wang"); c.Reason != ReasonReturn { // there is nobody else
		t.Errorf("reason %q", c.Reason)
	}
	o.at(3600)
	beat(wang, li)
	o.ticks()
	o.wants(Assigned, "li")
}

// A change that was made before the last look, and whose transaction ended after it, is told; nothing is
// told twice.
func TestWatch_LateTransaction(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	ctx := context.Background()
	w := o.Watch()
	changed := func() int {
		t.Helper()
		accounts, err := w.Changed(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return len(accounts)
	}
	o.at(10)
	if changed() != 0 {
		t.Error("told of nothing")
	}
	o.at(5)
	o.writes(zhang, "人工")
	o.at(11)
	if changed() != 1 {
		t.Error("a change is lost")
	}
	if changed() != 0 {
		t.Error("told twice")
	}
	o.at(12)
	o.here(wang)
	if changed() != 1 {
		t.Error("a second change is lost")
	}
}

// Two tabs that save a draft at once: one is told of the other.
func TestDraft_AtOnce(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.writes(zhang, "人工")
		c := o.wants(Queued, "")
		errs := make([]error, 4)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				_, errs[i] = o.SaveDraft(context.Background(), wang, Act{ID: c.ID}, Draft{Kind: DraftReply, Text: "您好"})
			})
		}
		wg.Wait()
		conflicts := 0
		for _, err := range errs {
			if e := (*DraftConflictError)(nil); errors.As(err, &e) {
				conflicts++
			} else if err != nil {
				t.Error(err)
			}
		}
		if conflicts != len(errs)-1 {
			t.Errorf("%d of %d are told of the other", conflicts, len(errs))
		}
	})
}

// The clock goes back an hour while somebody answers: the answer counts, and so does what is asked next.
func TestFollow_ClockGoesBack(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.here(wang)
	o.writes(zhang, "人工")
	o.ticks()
	o.at(-3600)
	o.replies(wang, "k1", "请讲")
	c := o.wants(Answered, "wang")
	if c.AnsweredAt.Before(c.LastInAt) {
		t.Errorf("answered at %s what came at %s", c.AnsweredAt, c.LastInAt)
	}
	o.at(7200) // the platform's clock is an hour ahead of what the answer said
	o.writes(zhang, "路灯坏了")
	o.at(3600)
	o.wants(Assigned, "wang")
	o.replies(wang, "k2", "已经派人去修")
	o.wants(Answered, "wang")
}

// A list goes on behind the last row, whatever came or went before it.
func TestList_GoesOnBehindARow(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		citizens := []string{zhang, zhao, "oCitizen00000000000000000003", "oCitizen00000000000000000004"}
		for i, openID := range citizens {
			o.at(i)
			o.writes(openID, "人工")
		}
		o.here(wang)
		ends := func(uid string) {
			t.Helper()
			page, err := o.List(ctx, Query{Box: BoxAll})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range page.Rows {
				if r.UID == uid {
					if _, err := o.Close(ctx, wang, Close{Act: o.act(&r.Conversation), Code: CloseSpam}); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		walk := func(box string, between func()) (uids []string) {
			t.Helper()
			q := Query{Box: box, Mine: "wang", Accounts: []string{o.account.AppID}, Limit: 1}
			for n := 0; n < 10; n++ {
				page, err := o.List(ctx, q)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range page.Rows {
					uids = append(uids, r.UID)
				}
				if q.After = page.Next; q.After == "" {
					break
				}
				if n == 0 {
					between()
				}
			}
			return uids
		}
		uid := func(i int) string { return storetestUID(t, citizens[i]) }
		wantUIDs(t, walk(BoxAll, func() { ends(uid(0)) }), uid(0), uid(1), uid(2), uid(3))
		o.at(20)
		ends(uid(2))
		o.at(30)
		wantUIDs(t, walk(BoxFinal, func() { ends(uid(1)) }), uid(2), uid(0))
		_, err := o.List(ctx, Query{Box: BoxFinal, After: "1"})
		wantCode(t, err, models.CodeInvalid)
	})
}

func wantUIDs(t *testing.T, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("citizens %v, want %v", got, want)
	}
}

// Every change is in the audit log, also where somebody begins with a citizen who waits already.
func TestBegin_WithACitizenWhoWaits(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.writes(zhang, "人工")
	if _, err := o.Begin(context.Background(), wang, Begin{AppID: o.account.AppID, UID: storetestUID(t, zhang)}); err != nil {
		t.Fatal(err)
	}
	o.ticks()
	o.wants(Assigned, "wang")
	if n := o.number("SELECT COUNT(*) FROM audit WHERE action = 'desk.begin'"); n != 1 {
		t.Errorf("%d audit entries", n)
	}
}

// The last notes are shown, not the first.
func TestNotes_TheLastFirst(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	ctx := context.Background()
	o.writes(zhang, "人工")
	c := o.wants(Queued, "")
	for _, text := range []string{"一", "二"} {
		if _, err := o.AddNote(ctx, wang, Act{ID: c.ID}, text); err != nil {
			t.Fatal(err)
		}
	}
	detail, err := o.Conversation(ctx, c.ID, nil, "wang")
	if err != nil || len(detail.Notes) != 2 || detail.Notes[0].Text != "二" {
		t.Errorf("notes %+v, error %v", detail.Notes, err)
	}
}

// A note is shown as it was written, for a reason that the audit log keeps.
func TestRevealNote_WithReasonOnly(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		o.writes(zhang, "人工")
		c := o.wants(Queued, "")
		const text = "电话 13800138000 <b>]]></b>"
		n, err := o.AddNote(ctx, wang, Act{ID: c.ID}, text)
		if err != nil || n.Text == text {
			t.Fatalf("%+v, error %v", n, err)
		}
		for what, q := range map[string]struct {
			NoteRequest
			reason, code string
		}{
			"no reason":         {NoteRequest{ID: n.ID}, " \n ", models.CodeInvalid},
			"a foreign account": {NoteRequest{ID: n.ID, Accounts: []string{"wxother"}}, "回电", models.CodeNotFound},
			"of no account":     {NoteRequest{ID: n.ID, Accounts: []string{}}, "回电", models.CodeNotFound},
			"no such note":      {NoteRequest{ID: c.ID}, "回电", models.CodeNotFound},
		} {
			if out, err := o.RevealNote(ctx, wang, q.NoteRequest, q.reason); models.ErrorCode(err) != q.code || out.Text != "" {
				t.Errorf("%s: %q, error %v", what, out.Text, err)
			}
		}
		if out, err := o.RevealNote(ctx, wang, NoteRequest{ID: n.ID, Accounts: []string{o.account.AppID}}, "回电"); err != nil || out.Text != text {
			t.Errorf("%q, error %v", out.Text, err)
		}
		var reasons []string
		err = o.store.AuditEntries(ctx, store.AuditFilter{Action: "note.reveal"}, func(e models.AuditEntry) error {
			if e.ObjectID != strconv.FormatInt(n.ID, 10) || e.AppID != o.account.AppID || e.Who.Name != wang.Name || strings.Contains(e.After, "138") {
				t.Errorf("%+v", e)
			}
			reasons = append(reasons, e.Reason)
			return nil
		})
		if err != nil || !slices.Equal(reasons, []string{"回电"}) {
			t.Errorf("reasons %q, error %v", reasons, err)
		}
	})
}

// What is due of many at one time is done in several looks, so that nobody new waits for all of it.
func TestTick_ManyDueAtOnce(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	for i := range timersAtOnce + 5 {
		o.writes(fmt.Sprintf("oCitizen%020d", i), "人工")
	}
	<-o.Causes()
	o.clock.Set(morning.Add(window))
	for look, want := range []int{timersAtOnce, timersAtOnce + 5} {
		o.ticks()
		if n := int(o.number("SELECT COUNT(*) FROM conversations WHERE state = 'expired'")); n != want {
			t.Errorf("look %d: %d are over, want %d", look, n, want)
		}
		if goesOn := len(o.causes) == 1; goesOn != (look == 0) {
			t.Errorf("look %d: another follows at once: %v", look, goesOn)
		}
		for len(o.causes) > 0 {
			<-o.Causes()
		}
	}
}
