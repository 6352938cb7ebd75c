package accounts

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/wenzheng/wenzheng/accounts/robot"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// AlarmTarget is a channel with its secrets, and what its account wants to be told.
type AlarmTarget struct {
	ID, Name    string
	AppID       string
	AccountName string
	Channel     robot.Channel
	CreatedAt   time.Time
	Choice      models.AlarmChoice
}

// ChannelRequest adds a channel. Without a name it is called after its kind.
type ChannelRequest struct {
	Name    string     `json:"name"`
	Kind    robot.Kind `json:"kind"`
	Address string     `json:"address"`
	Secret  string     `json:"secret"`
}

const (
	maxChannels    = 10 // of an account
	maxChannelName = 64
)

// AddChannel adds a channel for the alarms of an account and returns it.
func (a *Accounts) AddChannel(ctx context.Context, by models.Who, appID string, q ChannelRequest) (AlarmChannel, error) {
	t := AlarmTarget{
		ID: "al_" + strings.ToLower(rand.Text()), AppID: appID, Name: models.CleanName(q.Name), CreatedAt: a.options.Now(),
		Channel: robot.Channel{Kind: q.Kind, Address: models.CleanKey(q.Address), Secret: models.CleanKey(q.Secret)},
	}
	t.Name = cmp.Or(t.Name, q.Kind.Title())
	faults := a.options.Robots.Check(t.Channel)
	if utf8.RuneCountInString(t.Name) > maxChannelName {
		faults = append(faults, models.Fault("name", "most_characters", "名称最长 {max} 个字", "max", strconv.Itoa(maxChannelName)))
	}
	if len(faults) > 0 {
		return AlarmChannel{}, &models.Error{Code: models.CodeInvalid, Message: "告警通道有误", Fields: faults}
	}
	if _, err := a.store.Account(ctx, appID); err != nil {
		return AlarmChannel{}, err
	}
	err := a.store.Transact(ctx, func(tx *store.Tx) error {
		if err := room(ctx, tx, appID, t.Name); err != nil {
			return err
		}
		address, err := tx.Seal("alarm_channels", "address", t.ID, []byte(t.Channel.Address))
		if err != nil {
			return err
		}
		secret, err := tx.Seal("alarm_channels", "secret", t.ID, []byte(t.Channel.Secret))
		if err != nil {
			return err
		}
		row := []any{t.ID, appID, string(t.Channel.Kind), t.Name, address, secret, t.CreatedAt.UnixMicro()}
		if err := tx.Upsert(ctx, "alarm_channels", channelColumns, len(row), row, ""); err != nil {
			return err
		}
		return tx.Audit(ctx, models.AuditEntry{
			Who: by, Action: "alarm.add", ObjectType: "alarm", ObjectID: t.ID, AppID: appID, After: auditedChannel(&t),
		})
	})
	if err != nil {
		return AlarmChannel{}, models.Wrap("accounts: add an alarm channel", err)
	}
	return shownChannel(&t, nil), nil
}

// auditedChannel is a channel as the audit log holds it: without its address, which is a secret.
func auditedChannel(t *AlarmTarget) string {
	return models.JSON(map[string]any{"channel": t.Name, "kind": t.Channel.Kind, "host": t.Channel.Host(), "signed": t.Channel.Secret != ""})
}

// room refuses a channel of a name that is there, and one too many.
func room(ctx context.Context, tx *store.Tx, appID, name string) error {
	n, known := 0, false
	err := tx.Query(ctx, func(rows *sql.Rows) error {
		var other string
		err := rows.Scan(&other)
		n, known = n+1, known || other == name
		return err
	}, "SELECT name FROM alarm_channels WHERE app_id = ?", appID)
	switch {
	case err != nil:
		return err
	case known:
		return &models.Error{Code: models.CodeConflict, Message: "告警通道有误", Fields: []models.FieldError{models.Fault("name", "name_taken", "已有同名的通道，请换一个名称，或先删除原来的")}}
	case n >= maxChannels:
		return models.NewError(models.CodeConflict, "一个账号最多 "+strconv.Itoa(maxChannels)+" 个告警通道，请先删除不用的")
	}
	return nil
}

