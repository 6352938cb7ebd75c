package indices

import "github.com/wenzheng/wenzheng/models"

// session is the first and the last row of one, in Unix seconds.
type session struct {
	AppID, UID string
	Start, End int64
}

// sessionsOf divides the chat rows among rows as whoever rebuilds a part of a thread must.
func sessionsOf(rows []models.Interaction, limits *Limits) []session {
	var list []session
	var thread threadKey
	for _, e := range entries(rows) {
		if e.row.Channel != models.ChannelChat || !IsContent(e.row) && !IsAnswer(e.row) {
			continue
		}
		if n := len(list); n > 0 && e.thread == thread && e.at-list[n-1].End <= limits.SessionGap {
			list[n-1].End = e.at
			continue
		}
		thread = e.thread
		list = append(list, session{AppID: e.row.AppID, UID: e.thread.name, Start: e.at, End: e.at})
	}
	return list
}
