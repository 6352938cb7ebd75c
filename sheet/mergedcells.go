package sheet

import (
	"errors"
	"io"
	"regexp"
	"slices"
)

// area is a merged area, of which only the first cell has content.
type area struct {
	left, top, right, bottom int
	text                     string
	problem                  string
	seen                     bool
}

// maxMerged bounds the merged areas: each row is held against those that may reach it.
const maxMerged = 10_000

var (
	sheetDataEnd = regexp.MustCompile(`</(?:\w+:)?sheetData\s*>`)
	mergedRef    = regexp.MustCompile(`<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["'](\w+):(\w+)["']`)
)

// mergedAreas reads the merged areas, which stand behind the rows.
func (b *workbook) mergedAreas(part string) ([]area, error) {
	r, err := b.open(part, false)
	if err != nil {
		return nil, err
	}
	defer r.Close() //nolint:errcheck // read only
	tail, err := behindRows(r)
	if err != nil {
		return nil, err
	}
	var list []area
	for _, m := range mergedRef.FindAllSubmatch(tail, maxMerged) {
		var a area
		a.left, a.top = cellPlace(string(m[1]))
		a.right, a.bottom = cellPlace(string(m[2]))
		if a.left > 0 && a.right >= a.left && a.right <= maxSheetColumns && a.bottom >= a.top {
			list = append(list, a)
		}
	}
	slices.SortFunc(list, func(a, b area) int { return a.top - b.top })
	return list, nil
}

// behindRows returns what stands behind the last row of a sheet.
func behindRows(r io.Reader) ([]byte, error) {
	const overlap = 64
	var tail []byte
	found := false
	buffer := make([]byte, 64<<10)
	for {
		n, err := r.Read(buffer)
		tail = append(tail, buffer[:n]...)
		if ends := sheetDataEnd.FindAllIndex(tail, -1); len(ends) > 0 {
			found = true
			tail = append(tail[:0], tail[ends[len(ends)-1][1]:]...)
		} else if !found && len(tail) > overlap {
			tail = append(tail[:0], tail[len(tail)-overlap:]...)
		}
		if errors.Is(err, io.EOF) {
			return tail, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// merge keeps the content of merged areas that begin in this row, and fills it into the
// others. A row in which nothing else stands is blank.
func (s *sheetRows) merge(blank bool) {
	s.merged = slices.DeleteFunc(s.merged, func(a area) bool { return a.bottom < s.number })
	for i := range s.merged {
		a := &s.merged[i]
		if s.number < a.top {
			break
		}
		if s.number == a.top && a.left <= len(s.cells) {
			a.text, a.problem, a.seen = s.cells[a.left-1], s.row.problems[a.left-1], true
		}
		if blank || !a.seen || a.text == "" {
			continue
		}
		for column := a.left; column <= a.right; column++ {
			for len(s.cells) < column {
				s.cells = append(s.cells, "")
			}
			s.cells[column-1] = a.text
			if a.problem != "" {
				s.spoil(column-1, a.problem)
			}
		}
	}
	s.row.cells = s.cells
}
