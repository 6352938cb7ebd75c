package reading

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// separators are what people write between several words.
const separators = "|｜丨│︱¦、，,；;\r\n"

// signsBetween are signs that join words of Han characters, and belong to the word in A/B.
var signsBetween = regexp.MustCompile(`\p{Han}[/／\\+＋&＆]\p{Han}`)

// Several reports whether a keyword looks like several words, which are one only together:
// they would have to stand side by side in the citizen's text.
func Several(word string) bool {
	inside := strings.Trim(word, separators+" \t\u3000")
	if strings.ContainsAny(inside, separators) || signsBetween.MatchString(inside) {
		return true
	}
	// White space between words of two characters and more: 学位 入学.
	words := strings.Fields(inside)
	return len(words) > 1 && !slices.ContainsFunc(words, func(w string) bool {
		return utf8.RuneCountInString(w) < 2 || !strings.ContainsFunc(w, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	})
}
