package journal

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/seal"
)

// stoppedSpool leaves a spool of n events that no database has, stopped in good order.
func stoppedSpool(t *testing.T, o *Options, b *table, n int) {
	t.Helper()
	b.set(down(models.FaultTransient))
	j := open(t, *o)
	for i := range n {
		receive(t, j, fmt.Sprint("k", i))
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := j.Close(over); err == nil {
		t.Fatal("closed without a backlog")
	}
	b.set(nil)
}

// TestOpen_SpoolEmptiedOrCut: how many answered messages are gone is said, not only how many
// places of the file are bad.
func TestOpen_SpoolEmptiedOrCut(t *testing.T) {
	const n = 60
	for name, c := range map[string]func(b []byte) []byte{
		"emptied":       func([]byte) []byte { return nil },
		"zeroed":        func(b []byte) []byte { clear(b); return b },
		"middle zeroed": func(b []byte) []byte { clear(b[live(b)/3 : live(b)*2/3]); return b },
		"sound":         func(b []byte) []byte { return b },
	} {
		t.Run(name, func(t *testing.T) {
			b := newTable()
			o := options(t, b)
			stoppedSpool(t, &o, b, n)
			damage(t, filepath.Join(o.Dir, spoolFile), c)
			before, _, err := Inspect(o.Dir)
			if err != nil {
				t.Fatal(err)
			}
			j := open(t, o)
			eventually(t, "an empty spool", func() bool { return j.Backlog().Events <= 0 })
			in, _, _ := b.count()
			missing := j.Backlog().Missing
			gone := name == "emptied" || name == "zeroed"
			if missing != int64(n-in) || gone && in > 0 || name == "sound" && in < n {
				t.Errorf("%d of %d events came through, %d are called missing", in, n, missing)
			}
			if name == "emptied" && before.Missing != n {
				t.Errorf("before the start %d are called missing", before.Missing)
			}
		})
	}
}

func TestOpen_SpoolFileRemoved(t *testing.T) {
	b := newTable()
	o := options(t, b)
	stoppedSpool(t, &o, b, 7)
	if err := os.Remove(filepath.Join(o.Dir, spoolFile)); err != nil {
		t.Fatal(err)
	}
	if got := open(t, o).Backlog().Missing; got != 7 {
		t.Errorf("%d are called missing, want 7", got)
	}
}

// TestOpen_KeyOfAnotherSpool: with another master key the records are not taken for damaged.
func TestOpen_KeyOfAnotherSpool(t *testing.T) {
	sealer := func(fill byte, previous ...[]byte) *seal.Sealer {
		s, err := seal.NewSealer(bytes.Repeat([]byte{fill}, 32), previous...)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	b := newTable()
	o := options(t, b)
	o.Sealer = sealer('a')
	stoppedSpool(t, &o, b, 9)
	o.Sealer = sealer('b')
	if j, err := Open(o); models.ErrorCode(err) != codeKey {
		if err == nil {
			closeNow(t, j)
		}
		t.Fatalf("with another key: %v", err)
	}
	if list, err := (&quarantine{dir: filepath.Join(o.Dir, quarantineDir)}).list(); err != nil || len(list) != 0 {
		t.Errorf("quarantine %v, %v", list, err)
	}
	o.Sealer = sealer('b', bytes.Repeat([]byte{'a'}, 32))
	j := open(t, o)
	eventually(t, "an empty spool", func() bool { return j.Backlog().Events == 0 })
	if in, _, _ := b.count(); in != 9 {
		t.Errorf("%d events came through, want 9", in)
	}
	closeNow(t, j)
	o.Sealer = sealer('c')
	closeNow(t, open(t, o)) // nothing speaks against the key
	o.KeyDoubted = true
	if _, err := Open(o); models.ErrorCode(err) != codeKey {
		t.Errorf("nothing was opened with the key, and the snapshot is of another: %v", err)
	}
}
