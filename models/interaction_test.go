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
