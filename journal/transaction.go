package journal

import (
	"fmt"

	"go.etcd.io/bbolt"
)

// begin starts a transaction; s.mu is held for reading. bbolt reads the mapping there while it
// holds its locks, and keeps them when that panics: who begins next has to know it before he
// waits for them.
func (s *spool) begin(writable bool) (tx *bbolt.Tx, err error) {
	s.beginMu.Lock()
	defer s.beginMu.Unlock()
	if s.db == nil || s.panicked.Load() {
		return nil, errBroken
	}
	defer func() {
		if fault := recover(); fault != nil {
			s.panicked.Store(true)
			tx, err = nil, fmt.Errorf("journal: begin: %v", fault)
		}
	}()
	return s.db.Begin(writable)
}

// view reads. A panic of bbolt, or of the mapping when the disk can not be read, is an error.
func (s *spool) view(read func(tx *bbolt.Tx) error) (err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	tx, err := s.begin(false)
	if err != nil {
		return err
	}
	defer func() {
		if fault := recover(); fault != nil {
			s.panicked.Store(true)
			err = fmt.Errorf("journal: read spool: %v", fault)
		}
	}()
	defer s.endReading(tx)
	return read(tx)
}

// endReading ends a reading transaction, unless bbolt may have kept the lock that this takes: who waited for it would
// wait for ever, and keep the file from being opened again.
func (s *spool) endReading(tx *bbolt.Tx) {
	s.beginMu.Lock()
	defer s.beginMu.Unlock()
	if !s.panicked.Load() {
		_ = tx.Rollback()
	}
}

// update writes one transaction and returns when it is on the disk. After an error the
// outcome is unknown and the file must be closed.
func (s *spool) update(write func(tx *bbolt.Tx) error) (err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	tx, err := s.begin(true)
	if err != nil {
		return fmt.Errorf("journal: write spool: %w", err)
	}
	defer func() {
		if fault := recover(); fault != nil {
			s.panicked.Store(true)
			err = fmt.Errorf("journal: write spool: %v", fault)
		}
	}()
	defer func() {
		if err != nil {
			_ = tx.Rollback()
		}
	}()
	s.preallocator.extend(s.file, tx.Size())
	tx.Bucket(bucketEvents).FillPercent = fillPercent
	tx.Bucket(bucketAnswers).FillPercent = fillPercent
	if err := write(tx); err != nil {
		return err
	}
	if s.o.hooks.commit != nil {
		return s.o.hooks.commit(tx.Commit)
	}
	return tx.Commit()
}
