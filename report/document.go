package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"github.com/wenzheng/wenzheng/sheet"
)

// Document is a report, ready to be laid out. Texts are plain; nothing of them is taken for
// markup.
type Document struct {
	Title       string // 政务微信服务质量自查报告
	Period      string // 2026 年第三季度
	Window      string
	AsOf        string
	Formula     string
	Notes       []string // what must be known to read the figures
	Overview    []Table  // the accounts side by side, a few in each
	Live        []Table  // the same of the figures of the instant AsOf, which belong to no window
	Ranking     []string
	Accounts    []Account
	Definitions []sheet.Definition

	book *sheet.Book // the same figures
}

// Table is a heading and rows of as many cells.
type Table struct {
	Head []string
	Rows [][]string
}

// Account is the part of a report about one account.
type Account struct {
	ID, Name string
	Marks    []string // 暂定, 样本不足 ...
	Cards    []Card
	Vetoes   []string
	Limits   []Limit
	// TargetNote says where the targets of the limits come from, or that there are none.
	TargetNote string
	Charts     []Chart
	Groups     []Group
	Findings   []Finding
}

// Group is a heading with the figures below it.
type Group struct {
	Name    string
	Figures []*sheet.Figure
}

// Card is a headline figure with a remark below it. A greyed one is shown but does not count.
type Card struct {
	Name, Value, Remark string
	Grey                bool
}

// Limit is a time limit and how it was kept.
type Limit struct {
	Name, Due, OnTime, Breach, Rate, Interval string
	State                                     string // 达标, 未达标, 无数据, 未设目标
	Target                                    string // what the state is judged by, "" without one
	Source                                    string
}

// The states of a limit.
const (
	LimitMet    = "达标"
	LimitMissed = "未达标"
	LimitNoData = "无数据"
	// LimitNoTarget: nobody said what share is enough.
	LimitNoTarget = "未设目标"
)

// Finding is one problem that was looked for.
type Finding struct {
	sheet.Diagnosis
	Level string // ok, none, notice, amber, red, veto: chooses the colour
}

//go:embed page.html
var page string

// WriteXLSX writes the figures of the report as a workbook. Errors are those of w.
func WriteXLSX(w io.Writer, d *Document) error { return sheet.WriteFiguresXLSX(w, d.book) }

// Write writes the report as one HTML file in UTF-8. Errors are those of w.
func Write(w io.Writer, d *Document) error {
	t, err := template.New("report").Funcs(template.FuncMap{
		"draw": draw,
		"state": func(s string) string {
			return map[string]string{LimitMet: "ok", LimitMissed: "red", LimitNoData: "none", LimitNoTarget: "none"}[s]
		},
	}).Parse(page)
	if err != nil {
		return fmt.Errorf("report: template: %w", err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, d); err != nil {
		return fmt.Errorf("report: lay out: %w", err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("report: write: %w", err)
	}
	return nil
}
