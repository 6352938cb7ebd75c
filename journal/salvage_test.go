package journal

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"
	"time"

	"go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/models"
)

const spooled = 400

// fullSpool leaves a spool of many events that no database has, and returns its options.
func fullSpool(t testing.TB, b *table) Options {
	t.Helper()
	b.set(down(models.FaultTransient))
	o := options(t, b)
	o.Instance = "fixed"
	o.hooks.commit = nil
	j := open(t, o)
	done := make(chan struct{}, spooled)
	for i := range spooled {
		go func() {
			defer func() { done <- struct{}{} }()
			if _, err := j.Receive(t.Context(), message(fmt.Sprint("k", i))); err != nil {
				t.Error(err)
			}
		}()
	}
	for range spooled {
		<-done
	}
	crash(t, j)
	b.set(nil)
	return o
}

func damage(t testing.TB, path string, change func([]byte) []byte) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, change(b), fileMode); err != nil {
		t.Fatal(err)
	}
}

// live returns where the used part of a spool file ends.
func live(b []byte) int {
	p, err := readPages(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		panic(err)
	}
	return int(p.limit) * int(p.pageSize)
}

// flipRecord changes one bit in the text of the first event, in every copy of its page.
func flipRecord(b []byte) []byte {
	p, err := readPages(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		panic(err)
	}
	var first []byte
	p.visit = func(bucket string, _, value []byte) {
		if first == nil && bucket == string(bucketEvents) {
			first = bytes.Clone(value)
		}
	}
	p.walk()
	bad := bytes.Clone(first)
	bad[len(bad)/2] ^= 4
	return bytes.ReplaceAll(b, first, bad)
}

func TestOpen_DamagedSpool(t *testing.T) {
	const page = 4096
	cases := map[string]struct {
		change func(b []byte) []byte
		atMost int // events that may be lost
		sound  bool
	}{
		"one bit of a record": {atMost: 1, change: flipRecord},
		"both metas":          {atMost: 0, change: func(b []byte) []byte { clear(b[:2*page]); return b }},
		"instance id": {atMost: 0, sound: true, change: func(b []byte) []byte {
			return bytes.ReplaceAll(b, []byte("instancefixed"), []byte("instancefixee"))
		}},
		"bucket name": {atMost: 0, change: func(b []byte) []byte {
			return bytes.ReplaceAll(b, []byte("events"), []byte("evenus"))
		}},
		"first meta":    {atMost: 0, change: func(b []byte) []byte { b[40] ^= 1; return b }},
		"second meta":   {atMost: 0, change: func(b []byte) []byte { b[page+40] ^= 1; return b }},
		"tail cut":      {atMost: spooled, change: func(b []byte) []byte { return b[:live(b)*2/3+100] }},
		"middle zeroed": {atMost: spooled, change: func(b []byte) []byte { clear(b[live(b)/2 : live(b)/2+5*page]); return b }},
		"nothing left":  {atMost: spooled, change: func(b []byte) []byte { clear(b); return b }},
		"not a spool":   {atMost: spooled, change: func([]byte) []byte { return bytes.Repeat([]byte("hello"), 9999) }},
		"a few bytes":   {atMost: spooled, change: func([]byte) []byte { return []byte("x") }},
		"empty file":    {atMost: spooled, change: func([]byte) []byte { return nil }, sound: true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			b := newTable()
			o := fullSpool(t, b)
			damage(t, filepath.Join(o.Dir, spoolFile), c.change)
			j, err := Open(o)
			if err != nil {
				t.Fatalf("does not start: %v", err)
			}
			receive(t, j, "new")
			eventually(t, "an empty spool", func() bool { return j.Backlog().Events <= 0 })
			damaged := j.Backlog().Damaged
			list, err := j.quarantine.list()
			if err != nil {
				t.Fatal(err)
			}
			closeNow(t, j)
			in, _, _ := b.count()
			t.Logf("%d of %d events drained, %d damaged, %d in quarantine", in-1, spooled, damaged, len(list))
			if in < spooled+1-c.atMost {
				t.Errorf("%d events lost, at most %d may be", spooled+1-in, c.atMost)
			}
			if !c.sound && (damaged == 0 || len(list) == 0) {
				t.Error("the damage is neither counted nor kept")
			}
		})
	}
}

