package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
)

func TestSchemaNotMigrated(t *testing.T) {
	for _, d := range dialects() {
		t.Run(d, func(t *testing.T) {
			s := openStore(t, options(t, fresh(t, d)))
			ctx := context.Background()
			wantFault(t, s.Append(ctx, []models.Interaction{inbound(1)}, nil), models.FaultSetup)
			wantCode(t, s.Ready(ctx), models.CodeUnavailable)
			status, err := s.MigrationStatus(ctx)
			if err != nil || len(status) == 0 || status[0].Applied {
				t.Fatalf("status %+v, error %v", status, err)
			}
			for range 2 {
				if err := s.Migrate(ctx); err != nil {
					t.Fatal(err)
				}
			}
			if err := s.Ready(ctx); err != nil {
				t.Errorf("ready: %v", err)
			}
			record(t, s, inbound(1))
			if status, err = s.MigrationStatus(ctx); err != nil || !status[0].Applied {
				t.Errorf("status %+v, error %v", status, err)
			}
			if w := s.Warnings(ctx); len(w) != 0 {
				t.Errorf("warnings %v", w)
			}
			if err := execute(s, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)"); err != nil {
				t.Fatal(err)
			}
			s.doubt()
			wantFault(t, s.Append(ctx, []models.Interaction{inbound(2)}, nil), models.FaultSetup)
			if err := s.Ready(ctx); err == nil || !strings.Contains(err.Error(), "比程序新") {
				t.Errorf("ready: %v", err)
			}
		})
	}
}

// A migration that broke off half-way is taken up again.
func TestMigrationIsTakenUpAgain(t *testing.T) {
	s := migrated(t, dialectMySQL)
	for _, q := range []string{"DELETE FROM goose_db_version WHERE version_id > 0", "DROP TABLE tokens"} {
		if err := execute(s, q); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	saveToken(t, s, "t")
}

func TestTwoInstancesMigrateAtOnce(t *testing.T) {
	for _, d := range dialects() {
		t.Run(d, func(t *testing.T) {
			database := fresh(t, d)
			var wg sync.WaitGroup
			for range 2 {
				s := openStore(t, options(t, database))
				wg.Go(func() {
					if err := s.Migrate(context.Background()); err != nil {
						t.Errorf("migrate: %v", err)
					}
				})
			}
			wg.Wait()
			record(t, openStore(t, options(t, database)), inbound(1))
		})
	}
}

// Keys are compared byte by byte; a collation would merge citizens.
func TestKeyColumnsAreExact(t *testing.T) {
	s := migrated(t, dialectMySQL)
	var loose []string
	err := each(context.Background(), s.drain, func(rows *sql.Rows) error {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			return err
		}
		loose = append(loose, table+"."+column)
		return nil
	}, "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name <> 'goose_db_version' "+
		"AND collation_name IS NOT NULL AND collation_name NOT IN ('utf8mb4_bin', 'ascii_bin')")
	if err != nil || len(loose) != 0 {
		t.Errorf("columns with a loose collation: %v, error %v", loose, err)
	}
	err = each(context.Background(), s.drain, func(rows *sql.Rows) error {
		var n int
		if err := rows.Scan(&n); err != nil {
			return err
		}
		if n != 2 {
			t.Errorf("unique key event_key has %d columns", n)
		}
		return nil
	}, "SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE() AND index_name = 'event_key' AND non_unique = 0")
	if err != nil {
		t.Fatal(err)
	}
}

func TestDurabilityIsChecked(t *testing.T) {
	server := storetest.Private(t, "--innodb-flush-log-at-trx-commit=2", "--log-bin", "--sync-binlog=0")
	ctx := context.Background()
	dsn := "mysql:" + server.Database(t)
	s := openStore(t, options(t, dsn))
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	if w := strings.Join(s.Warnings(ctx), "\n"); !strings.Contains(w, "innodb_flush_log_at_trx_commit=2") || !strings.Contains(w, "sync_binlog=0") {
		t.Errorf("warnings %q", w)
	}
	record(t, s, inbound(1))
	o := options(t, dsn)
	o.RequireDurable = true
	strict := openStore(t, o)
	wantFault(t, strict.Append(ctx, []models.Interaction{inbound(2)}, nil), models.FaultSetup)
	wantCode(t, strict.Ready(ctx), models.CodeUnavailable)
	server.Exec(t, "SET GLOBAL innodb_flush_log_at_trx_commit = 1")
	server.Exec(t, "SET GLOBAL sync_binlog = 1")
	record(t, strict, inbound(2))
	if err := strict.Ready(ctx); err != nil {
		t.Error(err)
	}
}

// With the binary log on, an ordinary user may not create the audit triggers: the
// migration succeeds and the lack is reported.
func TestMigrateWithoutTheRightToCreateTriggers(t *testing.T) {
	server := storetest.Private(t, "--log-bin", "--sync-binlog=1")
	dsn := server.Database(t)
	server.Exec(t, "CREATE USER 'w'@'%' IDENTIFIED BY 'pw'")
	server.Exec(t, "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP, REFERENCES ON *.* TO 'w'@'%'")
	s := openStore(t, options(t, "mysql:"+strings.Replace(dsn, "root@", "w:pw@", 1)))
	if err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	if w := strings.Join(s.Warnings(context.Background()), "\n"); !strings.Contains(w, "触发器") {
		t.Errorf("warnings %q", w)
	}
}

func TestSQLiteFilesArePrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a %3f#b", "库.db")
	s := openStore(t, options(t, "sqlite:"+path))
	used(t, s)
	want := []string{"库.db -rw-------", "库.db-shm -rw-------", "库.db-wal -rw-------"}
	if diff := cmp.Diff(want, modesIn(t, filepath.Dir(path))); diff != "" {
		t.Errorf("files differ (-want +got):\n%s", diff)
	}
	if w := s.Warnings(context.Background()); len(w) != 0 {
		t.Errorf("warnings %q", w)
	}
	if err := each(context.Background(), s.reader, func(*sql.Rows) error { return nil }, "DELETE FROM interactions"); err == nil {
		t.Error("a reader may write")
	}
}

// TestSQLiteFiles_ThereBefore: a file that is there keeps its rights, it may be anybody's; that
// others may read it is told.
func TestSQLiteFiles_ThereBefore(t *testing.T) {
	for mode, warned := range map[os.FileMode]bool{0o600: false, 0o640: true, 0o644: true} {
		path := filepath.Join(t.TempDir(), "there.db")
		if err := os.WriteFile(path, nil, mode); err != nil {
			t.Fatal(err)
		}
		s := openStore(t, options(t, "sqlite:"+path))
		used(t, s)
		want := []string{"there.db " + mode.String(), "there.db-shm " + mode.String(), "there.db-wal " + mode.String()}
		if diff := cmp.Diff(want, modesIn(t, filepath.Dir(path))); diff != "" {
			t.Errorf("%s: files differ (-want +got):\n%s", mode, diff)
		}
		told := strings.Contains(strings.Join(s.Warnings(context.Background()), "\n"), "chmod 600 "+path)
		if told != warned {
			t.Errorf("%s: told %v, want %v", mode, told, warned)
		}
	}
}

// used brings a store to have all its files.
func used(t *testing.T, s *Store) {
	t.Helper()
	if err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	record(t, s, inbound(1))
}

// modesIn are the files of a folder with their rights.
func modesIn(t *testing.T, dir string) []string {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range files {
		info, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, f.Name()+" "+info.Mode().String())
	}
	return out
}

func TestBadSettings(t *testing.T) {
	for _, database := range []string{
		"", "data.db", "postgres:x", "sqlite:", "mysql:", "sqlite::memory:", "sqlite:file:x.db", "mysql:nonsense", "mysql:root@tcp(127.0.0.1:1)/",
		"mysql:root@tcp(127.0.0.1:1)/x?multiStatements=true", "mysql:root@tcp(127.0.0.1:1)/x?clientFoundRows=true",
		"mysql:root@tcp(127.0.0.1:1)/x?parseTime=false", "mysql:root@tcp(127.0.0.1:1)/x?charset=utf8", "sqlite:/proc/nowhere/x.db",
	} {
		s, err := Open(options(t, database))
		if models.ErrorCode(err) != models.CodeInvalid {
			t.Errorf("%q: error %v", database, err)
		}
		if s != nil {
			t.Errorf("%q: a store", database)
		}
	}
	o := options(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"))
	o.AuditMAC = nil
	if _, err := Open(o); err == nil {
		t.Error("opened without an audit MAC")
	}
	o = options(t, o.Database)
	o.Sealer = nil
	if _, err := Open(o); err == nil {
		t.Error("opened without a sealer")
	}
}

// TestFolderForADatabaseKeepsItsRights: a path that leads to a folder is refused, and the
// folder stays open to those who use it.
func TestFolderForADatabaseKeepsItsRights(t *testing.T) {
	folder := t.TempDir()
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	s, err := Open(options(t, "sqlite:"+folder))
	if err == nil {
		_ = s.Close()
	}
	wantCode(t, err, models.CodeInvalid)
	info, err := os.Stat(folder)
	if err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("%v, error %v", info.Mode(), err)
	}
}

// TestMigrate_DatabaseOfAnotherProgram: no table of ours is made among its own.
func TestMigrate_DatabaseOfAnotherProgram(t *testing.T) {
	path := filepath.Join(t.TempDir(), "other.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "CREATE TABLE users (name TEXT)"); err != nil {
		t.Fatal(err)
	}
	err = openStore(t, options(t, "sqlite:"+path)).Migrate(t.Context())
	if wantCode(t, err, models.CodeInvalid); !strings.Contains(models.PlainText(err), path+" 是别的程序的数据库") {
		t.Error(models.PlainText(err))
	}
	var tables int
	if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM sqlite_master").Scan(&tables); err != nil || tables != 1 {
		t.Errorf("%d tables, %v", tables, err)
	}
}

// TestOpen_FileOfOthersKeepsItsRights: a file that is no database of ours is refused as it
// is; a database that others may read is used, and said.
func TestOpen_FileOfOthersKeepsItsRights(t *testing.T) {
	path := filepath.Join(t.TempDir(), "passwd")
	rights := func() os.FileMode {
		t.Helper()
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode().Perm()
	}
	if err := os.WriteFile(path, []byte(strings.Repeat("root:x:0:0:root:/root:/bin/bash\n", 40)), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := Open(options(t, "sqlite:"+path))
	if err == nil {
		err = errors.Join(s.Migrate(context.Background()), s.Close())
	}
	if err == nil || rights() != 0o644 {
		t.Errorf("no database: %v, rights %v", err, rights())
	}
	path = filepath.Join(t.TempDir(), "restored.db")
	s = openStore(t, options(t, "sqlite:"+path))
	if err := s.Migrate(context.Background()); err != nil || rights() != 0o600 {
		t.Fatalf("a new file: %v, rights %v", err, rights())
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, options(t, "sqlite:"+path))
	if w := s.Warnings(context.Background()); rights() != 0o644 || len(w) != 1 || !strings.Contains(w[0], "chmod 600 "+path) {
		t.Errorf("rights %v, warnings %q", rights(), w)
	}
}
