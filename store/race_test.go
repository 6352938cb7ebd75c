package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// Two instances are handed the same events by redelivery: every event is one row, every
// delivery is counted once.
func TestTwoStoresWriteTheSameEvents(t *testing.T) {
	for _, d := range dialects() {
		t.Run(d, func(t *testing.T) {
			database := ready(t, d)
			one, two := openStore(t, options(t, database)), openStore(t, options(t, database))
			const batches, size = 20, 40
			var wg sync.WaitGroup
			for n, s := range []*Store{one, two} {
				wg.Go(func() {
					for b := range batches {
						batch := batchOf(b*size, size)
						for i := range batch {
							for k := range batch[i].Deliveries {
								batch[i].Deliveries[k].SpoolID = fmt.Sprintf("spool-%d", n)
							}
						}
						patiently(t, s, batch)
					}
				})
			}
			wg.Wait()
			for query, want := range map[string]int64{
				"SELECT COUNT(*) FROM interactions":         2 * batches * size,
				"SELECT COUNT(*) FROM deliveries":           2 * batches * size,
				"SELECT SUM(retry_count) FROM interactions": batches * size,
				"SELECT COUNT(*) FROM citizens":             50,
			} {
				if got := number(t, one, query); got != want {
					t.Errorf("%s: %d, want %d", query, got, want)
				}
			}
		})
	}
}

// patiently repeats a batch as the journal does: as long as the fault is transient.
func patiently(t testing.TB, s *Store, batch []models.Interaction) {
	t.Helper()
	var err error
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		err = s.Append(ctx, batch, nil)
		cancel()
		if err == nil {
			return
		}
		var f *models.StoreFault
		if !errors.As(err, &f) || f.Class == models.FaultPoison {
			t.Errorf("record: %v", err)
			return
		}
		<-time.After(20 * time.Millisecond)
	}
	t.Errorf("record: %v", err)
}

// The database is killed five times under load and restarted on the same data: what was
// acknowledged is there, what was repeated is there once.
func TestKilledDatabaseLosesNothing(t *testing.T) {
	server := storetest.Private(t)
	s := openStore(t, options(t, "mysql:"+server.Database(t)))
	if err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	written := make(chan int, 10_000)
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(written)
		for n := 0; ; n += 20 {
			select {
			case <-stop:
				return
			default:
			}
			patiently(t, s, batchOf(n, 20))
			written <- 20
		}
	})
	total := 0
	for range 5 {
		for want := total + 100; total < want; {
			total += <-written
		}
		server.Kill(t)
		server.Restart(t)
	}
	close(stop)
	for n := range written {
		total += n
	}
	wg.Wait()
	if got := number(t, s, "SELECT COUNT(*) FROM interactions"); got != int64(2*total) {
		t.Errorf("%d rows in the database, %d acknowledged", got, 2*total)
	}
	if got := number(t, s, "SELECT COUNT(DISTINCT event_key) FROM interactions"); got != int64(2*total) {
		t.Errorf("%d different rows, %d acknowledged", got, 2*total)
	}
}

// A hung server is no "no": the statement that timed out may have been executed, and its
// repetition changes nothing.
func TestHungDatabaseHasAnUnknownOutcome(t *testing.T) {
	server := storetest.Private(t)
	s := openStore(t, options(t, "mysql:"+server.Database(t)))
	if err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	record(t, s, batchOf(0, 10)...)
	server.Signal(t, syscall.SIGSTOP)
	ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
	defer cancel()
	begin := time.Now()
	wantFault(t, s.Append(ctx, batchOf(10, 10), nil), models.FaultTransient)
	if took := time.Since(begin); took > 3*time.Second {
		t.Errorf("a hung server held the call for %v", took)
	}
	wantCode(t, s.Ready(ctx), models.CodeUnavailable)
	server.Signal(t, syscall.SIGCONT)
	patiently(t, s, batchOf(0, 20))
	if got := number(t, s, "SELECT COUNT(*) FROM interactions"); got != 40 {
		t.Errorf("%d rows, want 40", got)
	}
}

