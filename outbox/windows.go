package outbox

import (
	"context"
	"database/sql"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// What opens a window (developers.weixin.qq.com/doc/offiaccount/Customer_Service/Customer_Service_Messages.html).
// A clicked item of a menu message counts as a click.
const (
	byMessage   = "message"
	byClick     = "click"
	byScan      = "scan"
	bySubscribe = "subscribe"
)

// Window is the time in which messages may be sent to a citizen after their newest message.
type Window struct {
	Open      bool      `json:"open"` // it has not ended and is not spent
	OpenedAt  time.Time `json:"opened_at,omitzero"`
	ExpiresAt time.Time `json:"expires_at,omitzero"`
	Quota     int       `json:"quota"`
	Used      int       `json:"used"`
}

// WindowOf returns the window of a citizen's newest message, the zero Window when they never wrote.
// Others may be open beside it, by clicks and scans or by earlier messages: they are spent first and
// shown to nobody.
func (b *Outbox) WindowOf(ctx context.Context, uid string) (w Window, err error) {
	err = b.store.Read(ctx, store.Console, func(t *store.Tx) error {
		w, err = b.WindowIn(ctx, t, uid)
		return err
	})
	return w, err
}

// WindowIn is WindowOf within a transaction. Who is in one must not ask for another connection: when all are held by
// people who do, nobody gets one any more.
func (b *Outbox) WindowIn(ctx context.Context, t *store.Tx, uid string) (w Window, err error) {
	var opened, expires int64
	err = t.Query(ctx, func(rows *sql.Rows) error {
		return rows.Scan(&opened, &expires, &w.Quota, &w.Used)
	}, "SELECT opened_at, expires_at, quota, used FROM windows WHERE uid = ? AND source = ? ORDER BY opened_at DESC, event_key DESC LIMIT 1", uid, byMessage)
	w.OpenedAt, w.ExpiresAt = store.FromMicros(opened), store.FromMicros(expires)
	w.Open = b.o.Now().Before(w.ExpiresAt) && w.Used < w.Quota
	return w, models.Wrap("outbox: window", err)
}

// source says what window a row of the log opens, "" for none.
func source(i *models.Interaction) string {
	if i.Dir != models.DirIn || i.Actor != models.ActorCitizen || i.Channel != models.ChannelChat || i.Probe {
		return ""
	}
	switch i.Kind {
	case models.MsgTypeText, models.MsgTypeImage, models.MsgTypeVoice, models.MsgTypeVideo, models.MsgTypeShortVideo, models.MsgTypeLocation, models.MsgTypeLink:
		if i.MenuClick {
			return byClick
		}
		return byMessage
	case models.EventClick, models.EventScanPush, models.EventScanWait:
		return byClick
	case models.EventScan:
		return byScan
	case models.EventSubscribe:
		return bySubscribe
	}
	return ""
}

// openWindows enters into the ledger what citizens did.
func (b *Outbox) openWindows(ctx context.Context, t *store.Tx, rows []*store.NewRow) error {
	var values []any
	now := b.o.Now()
	for _, r := range rows {
		i := r.In()
		by := source(i)
		if by == "" || i.UID == "" {
			continue
		}
		quota, lasts := b.o.Limits.EventCount, b.o.Limits.EventWindow
		if by == byMessage {
			quota, lasts = b.o.Limits.MessageCount, b.o.Limits.MessageWindow
		}
		if ends := i.At.Add(lasts); ends.After(now) {
			values = append(values, i.UID, r.Key().MsgKey, i.AppID, by, store.Micros(i.At), store.Micros(ends), int64(quota), int64(0))
		}
	}
	return t.Upsert(ctx, "windows", "uid, event_key, app_id, source, opened_at, expires_at, quota, used", 8, values, t.Dialect().OnConflict("uid, event_key"))
}

// reserve takes a place of the citizen's window that ends first. Without one the reason says whether
// any is open. The citizen is locked.
func (b *Outbox) reserve(ctx context.Context, t *store.Tx, uid string) (place, reason string, err error) {
	reason = ReasonWindow
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var key string
		var free bool
		err := rows.Scan(&key, &free)
		reason = ReasonCount
		if free && place == "" {
			place = key
		}
		return err
	}, "SELECT event_key, CASE WHEN used < quota THEN 1 ELSE 0 END FROM windows WHERE uid = ? AND expires_at > ? ORDER BY expires_at, opened_at, event_key",
		uid, store.Micros(b.o.Now()))
	if err != nil || place == "" {
		return "", reason, err
	}
	return place, "", t.Exec(ctx, "UPDATE windows SET used = used + 1 WHERE uid = ? AND event_key = ?", uid, place)
}

// giveBack returns the place of a message that the citizen certainly did not see.
func giveBack(ctx context.Context, t *store.Tx, i *item) error {
	place := i.place
	if i.place = ""; place == "" {
		return nil
	}
	return t.Exec(ctx, "UPDATE windows SET used = used - 1 WHERE uid = ? AND event_key = ? AND used > 0", i.UID, place)
}

// closeWindows ends the window that an attempt spent from, and those that were opened before it:
// WeChat says that none is open.
func closeWindows(ctx context.Context, t *store.Tx, i *item, now time.Time) error {
	place := i.place
	i.place = ""
	return t.Exec(ctx, "UPDATE windows SET expires_at = ? WHERE uid = ? AND expires_at > ? AND (event_key = ? OR opened_at <= ?)",
		store.Micros(now), i.UID, store.Micros(now), place, store.Micros(i.AttemptAt))
}

// spendWindows leaves no place in the open windows of a citizen: WeChat says that there is none.
func spendWindows(ctx context.Context, t *store.Tx, i *item, now time.Time) error {
	i.place = ""
	return t.Exec(ctx, "UPDATE windows SET used = quota WHERE uid = ? AND expires_at > ?", i.UID, store.Micros(now))
}
