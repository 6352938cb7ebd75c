// Package textgrid sets text for a screen whose cells are all alike: Chinese characters take two of
// them. It divides lines at the screen's end and sets rows in columns, and knows nothing of what
// they say.
package textgrid

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

const (
	hanging   = 4  // how far the rest of a folded line stands in from its beginning
	leastText = 12 // cells of a column that is narrowed: below, its texts are a chore to read
)

// Fold divides the lines of a text that are wider than a terminal of so many columns; the rest
// of a line stands in below it. With 0 columns the text stays as it is.
func Fold(text string, columns int) string {
	if columns <= 0 {
		return text
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		body, end := strings.CutSuffix(line, "\n")
		indent := len(body) - len(strings.TrimLeft(body, " "))
		in := strings.Repeat(" ", min(indent+hanging, columns/3))
		b.WriteString(strings.Join(foldBelow(body, columns, columns-len(in)), "\n"+in))
		if end {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// Columns writes rows of cells in columns for a terminal of so many columns, 0 for one that is
// wide enough: texts go on below where they do not fit. Where the columns would be too narrow for
// that, a row is written as one line and folded.
func Columns(rows [][]string, columns int) string {
	widths, least := measureColumns(rows)
	gaps := 2 * (len(widths) - 1)
	if columns > 0 && !narrow(widths, least, columns-gaps) {
		var b strings.Builder
		for _, row := range rows {
			b.WriteString(Fold(strings.TrimRight(strings.Join(row, "  "), " ")+"\n", columns))
		}
		return b.String()
	}
	var b strings.Builder
	for _, row := range rows {
		sideBySide(&b, row, widths)
	}
	return b.String()
}

// measureColumns is how wide every column is, and must be at least.
func measureColumns(rows [][]string) (widths, least []int) {
	for _, row := range rows {
		for k, cell := range row {
			if k == len(widths) {
				widths, least = append(widths, 1), append(least, 1)
			}
			widths[k] = max(widths[k], Cells(cell))
			least[k] = max(least[k], widestWord(cell), min(widths[k], leastText))
		}
	}
	return widths, least
}

// narrow takes from the widest columns until all fit into so many cells; false when at
// their least they do not.
func narrow(widths, least []int, room int) bool {
	sum := 0
	for _, w := range widths {
		sum += w
	}
	for ; sum > room; sum-- {
		widest := -1
		for k, w := range widths {
			if w > least[k] && (widest < 0 || w > widths[widest]) {
				widest = k
			}
		}
		if widest < 0 {
			return false
		}
		widths[widest]--
	}
	return true
}

func sideBySide(b *strings.Builder, row []string, widths []int) {
	parts, height := make([][]string, len(row)), 0
	for k, cell := range row {
		parts[k] = Lines(cell, widths[k])
		height = max(height, len(parts[k]))
	}
	for i := range height {
		var line strings.Builder
		for k := range row {
			text := ""
			if i < len(parts[k]) {
				text = parts[k][i]
			}
			line.WriteString(Pad(text, widths[k], false) + "  ")
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}

// Cells is how many cells of a terminal a text takes: wide East Asian characters take two.
func Cells(s string) int {
	n := 0
	for _, r := range s {
		n += cellsOfRune(r)
	}
	return n
}

func cellsOfRune(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	default:
		return 1
	}
}

// Cut shortens a text with "…" to at most so many cells.
func Cut(s string, cells int) string {
	if Cells(s) <= cells {
		return s
	}
	runes := []rune(s)
	for len(runes) > 0 && Cells(string(runes)) > cells-1 {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}

// Lines divides a text into lines of at most so many cells; "" is one empty line.
func Lines(s string, cells int) []string { return foldBelow(s, cells, cells) }

// foldBelow is Lines with another width from the second line on. A line ends between words, a
// word without end is divided where the line is full.
func foldBelow(s string, first, rest int) []string {
	var lines []string
	runes, room := []rune(s), first
	for {
		full, used := 0, 0
		for full < len(runes) && (full == 0 || used+cellsOfRune(runes[full]) <= room) {
			used += cellsOfRune(runes[full])
			full++
		}
		if full == len(runes) {
			return append(lines, string(runes))
		}
		end := full
		for k := full; k > 0; k-- {
			if dividable(runes[k-1], runes[k]) && strings.TrimLeft(string(runes[:k]), " ") != "" {
				end = k
				break
			}
		}
		lines = append(lines, strings.TrimRight(string(runes[:end]), " "))
		for end < len(runes) && runes[end] == ' ' {
			end++
		}
		runes, room = runes[end:], rest
	}
}

// dividable reports whether a line may end after a and the next begin with b: at spaces and
// beside wide characters, but no line begins with what closes or ends with what opens.
func dividable(a, b rune) bool {
	if a == ' ' || b == ' ' {
		return true
	}
	if unicode.In(a, unicode.Ps, unicode.Pi) || unicode.In(b, unicode.Pe, unicode.Pf) || strings.ContainsRune("，。、；：！？…", b) {
		return false
	}
	return cellsOfRune(a) == 2 || cellsOfRune(b) == 2
}

// widestWord is the width of the widest part of a text that is not divided.
func widestWord(s string) int {
	widest, from, runes := 0, 0, []rune(s)
	for k := 1; k <= len(runes); k++ {
		if k == len(runes) || dividable(runes[k-1], runes[k]) {
			widest = max(widest, Cells(strings.TrimSpace(string(runes[from:k]))))
			from = k
		}
	}
	return widest
}

// Pad fills a text with spaces to so many cells, or cuts it.
func Pad(s string, cells int, right bool) string {
	s = Cut(s, cells)
	space := strings.Repeat(" ", max(0, cells-Cells(s)))
	if right {
		return space + s
	}
	return s + space
}
