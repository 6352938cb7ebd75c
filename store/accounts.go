package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"github.com/wenzheng/wenzheng/models"
)

// accountRow is an account as its table holds it: everything secret is sealed.
type accountRow struct {
	AppID          string `gorm:"column:app_id;primaryKey"`
	Name           string
	Kind           string
	Verified       int64
	OriginalID     string
	Mode           string
	Token          []byte
	PreviousToken  []byte
	AESKey         []byte `gorm:"column:aes_key"`
	PreviousAESKey []byte `gorm:"column:previous_aes_key"`
	Secret         []byte
	CreatedAt      int64 `gorm:"autoCreateTime:false"`
	UpdatedAt      int64 `gorm:"autoUpdateTime:false"`
}

// TableName is read by gorm.
func (accountRow) TableName() string { return "accounts" }

func (s *Store) sealAccount(a *models.Account) (accountRow, error) {
	r := accountRow{
		AppID: a.AppID, Name: a.Name, Kind: string(a.Kind), Verified: bit(a.Verified), OriginalID: a.OriginalID,
		Mode: string(a.Mode), CreatedAt: Micros(a.CreatedAt), UpdatedAt: Micros(a.UpdatedAt),
	}
	var faults []error
	for _, v := range accountSecrets(a, &r) {
		sealed, err := s.seal("accounts", v.column, a.AppID, []byte(*v.plain))
		faults = append(faults, err)
		*v.sealed = sealed
	}
	return r, errors.Join(faults...)
}

func (s *Store) openAccount(r *accountRow) (models.Account, error) {
	a := models.Account{
		AppID: r.AppID, Name: r.Name, Kind: models.AccountKind(r.Kind), Verified: r.Verified == 1, OriginalID: r.OriginalID,
		Mode: models.Mode(r.Mode), CreatedAt: FromMicros(r.CreatedAt), UpdatedAt: FromMicros(r.UpdatedAt),
	}
	for _, v := range accountSecrets(&a, r) {
		plain, err := s.unseal("accounts", v.column, r.AppID, *v.sealed)
		if err != nil {
			return a, err
		}
		*v.plain = string(plain)
	}
	return a, nil
}

type accountSecret struct {
	column string
	plain  *string
	sealed *[]byte
}

func accountSecrets(a *models.Account, r *accountRow) []accountSecret {
	return []accountSecret{
		{"token", &a.Token, &r.Token},
		{"previous_token", &a.PreviousToken, &r.PreviousToken},
		{"aes_key", &a.AESKey, &r.AESKey},
		{"previous_aes_key", &a.PreviousAESKey, &r.PreviousAESKey},
		{"secret", &a.Secret, &r.Secret},
	}
}

// Accounts returns every account, secrets in clear, ordered by AppID.
func (s *Store) Accounts(ctx context.Context) ([]models.Account, error) {
	var rows []accountRow
	if err := s.reader.WithContext(ctx).Order("app_id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("store: accounts: %w", err)
	}
	settings, err := s.on(s.reader).Settings(ctx)
	if err != nil {
		return nil, fmt.Errorf("store: accounts: %w", err)
	}
	out := make([]models.Account, len(rows))
	for i := range rows {
		a, err := s.openAccount(&rows[i])
		if err != nil {
			return nil, fmt.Errorf("store: accounts: %w", err)
		}
		a.Settings = settings[a.AppID]
		out[i] = a
	}
	return out, nil
}

// Account returns one account, secrets in clear; a *models.Error not_found otherwise.
func (s *Store) Account(ctx context.Context, appID string) (models.Account, error) {
	return s.account(s.reader.WithContext(ctx), appID)
}

func (s *Store) account(db *gorm.DB, appID string) (models.Account, error) {
	var r accountRow
	err := db.Where("app_id = ?", appID).Take(&r).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return models.Account{}, errNoAccount()
	}
	if err != nil {
		return models.Account{}, fmt.Errorf("store: account: %w", err)
	}
	a, err := s.openAccount(&r)
	if err == nil {
		a.Settings, err = settingsOf(db.Statement.Context, s.on(db), appID)
	}
	if err != nil {
		return a, fmt.Errorf("store: account: %w", err)
	}
	return a, nil
}

