package storetest

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	driver "github.com/go-sql-driver/mysql"
)

// server is the one server of this test process, started by the first who asks.
type shared struct {
	once   sync.Once
	server *Server
	err    error
}

var (
	common    shared
	databases atomic.Int64
	errAbsent = errors.New("mariadbd is not installed (Debian: apt-get install mariadb-server)")
)

// MariaDB returns the DSN of a fresh, empty database on the test process's own server,
// dropped when the test ends. Without mariadbd the test is skipped; with the environment
// variable CI set it fails.
func MariaDB(t testing.TB) string {
	t.Helper()
	common.once.Do(func() { common.server, common.err = start("", true) })
	need(t, common.err)
	return common.server.Database(t)
}

// Server is a MariaDB server of one test, which may kill and restart it.
type Server struct {
	dir   string
	port  int
	args  []string
	cmd   *exec.Cmd
	alive io.WriteCloser // the server ends when this end of the pipe is closed
}

// Private starts a server that belongs to the test alone and ends with it. More
// arguments are passed on to mariadbd.
func Private(t testing.TB, args ...string) *Server {
	t.Helper()
	s, err := start(Folder(t), false, args...)
	need(t, err)
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Errorf("stop mariadbd: %v", err)
		}
	})
	return s
}

func need(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, errAbsent) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// usual are the properties of a database that the program's manual asks for.
const usual = " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"

// Database makes an empty database on the server and returns its DSN.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	name := "t" + strconv.FormatInt(databases.Add(1), 10)
	s.Exec(t, "CREATE DATABASE "+name+usual)
	t.Cleanup(func() {
		// A server killed by its test has nothing to tidy.
		_ = s.exec("DROP DATABASE IF EXISTS " + name)
	})
	return s.dsn(name)
}

// Exec runs one statement as root, as an administrator would.
func (s *Server) Exec(t testing.TB, statement string) {
	t.Helper()
	if err := s.exec(statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func (s *Server) dsn(name string) string {
	return "root@tcp(127.0.0.1:" + strconv.Itoa(s.port) + ")/" + name
}

func (s *Server) exec(statement string) error { return s.execIn("", statement) }

// execIn runs statements in a database.
func (s *Server) execIn(database, statements string) error {
	return s.in(database, func(ctx context.Context, db *sql.DB) error {
		_, err := db.ExecContext(ctx, statements)
		return err
	})
}

// in does something in a database, as an administrator would.
func (s *Server) in(database string, f func(ctx context.Context, db *sql.DB) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	cfg, err := driver.ParseDSN(s.dsn(database))
	if err != nil {
		return err
	}
	cfg.Logger, cfg.MultiStatements = &driver.NopLogger{}, true
	connector, err := driver.NewConnector(cfg)
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	return errors.Join(f(ctx, db), db.Close())
}

// Kill ends the server as kill -9 does and returns when it is gone.
func (s *Server) Kill(t testing.TB) {
	t.Helper()
	pid, err := s.pid()
	if err == nil {
		err = syscall.Kill(pid, syscall.SIGKILL)
	}
	if err != nil {
		t.Fatalf("kill mariadbd: %v", err)
	}
	if err := s.stop(); err != nil {
		t.Fatalf("kill mariadbd: %v", err)
	}
}

// Signal sends the server a signal, for example SIGSTOP.
func (s *Server) Signal(t testing.TB, sig syscall.Signal) {
	t.Helper()
	pid, err := s.pid()
	if err == nil {
		err = syscall.Kill(pid, sig)
	}
	if err != nil {
		t.Fatalf("signal mariadbd: %v", err)
	}
}

// Restart starts the server again on the same data folder and port.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	if err := s.run(false); err != nil {
		t.Fatal(err)
	}
}

func (s *Server) pid() (int, error) {
	b, err := os.ReadFile(filepath.Join(s.dir, "pid"))
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(b)))
}

// Client returns the arguments that lead the mariadb programs to the server.
func (s *Server) Client() []string {
	return []string{"--no-defaults", "--user=root", "--protocol=tcp", "--host=127.0.0.1", "--port=" + strconv.Itoa(s.port)}
}
