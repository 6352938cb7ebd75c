package sqlite

import (
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
)

// ErrNoFile is the error of a path that leads to something else.
var ErrNoFile = errors.New("not a regular file")

// Pool makes a pool of so many connections to a database file, each opened with the query of the
// driver (https://pkg.go.dev/modernc.org/sqlite#Driver.Open).
func Pool(path, query string, size int) (*sql.DB, error) {
	c, err := newConnector("file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + query)
	if err != nil {
		return nil, err
	}
	pool := sql.OpenDB(c)
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	return pool, nil
}

// CreatePrivate makes the file, readable by its owner only, before SQLite would make it
// with wider rights; its -wal and -shm companions inherit them. A file that is there keeps
// its rights, it may be anybody's; wide reports that others may read it. It is never opened
// either: closing it would drop the locks that another store of this process holds on it
// (https://www.sqlite.org/howtocorrupt.html, 2.2).
func CreatePrivate(path string) (wide bool, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return false, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the operator names the file
	if err == nil {
		return false, f.Close()
	}
	if !errors.Is(err, fs.ErrExist) {
		return false, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return false, err
	}
	if !info.Mode().IsRegular() {
		return false, ErrNoFile
	}
	return info.Mode().Perm()&0o077 != 0, nil
}
