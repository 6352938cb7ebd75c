package indices

import (
	"cmp"
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

const (
	kindUnfollow  = models.EventUnsubscribe
	kindMenuClick = models.EventClick

	// maxTime is the last second of the year 9999. Rows after it or before 1970 have no usable time.
	maxTime = 253402300799
)

// IsContent reports whether a row is something a citizen wrote or sent, so that it opens or
// joins a wait. Events are not content, among them clicks on menu messages and what is
// typed in their place (C15), nor is anything of the daily self-test.
func IsContent(r *models.Interaction) bool {
	if r.Dir != models.DirIn || r.Actor != models.ActorCitizen || r.MenuClick || r.Step || r.Probe {
		return false
	}
	switch r.Kind {
	case models.MsgTypeText, models.MsgTypeImage, models.MsgTypeVoice, models.MsgTypeVideo, models.MsgTypeShortVideo,
		models.MsgTypeLocation, models.MsgTypeLink, string(models.ChannelComment), string(models.ChannelForm):
		return true
	}
	return false
}

// IsAnswer reports whether a row is an answer the citizen saw: of a human or a bot,
// delivered, and of a kind that is sent to one citizen. Mass sends, template notices and
// rating menus are never answers. A bot's answer closes nothing unless it is matched.
func IsAnswer(r *models.Interaction) bool {
	if r.Dir != models.DirOut || !r.OK || r.Probe {
		return false
	}
	if r.Actor != models.ActorHuman && r.Actor != models.ActorBot {
		return false
	}
	switch r.Kind {
	case "text", "image", "voice", "video", "news", "mpnews", "mpnewsarticle", "miniprogram", "miniprogrampage",
		"comment", "comment_reply", "form", "form_reply":
		return true
	}
	return false
}

// EffectiveAt returns the Unix second at which a row counts (C10): for an outbound row the
// later of its own and askedAt, the second of the row it replies to (0 = not known); moved
// reports that the clocks disagreed.
func EffectiveAt(r *models.Interaction, askedAt int64) (at int64, moved bool) {
	at = r.At.Unix()
	if r.Dir == models.DirOut && askedAt > at {
		return askedAt, true
	}
	return at, false
}

// entry is a row with what the fold needs of it.
type entry struct {
	row    *models.Interaction
	thread threadKey
	at     int64
	moved  bool
}

type threadKey struct {
	appID   string
	channel models.Channel
	name    string // the citizen in chat; the comment id or the case number otherwise
}

func threadOf(r *models.Interaction) threadKey {
	k := threadKey{r.AppID, r.Channel, r.Thread}
	if r.Channel == models.ChannelChat || r.Thread == "" {
		k.name = citizenOf(r)
	}
	return k
}

func waitThread(w *models.Wait) threadKey {
	k := threadKey{w.AppID, w.Channel, w.Thread}
	if w.Channel == models.ChannelChat || w.Thread == "" {
		k.name = w.UID
	}
	return k
}

func citizenOf(r *models.Interaction) string {
	if r.UID != "" {
		return r.UID
	}
	return r.OpenID
}

// entries drops repeated keys, probes and rows without a time, gives each row its effective
// time and sorts them by thread and then by C11: effective time, inbound first, key. Ties
// are broken by all that the fold reads, so that the order of arrival can not matter.
func entries(rows []models.Interaction) []entry {
	type rowKey struct{ appID, key string }
	place := make(map[rowKey]int, len(rows))
	list := make([]entry, 0, len(rows))
	for i := range rows {
		r := &rows[i]
		if t := r.At.Unix(); r.Probe || t <= 0 || t > maxTime {
			continue
		}
		k := rowKey{r.AppID, r.MsgKey}
		n, repeated := place[k]
		switch {
		case !repeated || r.MsgKey == "":
			place[k] = len(list)
			list = append(list, entry{row: r})
		case compareRows(r, list[n].row) < 0:
			list[n].row = r
		}
	}
	for i := range list {
		e := &list[i]
		e.thread = threadOf(e.row)
		var asked int64
		if n, ok := place[rowKey{e.row.AppID, e.row.ReplyTo}]; ok && e.row.ReplyTo != "" {
			asked = list[n].row.At.Unix()
		}
		e.at, e.moved = EffectiveAt(e.row, asked)
	}
	slices.SortFunc(list, compareEntries)
	return list
}

func compareEntries(a, b entry) int {
	if a.thread != b.thread {
		return cmp.Or(
			strings.Compare(a.thread.appID, b.thread.appID),
			strings.Compare(string(a.thread.channel), string(b.thread.channel)),
			strings.Compare(a.thread.name, b.thread.name),
		)
	}
	if a.at != b.at {
		return cmp.Compare(a.at, b.at)
	}
	return cmp.Or(
		cmp.Compare(outbound(a.row), outbound(b.row)),
		strings.Compare(a.row.MsgKey, b.row.MsgKey),
		compareRows(a.row, b.row),
	)
}

// compareRows is a total order over all that the fold reads of a row.
func compareRows(a, b *models.Interaction) int {
	return cmp.Or(
		cmp.Compare(a.At.Unix(), b.At.Unix()),
		cmp.Compare(outbound(a), outbound(b)),
		strings.Compare(string(a.Channel), string(b.Channel)),
		strings.Compare(a.Thread, b.Thread),
		strings.Compare(citizenOf(a), citizenOf(b)),
		strings.Compare(string(a.Dir), string(b.Dir)),
		strings.Compare(string(a.Actor), string(b.Actor)),
		strings.Compare(a.Kind, b.Kind),
		compareBool(b.OK, a.OK),
		compareBool(b.Matched, a.Matched),
		compareBool(a.MenuClick, b.MenuClick),
		compareBool(a.Step, b.Step),
		strings.Compare(string(a.Mark), string(b.Mark)),
		cmp.Compare(a.MarkedAt, b.MarkedAt),
		strings.Compare(a.ReplyTo, b.ReplyTo),
		strings.Compare(a.Topic, b.Topic),
		strings.Compare(a.Staff, b.Staff),
	)
}

func outbound(r *models.Interaction) int {
	if r.Dir == models.DirIn {
		return 0
	}
	return 1
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

// ActiveDays counts the content rows of each citizen on each day (M1 and M2), sorted by
// account, channel, day and citizen. A repeated key counts once.
func ActiveDays(rows []models.Interaction) []models.ActiveDay {
	counts := map[models.ActiveDay]int{}
	for _, e := range entries(rows) {
		if IsContent(e.row) {
			counts[models.ActiveDay{
				AppID: e.row.AppID, Channel: e.row.Channel, Day: DayOf(e.row.At.Unix()), UID: citizenOf(e.row),
			}]++
		}
	}
	days := make([]models.ActiveDay, 0, len(counts))
	for d, n := range counts {
		d.Messages = n
		days = append(days, d)
	}
	slices.SortFunc(days, func(a, b models.ActiveDay) int {
		return cmp.Or(
			strings.Compare(a.AppID, b.AppID), strings.Compare(string(a.Channel), string(b.Channel)),
			strings.Compare(a.Day, b.Day), strings.Compare(a.UID, b.UID),
		)
	})
	return days
}
