package console

import (
	"fmt"
	"io"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/rulebook"
)

// maxRulesFile bounds a file of rules in bytes; 10,000 rules take a quarter of it.
const maxRulesFile = 16 << 20

// ruleFileRoutes are those of rules as files.
func (d *Console) ruleFileRoutes(v1 gin.IRouter) {
	v1.POST("/rules/import", d.may(auth.WriteRules), d.do(d.uploaded(maxRulesFile, d.queuedWithin(reportTime, d.importRules))))
	v1.GET("/rules/export", d.may(auth.ReadRules), d.do(d.queuedWithin(reportTime, d.exportRules)))
}

func (d *Console) importRules(c *gin.Context) (any, error) {
	q := parameters(c)
	name, dryRun := q.text("name"), q.choice("dry_run", "false", "true") == "true"
	if name == "" {
		q.fault("name", "请写文件的名称，扩展名 yaml、json、csv 或 xlsx")
	}
	account, err := d.requestAccount(c, q, nil)
	if err != nil {
		return nil, err
	}
	return d.o.Rulebook.ImportFile(c.Request.Context(), callerOf(c).Who, rulebook.ImportFileRequest{Account: account, Name: name, Content: c.Request.Body, DryRun: dryRun})
}

func (d *Console) exportRules(c *gin.Context) (any, error) {
	q := parameters(c)
	format, drafts := q.choice("format", "yaml", "csv", "xlsx", "json"), q.choice("drafts", "false", "true") == "true"
	account, err := d.requestAccount(c, q, nil)
	if err != nil {
		return nil, err
	}
	made, err := d.o.Rulebook.ExportFile(c.Request.Context(), account, format, drafts)
	if err != nil {
		return nil, err
	}
	kind := map[string]string{"yaml": yamlType, formatCSV: csvType, "xlsx": xlsxType, "json": jsonType}[format]
	return &file{name: made.Name, kind: kind, write: func(w io.Writer) error {
		if err := made.Write(w); err != nil {
			return fmt.Errorf("console: rules as a file: %w", err)
		}
		return nil
	}}, nil
}
