package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// instances are stores on one database, each with a clock of its own.
type instances struct {
	t      testing.TB
	stores []*Store
	clocks []time.Time
}

func newInstances(t testing.TB, dialect string, n int) *instances {
	t.Helper()
	in := &instances{t: t, clocks: make([]time.Time, n)}
	database := ready(t, dialect)
	for i := range n {
		in.clocks[i] = testTime
		o := options(t, database)
		o.Now = func() time.Time { return in.clocks[i] }
		in.stores = append(in.stores, openStore(t, o))
	}
	return in
}

func (in *instances) pass(d time.Duration) {
	for i := range in.clocks {
		in.clocks[i] = in.clocks[i].Add(d)
	}
}

func holderOf(i int) string { return fmt.Sprint("instance ", i) }

// leases holds who of the instances gets the lease "job" for a minute when it asks.
func (in *instances) leases(i int, want bool) {
	in.t.Helper()
	if got, err := in.stores[i].Lease(context.Background(), "job", holderOf(i), time.Minute); got != want || err != nil {
		in.t.Errorf("the lease of %s: %v, error %v, want %v", holderOf(i), got, err, want)
	}
}

func eachDialect(t *testing.T, f func(t *testing.T, dialect string)) {
	t.Helper()
	for _, d := range dialects() {
		t.Run(d, func(t *testing.T) { f(t, d) })
	}
}

func TestLease_IsOfOneHolderUntilItsTimeHasPassed(t *testing.T) {
	eachDialect(t, func(t *testing.T, dialect string) {
		in := newInstances(t, dialect, 2)
		in.leases(0, true)
		in.leases(1, false)
		in.pass(40 * time.Second)
		in.leases(0, true) // extended
		in.pass(40 * time.Second)
		in.leases(1, false)
		in.pass(20*time.Second - time.Microsecond)
		in.leases(1, false)
		in.pass(time.Microsecond)
		in.leases(1, true)
		in.leases(0, false)
		if held, err := in.stores[0].Lease(t.Context(), "another job", holderOf(0), time.Minute); !held || err != nil {
			t.Errorf("another name: %v, error %v", held, err)
		}
	})
}

func TestRelease_EndsOnlyTheHoldersOwnLease(t *testing.T) {
	eachDialect(t, func(t *testing.T, dialect string) {
		in := newInstances(t, dialect, 2)
		in.leases(0, true)
		for _, i := range []int{1, 0} {
			if err := in.stores[i].Release(t.Context(), "job", holderOf(i)); err != nil {
				t.Fatal(err)
			}
			in.leases(1, i == 0)
		}
		if err := in.stores[0].Release(t.Context(), "never taken", holderOf(0)); err != nil {
			t.Error(err)
		}
	})
}

// A holder that extends its lease in time keeps it from instances whose clocks are ahead by
// less than what is left; after its death one whose clock is behind takes it so much later.
func TestLease_ClocksThatDifferBySeconds(t *testing.T) {
	eachDialect(t, func(t *testing.T, dialect string) {
		in := newInstances(t, dialect, 3)
		const off = 10 * time.Second
		in.clocks[1] = in.clocks[1].Add(off)
		in.clocks[2] = in.clocks[2].Add(-off)
		for range 5 {
			in.leases(0, true)
			in.leases(1, false)
			in.leases(2, false)
			in.pass(time.Minute - off - time.Second)
			in.leases(1, false)
			in.leases(2, false)
		}
		in.leases(0, true) // for the last time
		in.pass(time.Minute)
		in.leases(2, false)
		in.pass(off)
		in.leases(2, true)
	})
}

// A holder whose clock was days ahead, and that died, does not keep its lease for days.
func TestLease_TakenByAClockThatWasWrong(t *testing.T) {
	eachDialect(t, func(t *testing.T, dialect string) {
		in := newInstances(t, dialect, 2)
		in.clocks[0] = in.clocks[0].Add(time.Hour)
		in.leases(0, true)
		in.leases(1, false)
		in.clocks[0] = in.clocks[0].AddDate(0, 0, 30)
		in.leases(0, true)
		in.leases(1, true)
	})
}

func TestLease_ManyAskAtOnceOneGetsIt(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		var held atomic.Int32
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				got, err := s.Lease(t.Context(), "job", holderOf(i), time.Minute)
				if err != nil {
					t.Error(err)
				}
				if got {
					held.Add(1)
				}
			})
		}
		all.Wait()
		if n := held.Load(); n != 1 {
			t.Errorf("%d hold one lease", n)
		}
	})
}

func TestLease_DatabaseAway(t *testing.T) {
	s := openStore(t, options(t, "mysql:root@tcp(127.0.0.1:1)/away"))
	if held, err := s.Lease(t.Context(), "job", "a", time.Minute); held || err == nil {
		t.Errorf("held %v, error %v", held, err)
	}
}

// Tokens of a database that kept their leases beside them stay; the leases do not.
func TestMigrate_TokensOfVersion14Stay(t *testing.T) {
	eachDialect(t, func(t *testing.T, dialect string) {
		old := openStore(t, clocked(t, fresh(t, dialect), func() time.Time { return testTime }))
		migrateTo(t, old, 14)
		sealed, err := old.seal("tokens", "token", appA, []byte("kept"))
		if err != nil {
			t.Fatal(err)
		}
		err = execute(old, "INSERT INTO tokens (app_id, token, expires_at, fetched_at, lease_holder, lease_until) VALUES (?, ?, 5, 4, 'dead', 9000000000000000)",
			appA, sealed)
		if err != nil {
			t.Fatal(err)
		}
		if err := old.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if token, _, err := old.Token(t.Context(), appA); token != "kept" || err != nil {
			t.Errorf("token %q, error %v", token, err)
		}
		if held, err := old.LeaseToken(t.Context(), appA, "living", time.Minute); !held || err != nil {
			t.Errorf("held %v, error %v", held, err)
		}
		if names := columnsOf(t, old, "tokens"); slices.ContainsFunc(names, func(n string) bool { return strings.Contains(n, "lease") }) {
			t.Errorf("columns %v", names)
		}
	})
}
