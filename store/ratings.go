package store

import (
	"fmt"

	"github.com/wenzheng/wenzheng/models"
)

// NameRatings returns the ratings with the pseudonyms of their citizens; those that lack anything
// are a *models.Error.
func (s *Store) NameRatings(list []models.Rating) ([]models.Rating, error) {
	out := make([]models.Rating, len(list))
	var faults []models.FieldError
	for i, r := range list {
		r.UID = s.uid(&models.Interaction{AppID: r.AppID, OpenID: r.OpenID, UID: r.UID})
		r.At = FromMicros(Micros(r.At))
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
