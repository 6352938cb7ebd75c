package bot

import (
	"regexp"
	"regexp/syntax"
	"unicode"
)

// latinOnly are the parts of a pattern by which people mean any character, and which stand
// for Latin letters, digits and "_" only.
var latinOnly = regexp.MustCompile(`\\w(?:[+*]|\{\d+,\})|\[\[:(?:alpha|alnum|word|lower|upper):\]\]`)

// deadPattern says why a pattern can hit nothing that is written in Chinese, or "".
func deadPattern(pattern string) string {
	if part := latinOnly.FindString(pattern); part != "" {
		return part + " 只匹配拉丁字母和数字，不匹配汉字，请改用 . 或写明汉字，如 .+ 或 [\\p{Han}a-z]+"
	}
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err == nil && deadBoundary(tree) {
		return `\b 只认拉丁字母和数字的词边界，紧挨汉字时永远不会命中，请删去 \b`
	}
	return ""
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
