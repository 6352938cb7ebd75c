package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// wrongClock is how far a holder's clock may be ahead for its lease to be believed.
const wrongClock = time.Hour

// Lease makes holder the only one to do what name stands for until d from now; false when
// another holds it. A holder may extend its own lease. One that died loses it when its time
// has passed. Names and holders are ASCII, 64 bytes at most; a holder names itself unlike any
// other.
//
// Time is that of the program that asks. An instance whose clock is ahead by some seconds
// takes a lease so much before its end, one whose clock is behind so much after: a holder
// asks for longer than it needs by the greatest difference it wants to bear. Even so a holder
// whose process stood still may believe in a lease that another has meanwhile: what is done
// under a lease must do no harm when it is done twice. One that would last longer than d and
// an hour more was taken by a clock that was wrong: it is nobody's, so that a holder which died
// with such a clock does not keep it for years.
func (s *Store) Lease(ctx context.Context, name, holder string, d time.Duration) (held bool, err error) {
	err = s.Transact(ctx, func(t *Tx) error {
		err := t.Exec(ctx, "INSERT INTO leases (name, holder, until) VALUES (?, '', 0)"+s.dialect.OnConflict("name"), name)
		if err != nil {
			return err
		}
		other, until, err := t.lease(ctx, name)
		now := s.opt.Now()
		held = err == nil && (other == "" || other == holder || until <= Micros(now) || until > Micros(now.Add(d+wrongClock)))
		if !held {
			return err
		}
		return t.Exec(ctx, "UPDATE leases SET holder = ?, until = ? WHERE name = ?", holder, Micros(now.Add(d)), name)
	})
	if err != nil {
		return false, fmt.Errorf("store: lease %s: %w", name, err)
	}
	return held, nil
}

// Release ends a lease, if it is holder's, before its time.
func (s *Store) Release(ctx context.Context, name, holder string) error {
	err := s.Transact(ctx, func(t *Tx) error { return t.release(ctx, name, holder) })
	if err != nil {
		return fmt.Errorf("store: release %s: %w", name, err)
	}
	return nil
}

// lease locks a lease and returns who holds it, or held it last; "" = nobody.
func (t *Tx) lease(ctx context.Context, name string) (holder string, until int64, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&holder, &until) },
		"SELECT holder, until FROM leases WHERE name = ?"+t.s.dialect.ForUpdate, name)
	return holder, until, err
}

func (t *Tx) release(ctx context.Context, name, holder string) error {
	return t.Exec(ctx, "UPDATE leases SET holder = '', until = 0 WHERE name = ? AND holder = ?", name, holder)
}
