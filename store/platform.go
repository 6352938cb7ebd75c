package store

import (
	"context"
	"database/sql"

	"github.com/wenzheng/wenzheng/models"
)

// InterfaceDay is WeChat's getinterfacesummary of one day.
type InterfaceDay struct {
	AppID     string `json:"account"`
	Day       string `json:"day"` // 2006-01-02
	Callbacks int64  `json:"callbacks"`
	Failures  int64  `json:"failures"`
	TotalMS   int64  `json:"total_ms"`
	MaxMS     int64  `json:"max_ms"`
}

// SaveInterfaceDay stores a day in place of an older version of it.
func (s *Store) SaveInterfaceDay(ctx context.Context, d InterfaceDay) error {
	if d.AppID == "" || !validDay(d.Day) {
		return badPlatformDay()
	}
	values := []any{d.AppID, d.Day, d.Callbacks, d.Failures, d.TotalMS, d.MaxMS}
	err := s.Transact(ctx, func(t *Tx) error {
		return t.Upsert(ctx, "interface_days", "app_id, day, callbacks, failures, total_ms, max_ms", 6, values,
			s.dialect.OnConflict("app_id, day", "callbacks", "failures", "total_ms", "max_ms"))
	})
	return models.Wrap("store: save interface day", err)
}

// UpstreamDay is WeChat's getupstreammsg of one day and type of message. Type is as in the
// log: text, image, voice, video, link.
type UpstreamDay struct {
	AppID    string `json:"account"`
	Day      string `json:"day"`
	Type     string `json:"type"`
	Messages int64  `json:"messages"`
	Users    int64  `json:"users"`
}

// SaveLogDay stores a day's count in place of an older version of it.
func (s *Store) SaveLogDay(ctx context.Context, d UpstreamDay) error {
	if d.AppID == "" || d.Type == "" || !validDay(d.Day) {
		return badPlatformDay()
	}
	var c cutter
	values := []any{d.AppID, d.Day, c.ascii(d.Type, 32), d.Messages, d.Users}
	err := s.Transact(ctx, func(t *Tx) error {
		return t.Upsert(ctx, "upstream_days", "app_id, day, kind, messages, users", 5, values,
			s.dialect.OnConflict("app_id, day, kind", "messages", "users"))
	})
	return models.Wrap("store: save log day", err)
}

func badPlatformDay() error {
	return models.NewError(models.CodeInvalid, "平台统计须有账号、类型和 2006-01-02 形式的日期")
}

// InterfaceTotals adds up WeChat's counts of the callbacks of the days from first to last.
func (t *Tx) InterfaceTotals(ctx context.Context, appID, first, last string) (callbacks, failures int64, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&callbacks, &failures) },
		"SELECT COALESCE(SUM(callbacks), 0), COALESCE(SUM(failures), 0) FROM interface_days WHERE app_id = ? AND day >= ? AND day <= ?",
		appID, first, last)
	return callbacks, failures, err
}

// UpstreamDays reads WeChat's counts of messages of the days from first to last, by day and type.
func (t *Tx) UpstreamDays(ctx context.Context, appID, first, last string) (list []UpstreamDay, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error {
		d := UpstreamDay{AppID: appID}
		err := rows.Scan(&d.Day, &d.Type, &d.Messages, &d.Users)
		list = append(list, d)
		return err
	}, "SELECT day, kind, messages, users FROM upstream_days WHERE app_id = ? AND day >= ? AND day <= ? ORDER BY day, kind", appID, first, last)
	return list, err
}
