package analytics

import (
	"testing"
	"time"
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
