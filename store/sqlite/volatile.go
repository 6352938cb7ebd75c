package sqlite

import (
	"context"
	"database/sql"
)

// Volatile names, for people, the settings with which the database may lose committed rows in a power
// cut.
func Volatile(ctx context.Context, db *sql.DB) ([]string, error) {
	var faults []string
	for _, p := range []struct{ pragma, want, hint string }{
		{"PRAGMA synchronous", "2", "synchronous 不是 FULL"},
		{"PRAGMA journal_mode", "wal", "不能使用 WAL（数据库文件可能在网络磁盘上）"},
	} {
		var value string
		err := db.QueryRowContext(ctx, p.pragma).Scan(&value)
		if err == nil && value != p.want {
			faults = append(faults, p.hint)
		}
		if err != nil {
			return nil, err
		}
	}
	return faults, nil
}
