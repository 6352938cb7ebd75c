package accounts

import (
	"context"
	"database/sql"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Always is a day before all others, as people write it.
const Always = "always"

// SettingRequest names a setting of an account from a day on.
type SettingRequest struct {
	AppID string
	Name  string // models.SettingOfficeHours, SettingLimits, SettingCorrection or one of models.DeskSettings
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
		soonest, err := a.Soonest(ctx, q.AppID, q.Name)
		if err != nil {
			return v, err
		}
		v.ValidFrom = soonest
	}
	return v, a.store.SetSetting(ctx, q.AppID, v, by)
}

// Soonest is the day from which a setting changes when no day is said, "" = always: while no wait of
// the account was counted nothing of the past can change.
func (a *Accounts) Soonest(ctx context.Context, appID, name string) (day string, err error) {
	counted := false
	err = a.store.Query(ctx, store.Console, func(rows *sql.Rows) error { return rows.Scan(&counted) },
		"SELECT EXISTS (SELECT 1 FROM waits WHERE app_id = ?)", appID)
	if err != nil || !counted {
		return "", models.Wrap("accounts: soonest", err)
	}
	return a.soonest(name), nil
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

// SettingList are the values of a setting of an account through time, the earliest first.
type SettingList struct {
	// Soonest is the day from which a change holds when no day is said, "" = always.
	Soonest string       `json:"soonest"`
	Rows    []SettingRow `json:"rows"` // the first holds always
}

// SettingRow is a value from a day on; Usual: nobody set it.
type SettingRow struct {
	ValidFrom string `json:"valid_from"` // 2006-01-02, "" = always
	Value     string `json:"value"`
	Usual     bool   `json:"usual"`
}

// Hours returns the office hours of an account.
func (a *Accounts) Hours(ctx context.Context, appID string) (SettingList, error) {
	return a.listed(ctx, appID, models.SettingOfficeHours, models.DefaultOfficeHours)
}

// DeskSetting returns one of models.DeskSettings of an account.
func (a *Accounts) DeskSetting(ctx context.Context, appID, name string) (SettingList, error) {
	values := models.DeskSettings()[name]
	if values == nil {
		return SettingList{}, models.NewError(models.CodeNotFound, "没有这项设置")
	}
	return a.listed(ctx, appID, name, values[0])
}

// listed are the values of a setting, with the usual one where nobody set any.
func (a *Accounts) listed(ctx context.Context, appID, name, usual string) (SettingList, error) {
	list, soonest, err := a.settings(ctx, appID, name)
	out := SettingList{Soonest: soonest, Rows: []SettingRow{}}
	for _, v := range list {
		row := SettingRow{ValidFrom: v.ValidFrom, Value: v.Value, Usual: v.Value == ""}
		if row.Usual {
			row.Value = usual
		}
		out.Rows = append(out.Rows, row)
	}
	return out, err
}

// settings returns what holds of a setting from when on, where nothing was set with an empty value,
// and the soonest day on which it may change.
func (a *Accounts) settings(ctx context.Context, appID, name string) (list []models.Setting, soonest string, err error) {
	if list, err = a.Settings(ctx, appID, name); err != nil {
		return nil, "", err
	}
	soonest, err = a.Soonest(ctx, appID, name)
	return fromAlways(list), soonest, err
}

// fromAlways puts what holds where nothing was set before the settings of one name, as a setting
// without a value.
func fromAlways(list []models.Setting) []models.Setting {
	if len(list) == 0 || list[0].ValidFrom != "" {
		return append([]models.Setting{{}}, list...)
	}
	return list
}