func TestReceive_SpoolCutWhileRunning(t *testing.T) {
	b := newTable()
	b.fault = down(models.FaultTransient)
	o := options(t, b)
	j := open(t, o)
	for i := range 30 {
		receive(t, j, fmt.Sprint("k", i))
	}
	// The file is cut below the mapping: the next look at it is a fault of the machine.
	if err := os.Truncate(filepath.Join(o.Dir, spoolFile), 4096); err != nil {
		t.Fatal(err)
	}
	b.set(nil)
	receive(t, j, "after")
	closeNow(t, j)
	if _, ok := b.row("after"); !ok {
		t.Error("lost")
	}
}

// TestSpool_PanicInBegin lets many begin a transaction in the moment the file can not
// be read any more: the first panics inside bbolt, which keeps its locks, and the others are
// not to wait for those.
func TestSpool_PanicInBegin(t *testing.T) {
	o := options(t, newTable())
	j := open(t, o)
	receive(t, j, "before")
	j.spool.beginMu.Lock()
	ended := make(chan struct{})
	const many = 8
	for i := range many {
		go func() {
			defer func() { ended <- struct{}{} }()
			debug.SetPanicOnFault(true)
			nothing := func(*bbolt.Tx) error { return nil }
			if i%2 == 0 {
				_ = j.spool.view(nothing)
			} else {
				_ = j.spool.update(nothing)
			}
		}()
	}
	if err := os.Truncate(filepath.Join(o.Dir, spoolFile), 0); err != nil {
		t.Fatal(err)
	}
	j.spool.beginMu.Unlock()
	hung := time.After(10 * time.Second)
	for i := range many {
		select {
		case <-ended:
		case <-hung:
			t.Fatalf("%d of %d wait for a lock that nobody opens", many-i, many)
		}
	}
	receive(t, j, "after")
	closeNow(t, j)
}

// TestPages_AgreeWithBbolt holds the reader of pages against the real thing: on a
// sound file both see the same, and no damage makes it panic or accept what bbolt refuses.
func TestPages_AgreeWithBbolt(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		path := filepath.Join(t.TempDir(), "x.db")
		db, err := bbolt.Open(path, fileMode, &bbolt.Options{NoFreelistSync: rapid.Bool().Draw(rt, "nofree"), NoSync: true})
		if err != nil {
			rt.Fatal(err)
		}
		want := map[string]string{}
		rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		for range rapid.IntRange(1, 6).Draw(rt, "transactions") {
			err = db.Update(func(tx *bbolt.Tx) error { return scribble(tx, rnd, want) })
			if err != nil {
				rt.Fatal(err)
			}
		}
		if err := db.Close(); err != nil {
			rt.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			rt.Fatal(err)
		}
		got := map[string]string{}
		p, err := readPages(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			rt.Fatal(err)
		}
		p.visit = func(bucket string, key, value []byte) { got[bucket+"/"+string(key)] = string(value) }
		p.walk()
		if len(p.faults) != 0 || len(got) != len(want) {
			rt.Fatalf("%d keys of %d, faults %v", len(got), len(want), p.faults)
		}
		for k, v := range want {
			if got[k] != v {
				rt.Fatalf("%q is %q", k, got[k])
			}
		}
		for range 8 {
			bad := bytes.Clone(b)
			for range 1 + rnd.IntN(4) {
				bad[rnd.IntN(len(bad))] ^= 1 << rnd.IntN(8)
			}
			bad = bad[:len(bad)-rnd.IntN(len(bad)/4)]
			p, err := readPages(bytes.NewReader(bad), int64(len(bad)))
			if err == nil {
				p.walk()
			}
			p.scan()
		}
	})
}

func scribble(tx *bbolt.Tx, rnd *rand.Rand, want map[string]string) error {
	for _, name := range []string{"events", "answers", "meta"} {
		bucket, err := tx.CreateBucketIfNotExists([]byte(name))
		if err != nil {
			return err
		}
		for range rnd.IntN(60) {
			key := fmt.Sprint(rnd.IntN(1000))
			if rnd.IntN(3) == 0 {
				delete(want, name+"/"+key)
				if err := bucket.Delete([]byte(key)); err != nil {
					return err
				}
				continue
			}
			value := string(bytes.Repeat([]byte("v"), rnd.IntN(rnd.IntN(6000)+1)))
			want[name+"/"+key] = value
			if err := bucket.Put([]byte(key), []byte(value)); err != nil {
				return err
			}
		}
	}
	return nil
}
