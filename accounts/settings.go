package accounts

import (
	"context"
	"encoding/json"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// Always is a day before all others, as people write it.
const Always = "always"

// SettingRequest names a setting of an account from a day on.
type SettingRequest struct {
	AppID string
	Name  string // models.SettingOfficeHours, SettingLimits or SettingCorrection
	// From is a day (2006-01-02) or Always. "" is the first day without a word about it: today for
	// office hours and correction, tomorrow for limits, and Always while no wait of the account was counted.
	From  string
	Value string // not looked at when the setting is removed
}

// Settings returns what was set of one name, by day.
func (a *Accounts) Settings(ctx context.Context, appID, name string) ([]models.Setting, error) {
	account, err := a.store.Account(ctx, appID)
	return models.SettingsNamed(account.Settings, name), err
}

// SetSetting sets a setting and returns it with the day from which on it is valid. Waits of the
// past that it concerns are to be remeasured.
func (a *Accounts) SetSetting(ctx context.Context, by models.Who, q SettingRequest) (models.Setting, error) {
	v := models.Setting{Name: q.Name, ValidFrom: q.From, Value: q.Value}
	switch q.Name {
	case models.SettingLimits:
		if _, err := indices.ParseLimits(q.Value); err != nil {
			return v, err
		}
	case models.SettingOfficeHours:
		if _, err := models.ParseOfficeHours(q.Value); err != nil {
			return v, models.NewError(models.CodeInvalid, err.Error())
		}
	}
	switch q.From {
	case Always:
		v.ValidFrom = ""
	case "":
		counted, err := a.store.HasWaits(ctx, q.AppID)
		if err != nil {
			return v, err
		}
		if counted {
			v.ValidFrom = a.soonest(q.Name)
		}
	}
	return v, a.store.SetSetting(ctx, q.AppID, v, by)
}

// RemoveSetting takes back what was set from q.From on, which must be said, and returns it.
func (a *Accounts) RemoveSetting(ctx context.Context, by models.Who, q SettingRequest) (models.Setting, error) {
	v := models.Setting{Name: q.Name, ValidFrom: q.From}
	switch q.From {
	case Always:
		v.ValidFrom = ""
	case "":
		return v, models.NewError(models.CodeInvalid, "请用 --from 写明撤销哪一天起的设置（一直如此的写 always）")
	}
	return v, a.store.RemoveSetting(ctx, q.AppID, v, by)
}

// soonest is the first day on which a setting may change without a word about the day. Limits are
// not changed for a day of which waits were counted.
func (a *Accounts) soonest(name string) string {
	day := a.options.Now().In(indices.Shanghai())
	if name == models.SettingLimits {
		day = day.AddDate(0, 0, 1)
	}
	return day.Format(time.DateOnly)
}

// SetLimits changes the limits that hold before a day (as in SettingRequest.From) and sets the
// result from that day on.
func (a *Accounts) SetLimits(ctx context.Context, by models.Who, appID, from string, change func(*indices.Limits)) (models.Setting, error) {
	account, err := a.store.Account(ctx, appID)
	if err != nil {
		return models.Setting{}, err
	}
	day := from
	switch from {
	case "":
		day = a.soonest(models.SettingLimits)
	case Always:
		day = ""
	}
	limits := indices.DefaultLimits()
	if value, ok := models.SettingOn(account.Settings, models.SettingLimits, day); ok {
		if limits, err = indices.ParseLimits(value); err != nil {
			return models.Setting{}, err
		}
	}
	change(&limits)
	text, err := json.Marshal(limits)
	if err != nil {
		return models.Setting{}, err
	}
	return a.SetSetting(ctx, by, SettingRequest{AppID: appID, Name: models.SettingLimits, From: from, Value: string(text)})
}
