package auth

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/store"
)

// AuditQuery selects entries of the audit log; the zero value selects all.
type AuditQuery struct {
	From, To              time.Time // half-open; zero = no bound
	Actor, Action, Object string    // a name or id; how the action begins; an id
	Before                int64     // entries before this number, 0 = from the newest on
	Limit                 int       // of a page
}

func (q AuditQuery) filter() store.AuditFilter {
	return store.AuditFilter{From: q.From, To: q.To, Actor: q.Actor, Action: q.Action, Object: q.Object, Before: q.Before}
}

// AuditPage is a page of the audit log, the newest entry first. Next is the Before of the next page,
// "" on the last.
type AuditPage struct {
	Entries []AuditLine `json:"entries"`
	Next    string      `json:"next"`
}

// AuditLine is an entry as people see it: what was done in words, and what it changed.
type AuditLine struct {
	models.AuditEntry
	Title   string               `json:"title"`
	Before  json.RawMessage      `json:"before"` // null where there is none
	After   json.RawMessage      `json:"after"`
	Changes []models.AuditChange `json:"changes"`
}

// Audit reads a page of the audit log.
func (a *Auth) Audit(ctx context.Context, q AuditQuery) (AuditPage, error) {
	filter := q.filter()
	filter.Newest, filter.Limit = true, q.Limit+1
	page := AuditPage{Entries: []AuditLine{}}
	err := a.store.AuditEntries(ctx, filter, func(e models.AuditEntry) error {
		page.Entries = append(page.Entries, AuditLine{
			AuditEntry: e, Title: models.AuditTitle(e.Action), Before: rawJSON(e.Before), After: rawJSON(e.After),
			Changes: append([]models.AuditChange{}, e.Changes()...),
		})
		return nil
	})
	if err != nil {
		return page, models.Wrap("auth: audit", err)
	}
	slices.Reverse(page.Entries)
	if len(page.Entries) > q.Limit {
		page.Entries = page.Entries[:q.Limit]
		page.Next = strconv.FormatInt(page.Entries[q.Limit-1].Seq, 10)
	}
	return page, nil
}

// rawJSON is the text of an entry as JSON; what is none is a string.
func rawJSON(text string) json.RawMessage {
	switch {
	case text == "":
		return json.RawMessage("null")
	case json.Valid([]byte(text)):
		return json.RawMessage(text)
	}
	return json.RawMessage(models.JSON(text))
}

// AuditVerdict is what checking the chain came to.
type AuditVerdict struct {
	Entries  int  `json:"entries"`
	HeadKept bool `json:"head_kept"` // this machine remembers the end of the chain: one cut off would be seen
}

// VerifyAudit checks the whole chain. A *models.Error names the first entry that is not as it was.
func (a *Auth) VerifyAudit(ctx context.Context, who models.Who) (v AuditVerdict, err error) {
	v.HeadKept = a.store.KeepsAuditHead()
	v.Entries, err = a.store.VerifyAudit(ctx)
	if err == nil {
		err = a.store.CheckAuditHead(ctx)
	}
	if err == nil {
		err = a.store.Audit(ctx, models.AuditEntry{Who: who, Action: "audit.verify", ObjectType: "audit", After: models.JSON(v)})
	}
	return v, models.Wrap("auth: verify audit", err)
}

// ExportAudit writes the entries as CSV, the oldest first. That they were taken out is an entry too,
// written before them: without it nothing leaves.
func (a *Auth) ExportAudit(ctx context.Context, who models.Who, q AuditQuery, w io.Writer) error {
	err := a.store.Audit(ctx, models.AuditEntry{Who: who, Action: "audit.export", ObjectType: "audit", After: models.JSON(map[string]any{
		"from": day(q.From), "to": day(q.To), "actor": q.Actor, "action": q.Action, "object": q.Object,
	})})
	if err != nil {
		return models.Wrap("auth: export audit", err)
	}
	out := sheet.NewAuditWriter(w)
	if err := a.store.AuditEntries(ctx, q.filter(), out.Write); err != nil {
		return models.Wrap("auth: export audit", err)
	}
	return out.Flush()
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(models.Shanghai()).Format(time.DateOnly)
}
