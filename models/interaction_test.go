package models

import (
	"testing"
	"time"
)

func TestInboundKeepsPositionReportsApart(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	for _, tt := range []struct {
		name string
		m    Message
		kind string
		at   time.Time
	}{
		{"location message", Message{MsgType: "location", CreateTime: now.Unix() - 5}, "location", now.Add(-5 * time.Second)},
		{"position report", Message{MsgType: "event", Event: "location", CreateTime: now.Unix()}, "location_report", now},
		{"click", Message{MsgType: "event", Event: "click", CreateTime: now.Unix()}, "click", now},
		{"no type", Message{CreateTime: now.Unix()}, "unknown", now},
		{"no time", Message{MsgType: "text"}, "text", now},
		{"time of another age", Message{MsgType: "text", CreateTime: 946684800}, "text", now},
		{"time two days ahead", Message{MsgType: "text", CreateTime: now.Unix() + 172800}, "text", now},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.m.Delivery.ReceivedAt = now.Add(300 * time.Millisecond)
			got := Inbound(&tt.m)
			if got.Kind != tt.kind || !got.At.Equal(tt.at) {
				t.Errorf("got %s at %v, want %s at %v", got.Kind, got.At, tt.kind, tt.at)
			}
		})
	}
}

func TestEventKeyTellsEventsApart(t *testing.T) {
	text := Message{AppID: "wx1", OpenID: "o1", CreateTime: 1, MsgType: "text", MsgID: "9"}
	click := Message{AppID: "wx1", OpenID: "o1", CreateTime: 1, MsgType: "event", Event: "click", EventKey: "A", Leaves: []Leaf{{"EventKey", "A"}, {"Event", "CLICK"}}}
	keys := map[string]string{}
	add := func(name string, m Message) {
		key := EventKey(&m)
		if other, ok := keys[key]; ok {
			t.Errorf("%s has the key of %s", name, other)
		}
		keys[key] = name
	}
	add("text", text)
	other := text
	other.OpenID = "o2"
	add("same MsgID of another citizen", other)
	other = text
	other.AppID = "wx2"
	add("same of another account", other)
	other = text
	other.MsgType = "image"
	add("same of another type", other)
	add("click", click)
	twin := click
	twin.Leaves = append([]Leaf{{"MenuId", "7"}}, click.Leaves...)
	add("click of the same second with another body", twin)
	shuffled := click
	shuffled.Leaves = []Leaf{click.Leaves[1], click.Leaves[0]}
	if EventKey(&shuffled) != EventKey(&click) {
		t.Error("the order of the elements changed the key")
	}
}

func TestReplyKeyStandsBesideItsQuestion(t *testing.T) {
	one, two := DerivedKey("test", "1"), DerivedKey("test", "2")
	reply := ReplyKey(one)
	if len(reply) != len(one) || reply[:32] != one[:32] || reply == one {
		t.Errorf("the answer to %s has the key %s", one, reply)
	}
	if tail := ReplyKey(one[:32] + two[32:]); tail == reply {
		t.Error("two events with the same first half share the key of their answers")
	}
	if short := ReplyKey("k1"); len(short) != len(one) {
		t.Errorf("the key of an answer to a short key is %q", short)
	}
}

// TestInbound_SessionOfWeChatsClient: the row of such an event says which customer-service account has
// the citizen.
func TestInbound_SessionOfWeChatsClient(t *testing.T) {
	for event, path := range map[string]string{EventKfCreate: "KfAccount", EventKfClose: "KfAccount", EventKfSwitch: "ToKfAccount", "view": ""} {
		m := Message{MsgType: MsgTypeEvent, Event: event, Leaves: []Leaf{{"FromKfAccount", "li@lanjiang"}, {"KfAccount", "wang@lanjiang"}, {"ToKfAccount", "wang@lanjiang"}}}
		want := "wang@lanjiang"
		if path == "" {
			want = ""
		}
		if got := Inbound(&m).Content; got != want {
			t.Errorf("%s: %q, want %q", event, got, want)
		}
	}
}
