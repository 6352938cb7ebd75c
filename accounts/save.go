package accounts

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"unicode/utf8"

	"github.com/wenzheng/wenzheng/models"
)

// SaveRequest adds an account, or changes of a known one what is said and leaves the rest: nil
// and "" say nothing.
type SaveRequest struct {
	AppID          string             `json:"app_id"`
	Name           *string            `json:"name"`
	Kind           models.AccountKind `json:"kind"`
	Verified       *bool              `json:"verified"`
	Token          *string            `json:"token"`
	AESKey         *string            `json:"aes_key"`
	Secret         *string            `json:"secret"`
	Mode           models.Mode        `json:"mode"` // of a new account: "" = safe
	OriginalID     *string            `json:"original_id"`
	PreviousAESKey *string            `json:"previous_aes_key"`
	PreviousToken  *string            `json:"previous_token"`
	OfficeHours    *string            `json:"office_hours"` // "" = the usual ones; of a known account from today on
}

// Saved is what Save did.
type Saved struct {
	Account models.Account
	Hours   *models.Setting // that were set; nil = none were said
	Remarks []string        // what looks wrong, for people
}

// Validate judges a request that says all an account needs as it stands, before anything is read;
// of one that does not, only the office hours.
func (q *SaveRequest) Validate() error {
	if q.OfficeHours != nil {
		if _, err := models.ParseOfficeHours(*q.OfficeHours); err != nil {
			return models.NewError(models.CodeInvalid, err.Error())
		}
	}
	account := q.account()
	if err := account.Validate(); err != nil && q.whole() {
		return err
	}
	return nil
}

// whole reports whether everything an account needs was said.
func (q *SaveRequest) whole() bool {
	return q.Name != nil && q.Kind != "" && q.Token != nil && (q.AESKey != nil || q.Mode == models.ModePlain)
}

// Save changes the account, or adds one that is not known. Office hours that were said follow in a
// change of their own.
func (a *Accounts) Save(ctx context.Context, by models.Who, q SaveRequest) (Saved, error) {
	done, err := a.Change(ctx, by, q)
	if models.ErrorCode(err) == models.CodeNotFound {
		return a.Add(ctx, by, q)
	}
	return done, err
}

// Add is Save for an account that is not known yet; conflict where it is.
func (a *Accounts) Add(ctx context.Context, by models.Who, q SaveRequest) (Saved, error) {
	if err := q.Validate(); err != nil {
		return Saved{}, err
	}
	account := q.account()
	if err := a.store.CreateAccount(ctx, account, by); err != nil {
		return Saved{}, err
	}
	return a.saved(ctx, by, account, q.OfficeHours, Always)
}

// Change is Save for an account that is known; not_found where it is not.
func (a *Accounts) Change(ctx context.Context, by models.Who, q SaveRequest) (Saved, error) {
	if err := q.Validate(); err != nil {
		return Saved{}, err
	}
	account, err := a.store.UpdateAccount(ctx, models.CleanKey(q.AppID), by, q.change)
	if err != nil {
		return Saved{}, err
	}
	return a.saved(ctx, by, account, q.OfficeHours, "")
}

// saved sets the office hours from a day on, where any were said, and remarks on what looks wrong.
func (a *Accounts) saved(ctx context.Context, by models.Who, account models.Account, hours *string, since string) (Saved, error) {
	done := Saved{Account: account}
	if hours != nil {
		set, err := a.SetSetting(ctx, by, SettingRequest{
			AppID: account.AppID, Name: models.SettingOfficeHours, From: since, Value: cmp.Or(*hours, models.DefaultOfficeHours),
		})
		if err != nil {
			return done, err
		}
		done.Hours = &set
	}
	if account.Secret != "" && !appSecret.MatchString(account.Secret) {
		done.Remarks = append(done.Remarks, fmt.Sprintf("AppSecret 应为 32 位十六进制字符（0 至 9、a 至 f），保存的 %d 个字符不是这样，请核对是否复制完整", utf8.RuneCountInString(account.Secret)))
	}
	return done, nil
}

// appSecret is the form in which the platform gives out an AppSecret.
var appSecret = regexp.MustCompile(`^[0-9a-fA-F]{32}$`)

// account is the account as it is when nothing was known before.
func (q *SaveRequest) account() models.Account {
	account := models.Account{AppID: models.CleanKey(q.AppID), Mode: models.ModeSafe}
	q.change(&account)
	return account
}

// change takes over what was said.
func (q *SaveRequest) change(a *models.Account) {
	if q.Name != nil {
		a.Name = models.CleanName(*q.Name)
	}
	a.Kind = cmp.Or(q.Kind, a.Kind)
	a.Mode = cmp.Or(q.Mode, a.Mode)
	if q.Verified != nil {
		a.Verified = *q.Verified
	}
	for to, text := range map[*string]*string{
		&a.Token: q.Token, &a.AESKey: q.AESKey, &a.Secret: q.Secret, &a.OriginalID: q.OriginalID,
		&a.PreviousAESKey: q.PreviousAESKey, &a.PreviousToken: q.PreviousToken,
	} {
		if text != nil {
			*to = models.CleanKey(*text)
		}
	}
}
