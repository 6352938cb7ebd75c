package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/wenzheng/wenzheng/models"
)

const (
	auditColumns = "seq, at, actor_id, actor_name, role, session, ip, user_agent, request_id, action, object_type, object_id, " +
		"app_id, result, reason, before_json, after_json, prev_hash, hash"
	auditWidth  = 19
	reasonChars = 2000
	longChars   = 512
)

// Audit appends an entry. Without an entry nothing may be done, so an error here means
// that the action must not happen. Seq, PrevHash and Hash of e are ignored.
func (s *Store) Audit(ctx context.Context, e models.AuditEntry) error {
	err := s.Transact(ctx, func(t *Tx) error { return t.Audit(ctx, e) })
	if err != nil {
		return fmt.Errorf("store: audit %s: %w", e.Action, err)
	}
	return nil
}

// Audit appends an entry within the transaction of the action. The row of the chain's head
// is locked until the commit, so entries of several instances form one chain. A head that
// was set back refuses the entry, and with it the action.
func (t *Tx) Audit(ctx context.Context, e models.AuditEntry) error {
	head, kept, err := t.s.readHeads(ctx, t, t.s.dialect.ForUpdate)
	if err == nil {
		err = t.s.checkHeads(ctx, t, head, kept)
	}
	if err != nil {
		return err
	}
	return t.append(ctx, *head, e)
}

// append writes e as the entry after head.
func (t *Tx) append(ctx context.Context, head auditHead, e models.AuditEntry) error {
	e = auditable(e, t.s.opt.Now())
	e.Seq, e.PrevHash = head.seq+1, head.hash
	e.Hash = t.s.auditHash(&e)
	err := t.Upsert(ctx, "audit", auditColumns, auditWidth, []any{
		e.Seq, Micros(e.At), e.Who.ID, e.Who.Name, e.Who.Role,
		e.Who.Session, e.Who.IP, e.Who.UserAgent, e.Who.RequestID, e.Action, e.ObjectType, e.ObjectID, e.AppID, e.Result,
		e.Reason, e.Before, e.After, e.PrevHash, e.Hash,
	}, "")
	if err != nil {
		return err
	}
	return t.writeHead(ctx, auditHead{seq: e.Seq, hash: e.Hash})
}

// auditable is the entry as its columns hold it: what is signed is what is stored.
func auditable(e models.AuditEntry, now time.Time) models.AuditEntry {
	if e.At.IsZero() {
		e.At = now
	}
	if e.Result == "" {
		e.Result = models.AuditDone
	}
	var c cutter
	for _, f := range []struct {
		value *string
		size  int
	}{
		{&e.Who.ID, nameChars},
		{&e.Who.Name, nameChars},
		{&e.Who.Role, shortChars},
		{&e.Who.Session, nameChars},
		{&e.Who.IP, shortChars},
		{&e.Who.UserAgent, longChars},
		{&e.Who.RequestID, nameChars},
		{&e.Action, shortChars},
		{&e.ObjectType, shortChars},
		{&e.ObjectID, longChars},
		{&e.AppID, appIDChars},
		{&e.Result, appIDChars},
		{&e.Reason, reasonChars},
	} {
		*f.value = c.chars(*f.value, f.size)
	}
	const jsonBytes = 1 << 20
	e.Before = c.bytes(models.CleanText(e.Before), jsonBytes)
	e.After = c.bytes(models.CleanText(e.After), jsonBytes)
	return e
}

// auditHash signs the entry and, through PrevHash, all before it. Fields are prefixed by
// their length, so that no two entries are signed alike.
func (s *Store) auditHash(e *models.AuditEntry) string {
	b := make([]byte, 0, 1024)
	b = binary.BigEndian.AppendUint64(b, uint64(e.Seq))        //nolint:gosec // positive
	b = binary.BigEndian.AppendUint64(b, uint64(Micros(e.At))) //nolint:gosec // any 64 bits do
	for _, f := range []string{
		e.PrevHash, e.Who.ID, e.Who.Name, e.Who.Role, e.Who.Session, e.Who.IP, e.Who.UserAgent, e.Who.RequestID, e.Action,
		e.ObjectType, e.ObjectID, e.AppID, e.Result, e.Reason, e.Before, e.After,
	} {
		b = binary.BigEndian.AppendUint64(b, uint64(len(f)))
		b = append(b, f...)
	}
	return hex.EncodeToString(s.opt.AuditMAC(b))
}

// AuditFilter selects audit entries; the zero value selects all.
type AuditFilter struct {
	AppID    string
	Actor    string    // the id or the name of who acted
	Action   string    // how the action begins, for example "rule.publish", or "account" for all of accounts
	From, To time.Time // half-open; zero = no bound
	Object   string    // the id of what was acted upon
	AfterSeq int64     // entries with a greater Seq
	Before   int64     // entries with a smaller Seq, 0 = no bound
	Limit    int       // the first so many, 0 = no limit
	Newest   bool      // the last Limit entries in place of the first
}

