package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Quarantined is one entry of the quarantine: events that could be stored neither whole nor
// reduced, a record that could not be opened, or a whole damaged spool file.
type Quarantined struct {
	Name    string    `json:"name"`
	Kind    string    `json:"kind"` // poison, damaged or file
	Records int       `json:"records"`
	Bytes   int64     `json:"bytes"`
	At      time.Time `json:"at"`
}

// Kinds of quarantine.
const (
	QuarantinePoison  = "poison"
	QuarantineDamaged = "damaged"
	QuarantineFile    = "file"
)

const (
	quarantineSuffix  = ".wzq"
	quarantineVersion = 1
)

// quarantine keeps what could not be stored. Records stay sealed: the files are copies of
// stored values behind their sequence numbers, safe for concurrent use.
type quarantine struct {
	dir     string
	now     func() time.Time
	metrics *metrics
	records atomic.Int64
	last    atomic.Int64
	fault   func(err error)
}

// sealedRecord is a stored value and its place.
type sealedRecord struct {
	seq   uint64
	value []byte
}

func (q *quarantine) count() error {
	list, err := q.list()
	if err != nil {
		return err
	}
	var n int64
	for _, x := range list {
		n += int64(x.Records)
	}
	q.records.Store(n)
	return nil
}

// keep writes one file with the records of one event. All or nothing is written.
func (q *quarantine) keep(kind string, list []sealedRecord) error {
	b := []byte{quarantineVersion}
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, r := range list {
		b = binary.AppendUvarint(b, r.seq)
		b = appendBytes(b, r.value)
	}
	if err := writeFile(filepath.Join(q.dir, q.name(kind)), b); err != nil {
		return err
	}
	q.records.Add(int64(len(list)))
	return nil
}

// name is unique within the folder: a counter that starts at the clock.
func (q *quarantine) name(kind string) string {
	for {
		last := q.last.Load()
		next := max(last+1, q.now().UnixMicro())
		if q.last.CompareAndSwap(last, next) {
			return kind + "-" + strconv.FormatInt(next, 10) + quarantineSuffix
		}
	}
}

// damaged keeps a record that does not open. It reports whether the record is safe now.
func (q *quarantine) damaged(seq uint64, value []byte) bool {
	q.metrics.damaged.Inc()
	err := q.keep(QuarantineDamaged, []sealedRecord{{seq: seq, value: value}})
	if err != nil {
		q.fault(err)
	}
	return err == nil
}

// keepFile keeps a whole damaged file under a new name; the old name stays until it is
// replaced, where the file system allows it.
func (q *quarantine) keepFile(path, name string) error {
	to := filepath.Join(q.dir, name)
	err := os.Link(path, to)
	if err != nil {
		err = os.Rename(path, to)
	}
	if err != nil {
		return fmt.Errorf("journal: quarantine file: %w", err)
	}
	return syncDir(q.dir)
}

func (q *quarantine) list() ([]Quarantined, error) {
	files, err := os.ReadDir(q.dir)
	if err != nil {
		return nil, fmt.Errorf("journal: list quarantine: %w", err)
	}
	var list []Quarantined
	for _, f := range files {
		info, err := f.Info()
		if err != nil || info.IsDir() || strings.HasSuffix(f.Name(), ".tmp") {
			continue
		}
		x := Quarantined{Name: f.Name(), Kind: QuarantineFile, Bytes: info.Size(), At: info.ModTime()}
		if strings.HasSuffix(f.Name(), quarantineSuffix) {
			x.Kind = QuarantineDamaged
			if strings.HasPrefix(f.Name(), QuarantinePoison) {
				x.Kind = QuarantinePoison
			}
			records, err := q.read(f.Name())
			if err == nil {
				x.Records = len(records)
			}
		}
		list = append(list, x)
	}
	return list, nil
}

func (q *quarantine) read(name string) ([]sealedRecord, error) {
	b, err := os.ReadFile(filepath.Join(q.dir, name)) //nolint:gosec // names come from the folder itself
	if err != nil {
		return nil, fmt.Errorf("journal: read quarantine: %w", err)
	}
	if len(b) == 0 || b[0] != quarantineVersion {
		return nil, errLayout
	}
	c := &coder{b: b, text: string(b), at: 1}
	var list []sealedRecord
	codeList(c, &list, 2, func(r *sealedRecord) {
		c.uint(&r.seq)
		c.bytes(&r.value)
	})
	return list, c.finish()
}

func (q *quarantine) drop(name string, records int) error {
	err := os.Remove(filepath.Join(q.dir, name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("journal: empty quarantine: %w", err)
	}
	q.records.Add(-int64(records))
	return nil
}
