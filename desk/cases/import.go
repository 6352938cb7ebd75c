package cases

import (
	"cmp"
	"context"
	"io"
	"slices"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/store"
)

// SourceHotline is where imported cases come from unless it is said.
const SourceHotline = "12345"

// ImportRequest is a file of closed cases of another system.
type ImportRequest struct {
	AppID   string
	Name    string // of the file, which faults are named by
	Content io.Reader
	Source  string // the system, "" = SourceHotline; a row may name its own
	DryRun  bool   // only what would change
}

// What an import does with a row; one that stands there unchanged is only counted.
const (
	ImportAdded   = "added"
	ImportChanged = "changed"
	ImportKept    = "kept" // as it was imported, though the file now tells its course otherwise
	ImportOpen    = "open" // not imported: not over, or withdrawn
)

// ImportChange is what becomes of a row.
type ImportChange struct {
	Number string              `json:"number"` // in its source
	Case   string              `json:"case"`   // "" = it has none yet
	Kind   string              `json:"kind"`
	Title  string              `json:"title"` // masked
	Fields []sheet.FieldChange `json:"fields,omitempty"`
}

// ImportResult is what an import did, or would do.
type ImportResult struct {
	DryRun  bool           `json:"dry_run"`
	Added   int            `json:"added"`
	Changed int            `json:"changed"`
	Kept    int            `json:"kept"`
	Open    int            `json:"open"`
	Same    int            `json:"same"`
	Changes []ImportChange `json:"changes"` // the first mostShown of them
}

const (
	mostShown = 500
	// importedAtOnce are the cases of one transaction: their rows of the log keep within a batch.
	importedAtOnce = 100
)

// Import takes closed cases over, audited: each is one by its source and its number there, so that the same file
// again changes nothing, and an interrupted import is finished by repeating it. How they are filed and
// rated is brought up to date; their times and texts are those of the first import, from which the log
// and the figures have them. Faults of the file are named by line and cell; then nothing is imported.
func (b *Cases) Import(ctx context.Context, who models.Who, q ImportRequest) (out ImportResult, err error) {
	q.Source = cmp.Or(models.OneLine(q.Source, 30), SourceHotline)
	if q.Source == SourceChat || q.Source == SourceAgent {
		return out, faulty("source", "source_ours", "这是本系统自己的工单，请换一个名称，例 12345")
	}
	account, err := b.account(ctx, q.AppID)
	if err != nil {
		return out, err
	}
	list, err := readImport(&q, b.o.Now())
	if err != nil {
		return out, err
	}
	out.DryRun, out.Changes = q.DryRun, []ImportChange{}
	for batch := range slices.Chunk(list, importedAtOnce) {
		run := b.store.Transact
		if q.DryRun {
			run = func(ctx context.Context, f func(*store.Tx) error) error { return b.store.Read(ctx, store.Reports, f) }
		}
		var done ImportResult
		err := run(ctx, func(t *store.Tx) error {
			done = ImportResult{}
			return b.importBatch(ctx, t, who, account, &q, batch, &done)
		})
		if err != nil {
			return out, models.Wrap("cases: import", err)
		}
		out.add(&done)
	}
	return out, nil
}

// add counts what another batch came to.
func (r *ImportResult) add(o *ImportResult) {
	r.Added, r.Changed, r.Kept, r.Open, r.Same = r.Added+o.Added, r.Changed+o.Changed, r.Kept+o.Kept, r.Open+o.Open, r.Same+o.Same
	r.Changes = append(r.Changes, o.Changes[:min(len(o.Changes), mostShown-len(r.Changes))]...)
}

func (r *ImportResult) note(c *imported, number, kind string, fields []sheet.FieldChange) {
	r.Changes = append(r.Changes, ImportChange{Number: c.number, Case: number, Kind: kind, Title: models.OneLine(models.Mask(c.text), 40), Fields: fields})
}

func (b *Cases) importBatch(ctx context.Context, t *store.Tx, who models.Who, account *models.Account, q *ImportRequest, batch []*imported, r *ImportResult) error {
	var rows []models.Interaction
	for _, c := range batch {
		if c.State == "" {
			r.Open++
			r.note(c, "", ImportOpen, nil)
			continue
		}
		known, err := b.knownImport(ctx, t, c, q.DryRun)
		if err != nil {
			return err
		}
		if known != nil {
			if err := b.updateImport(ctx, t, c, known, r, q.DryRun); err != nil {
				return err
			}
			continue
		}
		r.Added++
		if !q.DryRun {
			if err := b.addImport(ctx, t, who, account, c); err != nil {
				return err
			}
			rows = append(rows, c.logRows()...)
		}
		r.note(c, c.Number, ImportAdded, nil)
	}
	if q.DryRun || r.Added+r.Changed == 0 {
		return nil
	}
	if err := b.waits.RecordIn(ctx, t, rows); err != nil {
		return err
	}
	return t.Audit(ctx, models.AuditEntry{
		Who: who, Action: "case.import", ObjectType: "case", ObjectID: models.Clip(q.Name, 100), AppID: q.AppID,
		After: models.JSON(map[string]any{"source": q.Source, "added": r.Added, "changed": r.Changed}),
	})
}
