package sheet

import (
	"io"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// AuditWriter writes entries of the audit log as CSV that spreadsheets take for text.
type AuditWriter struct{ rows rowWriter }

// NewAuditWriter writes the head. Flush ends the file.
func NewAuditWriter(w io.Writer) *AuditWriter {
	a := &AuditWriter{rows: rowWriter{w: w}}
	a.rows.begin()
	a.rows.row([]string{
		"seq", "at", "actor_id", "actor", "role", "session", "ip", "user_agent", "request_id", "action", "title", "object_type", "object_id",
		"app_id", "result", "reason", "before", "after", "hash",
	})
	return a
}

// Write writes one entry.
func (a *AuditWriter) Write(e models.AuditEntry) error {
	a.rows.row([]string{
		strconv.FormatInt(e.Seq, 10), e.At.In(shanghai()).Format(time.RFC3339), e.Who.ID, e.Who.Name, e.Who.Role, e.Who.Session, e.Who.IP,
		e.Who.UserAgent, e.Who.RequestID, e.Action, models.AuditTitle(e.Action), e.ObjectType, e.ObjectID, e.AppID, e.Result, e.Reason,
		e.Before, e.After, e.Hash,
	})
	return a.rows.err
}

// Flush ends the file.
func (a *AuditWriter) Flush() error { return a.rows.flush() }
