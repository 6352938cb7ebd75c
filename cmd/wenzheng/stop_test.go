package main

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestStop_DoesNotWaitForASlowDisk: whoever sends SIGTERM kills after ten seconds.
func TestStop_DoesNotWaitForASlowDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun, fault := time.Now(), errors.New("fault")
		if ended, err := endsWithin(stopLatest, func() error { time.Sleep(33 * time.Second); return fault }); ended || err != nil {
			t.Errorf("ended %v, %v", ended, err)
		}
		if took := time.Since(begun); took >= 10*time.Second {
			t.Errorf("a stop takes %v", took)
		}
		if ended, err := endsWithin(stopLatest, func() error { time.Sleep(6 * time.Second); return fault }); !ended || !errors.Is(err, fault) {
			t.Errorf("ended %v, %v", ended, err)
		}
		synctest.Wait()
		time.Sleep(time.Minute) // fake time: lets the first end
	})
}
