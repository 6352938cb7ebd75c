package outbox

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/bot/page"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Request is a message to be sent to a citizen.
type Request struct {
	AppID, UID   string
	SendKey      string // its author's own: the same again is the same message
	Conversation int64  // 0 = none
	Case         string // its number
	Staff        string // the sign-in name of the author, required for an answer
	Purpose      Purpose
	Channel      Channel // "" = CustomerService
	Content      Content // a text of any length, up to five parts
	ReplyTo      string  // the key of the citizen's newest message that the author saw
	NotBefore    time.Time

	resendOf int64
}

// Enqueue stores a message, in parts where its text is long, to be sent when its time has come. With a
// send key that is known it returns the messages of then, whatever they say.
func (b *Outbox) Enqueue(ctx context.Context, who models.Who, r Request) (list []Item, err error) {
	err = b.store.Transact(ctx, func(t *store.Tx) (err error) {
		list, err = b.EnqueueIn(ctx, t, who, r)
		return err
	})
	return list, models.Wrap("outbox: enqueue", err)
}

// bySendKey finds the messages of a request among those of their citizen.
const bySendKey = "uid = (SELECT uid FROM outbox WHERE app_id = ? AND send_key = ?) AND first_part = (SELECT first_part FROM outbox WHERE app_id = ? AND send_key = ?) ORDER BY part"

// EnqueueIn is Enqueue within a transaction of another room. It locks the citizen.
func (b *Outbox) EnqueueIn(ctx context.Context, t *store.Tx, who models.Who, r Request) ([]Item, error) {
	parts, err := b.check(&r)
	if err != nil {
		return nil, err
	}
	there, err := t.LockCitizens(ctx, []string{r.UID})
	if err != nil {
		return nil, err
	}
	if _, ok := there[r.UID]; !ok {
		return nil, models.NewError(models.CodeNotFound, "没有这位市民，可能来信还没有入库，请稍后再试")
	}
	known, err := items(ctx, t, bySendKey, r.AppID, r.SendKey, r.AppID, r.SendKey)
	if err != nil {
		return nil, err
	}
	if len(known) > 0 {
		if known[0].UID != r.UID {
			return nil, models.NewError(models.CodeConflict, "这个 send_key 已用于另一位市民的消息，请换一个")
		}
		return shown(known), nil
	}
	if who.ID != "" || r.resendOf != 0 { // somebody sends it, and not the program
		if err := refuseSensitive(ctx, t, &r); err != nil {
			return nil, err
		}
	}
	list := b.fresh(t, &r, parts)
	if err := insert(ctx, t, list); err != nil {
		return nil, err
	}
	for _, i := range list {
		if err := b.tell(ctx, t, i); err != nil {
			return nil, err
		}
	}
	if who.ID == "" { // the program itself
		return shown(list), nil
	}
	return shown(list), t.Audit(ctx, models.AuditEntry{
		Who: who, Action: "outbox.send", ObjectType: "outbox", ObjectID: strconv.FormatInt(list[0].ID, 10), AppID: r.AppID,
		After: models.JSON(map[string]any{
			"purpose": r.Purpose, "channel": r.Channel, "kind": list[0].Kind, "parts": len(list), "staff": r.Staff,
			"conversation": strconv.FormatInt(r.Conversation, 10), "case": r.Case, "resend_of": strconv.FormatInt(r.resendOf, 10),
		}),
	})
}

// fresh are the messages of a request.
func (b *Outbox) fresh(t *store.Tx, r *Request, parts []Content) []*item {
	now := b.o.Now()
	list := make([]*item, len(parts))
	for n, content := range parts {
		i := &item{Item: Item{
			ID: t.NextID(), AppID: r.AppID, UID: r.UID, Citizen: models.ShortCitizen(r.UID), SendKey: r.SendKey, Conversation: r.Conversation, Case: r.Case, Staff: r.Staff,
			Purpose: r.Purpose, Channel: r.Channel, Kind: content.kind(), Text: models.Mask(content.summary()), Part: n + 1, Parts: len(parts),
			State: Queued, NotBefore: r.NotBefore, ReplyTo: r.ReplyTo, ResendOf: r.resendOf, Version: 1, CreatedAt: now, UpdatedAt: now,
		}, content: content, card: content.Card != nil}
		if i.NotBefore.IsZero() {
			i.NotBefore = now
		}
		if n > 0 {
			i.SendKey += fmt.Sprintf("#%d", n+1)
		}
		if r.Channel == PickUp {
			i.State, i.Reason = Held, ReasonPickUp
		}
		list[n] = i
		i.FirstPart = list[0].ID
	}
	return list
}

