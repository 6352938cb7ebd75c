package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Rating is what a citizen said of an answer. OpenID or UID names the citizen.
type Rating struct {
	AppID     string    `json:"account"`
	OpenID    string    `json:"-"`
	UID       string    `json:"uid"`
	At        time.Time `json:"at"`
	Satisfied bool      `json:"satisfied"`
	Solved    bool      `json:"solved"`
}

const ratingColumns = "app_id, uid, at, satisfied, solved"

func scanRating(rows *sql.Rows) (Rating, error) {
	var r Rating
	var at int64
	err := rows.Scan(&r.AppID, &r.UID, &at, &r.Satisfied, &r.Solved)
	r.At = fromMicros(at)
	return r, err
}

// loadRatings gives every span the ratings of its citizen; such a span is rebuilt in full.
func (t *Tx) loadRatings(ctx context.Context, list []*span) error {
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
	return t.QueryIn(ctx, func(rows *sql.Rows) error {
		r, err := scanRating(rows)
		if err != nil {
			return err
		}
		if s := byThread[thread{appID: r.AppID, channel: models.ChannelChat, name: r.UID}]; s != nil {
			s.full = true
			s.ratings = append(s.ratings, r)
		}
		return nil
	}, uidsOf(chats), "SELECT "+ratingColumns+" FROM ratings WHERE uid IN (?)")
}

// ImportRatings stores ratings and assigns each to the citizen's latest chat wait that had
// been answered by then; a wait has one rating, the last wins. A rating that is there
// already changes nothing. Unmatched are those of the list that belong to no wait now; they
// stay, and find their wait should the log gain it later.
func (s *Store) ImportRatings(ctx context.Context, list []Rating) (added, unmatched int, err error) {
	if s.opt.Measure == nil {
		return 0, 0, fmt.Errorf("store: import ratings: %w", errNoMeasure)
	}
	list, err = s.named(list)
	if err != nil {
		return 0, 0, err
	}
	for len(list) > 0 {
		n := min(len(list), inList)
		var more, lost int
		err := s.Transact(ctx, func(t *Tx) (err error) {
			more, lost, err = t.rate(ctx, list[:n])
			return err
		})
		if err != nil {
			return added, unmatched, fmt.Errorf("store: import ratings: %w", err)
		}
		added, unmatched, list = added+more, unmatched+lost, list[n:]
	}
	return added, unmatched, nil
}

// named gives every rating its citizen's pseudonym; the caller's list is left alone.
func (s *Store) named(list []Rating) ([]Rating, error) {
	out := make([]Rating, len(list))
	var faults []models.FieldError
	for i, r := range list {
		r.UID = s.uid(&models.Interaction{AppID: r.AppID, OpenID: r.OpenID, UID: r.UID})
		r.At = fromMicros(micros(r.At))
		if r.AppID == "" || r.UID == "" || r.At.IsZero() {
			faults = append(faults, models.FieldError{Field: fmt.Sprintf("ratings[%d]", i), Message: "须有账号、用户和时间"})
		}
		out[i] = r
	}
	if len(faults) > 0 {
		return nil, &models.Error{Code: models.CodeInvalid, Message: "评价有误", Fields: faults}
	}
	return out, nil
}

func (t *Tx) rate(ctx context.Context, list []Rating) (added, unmatched int, err error) {
	m, err := t.s.measures(ctx, t)
	if err != nil {
		return 0, 0, err
	}
	rows := make([]*row, 0, len(list))
	touched := make([]slim, 0, len(list))
	for _, r := range list {
		i := models.Interaction{AppID: r.AppID, UID: r.UID, OpenID: r.OpenID, Channel: models.ChannelChat}
		rows = append(rows, &row{in: i, uid: r.UID})
		touched = append(touched, slim{Interaction: i, at: max(1, r.At.Unix())})
	}
	if _, err := t.citizens(ctx, rows); err != nil {
		return 0, 0, err
	}
	if added, err = t.insertRatings(ctx, list); err != nil {
		return 0, 0, err
	}
	if err := t.fold(ctx, m, touched); err != nil {
		return 0, 0, err
	}
	unmatched, err = t.unmatched(ctx, m, list)
	return added, unmatched, err
}

// ratingKey is a rating as its table holds it.
type ratingKey struct {
	appID, uid        string
	at                int64
	satisfied, solved bool
}

func (r *Rating) key() ratingKey {
	return ratingKey{r.AppID, r.UID, micros(r.At), r.Satisfied, r.Solved}
}

func (t *Tx) insertRatings(ctx context.Context, list []Rating) (added int, err error) {
	there := make(map[ratingKey]bool)
	uids := make([]string, 0, len(list))
	for _, r := range list {
		uids = append(uids, r.UID)
	}
	err = t.QueryIn(ctx, func(rows *sql.Rows) error {
		r, err := scanRating(rows)
		there[r.key()] = true
		return err
	}, uids, "SELECT "+ratingColumns+" FROM ratings WHERE uid IN (?)")
	if err != nil {
		return 0, err
	}
	var values []any
	for _, r := range list {
		if there[r.key()] {
			continue
		}
		there[r.key()] = true
		added++
		values = append(values, r.AppID, r.UID, micros(r.At), bit(r.Satisfied), bit(r.Solved))
	}
	return added, t.Upsert(ctx, "ratings", ratingColumns, 5, values, t.s.dialect.OnConflict("uid, app_id, at, satisfied, solved"))
}

// unmatched counts the ratings of the list that no wait was answered for in time.
func (t *Tx) unmatched(ctx context.Context, m *measures, list []Rating) (lost int, err error) {
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
		lost += m.of(r.AppID).AssignRatings(append([]models.Wait{}, mine...), []Rating{r})
	}
	return lost, nil
}
