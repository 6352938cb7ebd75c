package outbox

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator/platform"
)

const citizen = "oCitizen00000000000000000001"

// unknownAt300 is a question at 0 and an answer at 300 that arrived although nobody said so.
func unknownAt300(o *office) Item {
	o.asks(citizen, "路灯坏了")
	o.at(300)
	i := o.answers(citizen, "k1", "已经派人去修")
	o.fault(platform.Fault{Kind: platform.FaultReset, After: true, Times: 1})
	o.sends()
	return o.wants(i.ID, Unknown)
}

func TestGolden_UnknownIsConfirmed(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		i := unknownAt300(o)
		o.open()
		o.at(900)
		o.open()
		if _, err := o.Resolve(context.Background(), manager, Everything(), Act{ID: i.ID, Version: i.Version, Reason: "市民来电说收到了"}, true); err != nil {
			t.Fatal(err)
		}
		o.wants(i.ID, Sent)
		o.wait(300, 925_611)
	})
}

func TestGolden_UnknownIsSentAgain(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		first := unknownAt300(o)
		o.at(900)
		act := Act{ID: first.ID, Version: first.Version}
		if _, err := o.Resend(ctx, wang, Everything(), act, "k2", false); models.ErrorCode(err) != CodeWarning {
			t.Fatalf("without the warning: %v", err)
		}
		again, err := o.Resend(ctx, wang, Everything(), act, "k2", true)
		if err != nil {
			t.Fatal(err)
		}
		o.sends()
		if i := o.wants(again[0].ID, Sent); i.ResendOf != first.ID {
			t.Errorf("it says that it repeats %d", i.ResendOf)
		}
		o.wait(900, 765_625)
		if _, err := o.Resolve(ctx, manager, Everything(), Act{ID: first.ID, Version: o.item(first.ID).Version, Reason: "市民说收到两次"}, true); err != nil {
			t.Fatal(err)
		}
		o.wait(300, 925_611)
	})
}

func TestGolden_WindowClosedThenPickedUp(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.asks(citizen, "路灯坏了")
		o.at(3600)
		i := o.answers(citizen, "k1", "已经派人去修")
		o.fault(platform.Fault{Kind: platform.FaultErrcode, Code: 45015})
		o.sends()
		o.platform.SetFaults()
		o.wants(i.ID, Held)
		o.open()
		o.at(7200)
		m := o.picksUp(citizen, "修好了吗")
		if i := o.wants(i.ID, Sent); i.PickedBy != m.MsgKey {
			t.Errorf("picked up by %q", i.PickedBy)
		}
		o.wait(7200, 462_805)
		o.upkeep()
		o.at(7300)
		o.sends()
		if n := len(o.delivered(citizen)); n != 0 {
			t.Errorf("%d messages beside the answer", n)
		}
	})
}

func TestGolden_WithoutTheRight(t *testing.T) {
	for dialect, database := range map[string]func(testing.TB) string{"sqlite": current.SQLite, "mariadb": current.MariaDB} {
		t.Run(dialect, func(t *testing.T) {
			o := newOffice(t, database(t), func(a *models.Account) { a.Kind, a.Verified = models.KindSubscription, false })
			if _, err := o.store.SaveRights(context.Background(), o.account.AppID, []models.Right{
				{Name: rightOf(CustomerService), State: models.RightNo, ErrCode: 48001, CheckedAt: morning},
			}); err != nil {
				t.Fatal(err)
			}
			o.asks(citizen, "路灯坏了")
			o.at(600)
			o.upkeep()
			i := o.answers(citizen, "k1", "已经派人去修")
			o.sends()
			if i := o.wants(i.ID, Held); i.Reason != ReasonRight || !i.AttemptAt.IsZero() {
				t.Errorf("held for %q, tried at %v", i.Reason, i.AttemptAt)
			}
			o.at(4000)
			o.picksUp(citizen, "修好了吗")
			o.wants(i.ID, Sent)
			o.wait(4000, 548_402)
		})
	}
}

func TestGolden_ThreeAfterAClick(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.happens(citizen, clicks("V1001"))
		var states []State
		var ids []int64
		for n := range 4 {
			o.at(10 * (n + 1))
			ids = append(ids, o.answers(citizen, fmt.Sprint("k", n), fmt.Sprint("第", n, "条")).ID)
			o.sends()
		}
		for _, id := range ids {
			states = append(states, o.item(id).State)
		}
		if d := cmp.Diff([]State{Sent, Sent, Sent, Held}, states); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff([]string{"第0条", "第1条", "第2条"}, o.delivered(citizen)); d != "" {
			t.Error(d)
		}
		if i := o.item(ids[3]); i.Reason != ReasonCount || !i.AttemptAt.IsZero() {
			t.Errorf("the fourth is held for %q and was tried at %v", i.Reason, i.AttemptAt)
		}
		if n := o.number("SELECT COUNT(*) FROM interactions WHERE dir = 'out'"); n != 3 {
			t.Errorf("%d rows of sends", n)
		}
	})
}
