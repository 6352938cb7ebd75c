package analytics

import (
	"context"
	"errors"
	"io"
	"slices"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/store"
)

// LogExport asks for rows of the log.
type LogExport struct {
	Filter   store.Filter
	Format   sheet.Format            // CSV or JSONL
	Progress func(written, rows int) // nil: rows are not counted beforehand
}

// ExportLog writes the rows to w, in constant memory.
func (m *Analytics) ExportLog(ctx context.Context, w io.Writer, q LogExport) error {
	if err := m.checkNamed(ctx, q.Filter.AppIDs); err != nil {
		return err
	}
	asOf := m.now().Unix()
	out, err := sheet.NewLogWriter(w, q.Format, sheet.LogWriterOptions{
		WithOpenID: q.Filter.WithOpenID, State: func(w *models.Wait) string { return waitState(w, asOf) },
	})
	if err != nil {
		return err
	}
	rows := 0
	if q.Progress == nil {
		q.Progress = func(int, int) {}
	} else if rows, err = m.store.RowCount(ctx, q.Filter); err != nil {
		return err
	}
	written := 0
	err = m.waits.InteractionsWithWaits(ctx, q.Filter, func(i models.Interaction) error {
		written++
		q.Progress(written, rows)
		return out.Write(i)
	})
	if err != nil {
		return err
	}
	return out.Flush()
}

// waitState is what a wait reads as, with the name that figures have for one that a bot has
// answered and whose citizen may still write again.
func waitState(w *models.Wait, asOf int64) string {
	r := indices.StateAt(w, asOf)
	if r.Pending {
		return "pending"
	}
	return string(r.State)
}

// checkNamed refuses an account that is neither set up nor has rows in the log: a slip of
// the pen would look like an account to which nobody writes.
func (m *Analytics) checkNamed(ctx context.Context, names []string) error {
	known, err := m.store.Accounts(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		if slices.ContainsFunc(known, func(a models.Account) bool { return a.AppID == name }) {
			continue
		}
		found := errors.New("found")
		err := m.store.Interactions(ctx, store.Filter{AppIDs: []string{name}, Limit: 1}, func(models.Interaction) error { return found })
		if err == nil {
			return models.NewError(models.CodeNotFound, "没有账号 "+name+"，日志里也没有它的记录，请用 wenzheng account list 核对")
		}
		if !errors.Is(err, found) {
			return err
		}
	}
	return nil
}
