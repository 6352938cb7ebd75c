package kf

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/wechat"
)

// sameWithin is how far apart a record and the callback of the same message are at most.
const sameWithin = 2 * time.Second

// line is a record with its key.
type line struct {
	wechat.Record
	key string
}

// lines are the records that tell what somebody said, in the order of time. Alike ones of one second
// differ by their ordinal, so that each has the same key whenever that second is read whole.
func lines(appID string, records []wechat.Record) []line {
	records = slices.DeleteFunc(slices.Clone(records), func(r wechat.Record) bool {
		return r.OpenID == "" || r.Code != wechat.RecordFromStaff && r.Code != wechat.RecordFromCitizen
	})
	slices.SortStableFunc(records, func(a, b wechat.Record) int { return int(a.Time - b.Time) })
	seen := map[wechat.Record]int{}
	out := make([]line, len(records))
	for i, r := range records {
		out[i] = line{r, models.DerivedKey("kf", appID, r.Worker, r.OpenID, strconv.Itoa(r.Code), strconv.FormatInt(r.Time, 10), r.Text, strconv.Itoa(seen[r]))}
		seen[r]++
	}
	return out
}

// kindOf is the kind of what a record shows in words, and its text.
func kindOf(text string) (kind, content string) {
	switch strings.TrimSpace(text) {
	case "[image]":
		return models.MsgTypeImage, ""
	case "[voice]":
		return models.MsgTypeVoice, ""
	case "[video]":
		return models.MsgTypeVideo, ""
	}
	return models.MsgTypeText, text
}

// row is the row of the log that a line becomes.
func (l *line) row(appID, staff string) models.Interaction {
	at := time.Unix(l.Time, 0)
	kind, content := kindOf(l.Text)
	i := models.Interaction{
		AppID: appID, OpenID: l.OpenID, Channel: models.ChannelChat, Kind: kind, Content: content, At: at, ReceivedAt: at, MsgKey: l.key, OK: true,
		ParseStatus: models.ParseOK, Pulled: true, Raw: []byte(content),
	}
	if l.Code == wechat.RecordFromStaff {
		i.Dir, i.Actor, i.Staff = models.DirOut, models.ActorHuman, staff
	} else {
		i.Dir, i.Actor, i.Outcome = models.DirIn, models.ActorCitizen, models.OutcomeSilent
	}
	return i
}

// callbacks are the messages of citizens that came by callback in a time, by pseudonym.
func callbacks(ctx context.Context, t *store.Tx, appID string, uids []string, from, to time.Time) (map[string][]callback, error) {
	out := map[string][]callback{}
	err := t.QueryIn(ctx, func(rows *sql.Rows) error {
		var uid string
		var c callback
		err := rows.Scan(&uid, &c.key, &c.kind, &c.text, &c.at)
		out[uid] = append(out[uid], c)
		return err
	}, uids, "SELECT uid, event_key, kind, content, effective_at FROM interactions WHERE uid IN (?) AND effective_at >= ? AND effective_at <= ? AND app_id = ? "+
		"AND dir = 'in' AND channel = 'chat'", from.Add(-sameWithin).Unix(), to.Add(sameWithin).Unix(), appID)
	return out, err
}

type callback struct {
	key, kind, text string
	at              int64
	taken           bool // a line is this message
}

// sameAs finds the callback that told of the line's message already, nil for none. Each tells of one.
func (l *line) sameAs(list []callback, pulled map[string]bool) *callback {
	kind, content := kindOf(l.Text)
	content = models.Mask(content)
	for i := range list {
		c := &list[i]
		apart := c.at - l.Time
		if !c.taken && !pulled[c.key] && c.kind == kind && c.text == content && max(apart, -apart) <= int64(sameWithin/time.Second) {
			return c
		}
	}
	return nil
}
