package store

import (
	"database/sql"
	"fmt"

	dialector "gorm.io/driver/mysql"
	"gorm.io/gorm"

	"github.com/wenzheng/wenzheng/store/mysql"
)

// Connections of the pools: two for the drain, eight for the console of which three serve
// reports (two questions of the interface and the live figures), one to migrate. More connections make a small server refuse everybody.
const (
	drainConns   = 2
	consoleConns = 5
	reportConns  = 3
)

func (s *Store) openMySQL(dsn string) error {
	full, warnings, err := mysql.Complete(dsn)
	if err != nil {
		return badSetting(err.Error())
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
			*db, err = gorm.Open(dialector.New(dialector.Config{
				Conn: pool, SkipInitializeWithVersion: true, DisableWithReturning: true,
			}), gormConfig(p.translate, s.opt.Now))
			if err != nil {
				return fmt.Errorf("store: open: %w", err)
			}
		}
	}
	return nil
}

// mysqlPool is a pool whose connections carry the parameters on top of the DSN's.
func (s *Store) mysqlPool(params map[string]string, size int) (*sql.DB, error) {
	pool, err := mysql.Pool(s.dsn, params, size, s.opt.Logger)
	if err != nil {
		return nil, badSetting(err.Error())
	}
	return pool, nil
}
