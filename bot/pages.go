package bot

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/wenzheng/wenzheng/models"
)

// stretch is a part of a text, in bytes, that a page must not cut.
type stretch struct{ from, to int }

// moreHint ends every page but the last.
func moreHint(page, pages int) string {
	return fmt.Sprintf("（回复“更多”看下文，%d/%d）", page, pages)
}

// asksForMore reports whether a text in the matched form asks for the next page.
func asksForMore(text []rune) bool {
	switch string(text) {
	case "更多", "回复更多", "看更多", "查看更多", "更多内容", "还有更多", "继续", "继续看", "下1页", "下页", "下1条", "下文", "看下文":
		return true
	}
	return false
}

// cutPages cuts a text that is longer than limit bytes into pages: at the end of a line
// or a sentence, where that leaves pages at least half full, never inside a character,
// a link, an address, braces or a part of keep. The pages without their hints, one after
// the other, are the text without the white space at its end. The first is one
// screen. Of a text of more than models.MaxPages pages the last is cut.
func cutPages(text string, keep []stretch, limit int) []string {
	text = strings.TrimRightFunc(text, unicode.IsSpace)
	bodies := bodiesOf(text, keep, limit)
	if len(bodies) > models.MaxPages {
		last := models.MaxPages - 1
		bodies[last] = cutText(strings.Join(bodies[last:], ""), limit)
		bodies = bodies[:models.MaxPages]
	}
	for i := range bodies[:len(bodies)-1] {
		hint := moreHint(i+1, len(bodies))
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

// bodiesOf are the pages without their hints, however many they are.
func bodiesOf(text string, keep []stretch, limit int) []string {
	keep = uncut(text, keep)
	room := max(limit-len("\n"+moreHint(models.MaxPages, models.MaxPages)), utf8.UTFMax)
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

// The strength of a place to turn the page.
const (
	breakNone = iota
	breakAny
	breakClause   // after a comma or a space
	breakSentence // after a full stop
	breakLine     // after the end of a line
)

// pageEnd finds where the page that begins at from, and may reach to most, ends.
func pageEnd(text string, keep []stretch, from, most int) int {
	half, late := from+(most-from)/2, from+(most-from)*2/3
	var best [breakLine + 1]int
	next := keep
	for at := from; at < most; {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
		if at > most {
			break
		}
		for len(next) > 0 && next[0].to <= at {
			next = next[1:]
		}
		if len(next) > 0 && next[0].from < at {
			continue
		}
		if kind := breakAt(text, at); kind != breakLine || !endsInHeading(text[from:at]) {
			best[kind] = at
		}
	}
	switch {
	case best[breakLine] > late:
		return best[breakLine]
	case max(best[breakSentence], best[breakLine]) > half:
		return max(best[breakSentence], best[breakLine])
	case best[breakClause] > half:
		return best[breakClause]
	}
	if end := slices.Max(best[breakAny:]); end > from {
		return end
	}
	// One link, or one character with its marks, is longer than a page.
	for !utf8.RuneStart(text[most]) {
		most--
	}
	return most
}

// breakAt is how well the page may be turned before text[at:]. Before punctuation, and
// between a character and what changes its look (marks, emoji joined to one), it may not.
func breakAt(text string, at int) int {
	last, size := utf8.DecodeLastRuneInString(text[:at])
	next, _ := utf8.DecodeRuneInString(text[at:])
	before, _ := utf8.DecodeLastRuneInString(text[:at-size])
	switch {
	case next == '\n' || sentenceEnd(next) || closing(next) || comma(next):
		return breakNone
	case clings(next) || last == zeroJoiner || last == '\r' || flag(last) && flag(next):
		return breakNone
	case last == '\n':
		return breakLine
	case sentenceEnd(last), closing(last) && sentenceEnd(before), last == '.' && unicode.IsSpace(next):
		return breakSentence
	case comma(last), unicode.IsSpace(last):
		return breakClause
	}
	return breakAny
}

const zeroJoiner = 0x200D

func clings(r rune) bool {
	return r == zeroJoiner || unicode.Is(unicode.M, r) || r >= 0x1F3FB && r <= 0x1F3FF || r >= 0xE0020 && r <= 0xE007F
}

func flag(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }

func sentenceEnd(r rune) bool {
	switch r {
	case '。', '！', '？', '；', '!', '?', ';', '…':
		return true
	}
	return false
}

func comma(r rune) bool { return strings.ContainsRune("，、：,", r) }

func closing(r rune) bool { return strings.ContainsRune("”’）」』》】)", r) }

// longestBraces is the longest text in braces that is kept together, in bytes.
const longestBraces = 64

// uncut returns the parts of the text that stay whole, in order, without overlaps: those
// given, links, addresses and braces.
func uncut(text string, keep []stretch) []stretch {
	out := slices.Clone(keep)
	for at := 0; at < len(text); {
		n := wholeAt(text[at:])
		if n > 0 {
			out = append(out, stretch{at, at + n})
		}
		at += max(n, 1)
	}
	slices.SortFunc(out, func(a, b stretch) int { return a.from - b.from })
	joined := out[:0]
	for _, s := range out {
		if n := len(joined); n > 0 && s.from < joined[n-1].to {
			joined[n-1].to = max(joined[n-1].to, s.to)
			continue
		}
		joined = append(joined, s)
	}
	return joined
}

// wholeAt is the length of the link, address or braces at the start of s, 0 for none.
func wholeAt(s string) int {
	switch s[0] {
	case '<':
		return linkAt(s)
	case 'h', 'H':
		return addressAt(s)
	case '{':
		end := strings.IndexByte(s[:min(len(s), longestBraces)], '}')
		if end > 0 && !strings.Contains(s[:end], "\n") {
			return end + 1
		}
	}
	return 0
}

// linkAt is the length of <a …>…</a> at the start of s; WeChat knows no other tag.
func linkAt(s string) int {
	if len(s) < 3 || s[1]|0x20 != 'a' || s[2] != ' ' && s[2] != '\n' && s[2] != '\t' {
		return 0
	}
	end := strings.IndexByte(s[1:], '<') + 1
	if end == 0 || len(s) < end+4 || !strings.EqualFold(s[end:end+4], "</a>") {
		return 0
	}
	return end + 4
}

// addressAt is the length of an address of the web at the start of s: WeChat makes a link
// of it as it stands.
func addressAt(s string) int {
	for _, scheme := range [...]string{"https://", "http://"} {
		if len(s) < len(scheme) || !strings.EqualFold(s[:len(scheme)], scheme) {
			continue
		}
		end := strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r >= utf8.RuneSelf || r == '<' || r == '"' })
		if end < 0 {
			return len(s)
		}
		return end
	}
	return 0
}
