package sheet

import (
	"strings"
)

// Several texts share a cell. joinItems writes "|" between them, and splitItems cuts at
// every character that people use. One that belongs to a text is written behind a
// backslash. Backslashes count only in front of such characters and at the end of a text,
// where they are doubled, so that regular expressions stay readable.
const (
	wordSeparators     = "|｜丨│︱¦、，,；;\n"
	sentenceSeparators = "|｜丨│︱¦；;\n" // sentences have commas
	patternSeparators  = "|\n"
)

func joinItems(items []string, separators string) string {
	var b strings.Builder
	for i, item := range items {
		if i > 0 {
			b.WriteByte('|')
		}
		slashes := 0
		for _, r := range item {
			if r == '\\' {
				slashes++
				continue
			}
			separator := strings.ContainsRune(separators, r)
			writeSlashes(&b, slashes, separator)
			slashes = 0
			if separator {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
		}
		writeSlashes(&b, slashes, true)
	}
	return b.String()
}

func writeSlashes(b *strings.Builder, n int, doubled bool) {
	if doubled {
		n *= 2
	}
	b.WriteString(strings.Repeat(`\`, n))
}

// splitItems cuts a cell into its texts, without what is invisible around them; empty ones
// are left out.
func splitItems(cell, separators string) []string {
	var items []string
	var item strings.Builder
	end := func() {
		if s := tidy(item.String()); s != "" {
			items = append(items, s)
		}
		item.Reset()
	}
	slashes := 0
	for _, r := range cell {
		switch {
		case r == '\\':
			slashes++
		case !strings.ContainsRune(separators, r):
			writeSlashes(&item, slashes, false)
			item.WriteRune(r)
			slashes = 0
		default:
			writeSlashes(&item, slashes/2, false)
			if slashes%2 == 1 {
				item.WriteRune(r)
			} else {
				end()
			}
			slashes = 0
		}
	}
	writeSlashes(&item, (slashes+1)/2, false) // a lone backslash at the end is meant as it is
	end()
	return items
}

// joinGroups writes one group a line; groups whose words would not survive that are
// written as JSON.
func joinGroups(groups [][]string) (string, error) {
	lines := make([]string, len(groups))
	for i, g := range groups {
		lines[i] = joinItems(g, wordSeparators)
		if strings.ContainsAny(lines[i], "\r\n") || lines[i] == "" {
			return jsonText(groups)
		}
	}
	text := strings.Join(lines, "\n")
	if strings.HasPrefix(text, "[[") {
		return jsonText(groups)
	}
	return text, nil
}

const formulaLeads = "=+-@\t\r＝＋－＠"

// guard keeps a spreadsheet from taking a cell for a formula (OWASP, CSV injection): a
// leading apostrophe in front of every such start, and of one that has apostrophes
// already, so that unguard is its exact inverse.
func guard(cell string) string {
	if risky(cell) {
		return "'" + cell
	}
	return cell
}

// guardWritten is guard for text cells of a workbook, which are formulas never: only texts
// that unguard would cut need it.
func guardWritten(cell string) string {
	if strings.HasPrefix(cell, "'") {
		return guard(cell)
	}
	return cell
}

func unguard(cell string) string {
	if strings.HasPrefix(cell, "'") && risky(cell[1:]) {
		return cell[1:]
	}
	return cell
}

func risky(cell string) bool {
	if cell == "" || cell[0] >= '0' && cell[0] <= '9' {
		return false
	}
	rest := strings.TrimLeft(cell, "'")
	for _, r := range rest {
		return strings.ContainsRune(formulaLeads, r)
	}
	return false
}
