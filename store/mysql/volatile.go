package mysql

import (
	"context"
	"database/sql"
	"errors"
	"strings"
)

// Volatile names, for people, the settings with which the server may lose committed rows in a power cut
// (https://dev.mysql.com/doc/refman/8.4/en/replication-options-binary-log.html#sysvar_sync_binlog).
func Volatile(ctx context.Context, db *sql.DB) (faults []string, err error) {
	values := make(map[string]string)
	rows, err := db.QueryContext(ctx, "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('innodb_flush_log_at_trx_commit', 'sync_binlog', 'log_bin')")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return nil, err
		}
		values[strings.ToLower(name)] = value
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if v, ok := values["innodb_flush_log_at_trx_commit"]; ok && v != "1" {
		faults = append(faults, "innodb_flush_log_at_trx_commit="+v+"，应为 1")
	}
	if v := values["log_bin"]; (v == "ON" || v == "1") && values["sync_binlog"] != "1" {
		faults = append(faults, "sync_binlog="+values["sync_binlog"]+"，应为 1")
	}
	return faults, nil
}
