package waits

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// loadRatings gives every span the ratings of its citizen; such a span is rebuilt in full.
func (t *txn) loadRatings(ctx context.Context, list []*span) error {
	byThread := make(map[thread]*span)
	var chats []*span
	for _, s := range list {
		s.ratings = nil
		if s.channel == models.ChannelChat && !s.alone {
			byThread[s.thread] = s
			chats = append(chats, s)
		}
	}
	if t.state != nil && !t.state.ratings {
		return nil
	}
	ratings, err := t.ratings(ctx, uidsOf(chats))
	for _, r := range ratings {
		if s := byThread[thread{appID: r.AppID, channel: models.ChannelChat, name: r.UID}]; s != nil {
			s.full = true
			s.ratings = append(s.ratings, r)
		}
	}
	return err
}

// ratingsAtOnce is how many ratings one transaction imports.
const ratingsAtOnce = 256

// ImportRatings stores ratings and assigns each to the citizen's latest chat wait that had
// been answered by then; a wait has one rating, the last wins. A rating that is there
// already changes nothing. Unmatched are those of the list that belong to no wait now; they
// stay, and find their wait should the log gain it later.
func (s *Waits) ImportRatings(ctx context.Context, list []models.Rating) (added, unmatched int, err error) {
	list, err = s.store.NameRatings(list)
	if err != nil {
		return 0, 0, err
	}
	for part := range slices.Chunk(list, ratingsAtOnce) {
		var more, lost int
		err := s.transact(ctx, func(t *txn) (err error) {
			more, lost, err = t.rate(ctx, part)
			return err
		})
		if err != nil {
			return added, unmatched, fmt.Errorf("waits: import ratings: %w", err)
		}
		added, unmatched = added+more, unmatched+lost
	}
	return added, unmatched, nil
}

// RateIn is ImportRatings of one within a transaction of another room.
func (s *Waits) RateIn(ctx context.Context, in *store.Tx, r models.Rating) error {
	_, _, err := (&txn{Tx: in, s: s}).rate(ctx, []models.Rating{r})
	return err
}

func (t *txn) rate(ctx context.Context, list []models.Rating) (added, unmatched int, err error) {
	m, err := t.s.measures(ctx, t)
	if err != nil {
		return 0, 0, err
	}
	rows := make([]*models.Interaction, 0, len(list))
	touched := make([]store.SlimRow, 0, len(list))
	for _, r := range list {
		i := models.Interaction{AppID: r.AppID, UID: r.UID, OpenID: r.OpenID, Channel: models.ChannelChat}
		rows = append(rows, &i)
		touched = append(touched, store.SlimRow{Interaction: i, EffectiveAt: max(1, r.At.Unix())})
	}
	if _, err := t.EnsureCitizens(ctx, rows); err != nil {
		return 0, 0, err
	}
	if added, err = t.addRatings(ctx, list); err != nil {
		return 0, 0, err
	}
	if err := t.fold(ctx, m, touched); err != nil {
		return 0, 0, err
	}
	unmatched, err = t.unmatched(ctx, list)
	return added, unmatched, err
}

// unmatched counts the ratings of the list that no wait was answered for in time.
func (t *txn) unmatched(ctx context.Context, list []models.Rating) (lost int, err error) {
	waits := make(map[thread][]models.Wait)
	uids := make([]string, 0, len(list))
	for _, r := range list {
		uids = append(uids, r.UID)
	}
	err = t.QueryIn(ctx, func(rows *sql.Rows) error {
		w, err := scanWait(rows)
		waits[waitThread(&w)] = append(waits[waitThread(&w)], w)
		return err
	}, sortedUnique(uids), "SELECT "+waitColumns+" FROM waits WHERE uid IN (?)")
	if err != nil {
		return 0, err
	}
	for _, r := range list {
		mine := waits[thread{appID: r.AppID, channel: models.ChannelChat, name: r.UID}]
		lost += indices.AssignRatings(append([]models.Wait{}, mine...), []models.Rating{r})
	}
	return lost, nil
}

const ratingColumns = "app_id, uid, at, satisfied, solved"

// ratings reads the ratings of citizens, in no order.
func (t *txn) ratings(ctx context.Context, uids []string) (list []models.Rating, err error) {
	err = t.QueryIn(ctx, func(rows *sql.Rows) error {
		var r models.Rating
		var at int64
		err := rows.Scan(&r.AppID, &r.UID, &at, &r.Satisfied, &r.Solved)
		r.At = time.UnixMicro(at).In(models.Shanghai())
		list = append(list, r)
		return err
	}, uids, "SELECT "+ratingColumns+" FROM ratings WHERE uid IN (?)")
	return list, err
}

// addRatings stores ratings and returns how many were not there before.
func (t *txn) addRatings(ctx context.Context, list []models.Rating) (added int, err error) {
	uids := make([]string, 0, len(list))
	for i := range list {
		uids = append(uids, list[i].UID)
	}
	stored, err := t.ratings(ctx, uids)
	if err != nil {
		return 0, err
	}
	there := make(map[ratingKey]bool, len(stored))
	for i := range stored {
		there[ratingKeyOf(&stored[i])] = true
	}
	var values []any
	for i := range list {
		r := &list[i]
		if there[ratingKeyOf(r)] {
			continue
		}
		there[ratingKeyOf(r)] = true
		added++
		values = append(values, r.AppID, r.UID, r.At.UnixMicro(), r.Satisfied, r.Solved)
	}
	return added, t.Upsert(ctx, "ratings", ratingColumns, 5, values, t.Dialect().OnConflict("uid, app_id, at, satisfied, solved"))
}

// ratingKey is a rating as its table holds it.
type ratingKey struct {
	appID, uid        string
	at                int64
	satisfied, solved bool
}

func ratingKeyOf(r *models.Rating) ratingKey {
	return ratingKey{r.AppID, r.UID, r.At.UnixMicro(), r.Satisfied, r.Solved}
}
