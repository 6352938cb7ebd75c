package store

import (
	"context"
	"crypto/hmac"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/wenzheng/wenzheng/models"
)

// auditHead is the end of the audit chain: the number of its last entry and that entry's
// hash. It is signed in the database, and the newest one this machine saw is kept in a
// file beside it, so that neither entries cut off at the end nor an older signed head go
// unnoticed.
type auditHead struct {
	seq  int64
	hash string
	mac  string // hex
}

func (s *Store) signHead(h *auditHead) string {
	b := append(binary.BigEndian.AppendUint64([]byte("audit head"), uint64(h.seq)), h.hash...) //nolint:gosec // positive
	return hex.EncodeToString(s.opt.AuditMAC(b))
}

func (s *Store) signed(h *auditHead) bool {
	return hmac.Equal([]byte(s.signHead(h)), []byte(h.mac))
}

// readHeads reads the head from the database and the one this machine kept, nil where none is.
// The kept one is read first: it was committed before, so the head in the database is the same
// or a later one, even while entries are appended.
func (s *Store) readHeads(ctx context.Context, q *Tx, lock string) (head, kept *auditHead, err error) {
	if kept, err = s.keptHead(); err == nil {
		head, err = readHead(ctx, q, lock)
	}
	return head, kept, err
}

// readHead reads the head from the database.
func readHead(ctx context.Context, q *Tx, lock string) (*auditHead, error) {
	var h *auditHead
	err := q.Query(ctx, func(rows *sql.Rows) error {
		h = &auditHead{}
		return rows.Scan(&h.seq, &h.hash, &h.mac)
	}, "SELECT seq, hash, mac FROM audit_head WHERE id = 1"+lock)
	if err == nil && h == nil {
		err = brokenHead("审计链的链头不见了")
	}
	return h, err
}

func (t *Tx) writeHead(ctx context.Context, h auditHead) error {
	h.mac = t.s.signHead(&h)
	t.auditHead = &h
	return t.Exec(ctx, "UPDATE audit_head SET seq = ?, hash = ?, mac = ? WHERE id = 1", h.seq, h.hash, h.mac)
}

// checkHeads returns a *models.Error where the head h is not signed or where the chain does
// not lead through the kept head: then entries are missing or were replaced.
func (s *Store) checkHeads(ctx context.Context, q *Tx, h, kept *auditHead) (err error) {
	switch {
	case !s.signed(h):
		return brokenHead(fmt.Sprintf("审计链头（第 %d 条）的签名不符", h.seq))
	case kept == nil:
		return nil
	case h.seq < kept.seq:
		return brokenHead(fmt.Sprintf("数据库里的审计记录只到第 %d 条，本机记得有第 %d 条：末尾的记录被删，或数据库是从备份恢复的", h.seq, kept.seq))
	}
	hash := h.hash
	if kept.seq < h.seq && kept.seq > 0 {
		hash = ""
		err = q.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&hash) }, "SELECT hash FROM audit WHERE seq = ?", kept.seq)
	}
	if err == nil && kept.seq > 0 && hash != kept.hash {
		err = brokenHead(fmt.Sprintf("第 %d 条审计记录与本机记得的不同", kept.seq))
	}
	return err
}

// keptHead reads the file with the newest head this machine saw; nil where none is kept.
func (s *Store) keptHead() (*auditHead, error) {
	if s.opt.AuditHeadFile == "" {
		return nil, nil //nolint:nilnil // no head is kept
	}
	text, err := os.ReadFile(s.opt.AuditHeadFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // no head is kept yet
	}
	if err != nil {
		return nil, models.NewError(models.CodeUnavailable, "读不出审计链头："+models.PlainText(err)+"；请核对这个文件的属主和权限")
	}
	var h auditHead
	if _, err := fmt.Sscanf(string(text), "%d %s %s", &h.seq, &h.hash, &h.mac); err != nil || !s.signed(&h) {
		return nil, brokenHead("文件 " + s.opt.AuditHeadFile + " 记着审计链头，但内容或签名不符")
	}
	return &h, nil
}

// KeepsAuditHead reports whether this machine keeps a head of the audit chain. Without one
// nobody can tell that entries were cut off at the end and an earlier signed head put back.
func (s *Store) KeepsAuditHead() bool {
	kept, err := s.keptHead()
	return err != nil || kept != nil
}

// keepHead writes the head of a committed chain into the file. The action is done by then,
// so a fault is only logged.
func (s *Store) keepHead(h *auditHead) {
	if s.opt.AuditHeadFile == "" || h.seq == 0 {
		return
	}
	err := ReplaceFile(s.opt.AuditHeadFile, fmt.Appendf(nil, "%d %s %s\n", h.seq, h.hash, h.mac))
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // without a data folder nothing is kept
		s.opt.Logger.Error("the head of the audit chain could not be kept outside the database", "error", err)
	}
}

// CheckAuditHead holds the head of the audit chain against the one this machine kept, and
// keeps the newer one. It reads two rows at most; VerifyAudit reads the whole chain. The
// error is a *models.Error where entries are missing or were replaced.
func (s *Store) CheckAuditHead(ctx context.Context) error {
	q := s.on(s.reader)
	h, kept, err := s.readHeads(ctx, q, "")
	if err == nil {
		err = s.checkHeads(ctx, q, h, kept)
	}
	if err != nil {
		return fmt.Errorf("store: check audit head: %w", err)
	}
	if kept == nil || kept.seq < h.seq {
		s.keepHead(h)
	}
	return nil
}

// AcceptAuditHead goes on from the entries that are there: a backup was restored, or what
// happened has been cleared up. The entry it appends names the head that was expected, the
// one that is there, who accepted it and why. Entries that were changed stay broken.
func (s *Store) AcceptAuditHead(ctx context.Context, who models.Who, reason string) error {
	kept, err := s.keptHead()
	if err != nil && models.ErrorCode(err) != CodeAuditBroken {
		return fmt.Errorf("store: accept audit head: %w", err)
	}
	err = s.Transact(ctx, func(t *Tx) error {
		was, err := readHead(ctx, t, s.dialect.ForUpdate)
		if err != nil {
			return err
		}
		there := auditHead{}
		err = t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&there.seq, &there.hash) },
			"SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
		if err != nil {
			return err
		}
		e := models.AuditEntry{Who: who, Action: "audit.accept", ObjectType: "audit", ObjectID: fmt.Sprint(there.seq), Reason: reason}
		e.Before, e.After = models.JSON(describeHeads(was, kept)), models.JSON(map[string]any{"seq": there.seq, "hash": there.hash})
		return t.append(ctx, there, e)
	})
	if err != nil {
		return fmt.Errorf("store: accept audit head: %w", err)
	}
	return nil
}

func describeHeads(database, kept *auditHead) map[string]any {
	out := map[string]any{"seq": database.seq, "hash": database.hash}
	if kept != nil {
		out["kept_seq"], out["kept_hash"] = kept.seq, kept.hash
	}
	return out
}

func brokenHead(found string) error {
	return models.NewError(CodeAuditBroken, found+"。请核对数据库和备份；查明以后用 wenzheng audit verify --accept 写明原因，再继续操作")
}

// ReplaceFile writes beside the file (0600), syncs, renames over it and syncs the folder, so that the
// file is at any moment either the former one or this one.
func ReplaceFile(path string, content []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
