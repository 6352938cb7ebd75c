package sheet

import (
	"cmp"
	"fmt"
	"strings"
)

// FieldLines writes changed fields, old and new, a line each.
func FieldLines(lead string, fields []FieldChange) string {
	var b strings.Builder
	for _, f := range fields {
		was, is := differing(f.Before, f.After)
		fmt.Fprintf(&b, "%s%s：%s -> %s\n", lead, f.Title, cmp.Or(was, "—"), cmp.Or(is, "—"))
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
