package console

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/analytics"
)

// file is an answer that is not JSON.
type file struct {
	name  string // "" = shown, not kept
	kind  string // of its content
	write func(io.Writer) error
	// policy is the Content-Security-Policy of a page, "" = that of every answer.
	policy string
}

// send writes a file; what can not be made is refused before the first byte.
func (d *Console) send(c *gin.Context, f *file) {
	var body bytes.Buffer
	if err := f.write(&body); err != nil {
		d.refuse(c, err)
		return
	}
	if f.policy != "" {
		c.Header("Content-Security-Policy", f.policy)
	}
	if f.name != "" {
		c.Header("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(f.name))
	}
	c.Header("Content-Length", strconv.Itoa(body.Len()))
	c.Data(http.StatusOK, f.kind, body.Bytes())
}

const (
	formatCSV = "csv"
	csvType   = "text/csv; charset=utf-8"
	yamlType  = "application/yaml; charset=utf-8"
)

// csvFile is a table as a file, named after what it is of.
func csvFile(name string, t *analytics.Table) *file {
	return &file{name: name + ".csv", kind: csvType, write: func(w io.Writer) error {
		if err := analytics.WriteTable(w, t); err != nil {
			return fmt.Errorf("console: %s: %w", name, err)
		}
		return nil
	}}
}

// csv reports whether a CSV file is asked for instead of JSON.
func (q *query) csv() bool { return q.choice("format", "json", formatCSV) == formatCSV }

// filter is the question as it was asked, for the head of a file.
func (q *query) filter() string {
	asked := url.Values{}
	for name, list := range q.values {
		if name != "format" && name != "after" && name != "limit" {
			asked[name] = list
		}
	}
	text, err := url.QueryUnescape(asked.Encode())
	if err != nil || text == "" {
		return "全部"
	}
	return text
}
