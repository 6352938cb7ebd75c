package outbox

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/simulator/platform"
	"github.com/wenzheng/wenzheng/store"
)

// An account without AppSecret sends nothing: its messages wait for the citizen's next message, say why,
// and stay as they are. Once there is a secret they go out.
func TestRelease_AccountWithoutSecret(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	secret := o.account.Secret
	o.account.Secret = ""
	o.asks(citizen, "路灯坏了")
	i := o.answers(citizen, "k1", "已经派人去修")
	o.sends()
	held := o.wants(i.ID, Held)
	if held.Reason != ReasonSecret {
		t.Errorf("reason %q", held.Reason)
	}
	for second := 1; second < 20; second += 6 {
		o.at(second)
		o.upkeep()
		o.sends()
	}
	if d := cmp.Diff(held, o.item(i.ID)); d != "" {
		t.Errorf("it does not stay as it is: %s", d)
	}
	o.account.Secret = secret
	o.upkeep()
	o.at(30)
	o.sends()
	o.wants(i.ID, Sent)
}

// When WeChat says that an account has no right to send, no instance calls again for an hour, or until the
// right is found.
func TestRelease_RightRefused(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.asks(citizen, "路灯坏了")
	i := o.answers(citizen, "k1", "已经派人去修")
	o.fault(platform.Fault{Kind: platform.FaultErrcode, Code: codeUnauthorized})
	o.sends()
	held := o.wants(i.ID, Held)
	other := o.sibling()
	for second := 1; second < 30; second += 6 {
		o.at(second)
		for _, instance := range []*office{o, other} {
			instance.upkeep()
			instance.sends()
		}
	}
	if d := cmp.Diff(held, o.item(i.ID)); d != "" {
		t.Errorf("it does not stay as it is: %s", d)
	}
	o.asks("oSecond", "路灯坏了")
	o.answers("oSecond", "k2", "已经派人去修")
	other.sends()
	if hits := o.platform.Faults()[0].Hits; hits != 1 {
		t.Errorf("%d calls", hits)
	}
	o.platform.SetFaults()
	_, err := o.store.SaveRights(context.Background(), o.account.AppID, []models.Right{{Name: rightOf(CustomerService), State: models.RightYes, CheckedAt: o.own.Now()}})
	if err != nil {
		t.Fatal(err)
	}
	o.upkeep()
	o.at(60)
	o.sends()
	o.wants(i.ID, Sent)
}

// A message that can not be read stops no other: it is set aside, wherever it stands.
func TestUnreadable_StopsNoOther(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		spoil := func(i Item) Item {
			err := o.store.Transact(ctx, func(t *store.Tx) error {
				return t.Exec(ctx, "UPDATE outbox SET payload = ? WHERE id = ?", []byte("spoilt"), i.ID)
			})
			if err != nil {
				t.Fatal(err)
			}
			return i
		}
		o.asks("oQueued", "路灯坏了")
		o.asks("oLost", "路灯坏了")
		o.asks(citizen, "路灯坏了")
		lost := o.answers("oLost", "k0", "已经派人去修")
		if claimed, _, err := o.claim(ctx, 1); err != nil || len(claimed) != 1 {
			t.Fatal(len(claimed), err)
		}
		spoil(lost)
		queued := spoil(o.answers("oQueued", "k1", "已经派人去修"))
		good := o.answers(citizen, "k2", "已经派人去修")
		o.sends()
		o.wants(good.ID, Sent)
		if got := o.wants(queued.ID, Failed); got.Reason != ReasonUnread {
			t.Errorf("queued: %q", got.Reason)
		}
		o.at(40)
		o.upkeep()
		o.wants(lost.ID, Unknown)
		row := "SELECT COUNT(*) FROM interactions WHERE uid = ? AND dir = 'out' AND err_code = -100 AND content = '已经派人去修'"
		if n := o.number(row, o.uid("oLost")); n != 1 {
			t.Errorf("%d rows tell of the lost message", n)
		}
		wait := func(openID, key string) Item {
			r := o.request(openID, key, "已经派人去修")
			r.Channel = PickUp
			list, err := o.Enqueue(ctx, wang, r)
			if err != nil {
				t.Fatal(err)
			}
			return list[0]
		}
		held, other := spoil(wait("oQueued", "k3")), wait(citizen, "k4")
		list, err := o.Held(ctx)
		if err != nil || len(list) != 1 || list[0].ID != other.ID {
			t.Errorf("%+v, %v", list, err)
		}
		o.wants(held.ID, Failed)
		got := o.item(held.ID)
		if _, err := o.Resend(ctx, manager, Everything(), Act{ID: held.ID, Version: got.Version}, "k5", true); models.ErrorCode(err) != models.CodeConflict {
			t.Errorf("resending what can not be read: %v", err)
		}
	})
}

