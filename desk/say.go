package desk

import (
	"context"
	"database/sql"
	"regexp"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/store"
)

// Say is a message to the citizen of a conversation.
type Say struct {
	Act            // of any version
	SendKey string // the caller's own: the same again is the same message
	Seen    string // the key of the citizen's newest message that the caller saw
	Content outbox.Content
}

// blanks are the places of a template that are to be filled before it is sent.
var blanks = regexp.MustCompile(`\[\[[^\[\]]*\]\]`)

// NewerError says that the citizen wrote again while an answer was written.
type NewerError struct {
	refusal
	Newer Message `json:"newer"`
}

// Unwrap is the error for people.
func (e *NewerError) Unwrap() error { return &e.refusal }

// Message is what a citizen wrote, masked.
type Message struct {
	MsgKey string    `json:"msg_key"`
	At     time.Time `json:"at"`
	Text   string    `json:"text"`
}

// Say hands a message to the outbox, which sends it after the time in which it can be undone. Only the
// holder may; who has not seen the citizen's newest message gets a *NewerError with it, and shows by
// naming it that the message stands.
func (d *Desk) Say(ctx context.Context, who models.Who, q Say) (items []outbox.Item, err error) {
	if blank := blanks.FindString(q.Content.Reply.Text); blank != "" {
		return nil, faulty("text", "blank_left", "还有没填的空：{blank}", "blank", models.OneLine(blank, 30))
	}
	err = d.store.Transact(ctx, func(t *store.Tx) error {
		c, err := d.lock(ctx, t, q.ID)
		if err != nil {
			return err
		}
		if !q.covers(c.AppID) {
			return errNoConversation()
		}
		known, err := isKnown(ctx, t, c.AppID, q.SendKey)
		if err != nil {
			return err
		}
		if !known {
			if err := c.maySay(who, q.Seen); err != nil {
				return err
			}
		}
		items, err = d.outbox.EnqueueIn(ctx, t, who, outbox.Request{
			AppID: c.AppID, UID: c.UID, SendKey: q.SendKey, Conversation: c.ID, Staff: who.Name, Purpose: outbox.Answer, Content: q.Content,
			ReplyTo: c.LastInKey, NotBefore: d.o.Now().Add(max(0, d.o.Undo)),
		})
		return err
	})
	return items, models.Wrap("desk: say", err)
}

// maySay refuses a message of who is not the holder, or has not seen what the citizen wrote.
func (c *Conversation) maySay(who models.Who, seen string) error {
	switch {
	case !c.State.Open():
		return models.NewError(CodeFinal, "这个接待已经结束，请重新发起")
	case c.Holder == HolderWeChat:
		return errHeldByWeChat(c)
	case c.Assignee != who.Name:
		return models.NewError(CodeNotYours, "这位市民现在不由您接待，请先接入")
	case seen != c.LastInKey:
		return &NewerError{
			refusal{Code: CodeNewer, Message: "市民又来信了，请看过再发"},
			Message{MsgKey: c.LastInKey, At: c.LastInAt, Text: c.LastText},
		}
	}
	return nil
}

func isKnown(ctx context.Context, t *store.Tx, appID, sendKey string) (known bool, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&known) },
		"SELECT 1 FROM outbox WHERE app_id = ? AND send_key = ?", appID, sendKey)
	return known, err
}

// last is a citizen's newest message.
type last struct {
	at        time.Time
	key, text string
	waits     bool // an answer is owed
}

func lastMessage(ctx context.Context, t *store.Tx, appID, uid string) (l last, err error) {
	var at int64
	var kind string
	err = t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&at, &l.key, &kind, &l.text) },
		"SELECT at, event_key, kind, content FROM interactions WHERE uid = ? AND app_id = ? AND dir = 'in' AND channel = 'chat' AND menu_click = 0 AND step = 0 "+
			"AND kind IN ('text', 'image', 'voice', 'video', 'shortvideo', 'location', 'link') ORDER BY effective_at DESC, id DESC LIMIT 1", uid, appID)
	if err != nil {
		return l, err
	}
	if l.key == "" {
		return l, models.NewError(models.CodeNotFound, "没有这位市民的来信")
	}
	l.at, l.text = store.FromMicros(at), excerpt(&models.Interaction{Kind: kind, Content: l.text})
	err = t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&l.waits) },
		"SELECT 1 FROM waits WHERE uid = ? AND app_id = ? AND thread = '' AND answer_at = 0 AND left_at = 0 AND bot_at = 0 AND rolled = 0 LIMIT 1", uid, appID)
	return l, err
}

// excerpt is a message as lists show it, masked.
func excerpt(m *models.Interaction) string {
	const longest = 120 // characters
	text := []rune(models.Mask(m.Content))
	switch {
	case m.Kind == models.MsgTypeText || m.Kind == models.MsgTypeLink:
	case m.Kind == models.MsgTypeLocation:
		return "[位置]"
	case m.Kind == models.MsgTypeImage:
		return "[图片]"
	case m.Kind == models.MsgTypeVoice && len(text) == 0:
		return "[语音]"
	case m.Kind == models.MsgTypeVideo || m.Kind == models.MsgTypeShortVideo:
		return "[视频]"
	}
	if len(text) > longest {
		return string(text[:longest]) + "……"
	}
	return string(text)
}
