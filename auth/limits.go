package auth

import (
	"context"
	"database/sql"
	"net/netip"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// How often somebody may fail: five times in a quarter of an hour with one name, thirty times from
// one address, behind which a whole office may sit. Then the name or the address waits as long.
const (
	failWindow      = 15 * time.Minute
	nameFailures    = 5
	addressFailures = 30
)

// nameSubject is what failures of a name are counted under, whether or not it exists. Names are
// hashed: what is typed there by mistake may be a password.
func nameSubject(name string) string { return "name:" + hashOf(name)[:40] }

// addressSubject counts the addresses of one IPv6 network as one: anybody has as many as they like.
func addressSubject(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return "addr:" + hashOf(address)[:40]
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is6() {
		const network = 64
		if p, err := ip.Prefix(network); err == nil {
			return "addr:" + p.String()
		}
	}
	return "addr:" + ip.String()
}

// attempt is one try to sign in: the counters that it moves, held until the transaction ends.
type attempt struct {
	t        *store.Tx
	now      time.Time
	subjects []string // sorted, so that two attempts lock in one order
	rows     map[string]*failures
}

type failures struct {
	n             int
	since, locked time.Time
}

// begin locks the counters of a name and an address. A *LockedError says that nobody gets in.
func begin(ctx context.Context, t *store.Tx, now time.Time, name, address string) (*attempt, error) {
	at := &attempt{t: t, now: now, subjects: []string{nameSubject(name), addressSubject(address)}, rows: map[string]*failures{}}
	slices.Sort(at.subjects)
	err := t.Exec(ctx, "DELETE FROM sign_in_failures WHERE since < ? AND locked_until < ?", store.Micros(now.Add(-failWindow)), store.Micros(now))
	for _, subject := range at.subjects {
		if err == nil {
			err = t.Exec(ctx, "INSERT INTO sign_in_failures (subject, failures, since, locked_until) VALUES (?, 0, ?, 0)"+
				t.Dialect().OnConflict("subject"), subject, store.Micros(now))
		}
		if err == nil {
			err = t.Query(ctx, func(rows *sql.Rows) error {
				var f failures
				var since, locked int64
				err := rows.Scan(&f.n, &since, &locked)
				f.since, f.locked = store.FromMicros(since), store.FromMicros(locked)
				at.rows[subject] = &f
				return err
			}, "SELECT failures, since, locked_until FROM sign_in_failures WHERE subject = ?"+t.Dialect().ForUpdate, subject)
		}
	}
	if err != nil {
		return nil, err
	}
	for _, f := range at.rows {
		if left := f.locked.Sub(now); left > 0 {
			return at, errLocked(left)
		}
	}
	return at, nil
}

// fail counts a failure; locked is how long nobody gets in from now on, 0 when that is not so.
func (at *attempt) fail(ctx context.Context) (locked time.Duration, err error) {
	for _, subject := range at.subjects {
		f := at.rows[subject]
		limit := addressFailures
		if subject[:5] == "name:" {
			limit = nameFailures
		}
		if at.now.Sub(f.since) > failWindow || f.n == 0 {
			f.n, f.since = 0, at.now
		}
		if f.n++; f.n >= limit {
			f.n, f.locked, locked = 0, at.now.Add(failWindow), failWindow
		}
		err := at.t.Exec(ctx, "UPDATE sign_in_failures SET failures = ?, since = ?, locked_until = ? WHERE subject = ?",
			f.n, store.Micros(f.since), store.Micros(f.locked), subject)
		if err != nil {
			return 0, err
		}
	}
	return locked, nil
}

// refuse counts a failure and writes it into the audit log. err is what the caller is told; it does
// not end the transaction, which keeps the count.
func (at *attempt) refuse(ctx context.Context, e models.AuditEntry) (told, err error) {
	locked, err := at.fail(ctx)
	if err != nil {
		return nil, err
	}
	e.Result, told = models.AuditRefused, errSignIn()
	if locked > 0 {
		e.Reason += "；已锁定 15 分钟"
		told = errLocked(locked)
	}
	return told, at.t.Audit(ctx, e)
}

// forget begins the count of a name anew.
func forget(ctx context.Context, t *store.Tx, name string) error {
	return t.Exec(ctx, "DELETE FROM sign_in_failures WHERE subject = ?", nameSubject(name))
}

// lockedUntil are the locks that hold, by subject.
func lockedUntil(ctx context.Context, t *store.Tx, now time.Time) (map[string]time.Time, error) {
	out := map[string]time.Time{}
	err := t.Query(ctx, func(rows *sql.Rows) error {
		var subject string
		var until int64
		err := rows.Scan(&subject, &until)
		out[subject] = store.FromMicros(until)
		return err
	}, "SELECT subject, locked_until FROM sign_in_failures WHERE locked_until > ?", store.Micros(now))
	return out, err
}
