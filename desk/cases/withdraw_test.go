package cases

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

const (
	firstNumber  = "260302000013"
	withdrawText = "已撤回，编号 2603 0200 0013，不再办理。"
)

// complains has the citizen tell a case in the chat.
func (k *talk) complains() Detail {
	k.t.Helper()
	said := k.tells("我要投诉", "路灯坏了", "1", "0", "0", "0", "1")
	_, number, _ := strings.Cut(strings.ReplaceAll(said, " ", ""), "编号")
	if len(number) < numberDigits {
		k.t.Fatalf("the receipt says %q", said)
	}
	return mustCase(k.t, k.office, wang, number[:numberDigits])
}

// A case that its citizen withdraws is over and in no figure: the steps are events of the chat, the wait of
// the form is counted apart, and working days and rates know nothing of it.
func TestGolden_WithdrawnByTheCitizen(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		k := newTalk(o)
		c := k.complains()
		o.must(wang, &c, Act{Step: Accept, Unit: "城管局"})
		o.must(wang, &c, Act{Step: Submit, Text: "已经修好"})
		k.second(3600)
		if said := k.tells("撤回　２６０３ 0200 0013"); !strings.HasPrefix(said, "确认撤回这件诉求吗？") || !strings.HasSuffix(said, "\n1 撤回\n2 不撤回") {
			t.Errorf("the program says %q", said)
		}
		if said := k.tells("2"); said != "没有撤回，照常办理。" || mustCase(t, o, wang, c.Number).State != Review {
			t.Errorf("the program says %q", said)
		}
		k.tells("撤回")
		k.second(3660)
		if said := k.tells("１"); said != withdrawText {
			t.Errorf("the program says %q", said)
		}
		seen := c
		c = mustCase(t, o, wang, c.Number)
		if last := c.Events[len(c.Events)-1]; last.Kind != "withdrawn" || last.By != "" || last.State != Withdrawn || !last.At.Equal(morning.Add(3660*time.Second)) {
			t.Errorf("the last event is %+v", last)
		}
		if c.State != Withdrawn || c.Pending != "" || !c.Due.IsZero() || len(c.Allowed) != 0 {
			t.Errorf("%+v", c)
		}
		wantCode(t, o.does(manager, &seen, Act{Step: Approve}), models.CodeConflict) // as it was seen it is no more
		wantCode(t, o.does(manager, &c, Act{Step: Approve}), CodeNotAllowed)
		if said := k.tells("查询"); said != "2603 0200 0013（投诉）已撤回（3月2日 11:01）" {
			t.Errorf("asked for, it reads %q", said)
		}
		if said := k.tells("撤回 260302000013"); said != "2603 0200 0013（投诉）已撤回（3月2日 11:01），不能再撤回。" {
			t.Errorf("withdrawn again, it reads %q", said)
		}
		k.wantsOutsideTheFigures()
	})
}

func (k *talk) wantsOutsideTheFigures() {
	k.t.Helper()
	for query, want := range map[string]int64{
		"SELECT COUNT(*) FROM waits WHERE channel = 'chat'":                          1, // 查询 is a question
		"SELECT COUNT(*) FROM waits WHERE channel = 'form' AND mark = 'withdrawn'":   1,
		"SELECT COALESCE(SUM(opened), 0) FROM wait_hours WHERE channel = 'form'":     0,
		"SELECT COUNT(*) FROM outbox WHERE case_number <> '' AND purpose = 'answer'": 0,
	} {
		if n := k.number(query); n != want {
			k.t.Errorf("%s: %d, want %d", query, n, want)
		}
	}
	_ = k.store.Read(context.Background(), store.Console, func(t *store.Tx) error {
		if counted, err := t.Cases(context.Background(), k.account.AppID, morning.Add(-time.Hour), morning.Add(time.Hour)); err != nil || len(counted) != 0 {
			k.t.Errorf("%d cases are counted, %v", len(counted), err)
		}
		return nil
	})
	if _, err := k.waits.MarkWait(context.Background(), k.account.AppID, (&Case{AppID: k.account.AppID, Number: firstNumber}).submissionKey(), models.MarkNone, manager); models.ErrorCode(err) != models.CodeInvalid {
		k.t.Errorf("a person takes the mark back: %v", err)
	}
}

// Nobody withdraws what is another's, and what came to an end meanwhile stays so: the citizen is told.
func TestWithdraw_ClosedMeanwhile(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		k := newTalk(o)
		c := k.complains()
		k.tells("撤回")
		rows, said := k.decides("1", "")
		if said != withdrawText {
			t.Errorf("the program says %q", said)
		}
		o.must(wang, &c, Act{Step: Accept, Unit: "城管局"})
		o.must(wang, &c, Act{Step: Submit, Text: "已经修好"})
		o.must(manager, &c, Act{Step: Approve})
		k.drains(rows)
		if c = mustCase(t, o, wang, c.Number); c.State != Closed {
			t.Errorf("it is %s", c.State)
		}
		if n := o.number("SELECT COUNT(*) FROM outbox WHERE send_key LIKE 'case-%-not_withdrawn'"); n != 1 {
			t.Errorf("%d messages say that it was not withdrawn", n)
		}
		if said := k.tells("撤回260302000013"); !strings.Contains(said, "已办结") || !strings.HasSuffix(said, "不能再撤回。") {
			t.Errorf("the program says %q", said)
		}
		rows[1].UID, rows[1].OpenID = "", "oCitizen00000000000000000002"
		rows[1].MsgKey, rows[1].Case = "another", &models.CaseForm{Withdrawn: true, Number: c.Number, At: o.clock.Now()}
		k.drains(rows[1:]) // forged, it does nothing
		k.open = "oCitizen00000000000000000002"
		if said := k.tells("撤回260302000013"); !strings.HasPrefix(said, "没有查到") {
			t.Errorf("of another's the program says %q", said)
		}
	})
}

// The same answer from two instances, while the manager releases the reply: the case is withdrawn once, or
// closed, never both.
func TestWithdraw_AtOnce(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		a := newTalk(o)
		for range 4 {
			c := a.complains()
			o.must(wang, &c, Act{Step: Accept, Unit: "城管局"})
			o.must(wang, &c, Act{Step: Submit, Text: "已经修好"})
			a.tells("撤回 " + c.Number)
			rows, _ := a.decides("1", "")
			other := &talk{office: o.sibling()}
			var wg sync.WaitGroup
			var failed error
			wg.Go(func() { a.drains(rows) })
			wg.Go(func() { other.drains(rows) })
			wg.Go(func() { seen := c; failed = o.does(manager, &seen, Act{Step: Approve}) })
			wg.Wait()
			c = mustCase(t, o, wang, c.Number)
			ends := o.number("SELECT COUNT(*) FROM case_events WHERE number = ? AND kind IN ('withdrawn', 'closed')", c.Number)
			if won := failed == nil; ends != 1 || won != (c.State == Closed) || !won && c.State != Withdrawn {
				t.Errorf("it is %s, %d ends, the manager hears %v", c.State, ends, failed)
			}
			if failed != nil {
				wantCode(t, failed, models.CodeConflict)
			}
		}
	})
}
