package store

import (
	"context"
	"database/sql"
	"time"

	"gorm.io/gorm"
)

// Tx is one transaction of one goroutine.
type Tx struct {
	s         *Store
	db        *gorm.DB
	auditHead *auditHead // when an audit entry was appended
	appended  []*NewRow  // of the log, to be told of behind the commit
	reading   bool       // it changes nothing; its queries end with their context
}

// Dialect is what differs between the databases.
func (t *Tx) Dialect() *Dialect { return &t.s.dialect }

// Now is the time by the store's clock.
func (t *Tx) Now() time.Time { return t.s.opt.Now() }

// NextID is a new id, greater than those before it.
func (t *Tx) NextID() int64 { return t.s.ids.next() }

// Exec runs a statement; a []byte is one argument.
func (t *Tx) Exec(ctx context.Context, query string, args ...any) error { // gorm would expand it
	_, err := t.db.Statement.ConnPool.ExecContext(ctx, query, args...)
	return err
}

// transact runs f in one writing transaction of the pool. Whatever f returns but nil rolls
// back. An error of the commit itself leaves the outcome unknown.
func (s *Store) transact(ctx context.Context, pool *gorm.DB, f func(*Tx) error) error {
	var head *auditHead
	var appended []*NewRow
	err := pool.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		t := &Tx{s: s, db: db}
		err := f(t)
		head, appended = t.auditHead, t.appended
		// gofail: var beforeDBCommit struct{}
		return err
	}, s.dialect.tx)
	// gofail: var afterDBCommit struct{}
	if err == nil && head != nil {
		s.keepHead(head)
	}
	if err == nil && len(appended) > 0 {
		s.tell(appended)
	}
	return err
}

// Transact runs f in one writing transaction. Whatever f returns but nil rolls back. It is repeated
// when the database chose it as the victim of a deadlock; f starts afresh each time.
func (s *Store) Transact(ctx context.Context, f func(*Tx) error) error {
	for again := 0; ; again++ {
		err := s.transact(ctx, s.writer, f)
		if raced(err) != raceKey || again == maxAgain || ctx.Err() != nil {
			return err
		}
	}
}

// Purpose chooses the connections of a reader, so that long reads leave some for short ones.
type Purpose int

// Console is for short reads of people at work, Reports for reads that may take minutes: reports,
// exports, verification.
const (
	Console Purpose = iota
	Reports
)

func (s *Store) pool(p Purpose) *gorm.DB {
	if p == Reports {
		return s.report
	}
	return s.reader
}

// Read runs f in one read transaction: everything it reads is of one moment.
func (s *Store) Read(ctx context.Context, p Purpose, f func(*Tx) error) error {
	return s.pool(p).WithContext(ctx).Transaction(func(db *gorm.DB) error {
		return f(&Tx{s: s, db: db, reading: true})
	}, &sql.TxOptions{Isolation: s.dialect.snapshot, ReadOnly: true})
}

// Query hands every row of one query to scan.
func (s *Store) Query(ctx context.Context, p Purpose, scan func(*sql.Rows) error, query string, args ...any) error {
	return each(ctx, s.pool(p), scan, query, args...)
}
