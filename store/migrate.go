package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path"
	"strconv"
	"strings"
	"time"

	driver "github.com/go-sql-driver/mysql"
	"github.com/pressly/goose/v3"

	"github.com/wenzheng/wenzheng/models"
)

//go:embed migrations
var migrations embed.FS

// Migration is one numbered step of the schema.
type Migration struct {
	Version int64  `json:"version"`
	Name    string `json:"name"` // file name
	Applied bool   `json:"applied"`
}

// Migrate brings the schema up to the program's version. On MySQL a step that would wait
// longer than a second for a table's lock is given up and tried again, so that messages
// never queue behind it. It may be repeated, also after a step that failed half-way.
func (s *Store) Migrate(ctx context.Context) error {
	pool, done, err := s.migratePool()
	if err != nil {
		return err
	}
	defer done()
	if err := s.refuseOthers(ctx, pool); err != nil {
		return fmt.Errorf("store: migrate: %w", err)
	}
	s.takeTurns(ctx, pool)
	const tries, pause = 30, time.Second
	for try := 1; ; try++ {
		err = s.migrateUp(ctx, pool)
		if err == nil || try == tries || !lockTimeout(err) && (!overtaken(err) || try >= overtakenTries) {
			break
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("store: migrate: %w", ctx.Err())
		case <-time.After(pause):
		}
	}
	if err != nil {
		return fmt.Errorf("store: migrate: %w", err)
	}
	s.guardAudit(ctx, pool)
	s.doubt()
	return nil
}

// migratePool is one connection of its own on MySQL (a long ALTER outlives every read
// timeout) and the writer on SQLite.
func (s *Store) migratePool() (*sql.DB, func(), error) {
	if !s.dialect.MySQL() {
		return s.pools[0], func() {}, nil
	}
	pool, err := s.mysqlPool(map[string]string{"readTimeout": "", "lock_wait_timeout": "1"}, 1)
	if err != nil {
		return nil, nil, err
	}
	return pool, func() { _ = pool.Close() }, nil
}

// refuseOthers refuses the SQLite database of another program, among whose tables ours would be
// made.
func (s *Store) refuseOthers(ctx context.Context, pool *sql.DB) error {
	if s.dialect.MySQL() {
		return nil
	}
	var tables, ours int
	err := pool.QueryRowContext(ctx, "SELECT count(*), coalesce(sum(name = 'goose_db_version'), 0) FROM sqlite_master WHERE type = 'table'").Scan(&tables, &ours)
	if err == nil && tables > 0 && ours == 0 {
		err = models.NewError(models.CodeInvalid, "数据库 "+strings.TrimPrefix(s.opt.Database, "sqlite:")+" 是别的程序的数据库：请检查路径，里面没有写入任何表")
	}
	return err
}

// takeTurns waits until no other instance migrates the same database of MySQL, or for a minute.
// The lock is that of the pool's one connection and ends with it. Where there is none, steps
// that overtake each other are tried again.
func (s *Store) takeTurns(ctx context.Context, pool *sql.DB) {
	if !s.dialect.MySQL() {
		return // its writers exclude each other
	}
	var got sql.NullInt64
	err := pool.QueryRowContext(ctx, "SELECT GET_LOCK(LEFT(CONCAT('wenzheng migrate ', DATABASE()), 64), 60)").Scan(&got)
	if err != nil || got.Int64 != 1 {
		s.opt.Logger.Warn("the schema is brought up without a lock", "error", err)
	}
}

// auditHeadStep is the migration that makes room for the signature of the audit chain's head.
const auditHeadStep = 10

// migrateUp signs the head of a chain that was begun before heads were signed as soon as there is
// room for it and before any later step: where a later one is done, an unsigned head is a
// signature that somebody took away, however the attempts before this one ended.
func (s *Store) migrateUp(ctx context.Context, pool *sql.DB) error {
	p, err := s.migrator(ctx, pool)
	if err != nil {
		return err
	}
	version, err := p.GetDBVersion(ctx)
	if err == nil && version <= auditHeadStep {
		if _, err = p.UpTo(ctx, auditHeadStep); err == nil {
			err = s.signFirstHead(ctx, pool)
		}
	}
	if err == nil {
		_, err = p.Up(ctx)
	}
	return err
}

// signFirstHead signs a head without a signature, unless this machine kept one: then it was signed.
func (s *Store) signFirstHead(ctx context.Context, pool *sql.DB) error {
	if kept, err := s.keptHead(); kept != nil || err != nil {
		return nil //nolint:nilerr // checkHeads tells what is wrong
	}
	var h auditHead
	err := pool.QueryRowContext(ctx, "SELECT seq, hash FROM audit_head WHERE id = 1").Scan(&h.seq, &h.hash)
	if err == nil {
		_, err = pool.ExecContext(ctx, "UPDATE audit_head SET mac = ? WHERE id = 1 AND seq = ? AND mac = ''", s.signHead(&h), h.seq)
	}
	return err
}

