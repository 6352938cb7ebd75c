package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/sheet"
)

func TestDefinitions_EveryPrintedRowHasOne(t *testing.T) {
	in := fullInputs(t)
	in.Readers = true
	r := indices.NewReport(in)
	b := NewBook(&r, "政务微信服务质量自查报告")
	defined := func(name string) bool {
		return slices.ContainsFunc(b.Definitions, func(d sheet.Definition) bool {
			return slices.Contains(strings.Split(d.Name, "、"), strings.TrimLeft(name, "　")) && d.Text != "" && d.Source != ""
		})
	}
	d := NewDocument(&r)
	for _, f := range b.Accounts[0].Figures {
		if !defined(f.Name) {
			t.Errorf("the row %s (%s) has no definition", f.Name, f.Key)
		}
	}
	for _, c := range d.Accounts[0].Cards {
		if !defined(c.Name) {
			t.Errorf("the card %s has no definition", c.Name)
		}
	}
	for _, l := range d.Accounts[0].Limits {
		if name, _, _ := strings.Cut(l.Name, "（"); !defined(name) {
			t.Errorf("the limit %s has no definition", l.Name)
		}
	}
	for _, table := range slices.Concat(d.Overview, d.Live) {
		for _, row := range table.Rows {
			if row[0] != "数据说明" && !defined(row[0]) {
				t.Errorf("the row %s of the overview has no definition", row[0])
			}
		}
	}
}
