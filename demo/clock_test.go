package demo

import (
	"testing"
	"time"
)

func TestSimulatedClock_NeverGoesBack(t *testing.T) {
	wall := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	start := wall.AddDate(0, -3, 0)
	c := newSimulatedClock(start, func() time.Time { return wall })
	wall = wall.Add(time.Second)
	if got := c.now(); !got.Equal(start.Add(time.Second)) {
		t.Errorf("it stands at %v", got)
	}
	c.advance(start)
	if got := c.now(); !got.Equal(start.Add(time.Second)) {
		t.Errorf("it went back to %v", got)
	}
	c.advance(start.Add(time.Hour))
	wall = wall.Add(time.Minute)
	if got := c.now(); !got.Equal(start.Add(61 * time.Minute)) {
		t.Errorf("it stands at %v", got)
	}
}
