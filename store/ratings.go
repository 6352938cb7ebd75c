package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/wenzheng/wenzheng/models"
)

const ratingColumns = "app_id, uid, at, satisfied, solved"

// Ratings reads the ratings of citizens, in no order.
func (t *Tx) Ratings(ctx context.Context, uids []string) (list []models.Rating, err error) {
	err = t.QueryIn(ctx, func(rows *sql.Rows) error {
		var r models.Rating
		var at int64
		err := rows.Scan(&r.AppID, &r.UID, &at, &r.Satisfied, &r.Solved)
		r.At = fromMicros(at)
		list = append(list, r)
		return err
	}, uids, "SELECT "+ratingColumns+" FROM ratings WHERE uid IN (?)")
	return list, err
}

// AddRatings stores ratings and returns how many were not there before.
func (t *Tx) AddRatings(ctx context.Context, list []models.Rating) (added int, err error) {
	uids := make([]string, 0, len(list))
	for i := range list {
		uids = append(uids, list[i].UID)
	}
	stored, err := t.Ratings(ctx, uids)
	if err != nil {
		return 0, err
	}
	there := make(map[ratingKey]bool, len(stored))
	for i := range stored {
		there[keyOf(&stored[i])] = true
	}
	var values []any
	for i := range list {
		r := &list[i]
		if there[keyOf(r)] {
			continue
		}
		there[keyOf(r)] = true
		added++
		values = append(values, r.AppID, r.UID, micros(r.At), bit(r.Satisfied), bit(r.Solved))
	}
	return added, t.Upsert(ctx, "ratings", ratingColumns, 5, values, t.s.dialect.OnConflict("uid, app_id, at, satisfied, solved"))
}

// ratingKey is a rating as its table holds it.
type ratingKey struct {
	appID, uid        string
	at                int64
	satisfied, solved bool
}

func keyOf(r *models.Rating) ratingKey {
	return ratingKey{r.AppID, r.UID, micros(r.At), r.Satisfied, r.Solved}
}

// NameRatings returns the ratings with the pseudonyms of their citizens; those that lack anything
// are a *models.Error.
func (s *Store) NameRatings(list []models.Rating) ([]models.Rating, error) {
	out := make([]models.Rating, len(list))
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
