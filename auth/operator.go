package auth

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// States of an operator.
const (
	stateActive   = "active"
	stateDisabled = "disabled"
)

// operator is a row of operators.
type operator struct {
	ID, Name, DisplayName string
	post, state           string
	password              string
	totp, pending         []byte
	step                  int64
	passwordAt, linkUntil int64
	asleep                bool // the grants hold only after secadmin has confirmed them
	preferences           string
	createdAt, lastAt     int64
}

const operatorColumns = "id, name, display_name, post, state, password, password_at, totp, totp_step, totp_pending, " +
	"CASE WHEN link IS NULL THEN 0 ELSE link_until END, asleep, preferences, created_at, last_sign_in_at"

func scanOperator(rows *sql.Rows) (*operator, error) {
	var o operator
	err := rows.Scan(&o.ID, &o.Name, &o.DisplayName, &o.post, &o.state, &o.password, &o.passwordAt, &o.totp, &o.step, &o.pending,
		&o.linkUntil, &o.asleep, &o.preferences, &o.createdAt, &o.lastAt)
	return &o, err
}

// Role is the operator's role in the audit log: the post, and staff for those who hold grants.
func (o *operator) Role() string { return o.post }

// isASCII reports whether a text can be an id: MySQL refuses to compare others with one.
func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}

func (o *operator) administers() bool { return o.post != staff }

// lock finds an operator and holds the row; nil when there is none. where names one column.
func lock(ctx context.Context, t *store.Tx, where string, value string) (op *operator, err error) {
	if where == "id" && !isASCII(value) {
		return nil, nil
	}
	err = t.Query(ctx, func(rows *sql.Rows) error {
		op, err = scanOperator(rows)
		return err
	}, "SELECT "+operatorColumns+" FROM operators WHERE "+where+" = ?"+t.Dialect().ForUpdate, value)
	return op, err
}

// find reads an operator by name; nil when there is none.
func (a *Auth) find(ctx context.Context, name string) (op *operator, err error) {
	err = a.store.Query(ctx, store.Console, func(rows *sql.Rows) error {
		op, err = scanOperator(rows)
		return err
	}, "SELECT "+operatorColumns+" FROM operators WHERE name = ?", name)
	return op, err
}

// readGrants are the grants of an operator, by account and role.
func readGrants(ctx context.Context, t *store.Tx, id string) ([]Grant, error) {
	list := []Grant{}
	err := t.Query(ctx, func(rows *sql.Rows) error {
		var g Grant
		err := rows.Scan(&g.Role, &g.AppID)
		list = append(list, g)
		return err
	}, "SELECT role, app_id FROM roles WHERE operator_id = ? ORDER BY app_id, role", id)
	return list, err
}

// Operator is one who may sign in, as people see them.
type Operator struct {
	ID            string     `json:"id"`
	Name          string     `json:"name"`
	DisplayName   string     `json:"display_name"`
	Roles         []Role     `json:"roles"`
	Grants        []Grant    `json:"grants"`
	Asleep        bool       `json:"grants_asleep"` // until secadmin confirms them
	State         string     `json:"state"`         // invited, active, locked, disabled
	Authenticator bool       `json:"authenticator"`
	LinkUntil     *time.Time `json:"link_until"`   // of an unused one-time link
	LockedUntil   *time.Time `json:"locked_until"` // after too many failures
	CreatedAt     time.Time  `json:"created_at"`
	LastSignInAt  *time.Time `json:"last_sign_in_at"`
}

// Operators lists all, administrators first and then by name.
func (a *Auth) Operators(ctx context.Context) ([]Operator, error) {
	var list []Operator
	err := a.store.Read(ctx, store.Console, func(t *store.Tx) error {
		list = nil
		now := a.options.Now()
		locked, err := lockedUntil(ctx, t, now)
		if err != nil {
			return err
		}
		var rows []*operator
		err = t.Query(ctx, func(r *sql.Rows) error {
			op, err := scanOperator(r)
			rows = append(rows, op)
			return err
		}, "SELECT "+operatorColumns+" FROM operators ORDER BY CASE WHEN post = 'staff' THEN 1 ELSE 0 END, name")
		if err != nil {
			return err
		}
		for _, op := range rows {
			grants, err := readGrants(ctx, t, op.ID)
			if err != nil {
				return err
			}
			list = append(list, op.shown(grants, locked[nameSubject(op.Name)], now))
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("auth: operators: %w", err)
	}
	return list, nil
}

func (o *operator) shown(grants []Grant, lockedUntil time.Time, now time.Time) Operator {
	out := Operator{
		ID: o.ID, Name: o.Name, DisplayName: o.DisplayName, Roles: rolesOf(o.post, grants), Grants: append([]Grant{}, grants...), Asleep: o.asleep,
		State: o.state, Authenticator: len(o.totp) > 0, CreatedAt: store.FromMicros(o.createdAt),
	}
	if until := store.FromMicros(o.linkUntil); until.After(now) {
		out.LinkUntil = &until
	}
	if o.lastAt != 0 {
		at := store.FromMicros(o.lastAt)
		out.LastSignInAt = &at
	}
	switch {
	case o.state == stateDisabled:
	case lockedUntil.After(now):
		out.State, out.LockedUntil = "locked", &lockedUntil
	case o.password == "":
		out.State = "invited"
	}
	return out
}

// rolesOf are the roles that somebody holds, each once.
func rolesOf(post string, grants []Grant) []Role {
	if post != staff {
		return []Role{Role(post)}
	}
	list := []Role{}
	for _, g := range grants {
		if !slices.Contains(list, g.Role) {
			list = append(list, g.Role)
		}
	}
	slices.Sort(list)
	return list
}

var namePattern = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._@-]{1,31}$`)

// plainName is a name as it is kept and compared: narrow, lower case.
func plainName(name string) string {
	return strings.ToLower(strings.TrimSpace(norm.NFKC.String(name)))
}

// checkName checks a name and a display name, which may be "", and returns them as they are kept.
func checkName(name, displayName string) (kept, shown string, err error) {
	kept, shown = plainName(name), models.OneLine(strings.TrimSpace(displayName), 32)
	if !namePattern.MatchString(kept) || utf8.RuneCountInString(displayName) > 32 {
		return "", "", models.Faulty("人员信息有误", models.Fault("name", "operator_name", "登录名应为 2 至 32 个字母、数字、汉字或 ._-@，姓名至多 32 个字"))
	}
	if shown == "" {
		shown = kept
	}
	return kept, shown, nil
}

// forbidden are words that an operator's password must not contain: the names of the person and of
// the accounts of the office.
func (a *Auth) forbidden(ctx context.Context, op *operator) ([]string, error) {
	accounts, err := a.store.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	words := []string{op.Name, op.DisplayName}
	for i := range accounts {
		words = append(words, accounts[i].Name)
	}
	return words, nil
}
