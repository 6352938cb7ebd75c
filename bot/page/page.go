// Package page cuts texts that are too long for one message: into pages that a citizen asks for one
// after the other, and into messages that are sent one behind the other. It cuts at the end of a line or
// a sentence, never inside what is shown as one character, a link, an address or braces. It knows
// no rules, dialogues or deliveries.
package page

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/wenzheng/wenzheng/models"
)

// Stretch is a part of a text, in bytes, that a page must not cut.
type Stretch struct{ From, To int }

// Hint ends every page but the last.
func Hint(page, pages int) string {
	return fmt.Sprintf("（回复“更多”看下文，%d/%d）", page, pages)
}

// Cut cuts a text that is longer than limit bytes into pages: at the end of a line
// or a sentence, where that leaves pages at least half full, never inside a character,
// a link, an address, braces or a part of keep. The pages without their hints, one after
// the other, are the text without the white space at its end. The first is one
// screen. Of a text of more than models.MaxPages pages the last is cut.
func Cut(text string, keep []Stretch, limit int) []string {
	text = strings.TrimRightFunc(text, unicode.IsSpace)
	bodies := Bodies(text, keep, limit)
	if len(bodies) > models.MaxPages {
		last := models.MaxPages - 1
		bodies[last] = Shorten(strings.Join(bodies[last:], ""), limit)
		bodies = bodies[:models.MaxPages]
	}
	for i := range bodies[:len(bodies)-1] {
		hint := Hint(i+1, len(bodies))
		if names := headings(bodies[1:]); i == 0 && len(bodies[0])+len(names)+len(hint) < limit {
			hint = names + hint
		}
		if !strings.HasSuffix(bodies[i], "\n") {
			hint = "\n" + hint
		}
		bodies[i] += hint
	}
	return bodies
}

// Bodies are the pages without their hints, however many they are.
func Bodies(text string, keep []Stretch, limit int) []string {
	keep = uncut(text, keep)
	room := max(limit-len("\n"+Hint(models.MaxPages, models.MaxPages)), utf8.UTFMax)
	first := min(room, firstPage)
	var bodies []string
	from := 0
	for len(text)-from > limit || from == 0 && len(text) > first {
		to := pageEnd(text, keep, from, from+first)
		bodies = append(bodies, text[from:to])
		from, first = to, room
	}
	return append(bodies, text[from:])
}

// Parts cuts a text into messages of at most limit bytes, without white space where they meet.
func Parts(text string, limit int) []string {
	text = strings.TrimSpace(text)
	keep := uncut(text, nil)
	var parts []string
	for from := 0; from < len(text); {
		to := len(text)
		if to-from > limit {
			to = pageEnd(text, keep, from, from+limit)
		}
		parts = append(parts, strings.TrimRightFunc(text[from:to], unicode.IsSpace))
		from = len(text) - len(strings.TrimLeftFunc(text[to:], unicode.IsSpace))
	}
	return parts
}

// Shorten cuts s to at most limit bytes at a character's edge and shows that it did.
func Shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	const mark = "…"
	n := max(limit-len(mark), 0)
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + mark
}

// firstPage is the longest first page in bytes: about one screen of a telephone, so that a
// long answer does not push the question out of sight.
const firstPage = 900

// headings names the sections that follow on later pages, "" when there are none.
func headings(bodies []string) string {
	var names []string
	size := 0
	for line := range strings.Lines(strings.Join(bodies, "")) {
		line = strings.TrimSpace(line)
		if !heading.MatchString(line) || size+len(line) > maxHeadings {
			continue
		}
		names = append(names, line)
		size += len(line)
	}
	if len(names) == 0 {
		return ""
	}
	return "下文：" + strings.Join(names, "；") + "\n"
}

// endsInHeading reports whether the last line of a page would be the heading of the next.
func endsInHeading(page string) bool {
	page = strings.TrimRight(page, "\r\n")
	return heading.MatchString(strings.TrimSpace(page[strings.LastIndexByte(page, '\n')+1:]))
}

const maxHeadings = 360 // bytes

// heading is a line like 二、购房提取: numbered, short, no sentence.
var heading = regexp.MustCompile(`^(?:[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）)[^。！？；]{1,20}$`)
