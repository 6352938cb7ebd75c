package indices

import (
	"cmp"
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// AssignRatings writes ratings into the waits they are of: the citizen's latest chat wait that had
// been answered by then and needed it. A wait has one rating, the last wins. Ratings without such a wait
// change nothing; it returns how many those are. The order of ratings does not matter.
func AssignRatings(waits []models.Wait, ratings []models.Rating) (unmatched int) {
	ratings = slices.Clone(ratings)
	slices.SortFunc(ratings, func(a, b models.Rating) int {
		return cmp.Or(
			cmp.Compare(a.At.Unix(), b.At.Unix()), strings.Compare(a.AppID, b.AppID), strings.Compare(a.UID, b.UID),
			compareBool(a.Satisfied, b.Satisfied), compareBool(a.Solved, b.Solved),
		)
	})
	type citizen struct{ appID, uid string }
	answered := map[citizen][]*models.Wait{}
	for i := range waits {
		w := &waits[i]
		if w.Channel == models.ChannelChat && w.Mark == models.MarkNone && (w.AnswerAt != 0 || w.BotAt != 0 && w.LeftAt == 0) {
			c := citizen{w.AppID, w.UID}
			answered[c] = append(answered[c], w)
		}
	}
	for _, r := range ratings {
		var of *models.Wait
		for _, w := range answered[citizen{r.AppID, r.UID}] {
			if max(w.AnswerAt, w.BotAt) <= r.At.Unix() && (of == nil || w.OpenAt >= of.OpenAt) {
				of = w
			}
		}
		if of == nil {
			unmatched++
			continue
		}
		of.Rated, of.Satisfied, of.Solved = true, r.Satisfied, r.Solved
	}
	return unmatched
}
