package store

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"
	modernc "modernc.org/sqlite"

	"github.com/wenzheng/wenzheng/store/sqlite"
)

// Connections of the pools beside the one writer. Reports have their own, so that what is quick never
// waits for them: two questions of the interface and the live figures.
const (
	sqliteReaders = 4
	sqliteReports = 3
)

func (s *Store) openSQLite(path string) error {
	if strings.Contains(path, ":memory:") || strings.HasPrefix(path, "file:") {
		return badSetting("sqlite: 之后应为普通文件路径：记录必须落盘")
	}
	wide, err := sqlite.CreatePrivate(path)
	switch {
	case errors.Is(err, sqlite.ErrNoFile):
		return badSetting(path + " 不是文件，请写数据库文件的路径，例如 sqlite:data/wenzheng.db")
	case err != nil:
		return badSetting("不能使用数据库文件 " + path + "，请检查路径与权限")
	}
	if wide {
		s.settings = append(s.settings, "数据库文件 "+path+" 别人也能读写：请运行 chmod 600 "+path)
	}
	s.dialect = Dialect{name: dialectSQLite}
	common := "_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)"
	writer, err := s.sqlitePool(path, common+"&_pragma=journal_size_limit(67108864)&_pragma=wal_autocheckpoint(8000)&_pragma=cache_size(-65536)&_pragma=temp_store(2)&_txlock=immediate", 1)
	if err != nil {
		return err
	}
	reader, err := s.sqlitePool(path, common+"&_pragma=query_only(1)", sqliteReaders)
	if err != nil {
		return err
	}
	report, err := s.sqlitePool(path, common+"&_pragma=query_only(1)", sqliteReports)
	if err != nil {
		return err
	}
	for _, p := range []struct {
		db        **gorm.DB
		conn      *sql.DB
		translate bool
	}{{&s.drain, writer, false}, {&s.writer, writer, true}, {&s.reader, reader, true}, {&s.report, report, true}} {
		db, err := gorm.Open(sqlite.Dialector{Conn: p.conn}, gormConfig(p.translate, s.opt.Now))
		if err != nil {
			return unusable(path, err)
		}
		*p.db = db
	}
	return nil
}

// unusable says what to do about a file that SQLite can not open.
func unusable(path string, err error) error {
	var lite *modernc.Error
	if errors.As(err, &lite) {
		switch lite.Code() & 0xFF {
		case 11, 26: // CORRUPT, NOTADB
			return badSetting(path + " 不是 SQLite 数据库，或已损坏：请检查路径，或从备份恢复")
		case 8, 14: // READONLY, CANTOPEN
			return badSetting("打不开 " + path + "：请检查它是不是文件，以及它和所在文件夹的权限")
		}
	}
	return fmt.Errorf("store: open %s: %w", path, err)
}

func (s *Store) sqlitePool(path, query string, size int) (*sql.DB, error) {
	pool, err := sqlite.Pool(path, query, size)
	if err != nil {
		return nil, fmt.Errorf("store: open %s: %w", path, err)
	}
	s.pools = append(s.pools, pool)
	return pool, nil
}
