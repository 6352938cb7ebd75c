package desk

import (
	"context"
	"database/sql"
	"fmt"
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
		return out, faulty("kind", "choice_unknown", "应为 reply 或 note")
	case len(draft.Text) > maxDraft:
		return out, faulty("text", "most_bytes", "最长 {max} 字节", "max", fmt.Sprint(maxDraft))
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
