package outbox

import (
	"context"
	"database/sql"
	"slices"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Choice is a channel that a message could go by instead, and what stands in the way.
type Choice struct {
	Channel Channel `json:"channel"`
	Reason  string  `json:"reason"` // "" = it can go by it now; see againstTitle
	Why     string  `json:"why"`    // the reason for people
}

// channels are those that a person may choose.
func channels() []Channel { return []Channel{CustomerService, PickUp, Template, Subscription} }

// What stands in the way of a channel beside the reasons of messages.
const (
	againstKind    = "kind"    // only a text can wait for the citizen
	againstPurpose = "purpose" // what is no notice goes by no notice channel
	againstContent = "content" // a notice that fills no template
	againstUnset   = "unset"   // the account has not this notice channel
	againstShut    = "shut"    // WeChat takes nothing by it for now
)

// againstTitle is what stands in the way of a channel, for people.
func againstTitle(reason string, c Channel) string {
	title := models.NoticeChannel(c).Title()
	return map[string]string{ //nolint:gosec // words about a secret, no secret
		ReasonWindow: "窗口已关，市民来信后才能发", ReasonCount: "窗口里的条数用完了，市民再来信才有",
		ReasonRight: "账号没有客服消息权限，请系统管理员在账号页查", ReasonSecret: "账号没有 AppSecret，请系统管理员在账号页填",
		againstKind: "只有文字能等市民下次来信时一并答复", againstPurpose: "模板消息和订阅通知只用来发办件通知，答复和评价请用客服消息，或等市民来信",
		ReasonTold: "已经通知过市民，市民来信时会收到全文", ReasonUnread: "这条消息的原文打不开（可能缺了密钥），请看遮蔽过的文字，另写一条",
		againstContent: "这条通知不是办件通知，填不进模板", againstUnset: "账号没有设置用" + title + "发通知，请系统管理员在账号页的“办件通知”设置",
		againstShut: "微信现在不让账号发" + title + "：没有权限、次数用完或模板不在了，请系统管理员在账号页体检",
	}[reason]
}

// Choices are the channels other than the one by which a message waits, each with what stands in the way. One
// that waits for neither the citizen nor its turn can change none.
func (b *Outbox) Choices(ctx context.Context, s Scope, id int64) (list []Choice, err error) {
	err = b.store.Read(ctx, store.Console, func(t *store.Tx) error {
		i, err := find(ctx, t, &s, id)
		switch {
		case err != nil:
			return err
		case !i.changes():
			return tooLate(i)
		}
		for _, c := range channels() {
			if c == i.Channel && (c != CustomerService || i.State == Queued) {
				continue
			}
			reason, err := b.against(ctx, t, i, c)
			if err != nil {
				return err
			}
			list = append(list, Choice{c, reason, againstTitle(reason, c)})
		}
		return nil
	})
	return list, models.Wrap("outbox: channels", err)
}

// changes reports whether a person may choose another channel for the message.
func (i *item) changes() bool {
	return (i.State == Queued || i.State == Held) && i.Reason != ReasonPart
}

// against is what stands in the way of a channel now, "" where nothing does.
func (b *Outbox) against(ctx context.Context, t *store.Tx, i *item, c Channel) (reason string, err error) {
	switch {
	case c == PickUp && i.Kind != string(models.ReplyText):
		return againstKind, nil
	case c == PickUp:
		return "", nil
	case c != CustomerService:
		return b.againstTelling(t, i, c), nil
	case b.account(i.AppID).Secret == "":
		return ReasonSecret, nil
	case b.shut(i.AppID, CustomerService):
		return ReasonRight, nil
	}
	open, free := false, false
	err = t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&open, &free) },
		"SELECT COUNT(*) > 0, COUNT(CASE WHEN used < quota THEN 1 END) > 0 FROM windows WHERE uid = ? AND expires_at > ?", i.UID, store.Micros(b.o.Now()))
	switch {
	case err != nil || free:
		return "", err
	case open:
		return ReasonCount, nil
	}
	return ReasonWindow, nil
}

// account is an account as this process knows it, empty where it does not.
func (b *Outbox) account(appID string) models.Account {
	for _, a := range b.o.Accounts() {
		if a.AppID == appID {
			return a
		}
	}
	return models.Account{}
}

// ChangeChannel sends a message that waits by another channel, unless something stands in the way of that.
func (b *Outbox) ChangeChannel(ctx context.Context, who models.Who, s Scope, q Act, to Channel) (Item, error) {
	return b.act(ctx, who, s, q, "outbox.channel", func(t *store.Tx, i *item) error {
		switch {
		case !i.changes():
			return tooLate(i)
		case !slices.Contains(channels(), to):
			return &models.Error{Code: models.CodeInvalid, Message: "不能改用这个通道", Fields: []models.FieldError{
				{Field: "channel", Message: "应为 kf（客服消息），文字也可为 pickup（市民下次来信时一并答复），办件通知也可为 template（模板消息）或 subscription（订阅通知）"},
			}}
		}
		reason, err := b.against(ctx, t, i, to)
		switch {
		case err != nil:
			return err
		case reason != "":
			return models.NewError(models.CodeConflict, againstTitle(reason, to))
		case to == PickUp:
			i.State, i.Reason = Held, ReasonPickUp
		default:
			i.State, i.Reason, i.NotBefore = Queued, "", b.o.Now().Add(releaseDelay)
			i.card = i.card || to != CustomerService // else as before
		}
		i.Channel = to
		return b.move(ctx, t, i)
	})
}
