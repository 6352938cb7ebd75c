package kf

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// releasedAfter is how long after the last word the platform ends a session by itself.
const releasedAfter = 30 * time.Minute

// Session is what the client has with a citizen.
type Session struct {
	AppID, UID string
	Worker     string // the customer-service account
	OpenedAt   time.Time
}

// Open begins a session in a transaction in which the citizen is locked, or passes it on to another
// worker.
func Open(ctx context.Context, t *store.Tx, s Session) error {
	at := store.Micros(s.OpenedAt)
	return t.Upsert(ctx, "kf_sessions", "id, app_id, uid, open_key, worker, opened_at, active_at, closed_at", 8,
		[]any{t.NextID(), s.AppID, s.UID, s.UID, s.Worker, at, at, 0}, t.Dialect().OnConflict("open_key", "worker", "active_at"))
}

// Close ends a citizen's session, where one is open that began before a time.
func Close(ctx context.Context, t *store.Tx, uid string, at time.Time) error {
	return t.Exec(ctx, "UPDATE kf_sessions SET open_key = NULL, closed_at = ? WHERE open_key = ? AND opened_at <= ?", store.Micros(at), uid, store.Micros(at))
}

// OpenWith is the session that is open with a citizen, false for none.
func OpenWith(ctx context.Context, t *store.Tx, uid string) (s Session, open bool, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var at int64
		open = true
		err := rows.Scan(&s.AppID, &s.UID, &s.Worker, &at)
		s.OpenedAt = time.UnixMicro(at)
		return err
	}, "SELECT app_id, uid, worker, opened_at FROM kf_sessions WHERE open_key = ?", uid)
	return s, open, err
}

// Held are the citizens of conversations that the client holds and has not let go of: the session is
// open, or not all that was said in it is in the log.
func Held(ctx context.Context, t *store.Tx) (map[string]bool, error) {
	held := map[string]bool{}
	err := t.Query(ctx, func(rows *sql.Rows) error {
		var uid string
		err := rows.Scan(&uid)
		held[uid] = true
		return err
	}, "SELECT c.uid FROM conversations c JOIN kf_sessions s ON s.uid = c.uid AND s.app_id = c.app_id LEFT JOIN kf_pulls p ON p.app_id = s.app_id "+
		"WHERE c.open_key IS NOT NULL AND c.holder = 'wechat' AND (s.closed_at = 0 OR s.closed_at > COALESCE(p.until, 0))")
	return held, err
}

// Operator is who a customer-service account is: the handler of the account with the sign-in name that
// stands before its @, else the customer-service account itself.
func Operator(ctx context.Context, t *store.Tx, appID, worker string) (string, error) {
	name, _, _ := strings.Cut(worker, "@")
	who := worker
	err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&who) },
		"SELECT o.name FROM roles r JOIN operators o ON o.id = r.operator_id WHERE r.app_id = ? AND r.role = 'case_handler' AND o.name = ?", appID, name)
	return who, err
}

// End has the platform end the session of a citizen.
func (c *Client) End(ctx context.Context, s Session) error {
	accounts, err := c.accounts(ctx)
	if err != nil {
		return models.Wrap("kf: end", err)
	}
	var openID string
	err = c.store.Read(ctx, store.Console, func(t *store.Tx) error {
		var sealed []byte
		err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&sealed) }, "SELECT openid FROM citizens WHERE uid = ?", s.UID)
		if err != nil || len(sealed) == 0 {
			return err
		}
		plain, err := t.Unseal("citizens", "openid", s.UID, sealed)
		openID = string(plain)
		return err
	})
	if err != nil || openID == "" {
		return models.Wrap("kf: end", err)
	}
	for i := range accounts {
		if accounts[i].AppID == s.AppID {
			return models.Wrap("kf: end", c.o.API(ctx, accounts[i]).CloseSession(ctx, s.Worker, openID))
		}
	}
	return models.NewError(models.CodeNotFound, "没有这个账号")
}
