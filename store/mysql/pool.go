package mysql

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"time"

	driver "github.com/go-sql-driver/mysql"
)

// Refusal is why a DSN can not be used, for people.
type Refusal string

// Error implements error.
func (r Refusal) Error() string { return string(r) }

// connLife bounds the age of a connection, so that a server that moved is found again.
const connLife = 5 * time.Minute

// Pool makes a pool whose connections carry the parameters on top of the DSN's, which is complete; an
// empty value removes one. Nothing is connected yet. A DSN that can not be used is a Refusal.
func Pool(dsn string, params map[string]string, size int, logger *slog.Logger) (*sql.DB, error) {
	cfg, err := driver.ParseDSN(withParams(dsn, params))
	if err != nil {
		return nil, Refusal("mysql: 之后的 DSN 不能识别，应为 用户:密码@tcp(主机:端口)/库名")
	}
	cfg.Logger = driverLog{logger}
	connector, err := driver.NewConnector(cfg)
	if err != nil {
		return nil, Refusal("mysql: 之后的 DSN 不能使用，请检查 tls 等参数")
	}
	pool := sql.OpenDB(connector)
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	pool.SetConnMaxLifetime(connLife)
	return pool, nil
}

// driverLog receives what the driver would print on standard error; every fault comes
// back as an error too, so it is of interest only to somebody who looks for it.
type driverLog struct{ log *slog.Logger }

// Print is called by the driver.
func (l driverLog) Print(v ...any) {
	l.log.LogAttrs(context.Background(), slog.LevelDebug, "mysql driver", slog.String("note", fmt.Sprint(v...)))
}
