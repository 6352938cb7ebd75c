package console

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/analytics"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/report"
)

// overviewPage is how the service and the accounts are, and the alarms that stand.
type overviewPage struct {
	analytics.Overview
	Alarms []accounts.OpenAlarm `json:"alarms"`
}

func (d *Console) overview(c *gin.Context) (any, error) {
	ids, err := appIDs(c)
	if err != nil {
		return nil, err
	}
	var health *analytics.ServiceHealth
	if d.o.Health != nil {
		health = new(d.o.Health(c.Request.Context()))
	}
	page, err := d.o.Analytics.Overview(c.Request.Context(), ids, health)
	if err != nil {
		return nil, err
	}
	open, err := d.o.Accounts.OpenAlarms(c.Request.Context(), ids)
	return overviewPage{page, open}, err
}

// definitions are the words of every figure. They are of no account; the ones named must be there
// all the same.
func (d *Console) definitions(c *gin.Context) (any, error) {
	ids, err := appIDs(c)
	if err != nil {
		return nil, err
	}
	return d.o.Analytics.Definitions(c.Request.Context(), ids)
}

func (d *Console) citizen(c *gin.Context) (any, error) {
	q := parameters(c)
	ask := analytics.ConversationQuery{Citizen: c.Param("uid"), Around: q.text("around"), Account: q.account()}
	if err := q.err(); err != nil {
		return nil, err
	}
	return d.o.Analytics.Conversation(c.Request.Context(), ask)
}

const (
	// reportTime is how long a report may take: it reads every week of a quarter.
	reportTime = 60 * time.Second
	// pagePolicy lets a report show its own styles and drawings, and nothing run.
	pagePolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox allow-modals"
	pageType   = "text/html; charset=utf-8"
	xlsxType   = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// report is the self-check of a quarter, as the command makes it, or of other days.
func (d *Console) report(c *gin.Context) (any, error) {
	q := parameters(c)
	ask := analytics.IndicesQuery{Accounts: q.accounts(), Channel: q.channel(), AsOf: q.asOf()}
	format, quarter := q.choice("format", "html", "xlsx"), q.text("quarter")
	var err error
	ask.From, ask.To = q.window()
	switch days := q.values.Has("from") || q.values.Has("to"); {
	case days && q.values.Has("quarter"):
		q.fault("quarter", "写了 from 和 to 就不写 quarter")
	case days && ask.From.IsZero() != ask.To.IsZero():
		q.fault("from", "from 和 to 请都写")
	case !days:
		if ask.From, ask.To, err = models.ParseQuarter(quarter); err != nil {
			q.fault("quarter", "应为季度，例 2026Q3；别的时段写 from 和 to")
		}
	}
	if err := q.err(); err != nil {
		return nil, err
	}
	made, err := d.o.Analytics.SelfCheck(c.Request.Context(), ask, nil)
	if err != nil {
		return nil, err
	}
	if format == "html" {
		return &file{kind: pageType, policy: pagePolicy, write: written("page", made, report.Write)}, nil
	}
	period := strings.ReplaceAll(report.PeriodName(ask.From, ask.To), " ", "")
	return &file{name: "自查报告" + period + ".xlsx", kind: xlsxType, write: written("workbook", made, report.WriteXLSX)}, nil
}

func written(what string, made *report.Document, write func(io.Writer, *report.Document) error) func(io.Writer) error {
	return func(w io.Writer) error {
		if err := write(w, made); err != nil {
			return fmt.Errorf("console: report as a %s: %w", what, err)
		}
		return nil
	}
}
