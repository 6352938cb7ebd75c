package indices

import "github.com/wenzheng/wenzheng/models"

// S1, queries served of queries. A query is a citizen's text or a click on the menu. A text is
// filed with its wait (Wait.Texts, Wait.ServedTexts); a click lies in no wait and is filed by
// its own time. An answer of a chat counts for a query while their session lasts, a click being
// in a session for its SessionGap alone: WeChat lets nothing be sent after it.

// serves reports whether a row is a matched answer of a bot to a row it names.
func serves(r *models.Interaction) bool {
	return r.Actor == models.ActorBot && r.Matched && r.ReplyTo != "" && IsAnswer(r)
}

func isMenuClick(r *models.Interaction) bool {
	return r.Dir == models.DirIn && r.Actor == models.ActorCitizen && r.Kind == kindMenuClick
}

// Clicks returns the menu clicks among rows, sorted by account, channel, thread and time. It is
// a pure function of the set of rows, whatever their order and however often each occurs;
// Served is right where rows reach SessionGap beyond the click.
func Clicks(rows []models.Interaction, limits *Limits) []models.Click {
	var clicks []models.Click
	list := entries(rows)
	byKey := map[string]int{}
	for i := range list {
		e := &list[i]
		if i == 0 || e.thread != list[i-1].thread {
			clear(byKey)
		}
		if isMenuClick(e.row) {
			byKey[e.row.MsgKey] = len(clicks)
			clicks = append(clicks, models.Click{
				AppID: e.row.AppID, Channel: e.row.Channel, Key: e.row.MsgKey, At: e.at, Topic: e.row.Topic,
			})
			continue
		}
		if n, ok := byKey[e.row.ReplyTo]; ok && serves(e.row) && e.at <= clicks[n].At+limits.SessionGap {
			clicks[n].Served = true
		}
	}
	return clicks
}

// DiffClicks returns the changes that turn the contributions of the old clicks to wait_hours
// into those of the rebuilt ones: they stand on rows of no staff.
func DiffClicks(old, rebuilt []models.Click) models.Rollup {
	var b rollupBuilder
	for i, list := range [][]models.Click{old, rebuilt} {
		for _, c := range list {
			one := models.WaitSums{Queries: 1, Served: count(c.Served)}
			key := models.WaitHourKey{AppID: c.AppID, Channel: c.Channel, Hour: hourOf(c.At), Topic: c.Topic}
			b.file(key, &one, int64(2*i-1))
		}
	}
	return b.rollup()
}
