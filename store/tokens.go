package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Token returns the account's access token as all instances share it, and when it
// expires; "" when there is none.
func (s *Store) Token(ctx context.Context, appID string) (token string, expires time.Time, err error) {
	err = each(ctx, s.reader, func(rows *sql.Rows) error {
		var sealed []byte
		var at int64
		if err := rows.Scan(&sealed, &at); err != nil {
			return err
		}
		plain, err := s.unseal("tokens", "token", appID, sealed)
		token, expires = string(plain), FromMicros(at)
		return err
	}, "SELECT token, expires_at FROM tokens WHERE app_id = ?", appID)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("store: token: %w", err)
	}
	return token, expires, nil
}

// SaveToken stores a token that holder fetched under its lease, and ends the lease. It stores
// nothing and reports false when the lease is no longer holder's: another instance has taken
// it since and has saved, or will save, a newer token. A lease that has run out and that
// nobody has taken is still holder's.
func (s *Store) SaveToken(ctx context.Context, appID, holder, token string, expires time.Time) (saved bool, err error) {
	sealed, err := s.seal("tokens", "token", appID, []byte(token))
	if err == nil {
		err = s.Transact(ctx, func(t *Tx) error {
			owner, _, err := t.lease(ctx, tokenLease(appID))
			saved = err == nil && owner != "" && owner == holder
			if !saved {
				return err
			}
			err = t.Exec(ctx, "INSERT INTO tokens (app_id, token, expires_at, fetched_at) VALUES (?, ?, ?, ?)"+
				s.dialect.OnConflict("app_id", "token", "expires_at", "fetched_at"), appID, sealed, Micros(expires), Micros(s.opt.Now()))
			if err != nil {
				return err
			}
			return t.release(ctx, tokenLease(appID), holder)
		})
	}
	if err != nil {
		return false, fmt.Errorf("store: save token: %w", err)
	}
	return saved, nil
}

// DropToken forgets the token if it is still the given one: another instance may have
// fetched a better one meanwhile.
func (s *Store) DropToken(ctx context.Context, appID, token string) error {
	err := s.Transact(ctx, func(t *Tx) error {
		var sealed []byte
		err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&sealed) },
			"SELECT token FROM tokens WHERE app_id = ?"+s.dialect.ForUpdate, appID)
		if err != nil {
			return err
		}
		plain, err := s.unseal("tokens", "token", appID, sealed)
		if err != nil || string(plain) != token {
			return err
		}
		return t.Exec(ctx, "UPDATE tokens SET token = ?, expires_at = 0 WHERE app_id = ?", []byte{}, appID)
	})
	if err != nil {
		return fmt.Errorf("store: drop token: %w", err)
	}
	return nil
}

// LeaseToken makes holder the only one to fetch the account's token for d, as Lease does.
func (s *Store) LeaseToken(ctx context.Context, appID, holder string, d time.Duration) (held bool, err error) {
	return s.Lease(ctx, tokenLease(appID), holder, d)
}

func tokenLease(appID string) string { return "token " + appID }
