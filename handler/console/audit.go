package console

import (
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/models"
)

// audit is what selects entries; paged adds which page.
func (q *query) audit(paged bool) (auth.AuditQuery, error) {
	ask := auth.AuditQuery{Actor: q.text("actor"), Action: q.text("action"), Object: q.text("object")}
	ask.From, ask.To = q.window()
	if paged {
		ask.Limit = q.number("limit", usualPage, 1, longestPage)
		if s := q.text("before"); s != "" {
			n, err := strconv.ParseInt(s, 10, 64)
			if err != nil || n < 1 {
				q.fault("before", "应为上一页的 next")
			}
			ask.Before = n
		}
	}
	return ask, q.err()
}

func (d *Console) audit(c *gin.Context) (any, error) {
	q, err := parameters(c).audit(true)
	if err != nil {
		return nil, err
	}
	return d.o.Auth.Audit(c.Request.Context(), q)
}

// auditVerify walks along the whole chain, which takes longer than a question may.
func (d *Console) auditVerify(c *gin.Context) (any, error) {
	patient(c)
	v, err := d.o.Auth.VerifyAudit(c.Request.Context(), callerOf(c).Who)
	if models.ErrorCode(err) != "" { // a chain that is broken is what was asked about, not a fault of the asking
		return struct {
			auth.AuditVerdict
			Broken string `json:"broken"`
		}{v, models.PlainText(err)}, nil
	}
	return v, err
}

// auditExport writes the entries as they are read. What goes wrong on the way breaks the file off.
func (d *Console) auditExport(c *gin.Context) {
	q, err := parameters(c).audit(false)
	if err != nil {
		d.refuse(c, err)
		return
	}
	patient(c)
	head := c.Writer.Header()
	head.Set("Content-Type", "text/csv; charset=utf-8")
	head.Set("Content-Disposition", `attachment; filename="audit.csv"`)
	err = d.o.Auth.ExportAudit(c.Request.Context(), callerOf(c).Who, q, c.Writer)
	switch {
	case err == nil:
	case c.Writer.Written():
		d.o.Logger.WarnContext(c.Request.Context(), "audit export broke off", "error", err)
		panic(http.ErrAbortHandler) // the connection ends, so that nobody takes a part for the whole
	default:
		head.Del("Content-Disposition")
		d.refuse(c, err)
	}
}

// longAnswer is how long an answer may take that reads the whole audit log.
const longAnswer = 10 * time.Minute

// patient gives one answer more time than the server does.
func patient(c *gin.Context) {
	allow(c, longAnswer)
}

// allow lets the request and its answer take this long from now. The server's read limit counts though
// everything is read: when it is over the caller counts as gone. A test recorder knows no deadlines; a
// connection always does.
func allow(c *gin.Context, long time.Duration) {
	conn, end := http.NewResponseController(c.Writer), time.Now().Add(long)
	_ = conn.SetReadDeadline(end)
	_ = conn.SetWriteDeadline(end)
}
