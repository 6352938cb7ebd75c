package journal

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/wenzheng/wenzheng/models"
)

func TestOpen_UnsafeFolder(t *testing.T) {
	o := options(t, newTable())
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(o); models.ErrorCode(err) != codeUnsafe {
		t.Errorf("a folder for everyone: %v", err)
	}
	if err := os.Chmod(o.Dir, dirMode); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(o.Dir, spoolFile)
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(o); models.ErrorCode(err) != codeUnsafe {
		t.Errorf("a file for everyone: %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	j := open(t, o)
	for _, name := range []string{spoolFile, instanceFile, reserveFile} {
		info, err := os.Stat(filepath.Join(o.Dir, name))
		if err != nil || info.Mode().Perm() != fileMode {
			t.Errorf("%s: %v %v", name, info.Mode(), err)
		}
	}
	second := o
	second.Registerer = nil
	if _, err := Open(second); models.ErrorCode(err) != codeLocked {
		t.Errorf("a second journal on one folder: %v", err)
	}
	receive(t, j, "k1")
}

func TestOpen_VolatileFileSystem(t *testing.T) {
	const shm = "/dev/shm"
	if _, volatile, err := volatileFS(shm); err != nil || !volatile {
		if os.Getenv("CI") != "" {
			t.Fatalf("no tmpfs at %s: %v", shm, err)
		}
		t.Skipf("no tmpfs at %s: %v", shm, err)
	}
	dir, err := os.MkdirTemp(shm, "journal") //nolint:usetesting // it must lie on the tmpfs
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	o := options(t, newTable())
	o.Dir, o.AllowVolatile = filepath.Join(dir, "journal"), false
	if _, err := Open(o); models.ErrorCode(err) != codeVolatile {
		t.Errorf("err %v", err)
	}
	o.AllowVolatile = true
	closeNow(t, open(t, o))
}
