package store

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"gorm.io/gorm"
)

// A question ends with its context, in the database too: MariaDB would go on with it for a caller
// whose connection is closed.
func TestRead_EndsWithItsContext(t *testing.T) {
	endless := map[string]string{
		dialectMySQL:  "SELECT COUNT(*) FROM (SELECT SLEEP(0.2) FROM information_schema.columns LIMIT 400) endless",
		dialectSQLite: "SELECT COUNT(*) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n)",
	}
	everywhere(t, func(t *testing.T, s *Store) {
		ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
		defer cancel()
		began := time.Now()
		err := s.Read(ctx, Reports, func(t *Tx) error {
			return t.Query(ctx, func(*sql.Rows) error { return nil }, endless[s.dialect.name])
		})
		if took := time.Since(began); err == nil || took > 10*time.Second {
			t.Fatalf("%v after %v", err, took)
		}
		if !s.dialect.MySQL() {
			return
		}
		const running = "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%endless%' AND id <> CONNECTION_ID()"
		for number(t, s, running) > 0 {
			if time.Since(began) > 20*time.Second {
				t.Fatal("the server still runs it")
			}
		}
	})
}

// While every connection for reports is taken, what is quick is answered.
func TestReports_HoldNothingElseUp(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		pool, err := s.report.DB()
		if err != nil {
			t.Fatal(err)
		}
		for range pool.Stats().MaxOpenConnections {
			held, err := pool.Conn(ctx)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = held.Close() })
		}
		for name, db := range map[string]*gorm.DB{"reader": s.reader, "writer": s.writer, "drain": s.drain} {
			if err := each(ctx, db, func(*sql.Rows) error { return nil }, "SELECT 1"); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := s.Ready(ctx); err != nil {
			t.Errorf("ready: %v", err)
		}
	})
}