// Another session holds a row: the wait ends with 1205, the transaction is rolled back, the
// repetition succeeds.
func TestLockWaitAndDeadlock(t *testing.T) {
	s := openStore(t, options(t, ready(t, dialectMySQL)+"?innodb_lock_wait_timeout=1"))
	record(t, s, inbound(1), inbound(2))
	ctx := context.Background()
	held, release := make(chan struct{}), make(chan struct{})
	done := make(chan error, 1)
	go func() {
		done <- s.transact(ctx, s.writer, func(tx *Tx) error {
			err := tx.Exec(ctx, "UPDATE interactions SET thread = 'x' WHERE event_key = ?", inbound(1).MsgKey)
			close(held)
			<-release
			return err
		})
	}()
	<-held
	again := inbound(1)
	again.Amend, again.RetryCount = true, 5
	err := s.Append(ctx, []models.Interaction{inbound(3), again}, nil)
	close(release)
	wantFault(t, err, models.FaultTransient)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if n := number(t, s, "SELECT COUNT(*) FROM interactions"); n != 2 {
		t.Errorf("%d rows after the rollback, want 2", n)
	}
	record(t, s, inbound(3), again)
	if n := number(t, s, "SELECT MAX(retry_count) FROM interactions"); n != 5 {
		t.Errorf("retry_count %d, want 5", n)
	}
}

// Two transactions that lock in opposite orders: one is the victim (1213) and the store
// repeats it by itself.
func TestDeadlockIsRepeated(t *testing.T) {
	s := migrated(t, dialectMySQL)
	record(t, s, inbound(1), inbound(2))
	ctx := context.Background()
	lock := func(tx *Tx, n int) error {
		return tx.Exec(ctx, "UPDATE interactions SET thread = 'x' WHERE event_key = ?", inbound(n).MsgKey)
	}
	mine, theirs := make(chan struct{}), make(chan struct{})
	tries := 0
	follow := func(_ context.Context, tx *Tx, _ *Arrival) (func() error, error) {
		return func() error {
			tries++
			if err := lock(tx, 1); err != nil {
				return err
			}
			if tries == 1 {
				close(mine)
				<-theirs
			}
			return lock(tx, 2)
		}, nil
	}
	done := make(chan error, 1)
	go func() {
		done <- s.transact(ctx, s.writer, func(tx *Tx) error {
			// A heavy transaction is not chosen as the victim.
			if err := tx.Exec(ctx, "UPDATE rules_version SET version = 1"); err != nil {
				return err
			}
			for n := 100; n < 160; n++ {
				if err := tx.Exec(ctx, "INSERT INTO rules_version (app_id, version, updated_at) VALUES (?, 0, 0)", fmt.Sprint(n)); err != nil {
					return err
				}
			}
			if err := lock(tx, 2); err != nil {
				return err
			}
			<-mine
			close(theirs)
			return lock(tx, 1)
		})
	}()
	if err := s.Append(ctx, []models.Interaction{inbound(3)}, follow); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if tries < 2 {
		t.Errorf("no deadlock happened (%d try)", tries)
	}
	if n := number(t, s, "SELECT COUNT(*) FROM interactions"); n != 3 {
		t.Errorf("%d rows, want 3", n)
	}
}

// Two instances that drew the same number make the same id: the batch is numbered anew
// and sealed anew.
func TestSameIDIsNumberedAnew(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		frozen := time.Now()
		s.opt.Now = func() time.Time { return frozen }
		s.ids.now = s.opt.Now
		record(t, s, inbound(1))
		s.ids.last = 0
		record(t, s, inbound(2))
		rows := logged(t, s, Filter{})
		if len(rows) != 2 || rows[0].ID == rows[1].ID {
			t.Fatalf("got %d rows", len(rows))
		}
		for n, r := range rows {
			raw, err := s.Reveal(context.Background(), r.ID, models.CommandLine("test"), "test")
			if err != nil || !bytes.Equal(raw, inbound(n+1).Raw) {
				t.Errorf("raw %q, error %v", raw, err)
			}
		}
	})
}

func TestIDsAreOrderedAndUnique(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	ids, err := newIDSource(func() time.Time { return now }, constant(0xFF))
	if err != nil {
		t.Fatal(err)
	}
	last := int64(0)
	for i := range 5000 {
		if i == 2500 {
			now = now.Add(-time.Hour)
		}
		id := ids.next()
		if id <= last {
			t.Fatalf("id %d follows %d", id, last)
		}
		last = id
	}
	now = now.AddDate(60, 0, 0)
	if id := ids.next(); id <= last {
		t.Errorf("id %d of 2086 follows %d", id, last)
	}
}

type constant byte

func (c constant) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(c)
	}
	return len(p), nil
}