func errNoAccount() error {
	return models.NewError(models.CodeNotFound, "没有这个账号，请用 wenzheng account list 查看已有账号")
}

// CreateAccount validates and stores a new account and audits it. CreatedAt and UpdatedAt
// are set by the store.
func (s *Store) CreateAccount(ctx context.Context, a models.Account, by models.Who) error {
	if err := s.validateAccount(&a); err != nil {
		return err
	}
	a.CreatedAt = s.opt.Now()
	a.UpdatedAt = a.CreatedAt
	err := s.Transact(ctx, func(t *Tx) error {
		r, err := s.sealAccount(&a)
		if err != nil {
			return err
		}
		if err := t.db.Create(&r).Error; err != nil {
			return err
		}
		if err := t.ensureVersion(ctx, a.AppID); err != nil {
			return err
		}
		for _, v := range a.Settings {
			if err := t.WriteSetting(ctx, a.AppID, v, false); err != nil {
				return err
			}
		}
		if len(a.Settings) > 0 {
			if err := t.outdate(ctx, a.AppID, 1, always); err != nil {
				return err
			}
		}
		return t.Audit(ctx, models.AuditEntry{
			Who: by, Action: "account.create", ObjectType: "account", ObjectID: a.AppID, AppID: a.AppID, After: models.JSON(a),
		})
	})
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return models.NewError(models.CodeConflict, "这个 AppID 已经登记，请改用修改")
	}
	if err != nil {
		return fmt.Errorf("store: create account: %w", err)
	}
	return nil
}

// UpdateAccount lets change have its way with an account as it is, but for its AppID, CreatedAt and
// Settings, audits it and returns it as it is then. Nobody else changes the account meanwhile;
// change may be called more than once.
func (s *Store) UpdateAccount(ctx context.Context, appID string, by models.Who, change func(*models.Account)) (a models.Account, err error) {
	err = s.Transact(ctx, func(t *Tx) error {
		a, err = t.changeAccount(ctx, appID, by, change)
		return err
	})
	return a, models.Wrap("store: update account", err)
}

func (t *Tx) changeAccount(ctx context.Context, appID string, by models.Who, change func(*models.Account)) (a models.Account, err error) {
	ignore := func(*sql.Rows) error { return nil }
	if err := t.Query(ctx, ignore, "SELECT app_id FROM accounts WHERE app_id = ?"+t.s.dialect.ForUpdate, appID); err != nil {
		return a, err
	}
	old, err := t.s.account(t.db, appID)
	if err != nil {
		return a, err
	}
	a = old
	change(&a)
	a.AppID, a.Settings, a.CreatedAt, a.UpdatedAt = old.AppID, old.Settings, old.CreatedAt, t.Now()
	if err := t.s.validateAccount(&a); err != nil {
		return a, err
	}
	r, err := t.s.sealAccount(&a)
	if err != nil {
		return a, err
	}
	if err := t.db.Select("*").Omit("app_id").Where("app_id = ?", appID).Updates(&r).Error; err != nil {
		return a, err
	}
	err = t.Audit(ctx, models.AuditEntry{
		Who: by, Action: "account.update", ObjectType: "account", ObjectID: appID, AppID: appID,
		Before: models.JSON(old), After: models.JSON(a), Reason: changedSecrets(&old, &a),
	})
	return a, err
}

// changedSecrets names the secrets that changed; their values are in no audit entry.
func changedSecrets(old, now *models.Account) string {
	var out []string
	var r accountRow
	before, after := accountSecrets(old, &r), accountSecrets(now, &r)
	for i := range before {
		if *before[i].plain != *after[i].plain {
			out = append(out, before[i].column)
		}
	}
	if out == nil {
		return ""
	}
	return "更换了密钥：" + strings.Join(out, "、")
}

func (s *Store) validateAccount(a *models.Account) error {
	if err := a.Validate(); err != nil {
		return err
	}
	var c cutter
	c.chars(a.Name, nameChars)
	if c.cut {
		return models.Faulty("账号设置有误", models.Fault("name", "most_characters", "名称最长 {max} 个字", "max", "128"))
	}
	return nil
}
