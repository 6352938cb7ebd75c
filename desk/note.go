package desk

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Note is what somebody wrote for colleagues. It is never sent and never changed.
type Note struct {
	ID     int64     `json:"id,string"`
	Author string    `json:"author"`
	Text   string    `json:"text"` // masked
	At     time.Time `json:"at"`
}

// AddNote writes a note, audited.
func (d *Desk) AddNote(ctx context.Context, who models.Who, q Act, text string) (n Note, err error) {
	switch {
	case text == "":
		return n, faulty("text", "required", "不能为空")
	case len(text) > maxDraft:
		return n, faulty("text", "most_bytes", "最长 {max} 字节", "max", fmt.Sprint(maxDraft))
	}
	err = d.store.Transact(ctx, func(t *store.Tx) error {
		c, err := owned(ctx, t, q)
		if err != nil {
			return err
		}
		n = Note{ID: t.NextID(), Author: who.Name, Text: models.Mask(text), At: d.o.Now()}
		sealed, err := t.Seal("conversation_notes", "text", strconv.FormatInt(n.ID, 10), []byte(text))
		if err != nil {
			return err
		}
		err = t.Upsert(ctx, "conversation_notes", "id, conversation, author, text, masked, at", 6, []any{
			n.ID, c.ID, n.Author, sealed, n.Text, store.Micros(n.At),
		}, "")
		if err == nil {
			err = t.Exec(ctx, "DELETE FROM desk_drafts WHERE operator = ? AND conversation = ? AND kind = 'note'", who.Name, c.ID)
		}
		if err != nil {
			return err
		}
		return t.Audit(ctx, models.AuditEntry{
			Who: who, Action: "desk.note", ObjectType: "conversation", ObjectID: strconv.FormatInt(c.ID, 10), AppID: c.AppID,
		})
	})
	return n, models.Wrap("desk: note", err)
}

// notesOf are the last notes, the last first.
func notesOf(ctx context.Context, t *store.Tx, id int64) (list []Note, err error) {
	list = []Note{}
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var n Note
		var at int64
		err := rows.Scan(&n.ID, &n.Author, &n.Text, &at)
		n.At = store.FromMicros(at)
		list = append(list, n)
		return err
	}, "SELECT id, author, masked, at FROM conversation_notes WHERE conversation = ? ORDER BY id DESC LIMIT 200", id)
	return list, err
}

// NoteRequest names a note.
type NoteRequest struct {
	ID       int64
	Accounts []string // that the caller may ask about; nil = all
}

// RevealedNote is a note as it was written.
type RevealedNote struct {
	Text string `json:"text"`
}

// RevealNote shows a note as it was written, for a reason that the audit log keeps.
func (d *Desk) RevealNote(ctx context.Context, who models.Who, q NoteRequest, reason string) (out RevealedNote, err error) {
	if reason = models.OneLine(reason, 200); reason == "" {
		return out, faulty("reason", "reason_missing", "请写明为什么查看")
	}
	err = d.store.Transact(ctx, func(t *store.Tx) error {
		var appID string
		var conversation int64
		var sealed []byte
		err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&appID, &conversation, &sealed) },
			"SELECT c.app_id, c.id, n.text FROM conversation_notes n JOIN conversations c ON c.id = n.conversation WHERE n.id = ?", q.ID)
		if err != nil {
			return err
		}
		if appID == "" || q.Accounts != nil && !slices.Contains(q.Accounts, appID) {
			return models.NewError(models.CodeNotFound, "没有这条备注")
		}
		plain, err := t.Unseal("conversation_notes", "text", strconv.FormatInt(q.ID, 10), sealed)
		if err != nil {
			return err
		}
		out.Text = string(plain)
		return t.Audit(ctx, models.AuditEntry{
			Who: who, Action: "note.reveal", ObjectType: "note", ObjectID: strconv.FormatInt(q.ID, 10), AppID: appID, Reason: reason,
			After: models.JSON(map[string]string{"conversation": strconv.FormatInt(conversation, 10)}),
		})
	})
	return out, models.Wrap("desk: reveal note", err)
}