// An instance that was not given the key of messages, or of citizens, leaves them to one that was, and
// sends all others.
func TestSend_WithoutTheKeyOfSome(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		former, fresh := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
		restart := func(o *office, kek []byte, previous ...[]byte) {
			s, err := seal.NewSealer(kek, previous...)
			if err != nil {
				t.Fatal(err)
			}
			o.sealer = s
			o.restart(Limits{})
		}
		restart(o, former)
		behind := *o
		restart(o, fresh, former)
		behind.asks(citizen, "路灯坏了")
		behind.asks("oSecond", "路灯坏了")
		o.asks("oNew", "路灯坏了")
		locked := o.answers(citizen, "k1", "已经派人去修")
		stranger := behind.answers("oNew", "k2", "已经派人去修")
		good := behind.answers("oSecond", "k3", "已经派人去修")
		r := o.request(citizen, "k4", "修好了")
		r.Channel = PickUp
		held, err := o.Enqueue(ctx, wang, r)
		if err != nil {
			t.Fatal(err)
		}
		behind.upkeep()
		behind.sends()
		o.wants(good.ID, Sent)
		if list, err := behind.Held(ctx); err != nil || len(list) != 0 {
			t.Errorf("%+v, %v", list, err)
		}
		for _, i := range []Item{locked, stranger, held[0]} {
			if d := cmp.Diff(i, o.item(i.ID)); d != "" {
				t.Errorf("it does not stay as it is: %s", d)
			}
		}
		if n := behind.Locked(); n != 3 {
			t.Errorf("%d messages are told of", n)
		}
		o.upkeep()
		o.sends()
		o.wants(locked.ID, Sent)
		o.wants(stranger.ID, Sent)
		if list, err := o.Held(ctx); err != nil || len(list) != 1 || o.Locked() != 0 {
			t.Errorf("%+v, %v, %d", list, err, o.Locked())
		}
	})
}

// Two people who see the same message resend it once; the same request twice is one.
func TestResend_Once(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	ctx := context.Background()
	o.asks(citizen, "路灯坏了")
	i := o.answers(citizen, "k1", "已经派人去修")
	o.fault(platform.Fault{Kind: platform.FaultErrcode, Code: 40003, Times: 1})
	o.sends()
	seen := Act{ID: i.ID, Version: o.wants(i.ID, Failed).Version}
	first, err := o.Resend(ctx, manager, Everything(), seen, "k2", false)
	if err != nil {
		t.Fatal(err)
	}
	again, err := o.Resend(ctx, manager, Everything(), seen, "k2", false)
	if d := cmp.Diff(first, again); err != nil || d != "" {
		t.Errorf("%v, %s", err, d)
	}
	if _, err := o.Resend(ctx, wang, Everything(), seen, "k3", false); models.ErrorCode(err) != models.CodeConflict {
		t.Errorf("a second person: %v", err)
	}
	o.sends()
	if n := len(o.delivered(citizen)); n != 1 {
		t.Errorf("%d messages arrived", n)
	}
}

// No text is kept longer than 400 days, one that still waits neither.
func TestForget_OldMessages(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.asks(citizen, "路灯坏了")
	r := o.request(citizen, "k1", "已经派人去修")
	r.Channel = PickUp
	if _, err := o.Enqueue(context.Background(), wang, r); err != nil {
		t.Fatal(err)
	}
	o.clock.Set(morning.Add(399 * 24 * time.Hour))
	o.upkeep()
	if n := o.number("SELECT COUNT(*) FROM outbox"); n != 1 {
		t.Errorf("after 399 days there are %d", n)
	}
	o.clock.Set(morning.Add(401 * 24 * time.Hour))
	o.upkeep()
	if n := o.number("SELECT COUNT(*) FROM outbox"); n != 0 {
		t.Errorf("after 401 days there are %d", n)
	}
}

// A reason that ends sooner does not end one that lasts: the day's quota stays used up when the minute's is
// said to be, and when the right is refused.
func TestStops_EachReasonItsOwn(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		now := o.own.Now()
		err := o.store.Transact(ctx, func(t *store.Tx) error {
			for _, s := range []struct {
				code int64
				last time.Duration
			}{{codeDay, time.Hour}, {codeMinute, time.Minute}, {codeUnauthorized, time.Minute}, {codeUserRefuses, time.Minute}} {
				if err := stop(ctx, t, way{o.account.AppID, CustomerService}, now.Add(s.last), s.code); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		o.asks(citizen, "路灯坏了")
		waits := o.answers(citizen, "k1", "已经派人去修")
		o.at(120)
		o.sends()
		o.wants(waits.ID, Queued)
		o.at(3700)
		o.sends()
		o.wants(waits.ID, Sent)
	})
}
