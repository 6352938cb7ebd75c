package messages

import (
	"bytes"
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/wechat"
)

// row is a message of the log as it was written.
type row struct {
	appID, kind string
	at          time.Time
	dir         models.Dir
	text        string // masked
	raw         []byte
}

func errNoMessage() *models.Error { return models.NewError(models.CodeNotFound, "没有这条消息") }

// read finds a message of the chat.
func read(ctx context.Context, t *store.Tx, q Message) (r row, err error) {
	var sealed []byte
	var at int64
	err = t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&r.appID, &r.kind, &r.dir, &at, &r.text, &sealed) },
		"SELECT app_id, kind, dir, at, content, raw FROM interactions WHERE id = ? AND channel = 'chat'", q.ID)
	if err != nil {
		return r, err
	}
	if r.appID == "" || !q.covers(r.appID) {
		return r, errNoMessage()
	}
	r.at = store.FromMicros(at)
	if len(sealed) > 0 {
		r.raw, err = t.Unseal("interactions", "raw", strconv.FormatInt(q.ID, 10), sealed)
	}
	return r, err
}

// message is what WeChat delivered, or was answered.
func (r *row) message() *models.Message { return wechat.ReadEvent(r.raw) }

// written is the text as it was written, false where it is kept no longer.
func (r *row) written() (text string, ok bool) {
	raw := bytes.TrimSpace(r.raw)
	switch {
	case len(raw) == 0:
		return "", false
	case !bytes.HasPrefix(raw, []byte("<")):
		return string(r.raw), true
	}
	i := models.Inbound(r.message())
	return i.Content, i.Content != "" || r.text == ""
}

// Revealed is a message as it was written.
type Revealed struct {
	Text string `json:"text"`
}

// Reveal shows a message as it was written, for a reason that the audit log keeps.
func (b *Book) Reveal(ctx context.Context, who models.Who, q Message, reason string) (out Revealed, err error) {
	if reason = strings.TrimSpace(models.OneLine(reason, 200)); reason == "" {
		return out, models.FieldFault("填写有误", "reason", "请写明为什么查看")
	}
	err = b.store.Transact(ctx, func(t *store.Tx) error {
		r, err := read(ctx, t, q)
		if err != nil {
			return err
		}
		text, ok := r.written()
		if !ok {
			return models.NewError(models.CodeGone, "原文已按保存期限删去，只剩遮盖过的文字")
		}
		out.Text = text
		return t.Audit(ctx, models.AuditEntry{
			Who: who, Action: "message.reveal", ObjectType: "message", ObjectID: strconv.FormatInt(q.ID, 10), AppID: r.appID, Reason: reason,
		})
	})
	return out, models.Wrap("messages: reveal", err)
}
