package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"time"

	driver "github.com/go-sql-driver/mysql"
	"gorm.io/driver/mysql"
	"gorm.io/gorm"
)

// Connections of the pools: two for the drain, eight for the console of which three serve
// reports (two questions of the interface and the live figures), one to migrate. More connections make a small server refuse everybody.
const (
	drainConns   = 2
	consoleConns = 5
	reportConns  = 3
	connLife     = 5 * time.Minute
)

func (s *Store) openMySQL(dsn string) error {
	full, warnings, err := completeDSN(dsn)
	if err != nil {
		return err
	}
	s.dsn, s.settings = full, warnings
	s.dialect = Dialect{
		name: dialectMySQL, ForUpdate: " FOR UPDATE",
		snapshot: sql.LevelRepeatableRead,
		tx:       &sql.TxOptions{Isolation: sql.LevelReadCommitted},
	}
	for _, p := range []struct {
		dbs       []**gorm.DB
		params    map[string]string
		size      int
		translate bool
	}{
		{[]**gorm.DB{&s.drain}, nil, drainConns, false},
		{[]**gorm.DB{&s.writer, &s.reader}, nil, consoleConns, true},
		{[]**gorm.DB{&s.report}, map[string]string{"readTimeout": "30s"}, reportConns, true},
	} {
		pool, err := s.mysqlPool(p.params, p.size)
		if err != nil {
			return err
		}
		s.pools = append(s.pools, pool)
		for _, db := range p.dbs {
			*db, err = gorm.Open(mysql.New(mysql.Config{
				Conn: pool, SkipInitializeWithVersion: true, DisableWithReturning: true,
			}), gormConfig(p.translate, s.opt.Now))
			if err != nil {
				return fmt.Errorf("store: open: %w", err)
			}
		}
	}
	return nil
}

// mysqlPool makes a pool whose connections carry the parameters on top of the DSN's; an
// empty value removes one. Nothing is connected yet.
func (s *Store) mysqlPool(params map[string]string, size int) (*sql.DB, error) {
	cfg, err := driver.ParseDSN(withParams(s.dsn, params))
	if err != nil {
		return nil, badSetting("mysql: 之后的 DSN 不能识别，应为 用户:密码@tcp(主机:端口)/库名")
	}
	cfg.Logger = driverLog{s.opt.Logger}
	connector, err := driver.NewConnector(cfg)
	if err != nil {
		return nil, badSetting("mysql: 之后的 DSN 不能使用，请检查 tls 等参数")
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