// check completes a request and says what is wrong with it.
func (b *Outbox) check(r *Request) ([]Content, error) {
	var faults []models.FieldError
	fault := func(field, code, text string) { faults = append(faults, models.Fault(field, code, text)) }
	if r.Channel == "" {
		r.Channel = CustomerService
	}
	if !validKey(r.SendKey) {
		fault("send_key", "key_form", "须为 1 至 64 个可见的 ASCII 字符，不含 #，例如一个 UUID")
	}
	if r.AppID == "" || r.UID == "" {
		fault("uid", "citizen_missing", "须写明账号和市民")
	}
	if r.Purpose != Answer && r.Purpose != Notice && r.Purpose != Rating {
		fault("purpose", "choice_unknown", "应为 answer、notice 或 rating")
	}
	if r.Purpose == Answer && r.Staff == "" {
		fault("staff", "author_missing", "答复须有作者")
	}
	if r.Content.Card != nil && r.Purpose != Notice {
		fault("card", "card_notice", "只有通知能用模板消息、订阅通知发")
	}
	if r.Channel != CustomerService && r.Channel != PickUp {
		fault("channel", "choice_unknown", "应为 kf 或 pickup")
	}
	parts, wrong := b.parts(&r.Content)
	faults = append(faults, wrong...)
	if r.Channel == PickUp && r.Content.kind() != string(models.ReplyText) {
		fault("channel", "pickup_text", "只有文字能等市民下次来信时一并答复")
	}
	if len(faults) > 0 {
		return nil, &models.Error{Code: models.CodeInvalid, Message: "消息有误", Fields: faults}
	}
	return parts, nil
}

func validKey(key string) bool {
	return key != "" && len(key) <= 64 && !strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' || r == '#' })
}

// parts are the messages that a content takes.
func (b *Outbox) parts(c *Content) ([]Content, []models.FieldError) {
	fault := func(field, code, text string) []models.FieldError {
		return []models.FieldError{models.Fault(field, code, text)}
	}
	switch kind := c.Reply.Kind; {
	case c.Menu != nil:
		if len(c.Menu.Items) == 0 || len(c.summary()) > b.o.Limits.TextBytes {
			return nil, fault("menu", "menu_message", "菜单消息须有选项，连同文字不超过一条消息的长度")
		}
	case kind == models.ReplyNone, kind == models.ReplyTransfer:
		return nil, fault("kind", "choice_unknown", "不能发送这种内容，请用 text、image、voice、video、music 或 news")
	case kind == models.ReplyNews && len(c.Reply.Articles) > 1:
		return nil, fault("articles", "one_article", "客服消息只能有一篇文章")
	case kind != models.ReplyText:
		return []Content{*c}, c.Reply.Validate()
	default:
		parts, faults := b.textParts(c.Reply.Text)
		if len(parts) > 0 {
			parts[0].Card = c.Card
		}
		return parts, faults
	}
	return []Content{*c}, nil
}

// maxParts is how many messages a long text may become: as many as a citizen's message allows.
const maxParts = 5

func (b *Outbox) textParts(text string) ([]Content, []models.FieldError) {
	texts := page.Parts(text, b.o.Limits.TextBytes)
	switch {
	case len(texts) == 0:
		return nil, []models.FieldError{models.Fault("text", "required", "不能为空")}
	case models.CleanText(text) != text:
		return nil, []models.FieldError{models.Fault("text", "control_characters", "含有微信不能显示的控制字符，请删去")}
	case len(texts) > maxParts:
		return nil, []models.FieldError{models.Fault("text", "most_messages", "太长：要分 {now} 条才能发完，最多 {max} 条，请删减", "now", fmt.Sprint(len(texts)), "max", fmt.Sprint(maxParts))}
	}
	parts := make([]Content, len(texts))
	for i, s := range texts {
		parts[i] = Content{Reply: models.TextReply(s)}
	}
	return parts, nil
}

// shown are messages as people see them.
func shown(list []*item) []Item {
	out := make([]Item, len(list))
	for n, i := range list {
		out[n] = i.Item
	}
	return out
}
