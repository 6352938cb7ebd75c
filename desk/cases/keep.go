package cases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/trim"
	"github.com/wenzheng/wenzheng/wechat"
)

const (
	// photosAtOnce is how many photos are fetched in one go.
	photosAtOnce = 20
	// photoPart is how much of a photo one row holds, in bytes: far below what a server takes in a statement.
	photoPart = 1 << 20
	// photoPieces is how many such rows are deleted in a transaction.
	photoPieces = 20
	// longestPause is the longest time between two attempts at a photo; the first is a minute.
	longestPause = time.Hour
)

// KeepPhotos fetches photos of submitted cases that are to be kept from WeChat, some of them; whatever is left,
// or could not be had, is for a later call. It may be repeated and be cut short: a photo is kept once. An
// account whose WeChat does not answer is left alone until then.
func (b *Cases) KeepPhotos(ctx context.Context) error {
	if !b.o.Keeps.Photos.On() || b.o.Client == nil {
		return nil
	}
	var due []photo
	err := b.store.Query(ctx, store.Console, func(rows *sql.Rows) error {
		p, err := scanPhoto(rows)
		due = append(due, p)
		return err
	}, fmt.Sprintf("SELECT %s FROM case_photos WHERE next_at > 0 AND next_at <= ? ORDER BY next_at LIMIT %d", photoColumns, photosAtOnce), store.Micros(b.o.Now()))
	silent := map[string]bool{}
	for i := range due {
		p := &due[i]
		if silent[p.appID] {
			continue
		}
		fault := b.keepPhoto(ctx, p)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // it was cut short
		}
		silent[p.appID] = fault != nil
		err = errors.Join(err, fault)
	}
	return models.Wrap("cases: keep photos", err)
}

// keepPhoto fetches a photo and keeps it, or writes down why not. Its error is one after which the next
// photo of the account fails as well.
func (b *Cases) keepPhoto(ctx context.Context, p *photo) error {
	account, err := b.account(ctx, p.appID)
	var m wechat.Media
	if err == nil {
		m, err = b.fetch(ctx, account, p)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var state PhotoState
	switch {
	case err == nil:
		return b.storePhoto(ctx, p, m)
	case wechat.IsNoMedia(err):
		state, err = PhotoGone, nil
	case wechat.IsTooLarge(err):
		state, err = PhotoLarge, nil
	case errors.Is(err, errNoPicture):
		state, err = PhotoKind, nil
	case !b.o.Now().Before(p.over()):
		state = PhotoMissed
	default:
		state = PhotoDue
	}
	return errors.Join(err, b.settlePhoto(ctx, p, state))
}

// settlePhoto writes down that a photo was not kept, for good or until it is tried again.
func (b *Cases) settlePhoto(ctx context.Context, p *photo, state PhotoState) error {
	next := int64(0)
	if state == PhotoDue {
		next = store.Micros(b.o.Now().Add(min(time.Minute<<min(p.tries, 10), longestPause)))
	}
	return b.store.Transact(ctx, func(t *store.Tx) error {
		return t.Exec(ctx, "UPDATE case_photos SET state = ?, tries = tries + 1, next_at = ? WHERE app_id = ? AND number = ? AND n = ? AND state = 'due'",
			string(state), next, p.appID, p.number, p.n)
	})
}

// storePhoto keeps a photo, unless another instance did so meanwhile.
func (b *Cases) storePhoto(ctx context.Context, p *photo, m wechat.Media) error {
	return b.store.Transact(ctx, func(t *store.Tx) error {
		var state PhotoState
		err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&state) },
			"SELECT state FROM case_photos WHERE app_id = ? AND number = ? AND n = ?"+t.Dialect().ForUpdate, p.appID, p.number, p.n)
		if err != nil || state != PhotoDue {
			return err
		}
		for part, rest := int64(0), m.Body; len(rest) > 0; part++ {
			n := min(len(rest), photoPart)
			sealed, err := t.Seal("case_photo_parts", "body", p.place(part), rest[:n])
			if err != nil {
				return err
			}
			err = t.Upsert(ctx, "case_photo_parts", "app_id, number, n, part, until, body", 6, []any{p.appID, p.number, p.n, part, store.Micros(p.until), sealed}, "")
			if err != nil {
				return err
			}
			rest = rest[n:]
		}
		return t.Exec(ctx, "UPDATE case_photos SET state = ?, tries = tries + 1, next_at = 0, type = ? WHERE app_id = ? AND number = ? AND n = ?",
			string(PhotoKept), m.Type, p.appID, p.number, p.n)
	})
}

// ExactPlace says that the place of a case is kept as exact as it was sent; Reveal shows it.
type ExactPlace struct {
	Until   time.Time `json:"until"`
	Purpose string    `json:"purpose"`
}

// notePlace keeps the place of a new case as exact as it was sent, where the settings say so.
func (b *Cases) notePlace(ctx context.Context, t *store.Tx, c *Case, exact string) error {
	keep := b.o.Keeps.Place
	if exact == "" || !keep.On() {
		return nil
	}
	sealed, err := t.Seal("case_places", "place", c.AppID+c.Number, []byte(exact))
	if err != nil {
		return err
	}
	return t.Upsert(ctx, "case_places", "app_id, number, purpose, until, place", 5, []any{c.AppID, c.Number, keep.Purpose, store.Micros(keptUntil(c, keep)), sealed}, "")
}

// exactPlace is what is kept of the place of a case, nil and nothing where it is not or its time is over.
func (b *Cases) exactPlace(ctx context.Context, t *store.Tx, c *Case) (kept *ExactPlace, sealed []byte, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var until int64
		kept = &ExactPlace{}
		err := rows.Scan(&kept.Purpose, &until, &sealed)
		kept.Until = store.FromMicros(until)
		return err
	}, "SELECT purpose, until, place FROM case_places WHERE app_id = ? AND number = ? AND until > ?", c.AppID, c.Number, store.Micros(b.o.Now()))
	return kept, sealed, err
}

// Trim forgets numbers whose dialogues are over, and deletes what was kept of cases when its time is over.
// It may be repeated.
func (b *Cases) Trim(ctx context.Context) error {
	over := store.Micros(b.o.Now()) + 1
	return models.Wrap("cases: trim", errors.Join(
		trim.Before(ctx, b.store, "case_numbers", "reserved_at", store.Micros(b.o.Now().Add(-reservedFor))),
		trim.Before(ctx, b.store, "case_places", "until", over),
		trim.Pieces(ctx, b.store, "case_photo_parts", "until", over, photoPieces),
	))
}