// AuditEntries hands the entries to f in the order of the chain. An error of f stops.
func (s *Store) AuditEntries(ctx context.Context, filter AuditFilter, f func(models.AuditEntry) error) error {
	var w where
	w.add("seq > ?", filter.AfterSeq)
	w.addIf(filter.Before > 0, "seq < ?", filter.Before)
	w.addIf(filter.Object != "", "object_id = ?", filter.Object)
	w.addIf(filter.AppID != "", "app_id = ?", filter.AppID)
	w.addIf(filter.Actor != "", "(actor_id = ? OR actor_name = ?)", filter.Actor, filter.Actor)
	w.addIf(filter.Action != "", "SUBSTR(action, 1, ?) = ?", utf8.RuneCountInString(filter.Action), filter.Action)
	w.addIf(!filter.From.IsZero(), "at >= ?", Micros(filter.From))
	w.addIf(!filter.To.IsZero(), "at < ?", Micros(filter.To))
	query := "SELECT " + auditColumns + " FROM audit" + w.String() + " ORDER BY seq"
	if filter.Limit > 0 {
		if filter.Newest {
			query = "SELECT * FROM (" + query + " DESC LIMIT ?) AS newest ORDER BY seq"
		} else {
			query += " LIMIT ?"
		}
		w.args = append(w.args, filter.Limit)
	}
	return each(ctx, s.report, func(rows *sql.Rows) error {
		e, err := scanAudit(rows)
		if err != nil {
			return err
		}
		return f(e)
	}, query, w.args...)
}

func scanAudit(rows *sql.Rows) (models.AuditEntry, error) {
	var e models.AuditEntry
	var at int64
	err := rows.Scan(&e.Seq, &at, &e.Who.ID, &e.Who.Name, &e.Who.Role, &e.Who.Session, &e.Who.IP, &e.Who.UserAgent,
		&e.Who.RequestID, &e.Action, &e.ObjectType, &e.ObjectID, &e.AppID, &e.Result, &e.Reason, &e.Before, &e.After,
		&e.PrevHash, &e.Hash)
	e.At = FromMicros(at)
	return e, err
}

// VerifyAudit checks the whole chain and its head and returns how many entries are sound.
// The error is a *models.Error naming the first entry that was changed, removed or put in
// between; an end cut off is seen because the head is signed and kept outside the database
// as well.
func (s *Store) VerifyAudit(ctx context.Context) (n int, err error) {
	q := s.on(s.report)
	head, kept, err := s.readHeads(ctx, q, "")
	if err != nil {
		return 0, fmt.Errorf("store: verify audit: %w", err)
	}
	var seq int64
	var prev string
	const page = 1000
	for seen := page; seen == page; {
		seen = 0
		err := s.AuditEntries(ctx, AuditFilter{AfterSeq: seq, Limit: page}, func(e models.AuditEntry) error {
			seen++
			if e.Seq != seq+1 || e.PrevHash != prev || s.auditHash(&e) != e.Hash {
				return brokenChain(seq + 1)
			}
			seq, prev = e.Seq, e.Hash
			n++
			return nil
		})
		if err != nil {
			return n, fmt.Errorf("store: verify audit: %w", err)
		}
	}
	// Entries may have been added since the heads were read, never removed.
	if seq < head.seq || seq == head.seq && prev != head.hash {
		return n, fmt.Errorf("store: verify audit: %w", brokenChain(seq+1))
	}
	if err := s.checkHeads(ctx, q, head, kept); err != nil {
		return n, fmt.Errorf("store: verify audit: %w", err)
	}
	return n, nil
}

func brokenChain(seq int64) error {
	return models.NewError(CodeAuditBroken, fmt.Sprintf("审计记录自第 %d 条起不连续或被改动：请停止操作并核对备份", seq))
}

// CodeAuditBroken is the code of the error VerifyAudit returns for a chain that does not hold.
const CodeAuditBroken = "audit_broken"

// where collects the conditions of a query.
type where struct {
	parts []string
	args  []any
}

func (w *where) add(part string, args ...any) {
	w.parts = append(w.parts, part)
	w.args = append(w.args, args...)
}

func (w *where) addIf(cond bool, part string, args ...any) {
	if cond {
		w.add(part, args...)
	}
}

func (w *where) String() string {
	out := ""
	for i, p := range w.parts {
		if i == 0 {
			out = " WHERE " + p
			continue
		}
		out += " AND " + p
	}
	return out
}
