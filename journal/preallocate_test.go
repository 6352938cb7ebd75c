package journal

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/wenzheng/wenzheng/models"
)

// TestPreallocate_NewAndReopenedSpool: a new spool has its size, and zeros stay ahead of the records,
// whatever comes, in a second life too.
func TestPreallocate_NewAndReopenedSpool(t *testing.T) {
	b := newTable()
	o := options(t, b)
	o.PreallocateBytes = 20 << 20
	file := filepath.Join(o.Dir, spoolFile)
	for life := range 2 {
		b.set(down(models.FaultTransient)) // so that nothing leaves the spool
		j := open(t, o)
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if life == 0 && info.Size() < o.PreallocateBytes {
			t.Errorf("a new file has %d bytes", info.Size())
		}
		m := message("k")
		m.Raw = make([]byte, 60_000)
		for i := range 400 {
			m.Key = string(rune('a'+life)) + string(rune('0'+i))
			if _, err := j.Receive(t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}
		b.set(nil)
		closeNow(t, j)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	var live int64
	db, err := bbolt.Open(file, fileMode, &bbolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	err = db.View(func(tx *bbolt.Tx) error { live = tx.Size(); return nil })
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	if live < 22<<20 || info.Size()-live < preallocateLeast-1<<20 {
		t.Fatalf("%d bytes live, %d in the file", live, info.Size())
	}
	if st, ok := info.Sys().(*syscall.Stat_t); ok && st.Blocks*512 < live+preallocateLeast-1<<20 {
		t.Errorf("%d bytes live, the disk has blocks for %d only", live, st.Blocks*512)
	}
	rest, err := io.ReadAll(io.NewSectionReader(f, live, info.Size()-live))
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range rest {
		if b != 0 {
			t.Fatalf("byte %d behind the live ones is %x", i, b)
		}
	}
}

// small is a disk that takes so many bytes more.
type small struct {
	room  int64
	size  int64 // what the file was cut to
	syncs int
}

func (d *small) WriteAt(b []byte, _ int64) (int, error) {
	n := min(int64(len(b)), d.room)
	d.room -= n
	if n < int64(len(b)) {
		return int(n), errors.New("no space")
	}
	return len(b), nil
}

func (d *small) Truncate(size int64) error { d.size = size; return nil }
func (d *small) Sync() error               { d.syncs++; return nil }

func TestPreallocator_FullDisk(t *testing.T) {
	d := &small{room: preallocateStep + 1}
	var p preallocator
	for live := int64(0); live < 20<<20; live += 1 << 20 {
		p.extend(d, live)
	}
	if !p.off || d.room != 0 {
		t.Errorf("%+v, room for %d", p, d.room)
	}
	d.room = preallocateStep
	p.extend(d, 40<<20)
	if d.room != preallocateStep {
		t.Error("written to a disk that was full")
	}
}

func TestPreallocator_FillsOnceOrNotAtAll(t *testing.T) {
	const size = 8 << 20
	for name, c := range map[string]struct {
		bytes, room, left, cut int64
		syncs                  int
	}{
		"new file":     {bytes: 16 << 10, room: 2 * size, left: size, syncs: 1},
		"earlier life": {bytes: size, room: size, left: size},
		"full disk":    {bytes: 16 << 10, room: size / 2, cut: 16 << 10},
	} {
		t.Run(name, func(t *testing.T) {
			d := &small{room: c.room}
			var p preallocator
			if err := p.fill(d, c.bytes, 0, size); err != nil {
				t.Fatal(err)
			}
			if d.room != c.left || d.size != c.cut || d.syncs != c.syncs || p.off != (c.cut > 0) {
				t.Errorf("%+v after %+v", d, p)
			}
		})
	}
}
