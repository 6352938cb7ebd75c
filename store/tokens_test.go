package store

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// saveToken stores a token as an instance does that has just fetched it.
func saveToken(t testing.TB, s *Store, token string) {
	t.Helper()
	ctx := context.Background()
	if held, err := s.LeaseToken(ctx, appA, "saver", time.Minute); !held || err != nil {
		t.Fatal(held, err)
	}
	if saved, err := s.SaveToken(ctx, appA, "saver", token, time.Now().Add(time.Hour)); !saved || err != nil {
		t.Fatal(saved, err)
	}
}

// TestSaveToken_LeaseOfAnother: leases run out while many instances fetch; whatever the order,
// only who holds the lease writes, and once per lease.
func TestSaveToken_LeaseOfAnother(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		var last atomic.Pointer[string]
		var leases, saves atomic.Int32
		var all sync.WaitGroup
		for i := range 6 {
			holder := fmt.Sprint("holder", i)
			all.Go(func() {
				for n := range 5 {
					held, err := s.LeaseToken(ctx, appA, holder, time.Microsecond) // others take it at once
					if err != nil {
						t.Error(err)
						return
					}
					if held {
						leases.Add(1)
					}
					token := fmt.Sprint(holder, "-", n)
					saved, err := s.SaveToken(ctx, appA, holder, token, time.Now().Add(time.Hour))
					if err != nil {
						t.Error(err)
						return
					}
					if saved {
						saves.Add(1)
						last.Store(&token)
					}
				}
			})
		}
		all.Wait()
		if saves.Load() == 0 || saves.Load() > leases.Load() {
			t.Errorf("%d saves under %d leases", saves.Load(), leases.Load())
		}
		if got, _, err := s.Token(ctx, appA); got == "" || err != nil {
			t.Errorf("token %q, error %v", got, err)
		}
		if last.Load() == nil {
			t.Error("nobody saved")
		}
	})
}