// RemoveChannel takes a channel of an account away, by its id or name, and returns what it was.
func (a *Accounts) RemoveChannel(ctx context.Context, by models.Who, appID, idOrName string) (AlarmChannel, error) {
	t, err := a.channel(ctx, appID, idOrName)
	if err != nil {
		return AlarmChannel{}, err
	}
	err = a.store.Transact(ctx, func(tx *store.Tx) error {
		if err := tx.Exec(ctx, "DELETE FROM alarm_channels WHERE id = ?", t.ID); err != nil {
			return err
		}
		return tx.Audit(ctx, models.AuditEntry{
			Who: by, Action: "alarm.remove", ObjectType: "alarm", ObjectID: t.ID, AppID: appID, Before: auditedChannel(t),
		})
	})
	return shownChannel(t, nil), models.Wrap("accounts: remove an alarm channel", err)
}

// TestChannel sends a message that says that nothing is wrong, and returns what became of it.
func (a *Accounts) TestChannel(ctx context.Context, by models.Who, appID, idOrName string) (models.AlarmSend, error) {
	t, err := a.channel(ctx, appID, idOrName)
	if err != nil {
		return models.AlarmSend{}, err
	}
	if !a.options.Robots.Take(t.Channel) {
		return models.AlarmSend{}, models.NewError(models.CodeConflict, "这个机器人一分钟内已发了 20 条，请等一分钟再试")
	}
	err = a.store.Audit(ctx, models.AuditEntry{Who: by, Action: "alarm.test", ObjectType: "alarm", ObjectID: t.ID, AppID: appID, After: auditedChannel(t)})
	if err != nil {
		return models.AlarmSend{}, models.Wrap("accounts: test an alarm channel", err)
	}
	now := a.options.Now()
	m := robot.Message{
		ID: strings.ToLower(rand.Text()), Account: appID, Name: t.AccountName, Condition: string(models.AlarmTest), State: string(models.AlarmTrial),
		Title: "【问政告警测试】" + t.AccountName, Text: "这是一条测试消息，收到即表示通道可用，不必处理。", At: now.In(models.Shanghai()), Link: a.alarmLink("/accounts/" + appID),
	}
	done := t.send(models.AlarmTest, models.AlarmTrial, &m)
	if err := a.options.Robots.Send(ctx, t.Channel, m); err != nil {
		done.Outcome, done.Detail = models.AlarmFailed, models.PlainText(err)
	}
	return done, a.SaveAlarms(context.WithoutCancel(ctx), nil, nil, []models.AlarmSend{done})
}

// send is a message to the channel as the history holds it when it has arrived.
func (t *AlarmTarget) send(name models.AlarmName, kind models.AlarmKind, m *robot.Message) models.AlarmSend {
	return models.AlarmSend{
		AppID: t.AppID, ChannelID: t.ID, Channel: t.Name, Name: name, Kind: kind, Title: m.Title, Outcome: models.AlarmSent, At: m.At,
	}
}

// channel finds a channel of an account.
func (a *Accounts) channel(ctx context.Context, appID, idOrName string) (*AlarmTarget, error) {
	if _, err := a.store.Account(ctx, appID); err != nil {
		return nil, err
	}
	list, err := a.alarmTargets(ctx, appID)
	if err != nil {
		return nil, models.Wrap("accounts: alarm channel", err)
	}
	for i := range list {
		if list[i].ID == idOrName || list[i].Name == idOrName {
			return &list[i], nil
		}
	}
	return nil, models.NewError(models.CodeNotFound, "没有这个告警通道，请用 wenzheng alarm list 核对")
}
