package reading

import (
	"regexp"
	"regexp/syntax"
	"unicode"
)

// latinOnly are the parts of a pattern by which people mean any character, and which stand
// for Latin letters, digits and "_" only.
var latinOnly = regexp.MustCompile(`\\w(?:[+*]|\{\d+,\})|\[\[:(?:alpha|alnum|word|lower|upper):\]\]`)

// DeadPattern says why a pattern can hit nothing that is written in Chinese, or "".
func DeadPattern(pattern string) string {
	if part := latinOnly.FindString(pattern); part != "" {
		return part + " 只匹配拉丁字母和数字，不匹配汉字，请改用 . 或写明汉字，如 .+ 或 [\\p{Han}a-z]+"
	}
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return "" // CompilePattern says it
	}
	if _, ok := neededRune(tree, func(between string) bool { return len(lightIn(nil, between)) == len("的的") }); ok {
		return "里面有看不见的字符，匹配之前会去掉，所以永远不会命中，请删去"
	}
	if deadBoundary(tree) {
		return `\b 只认拉丁字母和数字的词边界，紧挨汉字时永远不会命中，请删去 \b`
	}
	return ""
}

// NeededMark names the first punctuation or blank that every hit of a pattern needs, or "". A
// pattern finds it where a citizen wrote it, and many leave it out.
func NeededMark(pattern string) string {
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return ""
	}
	r, ok := neededRune(tree, func(between string) bool { return len(Key(between)) == 2 })
	if !ok {
		return ""
	}
	return quoteRune(r)
}

// neededRune finds a character that every hit needs and of which gone says, between two
// letters, that it does not stay.
func neededRune(re *syntax.Regexp, gone func(between string) bool) (rune, bool) {
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			if gone("的" + string(r) + "的") {
				return r, true
			}
		}
	case syntax.OpConcat, syntax.OpCapture, syntax.OpPlus:
		for _, sub := range re.Sub {
			if r, ok := neededRune(sub, gone); ok {
				return r, true
			}
		}
	}
	return 0, false
}

func quoteRune(r rune) string {
	if unicode.IsSpace(r) {
		return "空格"
	}
	return "“" + string(r) + "”"
}

// deadBoundary reports whether a word boundary stands beside Han characters and has no
// Latin letter on its other side.
func deadBoundary(re *syntax.Regexp) bool {
	for i, sub := range re.Sub {
		if sub.Op == syntax.OpWordBoundary && re.Op == syntax.OpConcat {
			before, after := edge{}, edge{}
			if i > 0 {
				before = edgeOf(re.Sub[i-1], false)
			}
			if i+1 < len(re.Sub) {
				after = edgeOf(re.Sub[i+1], true)
			}
			if before.onlyHan() && !after.latin || after.onlyHan() && !before.latin {
				return true
			}
		}
		if deadBoundary(sub) {
			return true
		}
	}
	return false
}

// edge is what the first or last character of a part of a pattern may be.
type edge struct{ han, latin, other bool }

func (e edge) onlyHan() bool { return e.han && !e.latin && !e.other }

func edgeOf(re *syntax.Regexp, first bool) edge {
	switch re.Op {
	case syntax.OpLiteral:
		r := re.Rune[len(re.Rune)-1]
		if first {
			r = re.Rune[0]
		}
		return edgeOfRune(r)
	case syntax.OpCharClass:
		var e edge
		for i := 0; i+1 < len(re.Rune); i += 2 {
			for _, r := range re.Rune[i : i+2] {
				e = e.or(edgeOfRune(r))
			}
		}
		return e
	case syntax.OpConcat:
		if first {
			return edgeOf(re.Sub[0], first)
		}
		return edgeOf(re.Sub[len(re.Sub)-1], first)
	case syntax.OpAlternate:
		var e edge
		for _, sub := range re.Sub {
			e = e.or(edgeOf(sub, first))
		}
		return e
	case syntax.OpCapture, syntax.OpPlus:
		return edgeOf(re.Sub[0], first)
	}
	return edge{other: true}
}

func (e edge) or(o edge) edge {
	return edge{e.han || o.han, e.latin || o.latin, e.other || o.other}
}

func edgeOfRune(r rune) edge {
	switch {
	case unicode.Is(unicode.Han, r):
		return edge{han: true}
	case syntax.IsWordChar(r):
		return edge{latin: true}
	}
	return edge{other: true}
}
