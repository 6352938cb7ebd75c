package sheet

import (
	"strings"
)

// Several keywords share a cell, separated by "|". A "|" of a keyword itself is written
// "\|". Backslashes count only in front of a "|" and at the end of a keyword, where they
// are doubled, so that regular expressions stay readable.

func joinItems(items []string) string {
	var b strings.Builder
	for i, item := range items {
		if i > 0 {
			b.WriteByte('|')
		}
		parts := strings.Split(item, "|")
		for j, part := range parts {
			body := strings.TrimRight(part, `\`)
			b.WriteString(body)
			b.WriteString(strings.Repeat(`\\`, len(part)-len(body)))
			if j < len(parts)-1 {
				b.WriteString(`\|`)
			}
		}
	}
	return b.String()
}

// splitItems cuts a cell into its keywords, without the white space around them; empty
// ones are left out.
func splitItems(cell string) []string {
	var items []string
	var item strings.Builder
	end := func() {
		if s := strings.TrimSpace(item.String()); s != "" {
			items = append(items, s)
		}
		item.Reset()
	}
	slashes := 0
	for i := 0; i <= len(cell); i++ {
		if i < len(cell) && cell[i] == '\\' {
			slashes++
			continue
		}
		bar := i < len(cell) && cell[i] == '|'
		if i < len(cell) && !bar {
			item.WriteString(strings.Repeat(`\`, slashes))
			item.WriteByte(cell[i])
			slashes = 0
			continue
		}
		escaped := bar && slashes%2 == 1
		if !bar {
			slashes++ // a lone backslash at the end is meant as it is
		}
		item.WriteString(strings.Repeat(`\`, slashes/2))
		slashes = 0
		if escaped {
			item.WriteByte('|')
		} else {
			end()
		}
	}
	return items
}

// joinGroups writes one group a line; groups whose words would not survive that are
// written as JSON.
func joinGroups(groups [][]string) (string, error) {
	lines := make([]string, len(groups))
	for i, g := range groups {
		lines[i] = joinItems(g)
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
