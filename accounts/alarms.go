package accounts

import (
	"context"
	"time"

	"github.com/wenzheng/wenzheng/accounts/robot"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// AlarmsView is what people see of the alarms of an account.
type AlarmsView struct {
	Channels   []AlarmChannel     `json:"channels"` // by name
	Conditions []AlarmCondition   `json:"conditions"`
	Limits     []AlarmLimit       `json:"limits"` // how long before each an open wait is told of
	RepeatS    int64              `json:"repeat_s"`
	Open       []OpenAlarm        `json:"open"`
	Sends      []models.AlarmSend `json:"sends"` // the newest first
	Hosts      []string           `json:"hosts"` // that channels may be at
	Console    string             `json:"console"`
}

// AlarmChannel is a channel, and nothing of it that could be used.
type AlarmChannel struct {
	ID        string            `json:"id"`
	Name      string            `json:"name"`
	Kind      robot.Kind        `json:"kind"`
	Host      string            `json:"host"`
	Address   string            `json:"address"` // dots and its end
	Secret    string            `json:"secret"`
	CreatedAt time.Time         `json:"created_at"`
	Last      *models.AlarmSend `json:"last"` // what was sent there last
}

// AlarmCondition is something that alarms may be about.
type AlarmCondition struct {
	Condition models.AlarmName `json:"condition"`
	Title     string           `json:"title"`
	About     string           `json:"about"`
	On        bool             `json:"on"`
}

// AlarmLimit is a limit of a chat as it holds now.
type AlarmLimit struct {
	Limit  string `json:"limit"` // first, acceptance, same_day or last
	LimitS int64  `json:"limit_s"`
	On     bool   `json:"on"`
	AheadS int64  `json:"ahead_s"`
}

// OpenAlarm is an alarm that stands.
type OpenAlarm struct {
	Account   string           `json:"account"` // "" = of the service
	Condition models.AlarmName `json:"condition"`
	Title     string           `json:"title"`
	Text      string           `json:"text"`
	Since     time.Time        `json:"since"`
	Count     int64            `json:"count"`
	Link      string           `json:"link"` // a path of the console
}

const (
	// sendsShown is how much of the history people see.
	sendsShown = 50
	// alarmUnseen is when an alarm that nobody reports any more is no longer shown: its instance is gone.
	alarmUnseen = 15 * time.Minute
)

// Alarms returns the alarms of an account.
func (a *Accounts) Alarms(ctx context.Context, appID string) (AlarmsView, error) {
	account, err := a.store.Account(ctx, appID)
	if err != nil {
		return AlarmsView{}, err
	}
	v := AlarmsView{Channels: []AlarmChannel{}, Hosts: append([]string{}, a.options.Robots.Hosts()...), Console: a.options.Console}
	targets, err := a.alarmTargets(ctx, appID)
	if err != nil {
		return v, models.Wrap("accounts: alarms", err)
	}
	choice, err := a.alarmChoice(ctx, appID)
	if err != nil {
		return v, models.Wrap("accounts: alarms", err)
	}
	if v.Limits, err = alarmLimits(account, choice, a.options.Now()); err != nil {
		return v, err
	}
	v.RepeatS = choice.RepeatS
	for _, n := range models.AlarmNames() {
		v.Conditions = append(v.Conditions, AlarmCondition{n, n.Title(), alarmAbout(n), choice.Wants(n)})
	}
	if v.Sends, err = a.AlarmSends(ctx, appID, sendsShown); err != nil {
		return v, err
	}
	for _, t := range targets {
		v.Channels = append(v.Channels, shownChannel(&t, v.Sends))
	}
	v.Open, err = a.OpenAlarms(ctx, []string{appID})
	return v, err
}

func shownChannel(t *AlarmTarget, sends []models.AlarmSend) AlarmChannel {
	c := AlarmChannel{
		ID: t.ID, Name: t.Name, Kind: t.Channel.Kind, Host: t.Channel.Host(), Address: hint(t.Channel.Address), Secret: hint(t.Channel.Secret), CreatedAt: t.CreatedAt,
	}
	for i := range sends {
		if sends[i].ChannelID == t.ID {
			c.Last = &sends[i]
			break
		}
	}
	return c
}

// alarmLimits are the limits of a chat that hold now, and how long before each the account is told.
func alarmLimits(account models.Account, choice models.AlarmChoice, now time.Time) ([]AlarmLimit, error) {
	all, err := indices.LimitsOf(account.Settings)
	if err != nil {
		return nil, err
	}
	chat := all.At(now.Unix()).Chat
	out := make([]AlarmLimit, len(chat))
	for i, limit := range chat {
		out[i] = AlarmLimit{Limit: models.AlarmLimits()[i], LimitS: limit}
		for _, ahead := range choice.Ahead {
			if ahead.Index() == i {
				out[i].On, out[i].AheadS = true, ahead.AheadS
			}
		}
	}
	return out, nil
}

// OpenAlarms are the alarms that stand of the accounts and of the service; nil accounts = all.
func (a *Accounts) OpenAlarms(ctx context.Context, appIDs []string) ([]OpenAlarm, error) {
	list, err := a.allAlarms(ctx)
	if err != nil {
		return nil, models.Wrap("accounts: open alarms", err)
	}
	out, now := []OpenAlarm{}, a.options.Now()
	for i := range list {
		m := &list[i]
		if !m.Stands() || now.Sub(m.SeenAt) > alarmUnseen || !concerns(m, appIDs) {
			continue
		}
		out = append(out, OpenAlarm{
			Account: m.AppID, Condition: m.Name, Title: m.Name.Title(), Text: m.Text, Since: m.Since.In(models.Shanghai()), Count: m.Count, Link: alarmPath(m),
		})
	}
	return out, nil
}

func concerns(m *models.Alarm, appIDs []string) bool {
	if m.AppID == "" || appIDs == nil {
		return true
	}
	for _, id := range appIDs {
		if id == m.AppID {
			return true
		}
	}
	return false
}
