package desk

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Kinds of drafts.
const (
	DraftReply = "reply"
	DraftNote  = "note"
)

// maxDraft is the longest draft and note, in bytes: five messages of the platform.
const maxDraft = 5 * models.MaxTextBytes

// Draft is what somebody is writing in a conversation.
type Draft struct {
	Kind    string    `json:"kind"`
	Text    string    `json:"text"`
	Version int64     `json:"version,string"` // 0 = none is saved
	SavedAt time.Time `json:"saved_at,omitzero"`
}

// DraftConflictError is a draft that was saved from elsewhere meanwhile.
type DraftConflictError struct {
	refusal
	Theirs Draft `json:"theirs"`
}

// Unwrap is the error for people.
func (e *DraftConflictError) Unwrap() error { return &e.refusal }

func draftOf(ctx context.Context, t *store.Tx, operator string, id int64, kind string) (draft Draft, err error) {
	draft = Draft{Kind: kind}
	var sealed []byte
	var saved int64
	err = t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&sealed, &draft.Version, &saved) },
		"SELECT text, version, saved_at FROM desk_drafts WHERE operator = ? AND conversation = ? AND kind = ?", operator, id, kind)
	if err != nil || draft.Version == 0 {
		return draft, err
	}
	draft.SavedAt = store.FromMicros(saved)
	if plain, err := t.Unseal("desk_drafts", "text", draftKey(operator, id, kind), sealed); err == nil {
		draft.Text = string(plain) // one that can not be read is empty, and in nobody's way
	}
	return draft, nil
}

func draftKey(operator string, id int64, kind string) string {
	return fmt.Sprintf("%s|%d|%s", operator, id, kind)
}

// SaveDraft keeps what somebody is writing; version is that of the draft they began with. A draft that
// was saved from elsewhere meanwhile is a *DraftConflictError with it. An empty text deletes the draft.
func (d *Desk) SaveDraft(ctx context.Context, who models.Who, q Act, draft Draft) (out Draft, err error) {
	switch {
	case draft.Kind != DraftReply && draft.Kind != DraftNote:
		return out, faulty("kind", "应为 reply 或 note")
	case len(draft.Text) > maxDraft:
		return out, faulty("text", fmt.Sprintf("最长 %d 字节", maxDraft))
	}
	err = d.store.Transact(ctx, func(t *store.Tx) error {
		if _, err := owned(ctx, t, q); err != nil { // locked: two tabs save one behind the other
			return err
		}
		was, err := draftOf(ctx, t, who.Name, q.ID, draft.Kind)
		if err != nil {
			return err
		}
		if was.Version != draft.Version {
			return &DraftConflictError{refusal{Code: models.CodeConflict, Message: "这份草稿在别处改过"}, was}
		}
		if draft.Text == "" {
			out = Draft{Kind: draft.Kind}
			return t.Exec(ctx, "DELETE FROM desk_drafts WHERE operator = ? AND conversation = ? AND kind = ?", who.Name, q.ID, draft.Kind)
		}
		sealed, err := t.Seal("desk_drafts", "text", draftKey(who.Name, q.ID, draft.Kind), []byte(draft.Text))
		if err != nil {
			return err
		}
		out = Draft{Kind: draft.Kind, Text: draft.Text, Version: was.Version + 1, SavedAt: d.o.Now()}
		return t.Upsert(ctx, "desk_drafts", "operator, conversation, kind, text, version, saved_at", 6, []any{
			who.Name, q.ID, out.Kind, sealed, out.Version, store.Micros(out.SavedAt),
		}, t.Dialect().OnConflict("operator, conversation, kind", "text", "version", "saved_at"))
	})
	return out, models.Wrap("desk: save draft", err)
}

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
		return n, faulty("text", "不能为空")
	case len(text) > maxDraft:
		return n, faulty("text", fmt.Sprintf("最长 %d 字节", maxDraft))
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

// MarkSeen says that somebody saw what the citizen wrote until a time. What was seen stays seen.
func (d *Desk) MarkSeen(ctx context.Context, who models.Who, q Act, until time.Time) error {
	err := d.store.Transact(ctx, func(t *store.Tx) error {
		if _, err := owned(ctx, t, q); err != nil {
			return err
		}
		seen := store.Micros(until)
		err := t.Upsert(ctx, "conversation_seen", "operator, conversation, seen_at", 3, []any{who.Name, q.ID, seen},
			t.Dialect().OnConflict("operator, conversation"))
		if err != nil {
			return err
		}
		return t.Exec(ctx, "UPDATE conversation_seen SET seen_at = ? WHERE operator = ? AND conversation = ? AND seen_at < ?", seen, who.Name, q.ID, seen)
	})
	return models.Wrap("desk: seen", err)
}