func (s *Store) migrator(ctx context.Context, pool *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, path.Join("migrations", s.dialect.name))
	if err != nil {
		return nil, err
	}
	kind := goose.DialectSQLite3
	if s.dialect.MySQL() {
		var version string
		if err := pool.QueryRowContext(ctx, "SELECT VERSION()").Scan(&version); err != nil {
			return nil, err
		}
		kind = goose.DialectMySQL
		if strings.Contains(version, "TiDB") {
			kind = goose.DialectTiDB
		}
	}
	return goose.NewProvider(kind, pool, files, goose.WithSlog(slog.New(slog.DiscardHandler)), goose.WithDisableGlobalRegistry(true))
}

// overtakenTries is how often a step is tried again that another instance may have taken.
const overtakenTries = 5

// overtaken: another instance is just taking the same step, or making goose's own table.
func overtaken(err error) bool {
	text := strings.ToLower(err.Error())
	return strings.Contains(text, "missing zero version migration") || strings.Contains(text, "already exists") ||
		strings.Contains(text, "duplicate column") || strings.Contains(text, "can't drop")
}

func lockTimeout(err error) bool {
	var my *driver.MySQLError
	return errors.As(err, &my) && my.Number == 1205
}

// guardAudit makes MySQL refuse to change audit entries. With the binary log on, an
// ordinary user may not create triggers (1419), and TiDB knows none: then the grants must
// do it, and Warnings says so.
func (s *Store) guardAudit(ctx context.Context, pool *sql.DB) {
	if !s.dialect.MySQL() {
		return
	}
	missing := false
	for _, op := range []string{"UPDATE", "DELETE"} {
		name := "audit_no_" + strings.ToLower(op)
		var n int
		err := pool.QueryRowContext(ctx, "SELECT COUNT(*) FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = ?", name).Scan(&n)
		if err == nil && n == 0 {
			_, err = pool.ExecContext(ctx, "CREATE TRIGGER "+name+" BEFORE "+op+" ON audit FOR EACH ROW "+
				"SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the audit log is append-only'")
		}
		missing = missing || err != nil
	}
	s.mu.Lock()
	s.triggers = missing
	s.mu.Unlock()
}

// MigrationStatus lists every step the program knows, in order, and whether the database
// has it. It changes nothing.
func (s *Store) MigrationStatus(ctx context.Context) ([]Migration, error) {
	steps, err := s.steps()
	if err != nil {
		return nil, err
	}
	applied, err := s.applied(ctx)
	if err != nil && !errors.Is(err, errSchema) {
		return nil, fmt.Errorf("store: migration status: %w", err)
	}
	for i := range steps {
		steps[i].Applied = applied[steps[i].Version]
	}
	return steps, nil
}

// steps reads the embedded files, whose names begin with their number.
func (s *Store) steps() ([]Migration, error) {
	files, err := fs.ReadDir(migrations, path.Join("migrations", s.dialect.name))
	if err != nil {
		return nil, fmt.Errorf("store: migrations: %w", err)
	}
	out := make([]Migration, 0, len(files))
	for _, f := range files {
		digits, _, _ := strings.Cut(f.Name(), "_")
		version, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("store: migration %s: %w", f.Name(), err)
		}
		out = append(out, Migration{Version: version, Name: f.Name()})
	}
	return out, nil
}

// applied returns the steps the database has; errSchema when it has none at all.
func (s *Store) applied(ctx context.Context) (map[int64]bool, error) {
	out := make(map[int64]bool)
	err := each(ctx, s.drain, func(rows *sql.Rows) error {
		var version int64
		if err := rows.Scan(&version); err != nil {
			return err
		}
		if version > 0 {
			out[version] = true
		}
		return nil
	}, "SELECT version_id FROM goose_db_version WHERE is_applied = 1")
	if err != nil && missingTable(err) {
		return nil, fmt.Errorf("%w: %w", errSchema, err)
	}
	return out, err
}

// staleSchema reports that a table or a column is not there that the program knows.
func staleSchema(err error) bool {
	var my *driver.MySQLError
	if errors.As(err, &my) {
		return my.Number == 1146 || my.Number == 1054
	}
	text := err.Error()
	return missingTable(err) || strings.Contains(text, "no such column") || strings.Contains(text, "has no column")
}

func missingTable(err error) bool {
	var my *driver.MySQLError
	if errors.As(err, &my) {
		return my.Number == 1146
	}
	return strings.Contains(err.Error(), "no such table")
}
