package journal

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"go.etcd.io/bbolt"
)

// inspection is what a walk through a spool file saw.
type inspection struct {
	events   int64
	answers  int64
	last     uint64 // the highest sequence number ever given
	oldest   time.Time
	instance string
	faults   []string
	samples  []sealedRecord
}

const maxSamples = 8

// inspect checks the structure of the whole file and the header of every record. Sealed
// texts are checked when they are opened.
func inspect(file io.ReaderAt, size int64) inspection {
	var seen inspection
	p, err := readPages(file, size)
	if err != nil {
		return inspection{faults: p.faults}
	}
	p.sequence = func(bucket string, seq uint64) {
		switch bucket {
		case string(bucketEvents):
			seen.last = max(seen.last, seq)
		case string(bucketAnswers), string(bucketMeta):
		default:
			p.fault("a bucket of another name")
		}
	}
	p.visit = func(bucket string, key, value []byte) {
		switch bucket {
		case string(bucketMeta):
			if bytes.Equal(key, metaInstance) {
				seen.instance = string(value)
			}
		case string(bucketAnswers):
			seen.answers++
			seen.last = max(seen.last, sequenceOf(key))
		case string(bucketEvents):
			seen.event(key, value)
		}
	}
	p.walk()
	seen.faults = p.faults
	return seen
}

func (i *inspection) event(key, value []byte) {
	i.last = max(i.last, sequenceOf(key))
	if len(i.samples) < maxSamples {
		i.samples = append(i.samples, sealedRecord{seq: sequenceOf(key), value: bytes.Clone(value)})
	}
	h, _, _, err := parseHeader(value)
	if err != nil || h.Kind != kindReceived {
		return
	}
	i.events++
	if i.oldest.IsZero() || h.At.Before(i.oldest) {
		i.oldest = h.At
	}
}

func sequenceOf(key []byte) uint64 {
	if len(key) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(key)
}

const salvageBatch = 500

// salvage moves the damaged file to quarantine and returns a new one, locked, with every
// record that can still be opened. Records that were deleted long ago may come back: their
// keys make that harmless. The damaged file stays for people to look at.
func (s *spool) salvage(damaged *os.File, size int64) (_ *os.File, err error) {
	defer damaged.Close() //nolint:errcheck // read only from here
	fresh := s.path() + ".new"
	if err := os.Remove(fresh); err != nil && !os.IsNotExist(err) {
		return nil, fmt.Errorf("journal: salvage: %w", err)
	}
	// gofail: var duringSalvage struct{}
	kept, err := s.copyReadable(damaged, size, fresh)
	if err != nil {
		return nil, err
	}
	name := "journal-" + strconv.FormatInt(s.o.Now().UnixMilli(), 10) + ".db"
	if err := s.quarantine.keepFile(s.path(), name); err != nil {
		return nil, err
	}
	// The new file is locked before it gets its name, so that no other process slips in.
	f, err := os.OpenFile(fresh, os.O_RDWR, fileMode) //nolint:gosec // the operator's own folder
	if err != nil {
		return nil, fmt.Errorf("journal: salvage: %w", err)
	}
	held, err := lockFile(f)
	if err == nil && !held {
		err = lockedError(s.o.Dir)
	}
	if err == nil {
		err = os.Rename(fresh, s.path())
	}
	if err == nil {
		err = syncDir(s.o.Dir)
	}
	var info os.FileInfo
	if err == nil {
		info, err = f.Stat()
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("journal: salvage: %w", err)
	}
	seen := inspect(f, info.Size())
	s.count = counts{events: seen.events, answers: seen.answers, last: seen.last}
	s.o.Logger.Error("journal: spool salvaged", "records", kept, "unreadable", s.damaged.Load(), "kept_file", name)
	return f, nil
}

// copyReadable copies what opens into a new file.
func (s *spool) copyReadable(damaged *os.File, size int64, fresh string) (kept int64, err error) {
	db, err := bbolt.Open(fresh, fileMode, &bbolt.Options{Timeout: time.Second, NoFreelistSync: true, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		return 0, fmt.Errorf("journal: salvage: %w", err)
	}
	defer func() {
		if closeErr := db.Close(); err == nil && closeErr != nil {
			err = fmt.Errorf("journal: salvage: %w", closeErr)
		}
	}()
	r := salvager{s: s, db: db, floor: s.count.last}
	p, _ := readPages(damaged, size)
	p.visit = r.take
	if p.limit > 0 {
		p.walk()
	}
	before := len(p.faults)
	p.scan()
	r.flush()
	s.damaged.Add(r.unreadable + int64(max(before, 1)))
	s.quarantine.metrics.damaged.Add(float64(max(before, 1)))
	return r.kept, r.err
}

// salvager collects records and writes them in batches.
type salvager struct {
	s          *spool
	db         *bbolt.DB
	batch      []salvagedRecord
	kept       int64
	unreadable int64
	floor      uint64
	last       uint64
	err        error
}

type salvagedRecord struct {
	bucket []byte
	key    []byte
	value  []byte
}

func (r *salvager) take(bucket string, key, value []byte) {
	if bucket == string(bucketMeta) || len(key) != 8 || r.err != nil {
		return
	}
	_, _, _, err := parseHeader(value)
	if err != nil && bucket == "" {
		return // a page of something else
	}
	if err == nil {
		_, err = r.s.cipher.open(sequenceOf(key), value)
	}
	if err != nil {
		if bucket != "" {
			r.unreadable++
			r.s.quarantine.damaged(sequenceOf(key), value)
		}
		return
	}
	to := bucketEvents
	if bucket == string(bucketAnswers) {
		to = bucketAnswers
	}
	r.kept++
	r.last = max(r.last, sequenceOf(key))
	r.batch = append(r.batch, salvagedRecord{bucket: to, key: append([]byte(nil), key...), value: append([]byte(nil), value...)})
	if len(r.batch) >= salvageBatch {
		r.flush()
	}
}

func (r *salvager) flush() {
	if r.err != nil {
		return
	}
	r.last = max(r.last, r.floor)
	err := r.db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{bucketEvents, bucketAnswers} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		for _, x := range r.batch {
			if err := tx.Bucket(x.bucket).Put(x.key, x.value); err != nil {
				return err
			}
		}
		return tx.Bucket(bucketEvents).SetSequence(r.last)
	})
	if err != nil {
		r.err = fmt.Errorf("journal: salvage: %w", err)
	}
	r.batch = r.batch[:0]
}
