package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// item is a row of the table.
type item struct {
	Item
	content    Content // opened where it is needed
	opened     bool
	sealed     []byte
	claim      int64
	leaseUntil time.Time
	rowKey     string
	place      string
	card       bool   // it may go by the account's notice channel
	noticeID   string // WeChat's number of what went by it
}

const itemColumns = "id, app_id, send_key, uid, conversation, case_number, staff, purpose, channel, kind, first_part, part, parts, masked, " +
	"reply_to, state, reason, errcode, not_before, attempt_at, lease_until, claim, row_key, place, picked_by, resend_of, version, created_at, updated_at, card, notice_id"

// itemWidth counts itemColumns and payload.
const itemWidth = 32

func scanItem(rows *sql.Rows, more ...any) (*item, error) {
	i := &item{}
	var notBefore, attempt, lease, created, updated int64
	err := rows.Scan(append([]any{
		&i.ID, &i.AppID, &i.SendKey, &i.UID, &i.Conversation, &i.Case, &i.Staff, &i.Purpose, &i.Channel, &i.Kind, &i.FirstPart, &i.Part, &i.Parts,
		&i.Text, &i.ReplyTo, &i.State, &i.Reason, &i.ErrCode, &notBefore, &attempt, &lease, &i.claim, &i.rowKey, &i.place, &i.PickedBy,
		&i.ResendOf, &i.Version, &created, &updated, &i.card, &i.noticeID,
	}, more...)...)
	i.NotBefore, i.AttemptAt, i.leaseUntil = store.FromMicros(notBefore), store.FromMicros(attempt), store.FromMicros(lease)
	i.CreatedAt, i.UpdatedAt = store.FromMicros(created), store.FromMicros(updated)
	i.Citizen = models.ShortCitizen(i.UID)
	return i, err
}

// items reads rows; where begins with a condition.
func items(ctx context.Context, t *store.Tx, where string, args ...any) (list []*item, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var sealed []byte
		i, err := scanItem(rows, &sealed)
		i.sealed = sealed
		list = append(list, i)
		return err
	}, "SELECT "+itemColumns+", payload FROM outbox WHERE "+where, args...)
	return list, err
}

// open reads what the message says.
func (i *item) open(t *store.Tx) error {
	plain, err := t.Unseal("outbox", "payload", strconv.FormatInt(i.ID, 10), i.sealed)
	if err == nil {
		err = json.Unmarshal(plain, &i.content)
	}
	if err != nil {
		return fmt.Errorf("outbox: message %d: %w", i.ID, err)
	}
	i.opened = true
	return nil
}

// read is open for a message that nobody is to wait for: one that can not be read is set aside.
func (b *Outbox) read(t *store.Tx, i *item) bool {
	err := i.open(t)
	if err == nil {
		return true
	}
	b.o.Logger.Error("a message can not be read and is set aside; is a key of the program missing?", "message", i.ID, "account", i.AppID, "error", err)
	i.State, i.Reason = Failed, ReasonUnread
	return false
}

// said is what the message says, masked where that can not be read.
func (i *item) said() string {
	if i.opened {
		return i.content.summary()
	}
	return i.Text
}

// insert writes new messages.
func insert(ctx context.Context, t *store.Tx, list []*item) error {
	values := make([]any, 0, itemWidth*len(list))
	for _, i := range list {
		plain, err := json.Marshal(&i.content)
		if err != nil {
			return err
		}
		sealed, err := t.Seal("outbox", "payload", strconv.FormatInt(i.ID, 10), plain)
		if err != nil {
			return err
		}
		values = append(values, i.ID, i.AppID, i.SendKey, i.UID, i.Conversation, i.Case, i.Staff, string(i.Purpose), string(i.Channel), i.Kind,
			i.FirstPart, int64(i.Part), int64(i.Parts), i.Text, i.ReplyTo, string(i.State), i.Reason, i.ErrCode, store.Micros(i.NotBefore), int64(0),
			int64(0), int64(0), "", "", "", i.ResendOf, i.Version, store.Micros(i.CreatedAt), store.Micros(i.UpdatedAt), i.card, i.noticeID, sealed)
	}
	return t.Upsert(ctx, "outbox", itemColumns+", payload", itemWidth, values, "")
}

// save writes what changes in the life of a message, and tells who wants to know.
func (b *Outbox) save(ctx context.Context, t *store.Tx, i *item) error {
	i.Version++
	i.UpdatedAt = b.o.Now()
	err := t.Exec(ctx, "UPDATE outbox SET channel = ?, state = ?, reason = ?, errcode = ?, not_before = ?, attempt_at = ?, lease_until = ?, claim = ?, "+
		"row_key = ?, place = ?, picked_by = ?, version = ?, updated_at = ?, card = ?, notice_id = ? WHERE id = ?",
		string(i.Channel), string(i.State), i.Reason, i.ErrCode, store.Micros(i.NotBefore), store.Micros(i.AttemptAt), store.Micros(i.leaseUntil), i.claim,
		i.rowKey, i.place, i.PickedBy, i.Version, store.Micros(i.UpdatedAt), i.card, i.noticeID, i.ID)
	if err != nil {
		return err
	}
	return b.tell(ctx, t, i)
}

func (b *Outbox) tell(ctx context.Context, t *store.Tx, i *item) error {
	for _, f := range b.moved {
		if err := f(ctx, t, &i.Item); err != nil {
			return err
		}
	}
	return nil
}
