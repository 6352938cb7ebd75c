package auth

import (
	"context"
	"database/sql"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// program is a row of api_tokens.
type program struct {
	id, name, scopes, appIDs    string
	createdAt, until, revokedAt int64
}

const programColumns = "id, name, scopes, app_ids, created_at, until, revoked_at"

func scanProgram(rows *sql.Rows) (program, error) {
	var p program
	err := rows.Scan(&p.id, &p.name, &p.scopes, &p.appIDs, &p.createdAt, &p.until, &p.revokedAt)
	return p, err
}

func (p *program) valid(now time.Time) bool {
	return p.revokedAt == 0 && (p.until == 0 || now.UnixMicro() < p.until)
}

// accounts are those that the token holds for, nil = all.
func (p *program) accounts() []string {
	if p.appIDs == "" {
		return nil
	}
	return strings.Split(p.appIDs, ",")
}

// Token is a program's bearer token as people see it: never the token itself.
type Token struct {
	ID        string       `json:"id"`
	Name      string       `json:"name"`
	Scopes    []Permission `json:"scopes"`
	Accounts  []string     `json:"accounts"` // AppIDs; empty = all
	CreatedAt time.Time    `json:"created_at"`
	Until     *time.Time   `json:"until"`
	RevokedAt *time.Time   `json:"revoked_at"`
	Valid     bool         `json:"valid"`
}

// Tokens lists all, by name.
func (a *Auth) Tokens(ctx context.Context) ([]Token, error) {
	list := []Token{}
	err := a.store.Query(ctx, store.Console, func(rows *sql.Rows) error {
		p, err := scanProgram(rows)
		list = append(list, a.shownToken(&p))
		return err
	}, "SELECT "+programColumns+" FROM api_tokens ORDER BY name")
	return list, models.Wrap("auth: tokens", err)
}

func (a *Auth) shownToken(p *program) Token {
	out := Token{
		ID: p.id, Name: p.name, Accounts: append([]string{}, p.accounts()...), CreatedAt: store.FromMicros(p.createdAt), Valid: p.valid(a.options.Now()),
	}
	for s := range strings.SplitSeq(p.scopes, ",") {
		out.Scopes = append(out.Scopes, Permission(s))
	}
	if p.until != 0 {
		t := store.FromMicros(p.until)
		out.Until = &t
	}
	if p.revokedAt != 0 {
		t := store.FromMicros(p.revokedAt)
		out.RevokedAt = &t
	}
	return out
}

// TokenRequest makes a token. No accounts: it reads all of them. A zero Until: it holds until revoked.
type TokenRequest struct {
	Name     string
	Scopes   []Permission
	Accounts []string
	Until    time.Time
}

// NewToken is a token as it is told, once.
type NewToken struct {
	Token
	Secret string `json:"token"`
}

// tokenID begins the ids of tokens; no name does.
const tokenID = "tk"

var tokenName = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$`)

// AddToken makes a bearer token for a program.
func (a *Auth) AddToken(ctx context.Context, who models.Who, q TokenRequest) (NewToken, error) {
	q.Name = strings.TrimSpace(q.Name)
	if err := a.checkToken(ctx, q); err != nil {
		return NewToken{}, err
	}
	secret, hash, err := a.newToken()
	if err != nil {
		return NewToken{}, err
	}
	id, err := a.newID(tokenID)
	if err != nil {
		return NewToken{}, err
	}
	scopes := make([]string, len(q.Scopes))
	for i, s := range q.Scopes {
		scopes[i] = string(s)
	}
	slices.Sort(scopes)
	p := program{
		id: id, name: q.Name, scopes: strings.Join(slices.Compact(scopes), ","), appIDs: strings.Join(q.Accounts, ","),
		createdAt: store.Micros(a.options.Now()), until: store.Micros(q.Until),
	}
	err = a.store.Transact(ctx, func(t *store.Tx) error {
		known := false
		err := t.Query(ctx, func(*sql.Rows) error {
			known = true
			return nil
		}, "SELECT 1 FROM api_tokens WHERE name = ?", p.name)
		if err == nil && known {
			err = models.NewError(models.CodeConflict, "已有（或有过）名为 "+p.name+" 的令牌，请换一个名称")
		}
		if err == nil {
			err = t.Upsert(ctx, "api_tokens", programColumns+", token", 8, []any{p.id, p.name, p.scopes, p.appIDs, p.createdAt, p.until, 0, hash}, "")
		}
		if err != nil {
			return err
		}
		return t.Audit(ctx, models.AuditEntry{
			Who: who, Action: "token.create", ObjectType: "token", ObjectID: id,
			After: models.JSON(map[string]any{"name": p.name, "scopes": p.scopes, "accounts": p.appIDs, "until": a.shownToken(&p).Until}),
		})
	})
	if err != nil {
		return NewToken{}, models.Wrap("auth: add token", err)
	}
	return NewToken{a.shownToken(&p), secret}, nil
}

func (a *Auth) checkToken(ctx context.Context, q TokenRequest) error {
	var faults []models.FieldError
	if !tokenName.MatchString(q.Name) || strings.HasPrefix(q.Name, tokenID+"_") {
		faults = append(faults, models.Fault("name", "token_name", "名称应为 1 至 64 个字母、数字、汉字、空格或 ._-"))
	}
	if len(q.Scopes) == 0 {
		faults = append(faults, models.Fault("scopes", "scopes_missing", "请写明权限，可用的有 {scopes}", "scopes", scopeList()))
	}
	for _, s := range q.Scopes {
		if !slices.Contains(Scopes(), s) {
			faults = append(faults, models.Fault("scopes", "scope_barred", "程序不能有权限 {scope}，可用的有 {scopes}", "scope", string(s), "scopes", scopeList()))
		}
	}
	if !q.Until.IsZero() && !q.Until.After(a.options.Now()) {
		faults = append(faults, models.Fault("until", "until_past", "截止时间已过，请改晚"))
	}
	const maxAccounts = 100
	if len(q.Accounts) > maxAccounts {
		faults = append(faults, models.Fault("accounts", "most_accounts", "至多写 100 个账号，不写为全部"))
	}
	if len(faults) > 0 {
		return &models.Error{Code: models.CodeInvalid, Message: "令牌有误", Fields: faults}
	}
	for _, appID := range q.Accounts {
		if !models.ValidAppID(appID) {
			return models.NewError(models.CodeNotFound, "没有账号 "+models.OneLine(appID, 32)+"，请用 wenzheng account list 核对")
		}
		if _, err := a.store.Account(ctx, appID); err != nil {
			return err
		}
	}
	return nil
}

func scopeList() string {
	var list []string
	for _, s := range Scopes() {
		list = append(list, string(s))
	}
	return strings.Join(list, "、")
}

// RevokeToken ends a token at once, by its id or name.
func (a *Auth) RevokeToken(ctx context.Context, who models.Who, idOrName string) error {
	err := a.store.Transact(ctx, func(t *store.Tx) error {
		column := "name"
		if strings.HasPrefix(idOrName, tokenID+"_") && isASCII(idOrName) {
			column = "id"
		}
		var p program
		err := t.Query(ctx, func(rows *sql.Rows) (err error) {
			p, err = scanProgram(rows)
			return err
		}, "SELECT "+programColumns+" FROM api_tokens WHERE "+column+" = ?"+t.Dialect().ForUpdate, idOrName)
		switch {
		case err != nil:
			return err
		case p.id == "":
			return models.NewError(models.CodeNotFound, "没有这个令牌，请用 wenzheng token list 核对")
		case p.revokedAt != 0:
			return models.NewError(models.CodeConflict, "这个令牌已经吊销")
		}
		if err := t.Exec(ctx, "UPDATE api_tokens SET revoked_at = ? WHERE id = ?", store.Micros(a.options.Now()), p.id); err != nil {
			return err
		}
		return t.Audit(ctx, models.AuditEntry{
			Who: who, Action: "token.revoke", ObjectType: "token", ObjectID: p.id, Before: models.JSON(map[string]any{"name": p.name}),
		})
	})
	return models.Wrap("auth: revoke token", err)
}
