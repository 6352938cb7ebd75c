//go:build unix

package store

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// passerby names the file of which the test process, started anew, asks who has locked it.
const passerby = "STORE_TEST_PASSERBY"

// TestMain is the passer-by, or runs the tests.
func TestMain(m *testing.M) {
	path := os.Getenv(passerby)
	if path == "" {
		os.Exit(m.Run())
	}
	if err := locked(path); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// locked is nil when another process holds the lock of a user of the database: the 510
// bytes from 1 GiB + 2 on (https://www.sqlite.org/fileformat2.html, lock-byte page).
func locked(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	lock := syscall.Flock_t{Type: syscall.F_WRLCK, Start: 1<<30 + 2, Len: 510}
	if err := syscall.FcntlFlock(f.Fd(), syscall.F_GETLK, &lock); err != nil {
		return err
	}
	if lock.Type == syscall.F_UNLCK {
		return fmt.Errorf("nobody has locked %s", path)
	}
	return nil
}

// TestOpeningTwiceKeepsTheLocksOfTheFirst: the system drops every lock a process has on a
// file as soon as the process closes the file once, wherever it does. To others the database
// then seems to have no user.
func TestOpeningTwiceKeepsTheLocksOfTheFirst(t *testing.T) {
	database := fresh(t, dialectSQLite)
	if err := openStore(t, options(t, database)).Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	openStore(t, options(t, database))
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), passerby+"="+database[len("sqlite:"):])
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}
