package sheet

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// title is a column by the names under which a heading may ask for it.
type title struct {
	name    string   // the one that is written
	chinese []string // understood as well; the first is shown beside the name
}

// What stands in place of a known column: a column of remarks is not read, one without a
// heading must be empty.
const (
	passedOver = -1
	unnamed    = -2
)

// headings reads the first row of a table: which known column stands at each place, or
// passedOver or unnamed. Empty headings behind the last are left out. Whatever else is
// unknown, and a column that stands there twice, is a fault.
func (f *faults) headings(r *row, known []title, extra ...string) []int {
	last := len(r.cells)
	for last > 0 && tidy(r.cells[last-1]) == "" {
		last--
	}
	at := make([]int, last)
	seen := make([]bool, len(known))
	for i, text := range r.cells[:last] {
		line, column := r.pos(i)
		key := headingKey(text)
		k := findTitle(known, key)
		at[i] = k
		switch {
		case tidy(text) == "":
			at[i] = unnamed
		case k >= 0 && seen[k]:
			f.addf(line, column, "%s 这一列写了两次", known[k].name)
		case k >= 0:
			seen[k] = true
		case isRemark(key) || contains(extra, key):
		default:
			f.addf(line, column, "没有 %s 这一列，可用的有 %s；不导入的内容请放在“备注”列", quote(tidy(text)), namesLike(text, known))
		}
	}
	return at
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// headingKey folds what people and spreadsheets add to a heading.
func headingKey(s string) string {
	s = strings.ToLower(width.Fold.String(tidy(s)))
	if i := strings.IndexByte(s, '('); i > 0 {
		s = s[:i]
	}
	return strings.Trim(s, " *:")
}

func isRemark(key string) bool {
	switch key {
	case "说明", "注释", "序号", "note", "notes", "remark", "remarks":
		return true
	}
	return strings.HasPrefix(key, "备注")
}

func findTitle(known []title, key string) int {
	for i := range known {
		if known[i].name == key || contains(known[i].chinese, key) {
			return i
		}
	}
	return -1
}

func titleNames(known []title) string {
	names := make([]string, len(known))
	for i := range known {
		names[i] = known[i].name
	}
	return strings.Join(names, "、")
}

// namesLike are the names of the columns in the language of a heading.
func namesLike(heading string, known []title) string {
	if !strings.ContainsFunc(heading, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return titleNames(known)
	}
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = k.name
		if len(k.chinese) > 0 {
			names[i] = k.chinese[0]
		}
	}
	return strings.Join(names, "、")
}

// misfit finds the cell of a row that stands under no heading, or a row of a CSV that has
// too few cells: without a quote, a cell falls into two or swallows the next.
func misfit(r *row, headings []int, exact bool) (at int, problem string) {
	if exact && len(r.cells) < len(headings) {
		return 0, fmt.Sprintf("这一行有 %d 列，表头有 %d 列", len(r.cells), len(headings))
	}
	for i, text := range r.cells {
		if (i >= len(headings) || headings[i] == unnamed) && tidy(text) != "" {
			return i, "这一列没有表头，多出的内容是 " + quote(text)
		}
	}
	return 0, ""
}
