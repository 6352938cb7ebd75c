package desk

import (
	"context"
	"testing"

	"github.com/wenzheng/wenzheng/models"
)

func (o *office) byHand() {
	o.account.Settings = append(o.account.Settings, models.Setting{Name: models.SettingAssignment, Value: models.AssignManual})
}

func (o *office) wantsOffer(name string) Conversation {
	o.t.Helper()
	o.ticks()
	c := o.wants(Queued, "")
	if c.OfferedTo != name {
		o.t.Fatalf("offered to %q, want %q", c.OfferedTo, name)
	}
	return c
}

// What is offered is taken by hand within a minute, or another is asked; who lets two pass is busy.
func TestOffer_AcceptedOrPassedOn(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.byHand()
		o.here(li, wang)
		o.writes(zhang, "人工")
		o.wantsOffer("li")
		o.at(59)
		o.wantsOffer("li")
		o.at(60)
		sibling := o.sibling()
		o.wantsOffer("wang")
		sibling.wantsOffer("wang") // another instance counts no second miss
		o.at(120)
		o.heartbeat(li, wang)
		o.wantsOffer("li")
		o.at(180)
		o.heartbeat(li, wang)
		c := o.wantsOffer("wang")
		if p, err := o.SetPresence(t.Context(), li, ""); err != nil || p.State != Busy {
			t.Errorf("who let two pass is %s, error %v", p.State, err)
		}
		if _, err := o.Take(t.Context(), wang, o.act(&c)); err != nil {
			t.Fatal(err)
		}
		if c := o.wants(Assigned, "wang"); c.OfferedTo != "" {
			t.Errorf("still offered to %q", c.OfferedTo)
		}
		if n := o.number("SELECT missed FROM presence WHERE operator = 'wang'"); n != 0 {
			t.Errorf("%d missed", n)
		}
	})
}

// Somebody is asked about one conversation at a time; who goes lets nothing pass, and a manager may give it to anybody.
func TestOffer_OneAtATime(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.byHand()
	o.here(li)
	o.writes(zhang, "人工")
	o.ticks()
	o.writes(zhao, "人工")
	o.ticks()
	if n := o.number("SELECT COUNT(*) FROM conversations WHERE offered_to = 'li'"); n != 1 {
		t.Errorf("li is asked about %d", n)
	}
	if _, err := o.SetPresence(t.Context(), li, Away); err != nil {
		t.Fatal(err)
	}
	o.here(wang)
	if li, wang := o.number("SELECT COUNT(*) FROM conversations WHERE offered_to = 'li'"), o.number("SELECT COUNT(*) FROM conversations WHERE offered_to = 'wang'"); li != 0 || wang != 1 {
		t.Errorf("li is asked about %d, wang about %d", li, wang)
	}
	if n := o.number("SELECT SUM(missed) FROM presence"); n != 0 {
		t.Errorf("%d missed", n)
	}
	page, err := o.List(context.Background(), Query{Box: BoxQueue})
	if err != nil {
		t.Fatal(err)
	}
	manager := models.Who{ID: "op-9", Name: "boss", Role: "account_manager"}
	for i := range page.Rows {
		if _, err := o.Transfer(t.Context(), manager, Transfer{Act: o.act(&page.Rows[i].Conversation), To: "wang", Reason: "请先办"}); err != nil {
			t.Fatal(err)
		}
	}
	if n := o.number("SELECT COUNT(*) FROM conversations WHERE state = 'assigned' AND assignee = 'wang' AND offered_to = ''"); n != 2 {
		t.Errorf("%d given", n)
	}
}

// Who lets two offers pass is asked about nothing more in the same look, also where nobody else is there.
func TestOffer_NotToWhoHasJustBecomeBusy(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.byHand()
	o.here(li)
	o.writes(zhang, "人工")
	o.ticks()
	o.writes(zhao, "人工")
	for _, at := range []int{60, 61, 121} {
		o.at(at)
		o.heartbeat(li)
		o.ticks()
	}
	if n := o.number("SELECT COUNT(*) FROM presence WHERE operator = 'li' AND state = 'busy'"); n != 1 {
		t.Fatalf("%d busy", n)
	}
	if n := o.number("SELECT COUNT(*) FROM conversations WHERE offered_to <> ''"); n != 0 {
		t.Errorf("busy, and asked about %d", n)
	}
}

// An account that gives by itself again gives what somebody was asked about, to the same one too.
func TestOffer_EndsWhenTheAccountGivesByItself(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	before := o.account.Settings
	o.byHand()
	o.here(li)
	o.writes(zhang, "人工")
	o.wantsOffer("li")
	o.account.Settings = before
	o.ticks()
	if c := o.wants(Assigned, "li"); c.OfferedTo != "" {
		t.Errorf("still offered to %q", c.OfferedTo)
	}
}

// What waits, and who may take it, are told of at once.
func TestCauses_HandoverAndPresence(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	heard := func(what string, want bool) {
		t.Helper()
		select {
		case <-o.Causes():
			if !want {
				t.Error(what + ": a cause")
			}
		default:
			if want {
				t.Error(what + ": no cause")
			}
		}
	}
	o.writes(zhang, "地址")
	heard("an answer of the program", false)
	o.writes(zhang, "人工")
	heard("a hand-over", true)
	if _, err := o.SetPresence(t.Context(), wang, Online); err != nil {
		t.Fatal(err)
	}
	heard("somebody comes", true)
	o.heartbeat(wang)
	heard("a heartbeat", false)
}
