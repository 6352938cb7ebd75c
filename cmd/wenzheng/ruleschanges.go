package main

import (
	"fmt"
	"strings"

	"github.com/wenzheng/wenzheng/rulebook"
	"github.com/wenzheng/wenzheng/sheet"
)

// maxShown is how many changed rules are printed; --json has all.
const maxShown = 100

// changesText is what an import changes, for people, a line for each field.
func changesText(in *rulebook.Imported) string {
	var b strings.Builder
	for n, c := range in.Changes {
		if n == maxShown {
			fmt.Fprintf(&b, "……其余 %d 条见 --json\n", len(in.Changes)-maxShown)
			break
		}
		if c.Kind == rulebook.RuleAdded {
			fmt.Fprintf(&b, "新增  %s\n", c.Rule)
		}
		b.WriteString(fieldLines("修改  "+c.Rule+"，", c.Fields))
	}
	if in.Same > 0 {
		fmt.Fprintf(&b, "相同  %d 条，不改\n", in.Same)
	}
	return b.String()
}

// fieldLines writes changed fields, old and new, a line each.
func fieldLines(lead string, fields []sheet.FieldChange) string {
	var b strings.Builder
	for _, f := range fields {
		was, is := differing(f.Before, f.After)
		fmt.Fprintf(&b, "%s%s：%s -> %s\n", lead, f.Title, orDash(was), orDash(is))
	}
	return b.String()
}

// Bounds of a field that is printed: so much of it, and so much before the first difference.
const (
	shownRunes  = 80
	shownBefore = 20
)

// differing shortens two texts to one line each about the place where they begin to differ.
func differing(a, b string) (string, string) {
	x, y := []rune(strings.ReplaceAll(a, "\n", "⏎")), []rune(strings.ReplaceAll(b, "\n", "⏎"))
	if len(x) <= shownRunes && len(y) <= shownRunes {
		return string(x), string(y)
	}
	same := 0
	for same < min(len(x), len(y)) && x[same] == y[same] {
		same++
	}
	from := max(0, same-shownBefore)
	cut := func(r []rune) string {
		if from >= len(r) {
			return "……"
		}
		s := string(r[from:min(len(r), from+shownRunes)])
		if from > 0 {
			s = "……" + s
		}
		if len(r) > from+shownRunes {
			s += "……"
		}
		return s
	}
	return cut(x), cut(y)
}
