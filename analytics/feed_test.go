package analytics

import (
	"slices"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/store/storetest"
)

// However long a telling takes, and however much arrives, it takes a share of a processor at most.
func TestFeed_TakesAShareOfAProcessor(t *testing.T) {
	for took, want := range map[time.Duration]time.Duration{
		time.Millisecond: 900 * time.Millisecond, 200 * time.Millisecond: 900 * time.Millisecond, 2 * time.Second: 8 * time.Second,
	} {
		if got := pauseAfter(took); got != want {
			t.Errorf("after %v a pause of %v", took, got)
		}
	}
}

// heard is a hub that keeps the names of events.
type heard struct{ names []string }

func (h *heard) Listeners() int { return 1 }

func (h *heard) Publish(account, name string, _ any) error {
	h.names = append(h.names, account+" "+name)
	return nil
}

// TestFeed_TellsWhatChanged: that time passes is nothing to tell.
func TestFeed_TellsWhatChanged(t *testing.T) {
	r := newRoom(t)
	hub := &heard{}
	f := NewFeed(r.Analytics, hub)
	counters, indices := storetest.AppA+" counters", storetest.AppA+" indices"
	for _, step := range []struct {
		name string
		do   func()
		want []string
	}{
		{"in the beginning", func() {}, []string{counters, indices}},
		{"nothing came", func() { r.now = r.now.Add(time.Second) }, nil},
		{"a letter came", func() { r.ask(t, "a") }, []string{counters, indices}},
		{"it waits a second", func() { r.now = r.now.Add(time.Second) }, nil},
		{"it waits over its first limit", func() { r.now = r.now.Add(5 * time.Minute) }, []string{counters}},
	} {
		hub.names = nil
		step.do()
		if err := f.tellAccounts(t.Context(), nil, true); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(hub.names, step.want) {
			t.Errorf("%s: told %v, want %v", step.name, hub.names, step.want)
		}
	}
}
