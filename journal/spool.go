package journal

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
)

// The buckets of the spool: events holds what the database may not have yet, answers what a
// redelivery may still ask for; both by sequence number, so that pages fill in order.
var (
	bucketEvents  = []byte("events")
	bucketAnswers = []byte("answers")
	bucketMeta    = []byte("meta")
	metaInstance  = []byte("instance")
)

var (
	errBroken = errors.New("journal: spool is closed after a fault")
	errFull   = errors.New("journal: spool is full")
)

const (
	initialMap  = 256 << 20 // of address space; a remap waits for readers
	fillPercent = 0.95      // records come in order and are never changed
)

// spool is the bbolt file. One goroutine writes; reading is safe beside it.
type spool struct {
	o          *Options
	cipher     *recordCipher
	quarantine *quarantine

	mu       sync.RWMutex // held for reading by view, so that nobody closes the file below it
	beginMu  sync.Mutex   // held while a transaction begins, and while one that read ends
	db       *bbolt.DB
	file     *os.File    // of db
	panicked atomic.Bool // bbolt panicked and may hold its locks: closing would wait for ever
	count    counts      // of the last check; owned by whoever opens
	damaged  atomic.Int64

	missing atomic.Int64

	preallocator preallocator
}

// counts are what the check of the file saw.
type counts struct {
	events  int64 // received, not yet in the database
	answers int64 // kept for redeliveries
	last    uint64
}

func (s *spool) path() string { return filepath.Join(s.o.Dir, spoolFile) }

// open locks, checks and opens the file; a damaged one is salvaged first. It returns an
// error only when the disk, the lock or the permissions refuse.
func (s *spool) open() error {
	f, err := openLocked(s.path())
	if err != nil {
		return err
	}
	f, err = s.check(f)
	if err != nil {
		return err
	}
	db, f, err := s.openBolt(f)
	if err != nil && !diskFault(err) {
		// The check found nothing and bbolt still refuses: salvage once, then give up.
		s.o.Logger.Error("journal: bbolt refuses a file that looked sound", "error", err)
		db, f, err = s.salvageAndOpen()
	}
	if err != nil {
		return fmt.Errorf("journal: open spool: %w", err)
	}
	s.mu.Lock()
	s.db, s.file, s.preallocator = db, f, preallocator{}
	s.panicked.Store(false)
	s.mu.Unlock()
	return nil
}

// check walks the whole file and returns a sound one, locked.
func (s *spool) check(f *os.File) (*os.File, error) {
	info, err := f.Stat()
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("journal: look at spool: %w", err)
	}
	var seen inspection
	if info.Size() > 0 {
		seen = inspect(f, info.Size())
	}
	s.count = counts{events: seen.events, answers: seen.answers, last: seen.last}
	if err := s.resolveInstance(&seen); err != nil {
		_ = f.Close()
		return nil, err
	}
	if len(seen.faults) == 0 {
		if info.Size() == 0 {
			s.countMissing()
		}
		return f, nil
	}
	s.o.Logger.Error("journal: spool is damaged and will be salvaged", "faults", len(seen.faults), "first", seen.faults[0])
	f, err = s.salvage(f, info.Size())
	if err == nil {
		s.countMissing()
	}
	return f, err
}

func (s *spool) salvageAndOpen() (*bbolt.DB, *os.File, error) {
	f, err := openLocked(s.path())
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil {
		f, err = s.salvage(f, info.Size())
	}
	if err != nil {
		_ = f.Close()
		return nil, nil, err
	}
	return s.openBolt(f)
}

// openBolt gives the locked file to bbolt, which owns it from here.
func (s *spool) openBolt(f *os.File) (db *bbolt.DB, _ *os.File, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			unlockFile(f)
			db, err = nil, fmt.Errorf("bbolt panicked: %v", fault)
		}
	}()
	db, err = bbolt.Open(s.path(), fileMode, &bbolt.Options{
		Timeout:         time.Second,
		NoFreelistSync:  true,
		FreelistType:    bbolt.FreelistMapType,
		InitialMmapSize: initialMap,
		OpenFile: func(string, int, fs.FileMode) (*os.File, error) {
			return f, nil
		},
	})
	if err != nil {
		_ = f.Close()
		return nil, nil, err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{bucketEvents, bucketAnswers, bucketMeta} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return tx.Bucket(bucketMeta).Put(metaInstance, []byte(s.cipher.instance))
	})
	if err != nil {
		_ = db.Close()
		return nil, nil, err
	}
	return db, f, nil
}

// close closes the file; the next open checks all of it.
func (s *spool) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return
	}
	if s.panicked.Load() {
		unlockFile(s.file) // the mapping stays until the process ends
	} else if err := s.db.Close(); err != nil {
		s.o.Logger.Warn("journal: spool did not close cleanly", "error", err)
	}
	s.db = nil
}

// used returns the bytes of live pages: the file itself never shrinks.
func (s *spool) used() (bytes int64) {
	err := s.view(func(tx *bbolt.Tx) error {
		stats := s.db.Stats()
		bytes = tx.Size() - int64(stats.FreePageN+stats.PendingPageN)*int64(s.db.Info().PageSize)
		return nil
	})
	if err != nil {
		return 0
	}
	return bytes
}

func seqKey(seq uint64) []byte { return binary.BigEndian.AppendUint64(make([]byte, 0, 8), seq) }

// diskFault reports whether the system refused, rather than what stands in the file.
func diskFault(err error) bool {
	var p *fs.PathError
	var n syscall.Errno
	return errors.As(err, &p) || errors.As(err, &n)
}

// event returns a copy of a stored value, nil when it is not there.
func (s *spool) event(seq uint64) (value []byte, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		value = bytes.Clone(tx.Bucket(bucketEvents).Get(seqKey(seq)))
		return nil
	})
	return value, err
}

// oldest returns the time of the first record that has not left, zero when there is none.
func (s *spool) oldest() (at time.Time, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		_, value := tx.Bucket(bucketEvents).Cursor().First()
		if h, _, _, err := parseHeader(value); err == nil {
			at = h.At
		}
		return nil
	})
	return at, err
}
